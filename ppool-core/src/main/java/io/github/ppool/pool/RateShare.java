package io.github.ppool.pool;

import java.util.List;

/**
 * The share of a pool in a {@link SharedRate}, as its owner changes it. All methods may be called from any thread. None
 * of them blocks for longer than the decisions of the pool, and none throws after the end of the pool.
 *
 * <p>Times are those of the pool's clock, which is {@link io.github.ppool.process.ProcessSystem#clock()}.
 */
public interface RateShare {

    /** {@return the name of the pool} */
    String pool();

    /**
     * Looks at the share. The next caller that has to wait for it is told by {@link SharedRate#wanted}.
     *
     * @return the share and its use at the moment
     */
    Use use();

    /**
     * Adds permits, of which none is in use. Waiting callers are served at once.
     *
     * @param count the number, zero or more
     * @param untilNanos the time at which the whole share ends, instead of the present one
     * @throws IllegalArgumentException if the number is negative, or the share would be larger than the rate; the
     *     call has no effect
     */
    void grant(int count, long untilNanos);

    /**
     * Takes permits away: first unused ones, then those that were used longest ago. The pool keeps the rest.
     *
     * @param count the number; more than the share has means all
     * @return the permits by the time of their last use, unused ones with a time before the period of the rate
     */
    List<Used> giveBack(int count);

    /**
     * The use of a share.
     *
     * @param permits the number of permits of the share
     * @param used the number of hand-outs within the time of the rate; more than permits if a broadcast did not wait
     * @param waiting the number of waiting callers and tasks, and of those refused since the last look because they
     *     do not wait
     * @param isShort true if callers or tasks wait for a larger share, or were refused since the last look
     */
    record Use(int permits, int used, int waiting, boolean isShort) {}

    /**
     * Permits that the pool has given back.
     *
     * @param count the number, one or more
     * @param lastNanos a time at or after their last use
     */
    record Used(int count, long lastNanos) {}
}
