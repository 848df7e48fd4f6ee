package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All that is configured about restarts by plan: the plans, how many times they are run, and after
 * which time of running well they begin anew. An immutable value that all children of a kind share;
 * each of them has a {@link PlanState} beside it.
 *
 * @param plans the plan, or the plans by reason
 * @param count how many times a plan is run; each plan by reason is counted for itself
 * @param resetAfter the plans begin anew when the child has run for this long before it ended; zero
 *     means never; cut to 292 years
 */
public record RestartPolicy(PlanByReason plans, RestartCount count, Duration resetAfter) {

    /**
     * director's default: its plan function, run once. The child is deleted after {@code normal}, {@code
     * shutdown} and <code>{shutdown, normal}</code>, and restarted after anything else.
     *
     * <p>director 17.05's documentation also tells of all other shutdown details and of a stop at the
     * fifth restart; what it does is this.
     */
    public static final RestartPolicy DIRECTOR_DEFAULT = of(
            RestartPlan.of(PlanElement.function("default", RestartPolicy::directorDefault)));

    /**
     * What a pool does unless it is told otherwise: a quick restart, then growing pauses, for ever, and
     * begun anew after a quiet minute (or a success, see {@link PlanState#beginAnew}).
     */
    public static final RestartPolicy POOL_DEFAULT = of(
            RestartPlan.parse("[restart, backoff 100ms..30s x2 jitter 20%]"))
            .withCount(RestartCount.INFINITY)
            .withResetAfter(Duration.ofMinutes(1));

    /**
     * Checks the time.
     *
     * @throws IllegalArgumentException if {@code resetAfter} is negative
     */
    public RestartPolicy {
        resetAfter = DurationText.requireNotNegative("reset-after", resetAfter);
    }

    /**
     * One plan for all reasons, run {@link RestartCount#ONCE once}, never reset.
     *
     * @param plan any plan
     */
    public static RestartPolicy of(RestartPlan plan) {
        return of(PlanByReason.always(plan));
    }

    /**
     * Plans by reason, each run {@link RestartCount#ONCE once}, never reset.
     *
     * @param plans any plans
     */
    public static RestartPolicy of(PlanByReason plans) {
        return new RestartPolicy(plans, RestartCount.ONCE, Duration.ZERO);
    }

    private static PlanElement directorDefault(ExitReason reason, int restartCount) {
        boolean done = reason.equals(ExitReason.NORMAL)
                || reason.equals(ExitReason.SHUTDOWN)
                || reason.equals(ExitReason.shutdown("normal"))
                || reason.equals(ExitReason.shutdown(ExitReason.NORMAL));
        return done ? PlanElement.DELETE : PlanElement.RESTART;
    }

    /**
     * The same with another count.
     *
     * @param newCount how many times each plan is run
     */
    public RestartPolicy withCount(RestartCount newCount) {
        return new RestartPolicy(plans, newCount, resetAfter);
    }

    /**
     * The same with another plan for all reasons.
     *
     * @param plan any plan
     */
    public RestartPolicy withPlan(RestartPlan plan) {
        return new RestartPolicy(PlanByReason.always(plan), count, resetAfter);
    }

    /**
     * The same with another time.
     *
     * @param running zero (never) or more
     * @throws IllegalArgumentException if it is negative
     */
    public RestartPolicy withResetAfter(Duration running) {
        return new RestartPolicy(plans, count, running);
    }

    /** The default plan; the only one unless there are plans by reason. */
    public RestartPlan plan() {
        return plans.otherwise();
    }

    /** The state of a child that has not ended yet. */
    public PlanState newState() {
        return new PlanState(this);
    }

    /**
     * What is odd about this policy: elements that can never be reached, a count that changes nothing,
     * restarts for ever without a pause. Never a reason to refuse it.
     *
     * @return plain sentences; empty if there is nothing to say
     */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (Map.Entry<String, RestartPlan> plan : plans.on().entrySet()) {
            add(warnings, "on " + plan.getKey() + ": ", plan.getValue());
        }
        add(warnings, plans.on().isEmpty() ? "" : "on default: ", plans.otherwise());
        return List.copyOf(warnings);
    }

    private void add(List<String> warnings, String prefix, RestartPlan plan) {
        for (String warning : plan.warnings()) {
            warnings.add(prefix + warning);
        }
        if (count.times() == 0) {
            warnings.add(prefix + "count is 0: the plan is never run, the first end makes the supervisor exit");
        } else if (plan.isEmpty()) {
            warnings.add(prefix + "the plan is empty: the first end makes the supervisor exit");
        } else if (count.isInfinite() && PlanWarnings.neverPauses(plan.elements())) {
            warnings.add(prefix + "restarts for ever without a pause: put a delay or a backoff into the plan");
        } else if (count.times() > 1 && !count.isInfinite() && !PlanWarnings.canEnd(plan.elements())) {
            warnings.add(prefix + "count " + count + " changes nothing: the plan never comes to its end");
        }
    }

    /**
     * What would happen when, without waiting. Jitter is left out: each delay is the middle one.
     *
     * @param ends what happens to the child, in order; what comes after it is down for good is not
     *     played
     */
    public Simulation simulate(Simulation.End... ends) {
        return Simulation.of(this, List.of(ends));
    }

    @Override
    public String toString() {
        return plans
                + " count "
                + count
                + (resetAfter.isZero() ? "" : " reset-after " + DurationText.print(resetAfter));
    }
}
