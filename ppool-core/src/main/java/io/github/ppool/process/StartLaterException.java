package io.github.ppool.process;

import java.time.Duration;
import java.util.Objects;

/**
 * Thrown by the start of a child, or by its process while it prepares itself, to ask for a later try. The supervisor
 * then counts the child as pending a restart and goes on with the others. This is no failure: it takes no element of a
 * plan and does not count against an intensity. Stands for the answer <code>{restart, Ms}</code> of a start function in
 * director.
 *
 * <p>Elsewhere it is an exception like any other: {@link ProcessSystem#start} fails with it, and a process that throws
 * it after it is ready crashes.
 *
 * <p>It carries no stack trace.
 */
public final class StartLaterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final Duration delay;

    /**
     * Asks for a later try.
     *
     * @param delay the time to wait; a negative time counts as zero, and a time beyond 292 years is cut to that
     * @throws NullPointerException if the delay is null
     */
    public StartLaterException(Duration delay) {
        super(null, null, false, false);
        Objects.requireNonNull(delay, "delay must not be null");
        this.delay = delay.isNegative() ? Duration.ZERO : delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }

    /**
     * Returns the time to wait.
     *
     * @return from zero to 292 years
     */
    public Duration delay() {
        return delay;
    }

    @Override
    public String getMessage() {
        return "start later: in " + delay;
    }
}
