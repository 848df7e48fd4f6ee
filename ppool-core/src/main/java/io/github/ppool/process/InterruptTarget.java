package io.github.ppool.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * The thread that the end of a process interrupts while that thread {@linkplain Impersonation impersonates} the
 * process. After {@link #close} the thread is not interrupted any more.
 */
abstract class InterruptTarget {

    final Thread thread;
    private boolean kept; // written and read by the thread only

    @GuardedBy("this")
    private boolean closed;

    InterruptTarget(Thread thread) {
        this.thread = thread;
    }

    /**
     * Called by the thread in a wait of the process, after an interrupt that is not the process's end. The interrupt is
     * remembered for the time after the impersonation.
     *
     * @return true: the wait goes on
     */
    final boolean keepsInterrupt() {
        kept = true;
        return true;
    }

    /** True if {@link #keepsInterrupt} was called. The thread only. */
    final boolean isInterruptKept() {
        return kept;
    }

    /** The process has ended. Any thread, once. */
    final synchronized void interrupt() {
        if (!closed) {
            thread.interrupt();
        }
    }

    /** The thread: no interrupt for the end of the process comes after this call. */
    final synchronized void close() {
        closed = true;
    }
}
