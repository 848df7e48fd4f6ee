package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.Claim;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.DurableSettings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a pool for durable tasks.
 *
 * @param plan the plans that decide after failed attempts
 * @param onEnd the fate of a task at the end of its plan
 * @param prefetch the most tasks that are claimed beyond the free places; null to choose by the measured times
 * @param rates the rates; null if the pool has neither rates nor partitions
 */
public record DurablePoolSettings(
        RestartPolicy plan, OnEnd onEnd, @Nullable Integer prefetch, Claim.@Nullable Rates rates) {

    /** The reason of an attempt that ended with its node. */
    public static final String NODE_LOST = DurableSettings.NODE_LOST;

    /** The reason of an attempt that could not read its payload. */
    public static final String UNREADABLE = DurableSettings.UNREADABLE;

    /** The reason of an attempt that took too long. */
    public static final String TIMEOUT = "timeout";

    /**
     * The plans of a pool without settings: growing pauses over about an hour, then the task is laid down. A task that
     * ended with three nodes may be the reason of their end, and an unreadable payload stays unreadable.
     */
    public static final RestartPolicy DEFAULT_PLAN = DurableSettings.DEFAULT_PLAN;

    /** The settings of a pool without any. */
    public static final DurablePoolSettings DEFAULT = new DurablePoolSettings(DEFAULT_PLAN, OnEnd.WAIT, null, null);

    /** The fate of a task at the end of its plan. */
    public enum OnEnd {
        /** The task is laid down. */
        WAIT,
        /** The task is removed. */
        DELETE
    }
}
