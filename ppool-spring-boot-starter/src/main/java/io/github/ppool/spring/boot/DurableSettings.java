package io.github.ppool.spring.boot;

import io.github.ppool.pool.Rate;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a pool for durable tasks, {@code durable} below the name of the pool. The module {@code
 * ppool-durable} runs these tasks. OTP and poolboy have no counterpart: their work ends with the node. An
 * immutable value.
 *
 * @param plan the plans that decide after failed attempts
 * @param onEnd the fate of a task at the end of its plan
 * @param prefetch the most tasks that a node claims beyond its free workers, 0 or more; null to choose by the measured
 *     times
 * @param rate the rate of the tasks of the pool over all nodes; null for none
 * @param partitionRate the rate of each partition over all nodes; null for none
 * @param partitions true if the partitions are served in turns
 */
public record DurableSettings(
        RestartPolicy plan,
        OnEnd onEnd,
        @Nullable Integer prefetch,
        @Nullable Rate rate,
        @Nullable Rate partitionRate,
        boolean partitions) {

    /** The reason of an attempt that ended with its node. */
    public static final String NODE_LOST = "node-lost";

    /** The reason of an attempt whose payload could not be read. */
    public static final String UNREADABLE = "unreadable";

    /**
     * The plans of a pool without settings. The pauses grow over about an hour, then the task is laid down. A task that
     * ended with three nodes may be the reason of their end, and an unreadable payload stays unreadable.
     */
    public static final RestartPolicy DEFAULT_PLAN = RestartPolicy.of(PlanByReason.of(
            Map.of(
                    NODE_LOST, RestartPlan.parse("[restart*3, wait]"),
                    UNREADABLE, RestartPlan.parse("[wait]")),
            RestartPlan.parse("[restart, 5s, backoff 10s..15m x2 jitter 20%*10, wait]")))
            .withCount(RestartCount.INFINITY);

    /** The settings of a pool without any. */
    public static final DurableSettings DEFAULT = new DurableSettings(DEFAULT_PLAN, OnEnd.WAIT, null, null, null,
            false);

    /**
     * Whether the tasks of the pool may have partitions.
     *
     * @return true if partitions are served in turns or have a rate
     */
    public boolean hasPartitions() {
        return partitions || partitionRate != null;
    }

    /** The fate of a task at the end of its plan. */
    public enum OnEnd {
        /** It is laid down until an operator decides. */
        WAIT,
        /** It is removed. */
        DELETE
    }
}
