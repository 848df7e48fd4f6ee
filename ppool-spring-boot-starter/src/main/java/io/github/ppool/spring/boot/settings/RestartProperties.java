package io.github.ppool.spring.boot.settings;

import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Restarts of crashed workers: by a plan, or by a type and an intensity. They are part of {@link PoolProperties}. */
@SuppressWarnings("doclint:missing") // the comment of a property is that of its field
public final class RestartProperties extends SettingsGroup {

    /**
     * The plan: a list of elements such as restart, 5s, backoff 1s..1m x2 jitter 20%, wait, delete, stop; or one
     * text.
     */
    private @Nullable List<PlanItem> plan;
    /**
     * Plans for some reasons, by the simple or full name of an exception or by the word of a reason. The setting
     * plan is for all other reasons.
     */
    private @Nullable Map<String, List<PlanItem>> on;
    /** Number of times that the plan is run before the pool gives up: a number or infinity. */
    private @Nullable String count;
    /** Time without a crash after which the plan begins again. Zero means never. */
    private @Nullable Duration resetAfter;
    /** Restart type, instead of a plan. */
    private @Nullable RestartType type;
    /** Number of restarts by type within the period that the pool accepts. At the next one it gives up. */
    private @Nullable Integer intensity;
    /** Length of the period that the intensity counts in. */
    private @Nullable Duration period;
    /** Classes of exceptions of handed-over tasks that a worker survives. */
    private @Nullable List<String> surviveOn;
    /**
     * Classes of exceptions of borrowers in a transaction, or of their causes, that crash the worker. They replace
     * the default, the exceptions of a broken resource. With an empty list no exception crashes it.
     */
    private @Nullable List<String> crashOn;

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

    public @Nullable Duration getResetAfter() {
        return resetAfter;
    }

    public void setResetAfter(@Nullable Duration resetAfter) {
        this.resetAfter = resetAfter;
    }

    public @Nullable RestartType getType() {
        return type;
    }

    public void setType(@Nullable RestartType type) {
        this.type = type;
    }

    public @Nullable Integer getIntensity() {
        return intensity;
    }

    public void setIntensity(@Nullable Integer intensity) {
        this.intensity = intensity;
    }

    public @Nullable Duration getPeriod() {
        return period;
    }

    public void setPeriod(@Nullable Duration period) {
        this.period = period;
    }

    public @Nullable List<String> getSurviveOn() {
        return surviveOn;
    }

    public void setSurviveOn(@Nullable List<String> surviveOn) {
        this.surviveOn = surviveOn;
    }

    public @Nullable List<String> getCrashOn() {
        return crashOn;
    }

    public void setCrashOn(@Nullable List<String> crashOn) {
        this.crashOn = crashOn;
    }

    @Override
    void addTo(List<@Nullable Object> values) {
        Collections.addAll(values, plan, on, count, resetAfter, type, intensity, period, surviveOn, crashOn);
    }

    /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
    public static RestartProperties valueOf(String text) {
        EmptyGroup.check(text);
        return new RestartProperties();
    }
}
