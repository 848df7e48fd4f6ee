package io.github.ppool.restart;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The position of one child in its plan: a few numbers and a reference to the shared {@link RestartPolicy}. It may be
 * made at the first end, because a child that has never ended needs none.
 *
 * <p>Not thread-safe: it belongs to the process that runs the plan.
 */
public final class PlanState {
    /** The number of failed starts in a row that may be tried again without a pause. */
    static final int IMMEDIATE_RETRIES = 10;

    /** A shorter time is no pause. Also the first imposed pause. */
    static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    private static final Backoff IMPOSED = Backoff.between(SHORTEST_PAUSE, Duration.ofSeconds(30));
    // The numbers of one plan by reason, kept while another plan is active.
    private static final int PLACE = 3;

    private RestartPolicy policy;
    private int restartCount;
    private int failedStarts;
    // The position in the active plan: element, turn within it, finished rounds.
    private int active;
    private int element;
    private int step; // of the last decision, from 1; for information
    private int turn;
    private int rounds;
    private int @Nullable [] parked;

    PlanState(RestartPolicy policy) {
        this.policy = policy;
    }

    /**
     * Restores a position.
     *
     * @throws IllegalArgumentException if the text is not one of {@link #save}
     */
    static PlanState restored(RestartPolicy policy, String saved) {
        SavedPlan read = SavedPlan.read(saved);
        PlanState state = new PlanState(policy);
        state.restartCount = read.restartCount();
        PlanByReason plans = policy.plans();
        int[] elements = Arrays.stream(plans.savedOrder()).map(number -> plans.plan(number).elements().size())
                .toArray();
        if (read.isOf(plans.hash(), elements)) {
            state.failedStarts = read.failedStarts();
            state.takePlaces(read);
        }
        return state;
    }

    private void takePlaces(SavedPlan saved) {
        int[] order = policy.plans().savedOrder();
        int[] places = new int[PLACE * order.length];
        for (int i = 0; i < order.length; i++) {
            for (int part = 0; part < PLACE; part++) {
                places[PLACE * order[i] + part] = saved.places().get(PLACE * i + part);
            }
        }
        active = order[saved.active()];
        element = places[PLACE * active];
        turn = places[PLACE * active + 1];
        rounds = places[PLACE * active + 2];
        parked = policy.plans().size() == 1 ? null : places;
    }

    /**
     * Saves the position as a text, for a child that outlives this JVM. {@link RestartPolicy#restoreState} reads it.
     *
     * <p>The text has the position in each plan by reason, the restart count, and a hash of the plans. It has none of
     * the plans themselves, and no time: {@code reset-after} needs a start that its caller knows. At most 1,000
     * characters for a policy with up to 20 plans by reason.
     *
     * @return the text, of letters, digits, commas and colons
     */
    public String save() {
        int[] places = new int[PLACE * policy.plans().size()];
        int[] others = parked;
        if (others != null) {
            System.arraycopy(others, 0, places, 0, places.length);
        }
        places[PLACE * active] = element;
        places[PLACE * active + 1] = turn;
        places[PLACE * active + 2] = rounds;
        int[] order = policy.plans().savedOrder();
        List<Integer> saved = new ArrayList<>(places.length);
        int activeSaved = 0;
        for (int i = 0; i < order.length; i++) {
            for (int part = 0; part < PLACE; part++) {
                saved.add(places[PLACE * order[i] + part]);
            }
            if (order[i] == active) {
                activeSaved = i;
            }
        }
        return new SavedPlan(policy.plans().hash(), restartCount, failedStarts, activeSaved, saved).text();
    }

    /**
     * Takes the next element for an end of the child by itself. If the child has run for {@code reset-after} or longer,
     * the plans begin anew first.
     *
     * @param reason the exit reason
     * @param nowNanos the monotonic time of the end
     * @param startedAtNanos the monotonic time of the last start
     * @param jitter the source of random numbers
     * @return the decision
     */
    public Decision next(
            ExitReason reason, long nowNanos, long startedAtNanos, RandomGenerator jitter) {
        long resetAfterNanos = policy.resetAfter().toNanos();
        if (resetAfterNanos > 0 && nowNanos - startedAtNanos >= resetAfterNanos) {
            beginAnew();
        }
        failedStarts = 0;
        return decide(reason, jitter);
    }

    /**
     * Takes the next element for a failed restart that a plan had asked for; the failure counts as an end.
     *
     * <p>A plan with count infinity can't spin on a child whose start fails. From the eleventh failed start in a row
     * without a pause of 100 ms, a pause is imposed: first 100 ms, then doubling up to 30 s, until a start succeeds or
     * the plan itself pauses. {@link Decision.RestartAfter#imposed} tells of it. Other counts limit themselves.
     *
     * @param reason the reason of the failed start
     * @param jitter the source of random numbers
     * @return the decision
     */
    public Decision nextAfterFailedStart(ExitReason reason, RandomGenerator jitter) {
        Decision decision = decide(reason, jitter);
        boolean immediate = decision instanceof Decision.RestartNow
                || (decision instanceof Decision.RestartAfter after
                        && after.delay().compareTo(SHORTEST_PAUSE) < 0);
        if (!immediate || !policy.count().isInfinite()) {
            failedStarts = 0;
            return decision;
        }
        failedStarts = increment(failedStarts);
        if (failedStarts <= IMMEDIATE_RETRIES) {
            return decision;
        }
        Duration pause = IMPOSED.delay(failedStarts - IMMEDIATE_RETRIES - 1, jitter);
        return new Decision.RestartAfter(pause, true);
    }

    /**
     * Begins all plans anew, at their first element and first round. Called for a success that the plan can't see: a
     * task that went well, or a worker that was made.
     */
    public void beginAnew() {
        active = 0;
        element = 0;
        step = 0;
        turn = 0;
        rounds = 0;
        parked = null;
        failedStarts = 0;
    }

    /**
     * Follows another plan from its beginning: director's {@code change_plan}. The restart count and a running delay go
     * on.
     *
     * @param plan the new plan, for all reasons
     */
    public void changePlan(RestartPlan plan) {
        policy = policy.withPlan(plan);
        beginAnew();
    }

    /**
     * Sets another number of rounds. The position in the plan stays, and finished rounds count.
     *
     * @param count the new count
     */
    public void changeCount(RestartCount count) {
        policy = policy.withCount(count);
    }

    /**
     * Returns the policy of this state, changes included.
     *
     * @return the policy
     */
    public RestartPolicy policy() {
        return policy;
    }

    /**
     * Returns the number of elements that were run for this child: director's restart count. It is never reset.
     *
     * @return zero or more
     */
    public int restartCount() {
        return restartCount;
    }

    /**
     * Returns the number of failed starts in a row without a pause; counted while count is infinity.
     *
     * @return zero or more
     */
    public int failedStarts() {
        return failedStarts;
    }

    /**
     * Returns the step of the last decision: the place of its element in the plan. An observer may read it from any
     * thread; it then sees a step of a moment ago.
     *
     * @return from 1 to the number of elements; 0 before the first decision and after the plan has begun anew
     */
    public int step() {
        return step;
    }

    private Decision decide(ExitReason reason, RandomGenerator jitter) {
        activate(policy.plans().selectNumber(reason));
        RestartPlan plan = policy.plans().plan(active);
        if (policy.count().isReachedAfter(rounds)) {
            return new Decision.ReachedMaxRestartPlan(
                    exit(PlanExit.REACHED_MAX_RESTART_PLAN, reason));
        }
        if (plan.isEmpty()) {
            return new Decision.EmptyPlan(exit(PlanExit.EMPTY_PLAN, reason));
        }
        PlanElement now = plan.elements().get(element);
        step = element + 1;
        int turnNow = turn;
        advance(now, plan);
        restartCount = increment(restartCount);
        return now instanceof PlanElement.Repeat repeat
                ? run(repeat.element(), turnNow, reason, jitter)
                : run(now, turnNow, reason, jitter);
    }

    private Decision run(
            PlanElement now, int turnNow, ExitReason reason, RandomGenerator jitter) {
        return switch (now) {
            case PlanElement.Restart restart -> Decision.RestartNow.INSTANCE;
            case PlanElement.Delay delay -> new Decision.RestartAfter(delay.delay(), false);
            case Backoff backoff -> new Decision.RestartAfter(backoff.delay(turnNow, jitter), false);
            case PlanElement.Wait wait -> Decision.Wait.INSTANCE;
            case PlanElement.Delete delete -> Decision.Delete.INSTANCE;
            case PlanElement.Stop stop -> new Decision.Stop(exit(PlanExit.STOP, reason));
            case PlanElement.StopWith stop -> new Decision.Stop(stop.reason());
            case PlanElement.Function function -> call(function, reason, jitter);
            case PlanElement.Repeat repeat ->
                throw new AssertionError("repetitions are not nested, got: " + repeat);
        };
    }

    @SuppressWarnings("CatchingUnchecked") // director treats any exception of a function in the same way
    private Decision call(
            PlanElement.Function function, ExitReason reason, RandomGenerator jitter) {
        PlanElement answer;
        try {
            answer = ForeignCode.ask(() -> function.function().decide(reason, restartCount));
        } catch (Throwable failure) { // other languages throw checked exceptions undeclared
            return functionFailed(function, reason, "threw", failure);
        }
        // A function is foreign code: it may return null in spite of its declaration.
        if (answer == null || answer instanceof PlanElement.Function || answer instanceof PlanElement.Repeat) {
            return functionFailed(function, reason, "must return a plain element, got: " + answer, null);
        }
        return run(answer, restartCount - 1, reason, jitter);
    }

    private Decision functionFailed(
            PlanElement.Function function, ExitReason reason, String what, @Nullable Throwable cause) {
        return new Decision.FunctionFailed(
                ExitReason.failure(
                        new IllegalStateException(
                                "plan function " + function + "(" + reason + ", " + restartCount + ") " + what,
                                cause)));
    }

    private ExitReason exit(String word, ExitReason childReason) {
        return ExitReason.of(new PlanExit(word, childReason, restartCount));
    }

    private void advance(PlanElement now, RestartPlan plan) {
        boolean stays = now instanceof Backoff
                || (now instanceof PlanElement.Repeat repeat && turn + 1 < repeat.times());
        if (stays) {
            turn = increment(turn);
            return;
        }
        turn = 0;
        element++;
        if (element == plan.elements().size()) {
            element = 0;
            rounds = increment(rounds);
        }
    }

    private void activate(int number) {
        if (number == active) {
            return;
        }
        int[] places = parked;
        if (places == null) {
            places = new int[PLACE * policy.plans().size()];
            parked = places;
        }
        places[PLACE * active] = element;
        places[PLACE * active + 1] = turn;
        places[PLACE * active + 2] = rounds;
        active = number;
        element = places[PLACE * number];
        turn = places[PLACE * number + 1];
        rounds = places[PLACE * number + 2];
    }

    /** Counts up to the largest int and stays there. */
    private static int increment(int number) {
        return number == Integer.MAX_VALUE ? number : number + 1;
    }

    @Override
    public String toString() {
        return policy + ", round " + (rounds + 1L) + ", element " + (element + 1)
                + ", restart count " + restartCount;
    }
}
