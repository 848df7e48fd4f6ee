package io.github.ppool.durable.beans;

import io.github.ppool.durable.engine.DurableEngine;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Tells the engine of this node about tasks that were handed over: after the commit of the transaction if there is one,
 * else at once. A transaction that hands over thousands of tasks tells once for each pool.
 */
public final class Wakes {

    private final Supplier<@Nullable DurableEngine> engine;

    /**
     * Wakes an engine.
     *
     * @param engine finds the engine when it is needed first; null if there is none
     */
    public Wakes(Supplier<@Nullable DurableEngine> engine) {
        this.engine = engine;
    }

    /** A pool has ready tasks. */
    void ready(Set<String> pools) {
        if (pools.isEmpty()) {
            return;
        }
        AfterCommit later = later();
        if (later == null) {
            wake(pools, null);
        } else {
            later.pools.addAll(pools);
        }
    }

    /** A task is delayed. */
    void delayed(Duration delay) {
        AfterCommit later = later();
        if (later == null) {
            wake(Set.of(), delay);
        } else if (later.shortest == null || delay.compareTo(later.shortest) < 0) {
            later.shortest = delay;
        }
    }

    /** The news of this transaction; null if there is no transaction. */
    private @Nullable AfterCommit later() {
        if (!TransactionSynchronizationManager.isSynchronizationActive()
                || !TransactionSynchronizationManager.isActualTransactionActive()) {
            return null;
        }
        for (TransactionSynchronization known : TransactionSynchronizationManager.getSynchronizations()) {
            if (known instanceof AfterCommit ours && ours.isOf(this)) {
                return ours;
            }
        }
        AfterCommit made = new AfterCommit();
        TransactionSynchronizationManager.registerSynchronization(made);
        return made;
    }

    private void wake(Set<String> pools, @Nullable Duration delay) {
        DurableEngine told = engine.get();
        if (told == null) {
            return;
        }
        pools.forEach(told::wake);
        if (delay != null) {
            told.due(delay);
        }
    }

    private final class AfterCommit implements TransactionSynchronization {
        private final Set<String> pools = new HashSet<>();
        private @Nullable Duration shortest;

        boolean isOf(Wakes wakes) {
            return wakes == Wakes.this;
        }

        /** After the commit, not as a part of it: a failure here must not look like one of the commit. */
        @Override
        public void afterCompletion(int status) {
            if (status != STATUS_ROLLED_BACK) {
                wake(pools, shortest);
            }
        }
    }
}
