package io.github.ppool.spring.boot.observe;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.SupervisorEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The events of a supervisor as entries of the journal. */
final class SupervisorNotes {

    private SupervisorNotes() {}

    /**
     * Adds an entry for the decision after an end or a failed start.
     *
     * @param child the id of the child, or its path
     * @param in the time until the next start; null if there is none
     */
    static void decided(Journal journal, Subject subject, String child, String follows, @Nullable Duration in) {
        journal.add(subject, () -> {
            Note note = new Note(in == null ? "stays_down" : "restarting").child(child).decision(follows);
            return in == null ? note : note.backIn(in);
        });
    }

    /**
     * Adds an entry for an event, unless it is one of ordinary life: a first start, a stop, or an orderly end.
     *
     * @param path the way from the top to the supervisor, with a slash at its end; empty for the top
     */
    static void add(Journal journal, Subject subject, String path, SupervisorEvent event) {
        switch (event) {
            case SupervisorEvent.ChildStarted(Pid supervisor, String id, Pid pid, int restarts) -> {
                if (restarts > 0) {
                    journal.add(subject, () -> {
                        journal.countRestart(subject, path + id, pid, restarts);
                        return new Note("restarted").child(path + id).pid(pid);
                    });
                }
            }
            case SupervisorEvent.ChildExited(Pid supervisor, String id, Pid pid, ExitReason reason) -> {
                if (!reason.isOrderly()) {
                    journal.countCrash(subject);
                    journal.add(subject, () -> new Note("crashed").child(path + id).pid(pid).reason(reason));
                }
            }
            case SupervisorEvent.ChildStopped stopped -> {}
            case SupervisorEvent.ChildStartFailed(Pid supervisor, String id, ExitReason reason) ->
                journal.add(subject, () -> new Note("not_made").child(path + id).reason(reason));
            case SupervisorEvent.RestartScheduled scheduled -> {} // the decision tells of it
            case SupervisorEvent.GaveUp(Pid supervisor, String id, ExitReason reason) ->
                journal.add(subject, () -> new Note("gave_up").child(path + id).reason(reason));
        }
    }
}
