package io.github.ppool.time;

/**
 * A task that a {@link MonotonicClock} will run once. May be used from any thread.
 *
 * <p>Stands for the reference that {@code erlang:start_timer/3} returns.
 */
public interface Timer {

    /**
     * Keeps the task from running if it has not begun. Does not block and does not wait for a task that runs at this
     * moment. The clock forgets a cancelled timer at once, in logarithmic time.
     *
     * @return whether the task was kept from running by this call; false when it has begun, is over, or was cancelled
     *         before
     */
    boolean cancel();
}
