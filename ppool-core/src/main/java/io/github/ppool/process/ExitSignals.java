package io.github.ppool.process;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the end of a process to those who are linked to it or watch it, and on from those who end of that. Works through a
 * list and not by recursion, so that a chain of a million links is no deeper than one of two. Runs on the thread that caused the
 * end, and holds no lock while it tells anybody.
 */
final class ExitSignals {

    private static final Logger LOG = LoggerFactory.getLogger(ExitSignals.class);

    private ExitSignals() {}

    /** The process's own thread has left the body. */
    static void end(ProcessCell process, ExitReason reason) {
        carry(process.endByItself(reason));
    }

    static void send(ProcessCell from, ProcessCell to, ExitReason reason) {
        carry(to.signal(from, reason));
    }

    /** False when the receiver traps exits and got nothing; else it has ended, and there is no link between the two any more. */
    static boolean dismiss(ProcessCell from, ProcessCell to, ExitReason reason) {
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
        for (Monitor monitor : ended.monitors()) {
            monitor.watchedCell().removeWatcher(monitor);
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

    /** A crash that somebody hears of is theirs to report; one that nobody hears of must not be silent. */
    private static void logUnheard(ProcessCell process, ExitReason reason) {
        if (reason.cause().isPresent()) {
            LOG.error("Process {} crashed, and nobody is linked to it or monitors it", process, reason.cause().get());
        }
    }
}
