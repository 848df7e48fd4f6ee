package io.github.ppool.spring.boot.settings;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creation of workers. They are part of {@link PoolProperties}. */
@SuppressWarnings("doclint:missing") // the comment of a property is that of its field
public final class CreationProperties extends SettingsGroup {

    /** Maximum number of workers that are created at the same time. Unlimited unless set. */
    private @Nullable Integer parallelism;
    /** Number of failures in a row after which callers are refused at once instead of waiting. 0 means never. */
    private @Nullable Integer failureLimit;
    /** Plan that decides after a failed creation, as under restart.plan. */
    private @Nullable List<PlanItem> plan;
    /** Number of times that the plan is run before the worker's process crashes: a number or infinity. */
    private @Nullable String count;
    /** Time after which the plan begins again. Zero means never. */
    private @Nullable Duration resetAfter;

    public @Nullable Integer getParallelism() {
        return parallelism;
    }

    public void setParallelism(@Nullable Integer parallelism) {
        this.parallelism = parallelism;
    }

    public @Nullable Integer getFailureLimit() {
        return failureLimit;
    }

    public void setFailureLimit(@Nullable Integer failureLimit) {
        this.failureLimit = failureLimit;
    }

    public @Nullable List<PlanItem> getPlan() {
        return plan;
    }

    public void setPlan(@Nullable List<PlanItem> plan) {
        this.plan = plan;
    }

    public @Nullable String getCount() {
        return count;
    }

    public void setCount(@Nullable String count) {
        this.count = count;
    }

    public @Nullable Duration getResetAfter() {
        return resetAfter;
    }

    public void setResetAfter(@Nullable Duration resetAfter) {
        this.resetAfter = resetAfter;
    }

    @Override
    void addTo(List<@Nullable Object> values) {
        Collections.addAll(values, parallelism, failureLimit, plan, count, resetAfter);
    }

    /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
    public static CreationProperties valueOf(String text) {
        EmptyGroup.check(text);
        return new CreationProperties();
    }
}
