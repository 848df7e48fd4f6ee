package io.github.ppool.supervisor;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;

/** Something that happened under a supervisor. */
public sealed interface SupervisorEvent {

    /**
     * The supervisor.
     *
     * @return its pid
     */
    Pid supervisor();

    /**
     * A child runs.
     *
     * @param supervisor the supervisor
     * @param id the child's id; the template's for {@link Strategy#SIMPLE_ONE_FOR_ONE}
     * @param pid the child's process
     * @param restarts how often it had been started before
     */
    record ChildStarted(Pid supervisor, String id, Pid pid, int restarts) implements SupervisorEvent {}

    /**
     * A child could not be started.
     *
     * @param supervisor the supervisor
     * @param id the child's id
     * @param reason why
     */
    record ChildStartFailed(Pid supervisor, String id, ExitReason reason) implements SupervisorEvent {}

    /**
     * A child has ended by itself.
     *
     * @param supervisor the supervisor
     * @param id the child's id
     * @param pid what was its process
     * @param reason why
     */
    record ChildExited(Pid supervisor, String id, Pid pid, ExitReason reason) implements SupervisorEvent {}

    /**
     * The supervisor has stopped a child.
     *
     * @param supervisor the supervisor
     * @param id the child's id
     * @param pid what was its process
     * @param reason what it ended with
     */
    record ChildStopped(Pid supervisor, String id, Pid pid, ExitReason reason) implements SupervisorEvent {}

    /**
     * A child will be started again after a time.
     *
     * @param supervisor the supervisor
     * @param id the child's id
     * @param delay how long from now
     */
    record RestartScheduled(Pid supervisor, String id, Duration delay) implements SupervisorEvent {}

    /**
     * The supervisor is going to stop its children and end.
     *
     * @param supervisor the supervisor
     * @param id the child because of which
     * @param reason what it ends with
     */
    record GaveUp(Pid supervisor, String id, ExitReason reason) implements SupervisorEvent {}
}
