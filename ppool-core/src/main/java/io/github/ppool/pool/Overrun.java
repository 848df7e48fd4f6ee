package io.github.ppool.pool;

import io.github.ppool.guard.VisibleText;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A borrower, or an attempt of a task, that has a worker for longer than {@link PoolSpec.Builder#overrunAfter}. The
 * hand-out goes on. An immutable value.
 *
 * <p>Stands for {@code long_schedule} of {@code erlang:system_monitor/2}, which watches schedulers instead of workers.
 */
public final class Overrun {

    /** The most frames of a stack that are kept. */
    public static final int MOST_FRAMES = 64;
    /** No frames. */
    public static final StackTraceElement[] NO_STACK = {};

    private static final int LONGEST_NAME = 100;

    private final Pid worker;
    private final boolean task;
    private final String holder;
    private final Duration taken;
    private final Duration limit;
    private final long times;
    private final StackTraceElement[] stack;

    /**
     * An overrun, for a pool, or for a test that stands for one.
     *
     * @param worker the process of the worker
     * @param task true for a task, false for a borrower
     * @param holder the name of the thread or process that has borrowed the worker, or the number of the task; cut to
     *     100 characters
     * @param taken the time since the worker was handed out
     * @param limit the time of the setting
     * @param times how many times this limit was reached: 1, 2, 4, 8 and so on
     * @param stack the stack of the holder's thread, the innermost frame first, cut to {@link #MOST_FRAMES}; empty if
     *     it is not known
     */
    public Overrun(Pid worker, boolean task, String holder, Duration taken, Duration limit, long times,
            StackTraceElement[] stack) {
        this.worker = worker;
        this.task = task;
        this.holder = VisibleText.of(
                holder.length() <= LONGEST_NAME ? holder : holder.substring(0, LONGEST_NAME) + "…");
        this.taken = taken;
        this.limit = limit;
        this.times = times;
        // a thread of a foreign class may give any answer
        this.stack = Arrays.stream(stack).filter(Objects::nonNull).limit(MOST_FRAMES)
                .toArray(StackTraceElement[]::new);
    }

    /** {@return the process of the worker} */
    public Pid worker() {
        return worker;
    }

    /** {@return true if a task has the worker, false if a borrower has it} */
    public boolean isTask() {
        return task;
    }

    /** {@return the name of the thread or process that has borrowed the worker, or the number of the task} */
    public String holder() {
        return holder;
    }

    /** {@return the time since the worker was handed out} */
    public Duration taken() {
        return taken;
    }

    /** {@return the time of the setting {@code overrun-after}} */
    public Duration limit() {
        return limit;
    }

    /** {@return how many times the limit was reached: 1, 2, 4, 8 and so on} */
    public long times() {
        return times;
    }

    /**
     * Returns the stack of the holder's thread at that moment.
     *
     * @return the innermost frame first, at most {@link #MOST_FRAMES}. Empty if the holder is a stage, has given the
     *     worker back meanwhile, or is one of very many that overran at the same time
     */
    public List<StackTraceElement> stack() {
        return List.of(stack);
    }

    /**
     * Returns an exception with that stack, for a log. It was never thrown.
     *
     * @return a new exception; its message names the holder
     */
    public Throwable where() {
        return new Where(holder + " has the worker for " + taken, stack);
    }

    @Override
    public String toString() {
        return "Overrun[" + worker + ", by " + holder + " for " + taken + ", limit " + limit + "]";
    }

    private static final class Where extends Exception {
        private static final long serialVersionUID = 1L;

        private Where(@Nullable String message, StackTraceElement[] stack) {
            super(message, null, false, true);
            setStackTrace(stack);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this; // the stack is that of the holder
        }
    }
}
