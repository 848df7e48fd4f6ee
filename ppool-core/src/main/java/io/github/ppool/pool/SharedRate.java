package io.github.ppool.pool;

/**
 * A rate that a pool shares with others, as with the pools of the same name on other nodes. Each pool has a
 * <em>share</em> of its permits, and hands out by a strict sliding window of that share alone. It asks no other one
 * when it lends a worker. The owner keeps the sum of all shares at or below the number of the rate. It moves a permit
 * only when the last use was a period ago. So all pools together keep the rate in every window. {@link
 * PoolSpec.Builder#sharedRate} sets it; without one the pool makes no call, and has no cost.
 *
 * <p>A share is valid for a time, which its owner extends. A pool whose share has ended hands out no worker until it
 * has one again: its callers wait, as while the rate is used up.
 *
 * <p>The pool takes the {@code toString} once, when it is started, for its status and for the texts of refusals. That
 * text should name the rate, such as {@code cluster-rate 100/1m}.
 *
 * <p>Has no counterpart in OTP or poolboy. The libraries {@code jobs} and {@code hammer} have.
 */
public interface SharedRate {

    /**
     * Returns the rate of all pools together. Called when the pool is started, on the thread that starts it.
     *
     * @return always the same rate
     */
    Rate rate();

    /**
     * Tells that the pool is started. Its share is empty. Called once, on the thread that starts the pool. Must not
     * block. An exception is logged and has no other effect.
     *
     * @param share the share of the pool, valid until {@link #closed}
     */
    void opened(RateShare share);

    /**
     * Tells that callers or tasks wait because the share is used up. Called once after each {@link RateShare#use}, on
     * any thread, without a lock. Must not block. An exception is logged and has no other effect.
     *
     * @param share the share of the pool
     */
    void wanted(RateShare share);

    /**
     * Tells that the pool has ended. It hands out no worker any more, and {@link RateShare#giveBack} still tells when
     * the permits were used. Called once, on any thread. Must not block. An exception is logged and has no other
     * effect.
     *
     * @param share the share of the pool
     */
    void closed(RateShare share);
}
