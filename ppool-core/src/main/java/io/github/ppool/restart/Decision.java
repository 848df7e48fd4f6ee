package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.Optional;

/** What a plan says after one end. The caller does it; the {@link PlanState} has already moved on. */
public sealed interface Decision {

    /**
     * What the supervisor exits with, if this decision makes it exit. A plan that has no supervisor to
     * end (that of a task, say) is given up with this reason.
     */
    default Optional<ExitReason> supervisorExit() {
        return Optional.empty();
    }

    /**
     * A restart at once.
     *
     * @return the decision
     */
    static Decision restartNow() {
        return RestartNow.INSTANCE;
    }

    /**
     * An end of the supervisor.
     *
     * @param reason what it exits with
     * @return the decision
     */
    static Decision stop(ExitReason reason) {
        return new Stop(reason);
    }

    /** Start it again now. If that fails ask {@link PlanState#nextAfterFailedStart}. */
    record RestartNow() implements Decision {
        static final RestartNow INSTANCE = new RestartNow();

        @Override
        public String toString() {
            return "restart now";
        }
    }

    /**
     * Start it again after a delay. If that fails ask {@link PlanState#nextAfterFailedStart}.
     *
     * @param delay how long to wait; may be zero
     * @param imposed whether the plan wanted it sooner, and the delay was imposed because too many
     *     starts failed in a row without a pause; worth a line in the log
     */
    record RestartAfter(Duration delay, boolean imposed) implements Decision {
        @Override
        public String toString() {
            return "restart in "
                    + DurationText.inShort(delay)
                    + (imposed ? " (imposed: too many failed starts in a row)" : "");
        }
    }

    /** Leave it down until somebody restarts it. */
    record Wait() implements Decision {
        static final Wait INSTANCE = new Wait();

        @Override
        public String toString() {
            return "wait";
        }
    }

    /** Forget it. */
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
     * @param reason what it exits with: a {@link PlanExit}, or the reason that stands in the plan
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
     * The plan was run as many times as its count allows: the supervisor stops its children and exits.
     *
     * @param reason what it exits with, a {@link PlanExit}
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
     * @param reason what it exits with, a {@link PlanExit}
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
     * A {@link PlanFunction} threw, or returned what it must not: the supervisor stops its children and
     * exits. director's {@code run_plan_element}.
     *
     * @param reason what it exits with, a failure that names the function
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
