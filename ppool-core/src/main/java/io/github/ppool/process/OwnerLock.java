package io.github.ppool.process;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of a process that lets callers run its work, see {@link CallerRuns}. The process holds the lock whenever it
 * does not wait for a message, and for ever once it has ended. The process waits for the lock; other threads only try.
 */
abstract class OwnerLock {

    final ReentrantLock lock = new ReentrantLock();

    /** True if the calling thread runs for the process, or is the process and does not wait. Any thread. */
    final boolean isHeldByCaller() {
        return lock.isHeldByCurrentThread();
    }
}
