package io.github.ppool.process;

import org.jspecify.annotations.Nullable;

/** Is told once that a process has ended. The watched process holds its watchers until then. */
abstract class Watcher {

    /** Called by the thread that ends the process, outside of every lock. */
    abstract void ended(Pid process, ExitReason reason);

    /** The process that blocks until this watcher is told; null if there is none. */
    @Nullable
    Pid waiter() {
        return null;
    }

    /** The process that set this watcher up has ended. Called outside of every lock. */
    void ownerEnded() {}
}
