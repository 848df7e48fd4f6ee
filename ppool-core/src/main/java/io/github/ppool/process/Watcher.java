package io.github.ppool.process;

import org.jspecify.annotations.Nullable;

/** Told once that a process has ended. Held by the watched process until then. */
abstract sealed class Watcher permits Monitor, ExitWatch, StartHandshake, EndWait {

    /** Called by the thread that ends the process, outside of every lock. */
    abstract void ended(ProcessCell process, ExitReason reason);

    /** The process that does nothing but wait for this watcher to be told; null if there is none. */
    @Nullable
    ProcessCell waiter() {
        return null;
    }
}
