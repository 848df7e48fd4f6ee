package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.FailedAttempt;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The consequences of the ends of attempts that the database knows: counts, listeners, and claims of tasks that come
 * again.
 */
final class Results {

    private static final GuardedLog LOG = GuardedLog.of(Results.class);

    private final Claims claims;
    private final Map<String, Counters> counters = new ConcurrentHashMap<>();
    private final List<AttemptListener> listeners = new CopyOnWriteArrayList<>();
    private final Ready ready;

    /** Is told of tasks that come again. */
    interface Ready {
        /** A pool has got a ready task. */
        void ready(String pool);

        /** A task is due after a delay. */
        void due(Duration delay);
    }

    Results(Claims claims, Ready ready) {
        this.claims = claims;
        this.ready = ready;
    }

    void add(AttemptListener listener) {
        listeners.add(listener);
    }

    /** The counters of a pool, that of tasks of dead nodes included. */
    Counters counters(String pool) {
        Counters known = counters.get(pool);
        return known != null ? known : counters.computeIfAbsent(pool, unused -> new Counters());
    }

    Map<String, Counters> counters() {
        return counters;
    }

    void begun(Attempt attempt) {
        ClaimedTask row = attempt.row();
        Counters counts = counters(row.pool());
        long waited = attempt.waitedNanos();
        counts.begun.increment();
        counts.running.incrementAndGet();
        counts.waitedNanos.add(waited);
        for (AttemptListener listener : listeners) {
            ForeignCode.tell(listener, () -> listener.begun(row, Duration.ofNanos(waited)));
        }
    }

    /** The attempt has ended on this node. */
    void left(Attempt attempt) {
        if (attempt.isBegun()) {
            Counters counts = counters(attempt.row().pool());
            counts.running.decrementAndGet();
            counts.ran.increment();
            counts.ranNanos.add(attempt.ranNanos());
        }
    }

    void succeeded(Attempt attempt) {
        claims.remove(attempt);
        counters(attempt.row().pool()).succeeded.increment();
        ended(attempt.row(), AttemptListener.End.SUCCEEDED, null, attempt.ranNanos());
    }

    /** An attempt on the thread of a test has ended; the decision is null if it has succeeded. */
    void drained(ClaimedTask row, @Nullable FailedAttempt decision, long ranNanos) {
        counters(row.pool()).begun.increment();
        if (decision == null) {
            counters(row.pool()).succeeded.increment();
            ended(row, AttemptListener.End.SUCCEEDED, null, ranNanos);
        } else {
            failed(row, null, decision);
        }
    }

    /** The task had become another node's, or had ended, before this attempt could end it. */
    void voided(ClaimedTask row, @Nullable Attempt attempt) {
        forget(row, attempt);
        counters(row.pool()).voided.increment();
        LOG.debug("durable tasks: an attempt of the task {} {} has ended, but the node had lost the task", row.name(),
                row.id());
        ended(row, AttemptListener.End.VOID, null, attempt == null ? 0 : attempt.ranNanos());
    }

    void cancelled(ClaimedTask row, @Nullable Attempt attempt) {
        forget(row, attempt);
        counters(row.pool()).cancelled.increment();
        ended(row, AttemptListener.End.CANCELLED, null, attempt == null ? 0 : attempt.ranNanos());
    }

    void failed(ClaimedTask row, @Nullable Attempt attempt, FailedAttempt decision) {
        forget(row, attempt);
        Counters counts = counters(row.pool());
        counts.failed.increment();
        if (decision.lost()) {
            counts.lost.increment();
        }
        AttemptListener.End end = switch (decision.next()) {
            case AGAIN -> {
                again(row.pool(), decision.delay());
                yield AttemptListener.End.AGAIN;
            }
            case LAID_DOWN -> {
                counts.laidDown.increment();
                LOG.warn("durable tasks: the plan of the pool {} has laid the task {} {} down after attempt {}: {}",
                        row.pool(), row.name(), row.id(), row.attempt(), decision.reason());
                yield AttemptListener.End.LAID_DOWN;
            }
            case DELETED -> {
                counts.deleted.increment();
                LOG.warn("durable tasks: the plan of the pool {} has deleted the task {} {} after attempt {}: {}",
                        row.pool(), row.name(), row.id(), row.attempt(), decision.reason());
                yield AttemptListener.End.DELETED;
            }
        };
        ended(row, end, decision.reason(), attempt == null ? 0 : attempt.ranNanos());
    }

    private void again(String pool, Duration delay) {
        if (delay.isZero()) {
            ready.ready(pool);
        } else {
            ready.due(delay);
        }
    }

    private void forget(ClaimedTask row, @Nullable Attempt attempt) {
        if (attempt == null) {
            claims.removeTakenOver(row.id());
        } else {
            claims.remove(attempt);
        }
    }

    private void ended(ClaimedTask row, AttemptListener.End end, @Nullable String reason, long ranNanos) {
        for (AttemptListener listener : listeners) {
            ForeignCode.tell(listener, () -> listener.ended(row, end, reason, Duration.ofNanos(ranNanos)));
        }
    }
}
