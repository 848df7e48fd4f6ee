package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import org.jspecify.annotations.Nullable;

/**
 * Who borrows: a thread, and the process that it is, if it is one. A stage has no thread that could be known.
 *
 * <p>A thread is or is not a process for its whole life, so this is found out once, and then found again among the {@link Owners}.
 */
final class Owner {

    final @Nullable Thread thread;
    final @Nullable Pid pid;
    /**
     * Whether the worker that it gave back last went to somebody who waited, and it has not asked for one in vain since. A hint, written and
     * read without a fence: mostly the same thread does both.
     */
    boolean handedOn;

    Owner(@Nullable Thread thread, @Nullable Pid pid) {
        this.thread = thread;
        this.pid = pid;
    }

    /** False for a process that has ended, whether its thread still runs or not. */
    boolean isAlive() {
        return pid == null || pid.isAlive();
    }

    /** Whether nobody will give back what it has, nor tell that: a thread that is no process, and has ended. */
    boolean hasEndedSilently() {
        return pid == null && thread != null && !thread.isAlive();
    }

    @Override
    public String toString() {
        return pid != null ? pid.toString() : thread != null ? thread.toString() : "nobody";
    }
}
