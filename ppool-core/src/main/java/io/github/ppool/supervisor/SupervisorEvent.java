package io.github.ppool.supervisor;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;

/**
 * An event of a supervisor, an immutable value. A {@link SupervisorListener} gets it. Stands for the progress and
 * error reports of OTP's supervisor.
 */
public sealed interface SupervisorEvent {

    /**
     * Returns the supervisor.
     *
     * @return its pid
     */
    Pid supervisor();

    /**
     * A child runs.
     *
     * @param supervisor the supervisor
     * @param id the id of the child; that of the template for {@link Strategy#SIMPLE_ONE_FOR_ONE}
     * @param pid the process of the child
     * @param restarts the number of its starts before
     */
    record ChildStarted(Pid supervisor, String id, Pid pid, int restarts) implements SupervisorEvent {}

    /**
     * A child could not be started.
     *
     * @param supervisor the supervisor
     * @param id the id of the child
     * @param reason the reason of the failure
     */
    record ChildStartFailed(Pid supervisor, String id, ExitReason reason) implements SupervisorEvent {}

    /**
     * A child has ended by itself.
     *
     * @param supervisor the supervisor
     * @param id the id of the child
     * @param pid its former process
     * @param reason its exit reason
     */
    record ChildExited(Pid supervisor, String id, Pid pid, ExitReason reason) implements SupervisorEvent {}

    /**
     * The supervisor has stopped a child.
     *
     * @param supervisor the supervisor
     * @param id the id of the child
     * @param pid its former process
     * @param reason its exit reason
     */
    record ChildStopped(Pid supervisor, String id, Pid pid, ExitReason reason) implements SupervisorEvent {}

    /**
     * A child will be started again after a time.
     *
     * @param supervisor the supervisor
     * @param id the id of the child
     * @param delay the time from now
     */
    record RestartScheduled(Pid supervisor, String id, Duration delay) implements SupervisorEvent {}

    /**
     * The supervisor is going to stop its children and end.
     *
     * @param supervisor the supervisor
     * @param id the child that is the cause
     * @param reason the exit reason of the supervisor
     */
    record GaveUp(Pid supervisor, String id, ExitReason reason) implements SupervisorEvent {}
}
