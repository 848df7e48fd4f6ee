package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.PoolStatus;
import org.jspecify.annotations.Nullable;

/**
 * The rate of a pool, and its use.
 *
 * @param limit the rate in the words of the settings, such as 100/1m
 * @param used the number of hand-outs within the time of the rate
 * @param nextInMillis the time until the next hand-out is permitted, 0 if one is permitted now
 * @param retryAfterMillis the time until one may be for a caller that comes now, behind all that wait
 */
public record RateRow(String limit, int used, long nextInMillis, long retryAfterMillis) {

    /**
     * The rate in a status.
     *
     * @param use the rate of the pool; null if it has none
     * @return its row; null without a rate
     */
    public static @Nullable RateRow of(PoolStatus.@Nullable RateUse use) {
        return use == null
                ? null
                : new RateRow(use.rate().toString(), use.used(), use.nextPermitIn().toMillis(),
                        use.retryAfter().toMillis());
    }
}
