package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolClient;
import java.util.UUID;

/** Makes attempts of claimed tasks, and hands them to the pools. The threads of the feeds call. */
final class HandOver {

    private static final GuardedLog LOG = GuardedLog.of(HandOver.class);

    private final Parts parts;
    private final HandlerRun runs;
    private final Attempt.Owner owner;

    HandOver(Parts parts, HandlerRun runs, Attempt.Owner owner) {
        this.parts = parts;
        this.runs = runs;
        this.owner = owner;
    }

    Attempt attempt(TaskHandler handler, ClaimedTask row, UUID node, long claimedAt) {
        return new Attempt(parts, runs, owner, handler, row, node, claimedAt);
    }

    /** Hands an attempt to the queue of a pool. False if the pool takes no task now: then the attempt never begins. */
    @SuppressWarnings("CatchingUnchecked") // after each failure of the pool the task has not begun
    boolean handOver(PoolClient<?> client, Attempt attempt) {
        try {
            attempt.accepted(client.tasks(attempt.options()).asyncQueue(attempt));
            return true;
        } catch (Throwable refused) {
            LOG.debug("durable tasks: the pool {} does not accept {}, which is given back: {}", client.name(), attempt,
                    FailureText.of(refused));
            return !attempt.withdraw();
        }
    }
}
