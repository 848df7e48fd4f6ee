package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.FailedAttempt;
import io.github.ppool.durable.store.FailedAttempt.Next;
import io.github.ppool.durable.store.TaskStore.Progress;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.PlanState;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks the plans of the pools for the step after a failed attempt. Any thread may ask; plan functions are foreign code.
 */
final class Plans {

    private static final GuardedLog LOG = GuardedLog.of(Plans.class);

    private final Parts parts;

    Plans(Parts parts) {
        this.parts = parts;
    }

    /** Decides about an attempt that has failed after some time. */
    FailedAttempt afterFailure(
            ClaimedTask row, FailureRecord end, @Nullable Progress progress, long ranNanos) {
        return decide(row, end, progress, ranNanos, false);
    }

    /**
     * Decides about an attempt that has ended with its node. From the second such end on, a task that comes again waits
     * for a random time up to a lease. So a task that ends its nodes is apart from those that were only beside it.
     */
    FailedAttempt afterLoss(ClaimedTask row) {
        FailedAttempt decided = decide(row, FailureRecord.nodeLost(), null, 0, true);
        if (decided.next() != Next.AGAIN || row.lost() == 0) {
            return decided;
        }
        Duration apart = Duration.ofMillis((long) (parts.random().nextDouble() * parts.hold().lease().toMillis()));
        return apart.compareTo(decided.delay()) <= 0
                ? decided
                : new FailedAttempt(
                        decided.id(), decided.attempt(), Next.AGAIN, apart, decided.plan(), decided.reason(), null,
                        true, null);
    }

    private FailedAttempt decide(
            ClaimedTask row, FailureRecord end, @Nullable Progress progress, long ranNanos, boolean lost) {
        DurablePoolSettings settings = parts.pools().apply(row.pool());
        PlanState state = stateOf(row, settings.plan());
        Decision decision = state.next(end.exit(), ranNanos, 0, parts.random());
        Duration delay = Duration.ZERO;
        Next next;
        switch (decision) {
            case Decision.RestartNow now -> next = Next.AGAIN;
            case Decision.RestartAfter after -> {
                next = Next.AGAIN;
                delay = after.delay();
            }
            case Decision.Wait wait -> next = Next.LAID_DOWN;
            case Decision.Delete delete -> next = Next.DELETED;
            case Decision.FunctionFailed failed -> {
                LOG.warn("durable tasks: the plan of the pool {} has failed, and ends for the task {}: {}", row.pool(),
                        row.id(), decision);
                next = atEnd(settings);
            }
            default -> next = atEnd(settings);
        }
        return new FailedAttempt(
                row.id(), row.attempt(), next, delay, state.save(), end.reason(), end.failure(), lost, progress);
    }

    private static Next atEnd(DurablePoolSettings settings) {
        return settings.onEnd() == DurablePoolSettings.OnEnd.DELETE ? Next.DELETED : Next.LAID_DOWN;
    }

    private static PlanState stateOf(ClaimedTask row, RestartPolicy policy) {
        @Nullable
        String saved = row.plan();
        if (saved == null) {
            return policy.newState();
        }
        try {
            return policy.restoreState(saved);
        } catch (IllegalArgumentException unreadable) {
            LOG.warn("durable tasks: the position of the task {} in its plan can't be read, the plan begins anew: {}",
                    row.id(), FailureText.of(unreadable));
            return policy.newState();
        }
    }
}
