package io.github.ppool.process;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.guard.StackReserve;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Carries the end of a process to those who are linked to it or watch it, and on from those who end of that. Works
 * through a list and not by recursion, so that a chain of a million links is no deeper than one of two. Runs on the
 * thread that caused the end, and holds no lock while it tells anybody.
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
     * As {@link #send}, in two steps: what comes after the signal has taken effect is left to the caller, if there is
     * anything.
     */
    static @Nullable Runnable begin(Pid from, ProcessCell to, ExitReason reason) {
        ProcessCell.Ended ended = to.signal(from, reason);
        return ended == null ? null : () -> carry(ended);
    }

    /**
     * False when the receiver traps exits and got nothing; else it has ended, and there is no link between the two any
     * more.
     */
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
        if (ended.toInterrupt() != null && !process.isImpersonating()) { // if it is away it finds out when it comes back
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
     * Holding no lock: a thread that waits in a channel closes it by this, which is foreign code. If it has ended,
     * nothing happens.
     */
    private static void interrupt(Thread thread, @Nullable InterruptTarget impersonation) {
        ForeignCode.run("The interrupt of a process",
                impersonation == null ? thread::interrupt : impersonation::interrupt);
    }

    /** A crash that somebody hears of is theirs to report; one that nobody hears of must not be silent. */
    private static void logUnheard(ProcessCell process, ExitReason reason) {
        reason.causeText().ifPresent(thrown -> LOG.error(
                "Process {} crashed, and no other process is linked to it or monitors it", process, thrown.loggable()));
    }
}
