package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Who borrows: a thread, and the process that it is, if it is one. A stage has no thread that could be known.
 *
 * <p>A thread is or is not a process for its whole life, so this is found out once, and then found again among the
 * {@link BorrowerTable}. It is known by its number, which is never used again; the thread itself is held weakly, so that an
 * ended one, and what its code has captured, is not kept.
 */
final class Borrower {

    /** No thread has this number. */
    static final long NO_THREAD = 0;

    final long threadId;
    private final @Nullable WeakReference<Thread> thread;
    final @Nullable Pid pid;
    /**
     * Whether the worker that it gave back last went to somebody who waited, and it has not asked for one in vain
     * since. A hint, written and read without a fence: mostly the same thread does both.
     */
    boolean handedOn;

    /** The calling thread. */
    Borrower(Thread thread, @Nullable Pid pid) {
        this.threadId = thread.threadId();
        this.thread = new WeakReference<>(thread);
        this.pid = pid;
    }

    /** A stage, and the process whose it is. */
    Borrower(@Nullable Pid pid) {
        this.threadId = NO_THREAD;
        this.thread = null;
        this.pid = pid;
    }

    boolean isThread() {
        return threadId != NO_THREAD;
    }

    /** False for a process that has ended, whether its thread still runs or not. */
    boolean isAlive() {
        return pid == null || pid.isAlive();
    }

    /** Whether nobody will give back what it has, nor tell that: a thread that is no process, and has ended. */
    boolean hasEndedSilently() {
        if (pid != null || thread == null) {
            return false;
        }
        Thread known = thread.get();
        return known == null || !known.isAlive();
    }

    @Override
    public String toString() {
        if (pid != null) {
            return pid.toString();
        }
        Thread known = thread == null ? null : thread.get();
        return known != null ? known.toString() : isThread() ? "thread #" + threadId : "nobody";
    }
}
