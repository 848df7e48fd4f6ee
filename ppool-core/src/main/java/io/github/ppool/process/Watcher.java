package io.github.ppool.process;

/** Somebody who is to be told, once, that a process has ended. Held by the watched process until then. */
abstract sealed class Watcher permits Monitor, ExitWatch, StartHandshake {

    /** Called by the thread that ends the process, outside of every lock. */
    abstract void ended(ProcessCell process, ExitReason reason);
}
