package io.github.ppool.process;

import java.time.Duration;
import java.util.Objects;

/**
 * Thrown by the start of a child, or by its process while it prepares itself, to say: not now, try again after this
 * time. A supervisor then counts the child as about to be restarted and goes on with the others. It is no failure: it
 * takes no element of a plan and does not count against an intensity. Stands for director's answer
 * <code>{restart, Ms}</code> of a start function.
 *
 * <p>Anywhere else it is an exception like any other: {@link ProcessSystem#start} fails with it, and a process that
 * throws it when it is ready already crashes.
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
     * @param delay how long to wait; a negative time counts as zero, and times beyond 292 years are cut to that
     */
    public StartLaterException(Duration delay) {
        super(null, null, false, false);
        Objects.requireNonNull(delay, "delay must not be null");
        this.delay = delay.isNegative() ? Duration.ZERO : delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }

    /**
     * The time to wait.
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
