package io.github.ppool.process;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.guard.StackReserve;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Carries the end of a process to its links and watchers, and on from the processes that end of it. The work goes
 * through a list and not by recursion, so a chain of a million links needs no more stack than a chain of two. It runs
 * on the thread that caused the end, without a lock.
 */
final class ExitSignals {

    private static final GuardedLog LOG = GuardedLog.of(ExitSignals.class);

    private ExitSignals() {}

    /** The process's own thread has left the body. */
    static void end(ProcessCell process, ExitReason reason) {
        carry(process.endByItself(reason));
    }

    static void send(Pid from, ProcessCell to, ExitReason reason) {
        StackReserve.forSignal(); // an end must not be left untold
        carry(to.signal(from, reason));
    }

    /**
     * As {@link #send}, in two steps. The caller runs the work after the effect of the signal; null if there is none.
     */
    static @Nullable Runnable begin(Pid from, ProcessCell to, ExitReason reason) {
        ProcessCell.Ended ended = to.signal(from, reason);
        return ended == null ? null : () -> carry(ended);
    }

    /** False if the receiver traps exits and got no signal. Else it has ended, and the link between the two is gone. */
    static boolean dismiss(ProcessCell from, ProcessCell to, ExitReason reason) {
        StackReserve.forSignal();
        ProcessCell.Ended ended = to.dismissal(from, reason);
        if (to.isAlive()) {
            return false;
        }
        from.forget(to);
        carry(ended);
        return true;
    }

    private static void carry(ProcessCell.@Nullable Ended first) {
        if (first == null) {
            return;
        }
        Deque<ProcessCell.Ended> pending = new ArrayDeque<>(2);
        for (ProcessCell.Ended ended = first; ended != null; ended = pending.poll()) {
            tell(ended, pending);
        }
    }

    private static void tell(ProcessCell.Ended ended, Deque<ProcessCell.Ended> pending) {
        ProcessCell process = ended.process();
        if (ended.toInterrupt() != null && !process.isImpersonating()) { // else it looks afterwards
            interrupt(ended.toInterrupt(), ended.impersonation());
        }
        for (Watcher monitor : ended.monitors()) {
            monitor.ownerEnded();
        }
        if (ended.links().isEmpty() && ended.watchers().isEmpty()) {
            logUnheard(process, ended.reason());
        }
        for (ProcessCell linked : ended.links()) {
            ProcessCell.Ended next = linked.linkSignal(process, ended.reason());
            if (next != null) {
                pending.add(next);
            }
        }
        for (Watcher watcher : ended.watchers()) {
            watcher.ended(process, ended.reason());
        }
    }

    /**
     * Called without a lock: the interrupt of a thread that waits in a channel runs foreign code, which closes the
     * channel. If the thread has ended, the call has no effect.
     */
    private static void interrupt(Thread thread, @Nullable InterruptTarget impersonation) {
        ForeignCode.run("The interrupt of a process",
                impersonation == null ? thread::interrupt : impersonation::interrupt);
    }

    /**
     * A linked or watching process reports the crash of a process; a crash without such a process must not be silent.
     */
    private static void logUnheard(ProcessCell process, ExitReason reason) {
        reason.causeText().ifPresent(thrown -> LOG.error(
                "Process {} crashed, and no other process is linked to it or monitors it", process, thrown.loggable()));
    }
}
