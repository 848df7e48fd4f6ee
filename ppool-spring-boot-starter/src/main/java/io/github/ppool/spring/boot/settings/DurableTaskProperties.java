package io.github.ppool.spring.boot.settings;

import io.github.ppool.spring.boot.DurableSettings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tasks that survive their node. They are part of {@link PoolProperties}. */
@SuppressWarnings("doclint:missing") // the comment of a property is that of its field
public final class DurableTaskProperties extends SettingsGroup {

    /**
     * Plan that decides after a failed attempt of a durable task, as under restart.plan. At a wait the task is laid
     * down.
     */
    private @Nullable List<PlanItem> plan;
    /**
     * Plans for some reasons: the simple or full name of an exception, node-lost, unreadable or timeout. The
     * setting plan is for all other reasons. Unless set, a task is laid down when it was lost with four nodes, and
     * at once if its payload is unreadable.
     */
    private @Nullable Map<String, List<PlanItem>> on;
    /** Number of times that the plan is run: a number or infinity. 1 for a plan that is set. */
    private @Nullable String count;
    /** Treatment of a durable task at the end of its plan: wait lays it down, delete removes it. */
    private DurableSettings.@Nullable OnEnd onEnd;
    /**
     * Maximum number of durable tasks that a node claims beyond its free workers: auto, or a number. Auto measures
     * the tasks; it is 0 while they are long.
     */
    private @Nullable String prefetch;
    /** Rate of the durable tasks of the pool over all nodes, such as 100/1m. Unlimited unless set. */
    private @Nullable String rate;
    /** Rate of the durable tasks of each partition over all nodes, such as 10/1s. Unlimited unless set. */
    private @Nullable String partitionRate;
    /** Whether durable tasks may have partitions, which are served in turns. A partition-rate implies it. */
    private @Nullable Boolean partitions;

    public @Nullable List<PlanItem> getPlan() {
        return plan;
    }

    public void setPlan(@Nullable List<PlanItem> plan) {
        this.plan = plan;
    }

    public @Nullable Map<String, List<PlanItem>> getOn() {
        return on;
    }

    public void setOn(@Nullable Map<String, List<PlanItem>> on) {
        this.on = on;
    }

    public @Nullable String getCount() {
        return count;
    }

    public void setCount(@Nullable String count) {
        this.count = count;
    }

    public DurableSettings.@Nullable OnEnd getOnEnd() {
        return onEnd;
    }

    public void setOnEnd(DurableSettings.@Nullable OnEnd onEnd) {
        this.onEnd = onEnd;
    }

    public @Nullable String getPrefetch() {
        return prefetch;
    }

    public void setPrefetch(@Nullable String prefetch) {
        this.prefetch = prefetch;
    }

    public @Nullable String getRate() {
        return rate;
    }

    public void setRate(@Nullable String rate) {
        this.rate = rate;
    }

    public @Nullable String getPartitionRate() {
        return partitionRate;
    }

    public void setPartitionRate(@Nullable String partitionRate) {
        this.partitionRate = partitionRate;
    }

    public @Nullable Boolean getPartitions() {
        return partitions;
    }

    public void setPartitions(@Nullable Boolean partitions) {
        this.partitions = partitions;
    }

    @Override
    void addTo(List<@Nullable Object> values) {
        Collections.addAll(values, plan, on, count, onEnd, prefetch, rate, partitionRate, partitions);
    }

    /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
    public static DurableTaskProperties valueOf(String text) {
        EmptyGroup.check(text);
        return new DurableTaskProperties();
    }
}
