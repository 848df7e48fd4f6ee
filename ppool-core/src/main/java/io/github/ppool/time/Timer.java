package io.github.ppool.time;

/**
 * A task that a {@link MonotonicClock} will run once. Any thread may use it.
 *
 * <p>Stands for the reference that {@code erlang:start_timer/3} returns.
 */
public interface Timer {

    /**
     * Cancels the task if it has not begun. Does not block; a running task goes on. The clock forgets a cancelled timer
     * at once, in logarithmic time.
     *
     * @return true if this call has prevented the task; false if the task has begun, is over, or was cancelled before
     */
    boolean cancel();
}
