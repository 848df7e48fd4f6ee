package io.github.ppool.spring.boot.settings;

import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPlanSyntaxException;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses restart plans and the settings that belong to them. A text that is no plan becomes a problem, which shows the
 * column of the mistake.
 */
public final class PlanReader {

    static final String REMEDY = "Correct the plan: a list of restart, delays such as 5s, backoff FROM..TO, wait,"
            + " delete, stop and {stop: reason}.";

    /** The number of characters of a text that are shown before the column of a mistake, and after it. */
    private static final int AROUND = 200;

    private final SettingProblems problems;

    /**
     * A reader of plans.
     *
     * @param problems gets the problems of the plans
     */
    public PlanReader(SettingProblems problems) {
        this.problems = problems;
    }

    /**
     * Reads a policy. A setting that is not set is taken from {@code otherwise}.
     *
     * @param prefix the prefix of the properties of the policy
     * @param otherwise the policy for settings that are not set
     * @param plan the plan, null if it is not set
     * @param count the count, null if it is not set
     * @param resetAfter the time after which the plan begins anew, null if it is not set
     * @return the policy; {@code otherwise} in the place of a wrong setting
     */
    public RestartPolicy policy(
            String prefix,
            RestartPolicy otherwise,
            @Nullable List<PlanItem> plan,
            @Nullable String count,
            @Nullable Duration resetAfter) {
        RestartPolicy policy = otherwise;
        if (plan != null) {
            policy = policy.withPlan(plan(prefix + ".plan", plan));
        }
        if (count != null) {
            policy = policy.withCount(count(prefix + ".count", count, policy.count()));
        }
        if (resetAfter != null) {
            try {
                policy = policy.withResetAfter(resetAfter);
            } catch (IllegalArgumentException refused) {
                problems.add(prefix + ".reset-after", SettingProblems.rule(refused), "Use zero (never) or more.");
            }
        }
        return policy;
    }

    /**
     * Reads a policy as {@link #policy} does, with plans by reason. A plan replaces all plans of {@code otherwise}.
     * Plans by reason alone leave the plan for all other reasons unchanged.
     */
    RestartPolicy policyByReason(String prefix, RestartPolicy otherwise, RestartProperties restart) {
        RestartPolicy policy = policy(prefix, otherwise, restart.getPlan(), restart.getCount(),
                restart.getResetAfter());
        return withReasons(prefix, policy, restart.getPlan() != null, restart.getOn(), Map.of());
    }

    /** As {@link #policyByReason(String, RestartPolicy, RestartProperties)}, for failed tasks. */
    RestartPolicy policyByReason(String prefix, RestartPolicy otherwise, TaskRestartProperties restart) {
        RestartPolicy policy = policy(prefix, otherwise, restart.getPlan(), restart.getCount(), null);
        return withReasons(prefix, policy, restart.getPlan() != null, restart.getOn(), Map.of());
    }

    /**
     * Reads the policy of durable tasks. The plans of some reasons hold until a plan of that very reason replaces them.
     */
    RestartPolicy policyByReason(
            String prefix, RestartPolicy otherwise, DurableTaskProperties durable, Set<String> kept) {
        Map<String, RestartPlan> stay = new LinkedHashMap<>(otherwise.plans().on());
        if (durable.getPlan() != null) {
            stay.keySet().retainAll(kept);
        }
        // A plan that is set comes to its end unless its count is set too.
        RestartPolicy base = durable.getPlan() != null ? otherwise.withCount(RestartCount.ONCE) : otherwise;
        RestartPolicy read = policy(prefix, base, durable.getPlan(), durable.getCount(), null);
        RestartPolicy policy = new RestartPolicy(PlanByReason.of(stay, read.plan()), read.count(), read.resetAfter());
        return withReasons(prefix, policy, durable.getPlan() != null, durable.getOn(), stay);
    }

    private RestartPolicy withReasons(
            String prefix,
            RestartPolicy policy,
            boolean hasPlan,
            @Nullable Map<String, List<PlanItem>> on,
            Map<String, RestartPlan> stay) {
        if (on == null) {
            return policy;
        }
        Map<String, RestartPlan> plans = new LinkedHashMap<>(stay);
        on.forEach((reason, items) -> plans.put(reason, plan(onReason(prefix, reason), items)));
        RestartPlan forOthers = plans.remove("default");
        if (forOthers != null && hasPlan) {
            problems.add(
                    prefix + ".on.default",
                    "the plan for all other reasons is said twice: " + prefix + ".plan is set too",
                    "Remove one of them.");
        }
        try {
            PlanByReason byReason = PlanByReason.of(plans, forOthers != null ? forOthers : policy.plan());
            return new RestartPolicy(byReason, policy.count(), policy.resetAfter());
        } catch (IllegalArgumentException refused) {
            problems.add(prefix + ".on", SettingProblems.rule(refused),
                    "Name the class of an exception, or the word of a reason such as killed.");
            return policy;
        }
    }

    /**
     * The name of a plan by reason. The full name of an exception stands in brackets, because its dots would split it.
     */
    private static String onReason(String prefix, String reason) {
        return prefix + ".on" + (reason.matches("[A-Za-z0-9_-]+") ? "." + reason : "[" + reason + "]");
    }

    /** Adds warnings about a policy, under the name of the setting that was set: the plan, or else the count. */
    void warnOf(String prefix, RestartPolicy policy, @Nullable List<PlanItem> plan, @Nullable String count) {
        if (plan != null || count != null) {
            warnOf(prefix + (plan != null ? ".plan" : ".count"), policy);
        }
    }

    /** Adds warnings about a policy with plans by reason. */
    void warnOf(String prefix, RestartPolicy policy, RestartProperties restart) {
        warnOf(prefix, policy, restart.getPlan(), restart.getOn(), restart.getCount());
    }

    /** Adds warnings about the policy of failed tasks. Beside plans for exceptions, an empty plan is meant. */
    void warnOf(String prefix, RestartPolicy policy, TaskRestartProperties restart) {
        RestartPolicy told = policy;
        if (restart.getOn() != null) {
            Map<String, RestartPlan> on = new LinkedHashMap<>(policy.plans().on());
            on.values().removeIf(RestartPlan::isEmpty);
            RestartPlan forOthers = policy.plan().isEmpty() ? RestartPlan.parse("[1s]") : policy.plan();
            told = new RestartPolicy(PlanByReason.of(on, forOthers), policy.count(), policy.resetAfter());
        }
        warnOf(prefix, told, restart.getPlan(), restart.getOn(), restart.getCount());
    }

    /** Adds warnings about the policy of durable tasks. */
    void warnOf(String prefix, RestartPolicy policy, DurableTaskProperties durable) {
        warnOf(prefix, policy, durable.getPlan(), durable.getOn(), durable.getCount());
    }

    private void warnOf(
            String prefix,
            RestartPolicy policy,
            @Nullable List<PlanItem> plan,
            @Nullable Map<String, List<PlanItem>> on,
            @Nullable String count) {
        if (plan == null && on != null) {
            warnOf(prefix + ".on", policy);
        } else {
            warnOf(prefix, policy, plan, count);
        }
    }

    private void warnOf(String property, RestartPolicy policy) {
        List<String> warnings = policy.warnings();
        if (!warnings.isEmpty()) {
            String text = problems.text(property);
            String value = text != null ? text : policy.plans().toString();
            warnings.forEach(warning -> problems.warn(property, value, warning));
        }
    }

    private RestartPlan plan(String property, List<PlanItem> items) {
        String text = problems.text(property);
        return text != null ? ofText(property, text) : ofItems(property, items);
    }

    /**
     * Parses a plan in one text, with or without its brackets, as in an environment variable or a properties file.
     *
     * @param property the property of the plan
     * @param text the plan
     * @return the plan; a problem is added if the text is none
     */
    public RestartPlan ofText(String property, String text) {
        if (text.isBlank()) {
            return RestartPlan.EMPTY;
        }
        boolean bare = !text.stripLeading().startsWith("[");
        try {
            return RestartPlan.parse(bare ? "[" + text + "]" : text);
        } catch (RestartPlanSyntaxException wrong) {
            int column = Math.min(wrong.column() - (bare ? 1 : 0), text.length() + 1);
            problems.add(property, shortened(text), at(property, column, wrong.hint(), text), REMEDY);
            return RestartPlan.EMPTY;
        }
    }

    private RestartPlan ofItems(String property, List<PlanItem> items) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String text = items.get(i).toString();
            try {
                RestartPlan.parse(List.of(text));
                texts.add(text);
            } catch (RestartPlanSyntaxException wrong) {
                String item = property + "[" + i + "]";
                problems.add(item, shortened(text), at(item, wrong.column(), wrong.hint(), text), REMEDY);
            }
        }
        try {
            return RestartPlan.parse(texts);
        } catch (IllegalArgumentException tooMany) {
            problems.add(property, SettingProblems.rule(tooMany), REMEDY);
            return RestartPlan.EMPTY;
        }
    }

    private static String shortened(String text) {
        return text.length() <= 2 * AROUND ? text : text.substring(0, 2 * AROUND) + "…";
    }

    /**
     * The hint with the text and a mark at a column. A long text is shown around the column only, and a text from a
     * placeholder not at all.
     */
    private String at(String property, int column, String hint, String text) {
        if (problems.hasPlaceholder(property)) {
            return "not a restart plan once its placeholders are resolved, column " + column + ": " + hint;
        }
        int from = Math.max(0, column - 1 - AROUND);
        int to = Math.min(text.length(), column - 1 + AROUND);
        String before = from == 0 ? "" : "…";
        return "not a restart plan, column " + column + ": " + hint
                + "\n" + before + text.substring(from, to).replaceAll("\\s", " ") + (to == text.length() ? "" : "…")
                + "\n" + " ".repeat(before.length() + column - 1 - from) + "^";
    }

    /**
     * Parses a count.
     *
     * @param property the property of the count
     * @param text a number or {@code infinity}
     * @param otherwise the result for a wrong text
     * @return the count; a problem is added if the text is none
     */
    public RestartCount count(String property, String text, RestartCount otherwise) {
        try {
            return RestartCount.parse(text);
        } catch (IllegalArgumentException refused) {
            problems.add(property, SettingProblems.rule(refused), "Use a number from 0 on, or infinity.");
            return otherwise;
        }
    }
}
