package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.RateShare;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The desk of this node's shares in rates: one platform thread with a connection of its own, which the first pool with
 * such a rate starts. It exchanges permits of each rate with the other nodes, by the ledger in the store: at each
 * heartbeat, which extends the share, and earlier if callers wait for a larger one.
 *
 * <p>A share has a lease of its own, of the same length as that of the node. The node believes in four fifths of it,
 * counted from before the exchange was sent. So no other work has to end when the heartbeat of the node ends.
 */
public final class RateDesk {

    private static final GuardedLog LOG = GuardedLog.of(RateDesk.class);

    private final MonotonicClock clock;
    private final LeaseSettings settings;

    private final Object lock = new Object();
    // Guarded by lock
    private final List<RateAccount> accounts = new ArrayList<>();
    private @Nullable Thread thread;
    private boolean started;

    private volatile boolean stopped;

    // The desk's thread
    private final Retries retries;
    private final HeldSession session;

    /**
     * A desk that is not started.
     *
     * @param store the store
     * @param clock the clock of this node, which is that of its pools
     * @param settings the settings of the node
     */
    public RateDesk(LeaseStore store, MonotonicClock clock, LeaseSettings settings) {
        this.clock = Objects.requireNonNull(clock, "clock must not be null");
        this.settings = Objects.requireNonNull(settings, "settings must not be null");
        this.session = new HeldSession(
                Objects.requireNonNull(store, "store must not be null"), settings.timeout());
        this.retries = new Retries(settings.heartbeat());
    }

    /** Starts the desk. Its thread begins with the first share. Has no effect if it is started. */
    public void start() {
        synchronized (lock) {
            if (!started) {
                started = true;
                stopped = false;
                beginIfNeeded();
            }
        }
    }

    private void beginIfNeeded() {
        if (started && thread == null && !accounts.isEmpty()) {
            thread = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("ppool-cluster-rates")
                    .start(this::run);
        }
    }

    /**
     * Ends the thread after a last round, which gives the shares of ended pools back, and waits for it at most three
     * fifths of the lease. Shares of other pools end by themselves. Has no effect if the desk is not started.
     */
    public void stop() {
        Thread stopping;
        synchronized (lock) {
            started = false;
            stopping = thread;
            thread = null;
        }
        if (stopping == null) {
            return;
        }
        stopped = true;
        LockSupport.unpark(stopping);
        try {
            if (!stopping.join(settings.timeout().multipliedBy(2))) {
                LOG.warn("the desk of the cluster's rates still waits for the database");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens the account of a pool. Does not block. */
    void open(RateShare share, Rate rate) {
        synchronized (lock) {
            accounts.add(new RateAccount(share.pool(), share, rate, clock, settings));
            beginIfNeeded();
        }
        signal();
    }

    /** Callers wait for a larger share. Does not block. */
    void want(RateShare share) {
        accountsOf(share).forEach(RateAccount::want);
        signal();
    }

    /** The pool has ended. Does not block. */
    void close(RateShare share) {
        accountsOf(share).forEach(RateAccount::close);
        signal();
    }

    private List<RateAccount> accountsOf(RateShare share) {
        synchronized (lock) {
            return accounts.stream().filter(account -> account.share().equals(share)).toList();
        }
    }

    /**
     * Looks at the shares of all pools with a rate. Does not block.
     *
     * @return a new list, in the order of their starts
     */
    public List<RateFigures> figures() {
        synchronized (lock) {
            return accounts.stream().filter(account -> !account.isClosed()).map(RateAccount::figures).toList();
        }
    }

    private void signal() {
        Thread present;
        synchronized (lock) {
            present = thread;
        }
        if (present != null) {
            LockSupport.unpark(present);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // the desk must go on after each failure
    private void run() {
        long notBefore = clock.nanoTime();
        while (true) {
            long due = due(notBefore);
            while (!stopped && clock.nanoTime() - due < 0) {
                Thread.interrupted(); // a driver may have left it; the thread would spin
                clock.parkUntil(this, due);
                due = due(notBefore);
            }
            boolean last = stopped;
            try {
                round(last);
                retries.succeeded();
                notBefore = clock.nanoTime();
            } catch (Throwable failed) {
                session.close();
                if (retries.failures() == 0) {
                    LOG.warn("an exchange of the cluster's rates has failed: {}", FailureText.of(failed));
                } else {
                    LOG.debug("a further exchange of the cluster's rates has failed: {}", FailureText.of(failed));
                }
                notBefore = clock.nanoTime() + retries.failedNanos();
            }
            if (last) {
                session.close();
                return;
            }
        }
    }

    private List<RateAccount> all() {
        synchronized (lock) {
            return List.copyOf(accounts);
        }
    }

    /** The time of the next round. After a failure only the time ends the wait, and the stop. */
    private long due(long notBefore) {
        long now = clock.nanoTime();
        long due = now + Duration.ofDays(1).toNanos();
        for (RateAccount account : all()) {
            long ofAccount = account.dueNanos();
            due = ofAccount - due < 0 ? ofAccount : due;
        }
        return notBefore - due > 0 ? notBefore : due;
    }

    /** A ledger that can't be read or replaced keeps no other one from its exchange. */
    private void round(boolean last) {
        RuntimeException first = null;
        for (RateAccount account : all()) {
            try {
                exchange(account, last);
            } catch (IllegalArgumentException | IllegalStateException ofThisOne) {
                first = first == null ? ofThisOne : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void exchange(RateAccount account, boolean last) {
        if (account.isClosed()) {
            account.giveAllBack(session.open());
            synchronized (lock) {
                accounts.remove(account);
            }
        } else if (!last && clock.nanoTime() - account.dueNanos() >= 0) {
            account.exchange(session.open());
        }
    }
}
