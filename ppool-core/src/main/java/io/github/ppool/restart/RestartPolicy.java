package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The configuration of restarts by plan: the plans, the number of rounds, and the time after which they begin anew. An
 * immutable value that all children of a kind share; each of them has a {@link PlanState} beside it.
 *
 * @param plans the plan, or the plans by reason
 * @param count the number of rounds; each plan by reason counts its own
 * @param resetAfter the plans begin anew if the child has run for this time before it ended; zero means never; cut to
 *     292 years
 */
public record RestartPolicy(PlanByReason plans, RestartCount count, Duration resetAfter) {

    /**
     * director's default: its plan function, for one round. The child is deleted after {@code normal}, {@code shutdown}
     * and <code>{shutdown, normal}</code>, and restarted after any other end.
     *
     * <p>The documentation of director 17.05 also mentions all other shutdown details and a stop at the fifth restart;
     * this is the observed behaviour.
     */
    public static final RestartPolicy DIRECTOR_DEFAULT = of(
            RestartPlan.of(PlanElement.function("default", RestartPolicy::directorDefault)));

    /**
     * The default of pools: a quick restart, then growing pauses, for ever, begun anew after a quiet minute or a
     * success, see {@link PlanState#beginAnew}.
     */
    public static final RestartPolicy POOL_DEFAULT = of(
            RestartPlan.of(PlanElement.RESTART,
                    Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(30)).withFactor(2).withJitter(20)))
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
     * Makes a policy of one plan for all reasons, run {@link RestartCount#ONCE once}, never reset.
     *
     * @param plan any plan
     * @return the policy
     */
    public static RestartPolicy of(RestartPlan plan) {
        return of(PlanByReason.always(plan));
    }

    /**
     * Makes a policy of plans by reason, each run {@link RestartCount#ONCE once}, never reset.
     *
     * @param plans any plans
     * @return the policy
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
     * Returns the same policy with another count.
     *
     * @param newCount the number of rounds of each plan
     * @return a new policy
     */
    public RestartPolicy withCount(RestartCount newCount) {
        return new RestartPolicy(plans, newCount, resetAfter);
    }

    /**
     * Returns the same policy with another plan for all reasons.
     *
     * @param plan any plan
     * @return a new policy
     */
    public RestartPolicy withPlan(RestartPlan plan) {
        return new RestartPolicy(PlanByReason.always(plan), count, resetAfter);
    }

    /**
     * Returns the same policy with another reset time.
     *
     * @param running zero (never) or more
     * @return a new policy
     * @throws IllegalArgumentException if the time is negative
     */
    public RestartPolicy withResetAfter(Duration running) {
        return new RestartPolicy(plans, count, running);
    }

    /**
     * Returns the default plan, which is the only one unless there are plans by reason.
     *
     * @return the plan
     */
    public RestartPlan plan() {
        return plans.otherwise();
    }

    /**
     * Makes the state of a child that has not ended yet.
     *
     * @return a new state
     */
    public PlanState newState() {
        return new PlanState(this);
    }

    /**
     * Restores the state of a child that has outlived its JVM. If the plans have changed since, all of them begin anew;
     * the restart count goes on.
     *
     * @param saved a text of {@link PlanState#save}
     * @return a new state
     * @throws IllegalArgumentException if the text is none of those
     */
    public PlanState restoreState(String saved) {
        return PlanState.restored(this, saved);
    }

    /**
     * Finds settings that are legal but odd: elements that can never be reached, a count without effect, restarts for
     * ever without a pause. They are no reason to refuse the policy.
     *
     * @return plain sentences; empty if there are none
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
     * Simulates the policy without waiting. Jitter is left out: each delay is the middle one.
     *
     * @param ends the ends of the child, in order; ends after the child is down for good are not played
     * @return the simulation
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
