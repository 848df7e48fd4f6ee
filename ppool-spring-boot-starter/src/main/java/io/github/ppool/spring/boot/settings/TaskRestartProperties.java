package io.github.ppool.spring.boot.settings;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Further attempts of failed tasks. They are part of {@link PoolProperties}. */
@SuppressWarnings("doclint:missing") // the comment of a property is that of its field
public final class TaskRestartProperties extends SettingsGroup {

    /** Plan that decides after a failed attempt, as under restart.plan, without wait. */
    private @Nullable List<PlanItem> plan;
    /**
     * Plans for some exceptions, by their simple or full name, or by the word of a reason. The setting plan is for
     * all other failures; without it they are final.
     */
    private @Nullable Map<String, List<PlanItem>> on;
    /** Number of times that the plan is run before the task has failed: a number or infinity. */
    private @Nullable String count;

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

    @Override
    void addTo(List<@Nullable Object> values) {
        Collections.addAll(values, plan, on, count);
    }

    /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
    public static TaskRestartProperties valueOf(String text) {
        EmptyGroup.check(text);
        return new TaskRestartProperties();
    }
}
