package io.github.ppool.pool;

import io.github.ppool.concurrent.TimedEntry;
import io.github.ppool.process.Pid;
import java.time.Duration;

/** What the process of a worker is doing with foreign code, which must return in time. */
final class WorkerOperation<W> extends TimedEntry {

    final Slot<W> slot;
    final Pid pid;
    final Kind kind;

    WorkerOperation(Slot<W> slot, Pid pid, Kind kind, long sinceNanos) {
        super(sinceNanos);
        this.slot = slot;
        this.pid = pid;
        this.kind = kind;
    }

    /** What it is doing. */
    enum Kind {
        /** It makes the worker. */
        MAKE("create()"),
        /** It checks the worker, keeps it alive, or waits for an answer that the worker owes. */
        CHECK("the check"),
        /** It closes the worker. */
        CLOSE("destroy()");

        private final String what;

        Kind(String what) {
            this.what = what;
        }
    }

    String whatIsLate(Duration limit) {
        return kind.what + " of worker " + slot.childId + " has not returned within " + limit + ", its process " + pid
                + " is killed";
    }
}
