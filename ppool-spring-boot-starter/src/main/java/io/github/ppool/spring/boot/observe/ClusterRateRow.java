package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.PoolStatus;
import org.jspecify.annotations.Nullable;

/**
 * The share of a pool in its cluster-rate, and its use on this node.
 *
 * @param limit the rate over all nodes in the words of the settings, such as cluster-rate 100/1m
 * @param share the number of hand-outs that this node may begin within the time of the rate
 * @param used the number of hand-outs of this node within the time of the rate
 * @param nextInMillis the time until the next hand-out is permitted by this share, 0 if one is permitted now
 * @param retryAfterMillis the time until one may be for a caller that comes now, behind all that wait
 */
public record ClusterRateRow(String limit, int share, int used, long nextInMillis, long retryAfterMillis) {

    /**
     * The share in a status.
     *
     * @param use the use of the share; null if the pool shares no rate
     * @return its row; null without such a rate
     */
    public static @Nullable ClusterRateRow of(PoolStatus.@Nullable SharedRateUse use) {
        return use == null
                ? null
                : new ClusterRateRow(use.limit(), use.share(), use.used(), use.nextPermitIn().toMillis(),
                        use.retryAfter().toMillis());
    }
}
