package io.github.ppool.pool.engine;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.process.Pid;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * A borrower: a thread, and its process if the thread runs one. A stage has no known thread.
 *
 * <p>A thread is or is not a process for its whole life. So this is found out once, and remembered in the
 * {@link BorrowerTable}. A thread is known by its number, which is never used again. The thread itself is referenced
 * weakly, so an ended thread and the objects that it has captured are not kept in memory.
 */
final class Borrower {

    /** The number of no thread. */
    static final long NO_THREAD = 0;

    final long threadId;
    private final @Nullable WeakReference<Thread> thread;
    final @Nullable Pid pid;
    /**
     * Whether the worker of the last check-in went to a waiter, and this borrower has not given way since. A hint,
     * written and read without a fence: mostly one thread does both.
     */
    boolean handedOn;

    /** The borrower that is the calling thread. */
    Borrower(Thread thread, @Nullable Pid pid) {
        this.threadId = thread.threadId();
        this.thread = new WeakReference<>(thread);
        this.pid = pid;
    }

    /** The borrower that is a stage of a process, if that is not null. */
    Borrower(@Nullable Pid pid) {
        this.threadId = NO_THREAD;
        this.thread = null;
        this.pid = pid;
    }

    void setHandedOn(boolean value) {
        handedOn = value;
    }

    boolean isThread() {
        return threadId != NO_THREAD;
    }

    /** Whether the borrower is alive; false for a process that has ended, whether its thread still runs or not. */
    boolean isAlive() {
        return pid == null || pid.isAlive();
    }

    /** Whether the borrower is a thread without a process that has ended: no event reports that. */
    boolean hasEndedSilently() {
        if (pid != null || thread == null) {
            return false;
        }
        Thread known = thread.get();
        return known == null || !known.isAlive();
    }

    /** The name of the process or the thread; a thread's {@code toString} may be foreign code. */
    String name() {
        Thread known = thread == null ? null : thread.get();
        String own = known == null ? "" : known.getName();
        return pid != null
                ? pid.toString()
                : !own.isEmpty() ? own : isThread() ? "thread #" + threadId : "a stage";
    }

    /**
     * The stack of the borrower's thread, empty if it is not known. Without a lock: the class of the thread may be
     * foreign, so that it throws, which is logged, or blocks here.
     */
    StackTraceElement[] stack() {
        Thread known = thread == null ? null : thread.get();
        StackTraceElement[][] stack = {{}};
        if (known != null) {
            ForeignCode.tell(name(), () -> {
                StackTraceElement[] told = known.getStackTrace();
                stack[0] = told == null ? stack[0] : told;
            });
        }
        return stack[0];
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
