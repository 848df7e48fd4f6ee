package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.Optional;

/**
 * The decision of a plan about one end, an immutable value. The caller carries it out; the {@link PlanState} has
 * already moved on.
 */
public sealed interface Decision {

    /**
     * Returns the exit reason of the supervisor, if this decision ends it. A plan without a supervisor to end, for
     * example that of a task, is given up with this reason.
     *
     * @return the reason; empty if the supervisor goes on
     */
    default Optional<ExitReason> supervisorExit() {
        return Optional.empty();
    }

    /**
     * Makes the decision to restart at once.
     *
     * @return the decision
     */
    static Decision restartNow() {
        return RestartNow.INSTANCE;
    }

    /**
     * Makes the decision to end the supervisor.
     *
     * @param reason the exit reason of the supervisor
     * @return the decision
     */
    static Decision stop(ExitReason reason) {
        return new Stop(reason);
    }

    /** The child is started again now. If the start fails, the caller calls {@link PlanState#nextAfterFailedStart}. */
    record RestartNow() implements Decision {
        static final RestartNow INSTANCE = new RestartNow();

        @Override
        public String toString() {
            return "restart now";
        }
    }

    /**
     * The child is started again after a delay. If the start fails, the caller calls {@link
     * PlanState#nextAfterFailedStart}.
     *
     * @param delay the time to wait; may be zero
     * @param imposed true if the plan has a shorter delay, and this one was imposed after too many failed starts in a
     *     row without a pause; worth a line in the log
     */
    record RestartAfter(Duration delay, boolean imposed) implements Decision {
        @Override
        public String toString() {
            return "restart in "
                    + DurationText.inShort(delay)
                    + (imposed ? " (imposed: too many failed starts in a row)" : "");
        }
    }

    /** The child stays down until a request restarts it. */
    record Wait() implements Decision {
        static final Wait INSTANCE = new Wait();

        @Override
        public String toString() {
            return "wait";
        }
    }

    /** The child is forgotten. */
    record Delete() implements Decision {
        static final Delete INSTANCE = new Delete();

        @Override
        public String toString() {
            return "delete";
        }
    }

    /**
     * The plan says {@code stop}: the supervisor stops its children and exits.
     *
     * @param reason the exit reason of the supervisor: a {@link PlanExit}, or the reason in the plan
     */
    record Stop(ExitReason reason) implements Decision {
        @Override
        public Optional<ExitReason> supervisorExit() {
            return Optional.of(reason);
        }

        @Override
        public String toString() {
            return "supervisor exits with " + ReasonText.print(reason);
        }
    }

    /**
     * The plan has had as many rounds as its count allows: the supervisor stops its children and exits.
     *
     * @param reason the exit reason of the supervisor, a {@link PlanExit}
     */
    record ReachedMaxRestartPlan(ExitReason reason) implements Decision {
        @Override
        public Optional<ExitReason> supervisorExit() {
            return Optional.of(reason);
        }

        @Override
        public String toString() {
            return "give up: " + PlanExit.REACHED_MAX_RESTART_PLAN;
        }
    }

    /**
     * The plan has no element: the supervisor stops its children and exits.
     *
     * @param reason the exit reason of the supervisor, a {@link PlanExit}
     */
    record EmptyPlan(ExitReason reason) implements Decision {
        @Override
        public Optional<ExitReason> supervisorExit() {
            return Optional.of(reason);
        }

        @Override
        public String toString() {
            return "give up: " + PlanExit.EMPTY_PLAN;
        }
    }

    /**
     * A {@link PlanFunction} threw, or returned an element that is not allowed: the supervisor stops its children and
     * exits. director's {@code run_plan_element}.
     *
     * @param reason the exit reason of the supervisor, a failure that names the function
     */
    record FunctionFailed(ExitReason reason) implements Decision {
        @Override
        public Optional<ExitReason> supervisorExit() {
            return Optional.of(reason);
        }

        @Override
        public String toString() {
            return "give up: " + ReasonText.print(reason);
        }
    }
}
