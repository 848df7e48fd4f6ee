package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.ClusterSelf;
import io.github.ppool.cluster.store.LeaseDatabaseException;
import io.github.ppool.cluster.store.LeaseSchemaException;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.LeaseStoreException;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Renewal;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lease of this node. A platform thread renews it every fifth of its length, on a connection of its
 * own. The heartbeat also takes dead nodes over.
 *
 * <p>The node never believes longer in its lease than the database does: it counts four fifths of the lease from the
 * moment <em>before</em> the heartbeat was sent, by its own monotonic clock. A second thread watches that deadline, so
 * a heartbeat that hangs in the driver does not delay the loss. After a loss the node joins again with a new
 * incarnation, which has no part of the former one.
 *
 * <p>Any thread may call the methods; only {@link #start} and {@link #stop} block.
 */
public final class NodeLease {

    private static final GuardedLog LOG = GuardedLog.of(NodeLease.class);

    /** Nodes that one statement takes over. */
    private static final int BATCH = 20;

    /** The wait after the end of another node's lease, until it is taken over. */
    private static final long AFTER_END_NANOS = Duration.ofMillis(10).toNanos();

    /** The wait before the node joins again after the database has told it that its lease is lost. */
    private static final long REJOIN_NANOS = Duration.ofMillis(50).toNanos();

    private final LeaseStore store;
    private final MonotonicClock clock;
    private final LeaseSettings settings;
    private final List<NodeLeaseListener> listeners = new CopyOnWriteArrayList<>();

    /** Held while listeners learn that a lease is held or lost, so that they learn it in order. */
    private final ReentrantLock telling = new ReentrantLock();

    /** The lease; null while none is held. Written with {@link #telling}, except by renewals of the same lease. */
    private volatile @Nullable Hold hold;

    private volatile @Nullable Run run;
    private volatile @Nullable NodeId last;
    private volatile boolean draining;
    private final AtomicLong losses = new AtomicLong();
    private volatile int failures;
    private volatile @Nullable String lastFailure;

    /** A lease. It is held until the time {@code until}, of the monotonic clock. */
    private record Hold(NodeId node, long sent, long until) {}

    /**
     * A lease that is not started.
     *
     * @param store the store
     * @param clock the clock of this node
     * @param settings the settings
     */
    public NodeLease(LeaseStore store, MonotonicClock clock, LeaseSettings settings) {
        this.store = Objects.requireNonNull(store, "store must not be null");
        this.clock = Objects.requireNonNull(clock, "clock must not be null");
        this.settings = Objects.requireNonNull(settings, "settings must not be null");
    }

    /**
     * Adds a listener. One that is added while the lease is held learns of it at once.
     *
     * @param listener the listener
     */
    public void add(NodeLeaseListener listener) {
        telling.lock();
        try {
            listeners.add(listener);
            Hold held = hold;
            if (held != null) {
                ForeignCode.tell(listener, () -> listener.held(held.node()));
            }
        } finally {
            telling.unlock();
        }
    }

    /**
     * Removes a listener. It may be called a last time while this method runs.
     *
     * @param listener the listener
     */
    public void remove(NodeLeaseListener listener) {
        listeners.remove(listener);
    }

    /**
     * Starts the heartbeat, and waits until the first one has succeeded or failed. A database that can't be reached is
     * no failure: the heartbeat goes on trying. Has no effect if it is started.
     *
     * @throws LeaseSchemaException if the tables are missing or have another version; the lease is not started
     * @throws LeaseDatabaseException if the database is of an unknown kind; the lease is not started
     */
    public void start() {
        Run started;
        telling.lock();
        try {
            if (run != null) {
                return;
            }
            started = new Run();
            run = started;
        } finally {
            telling.unlock();
        }
        started.begin();
        LeaseStoreException fatal = started.awaitFirst();
        if (fatal != null) {
            stop();
            throw fatal;
        }
    }

    /**
     * Gives the lease back in good order: listeners learn that it is lost, then the node's row is deleted, so that its
     * permits are free at once. Waits for at most three fifths of the lease; if the database does not answer, the row
     * expires by itself. Has no effect if the lease is not started. The lease may be started again.
     */
    public void stop() {
        Run stopping;
        telling.lock();
        try {
            stopping = run;
            run = null;
        } finally {
            telling.unlock();
        }
        if (stopping != null) {
            stopping.end();
        }
    }

    /** {@return the incarnation that holds the lease now; null if this node holds none} */
    public @Nullable NodeId held() {
        Hold held = hold;
        return held != null && clock.nanoTime() - held.until() < 0 ? held.node() : null;
    }

    /**
     * Returns true if an incarnation of this node holds its lease now.
     *
     * @param node the incarnation
     * @return true until the lease is lost; then false for ever
     */
    public boolean isHeld(NodeId node) {
        return node.equals(held());
    }

    /** {@return true if an operator drains this node, as its last heartbeat knew} */
    public boolean isDraining() {
        return draining;
    }

    /** {@return the settings} */
    public LeaseSettings settings() {
        return settings;
    }

    /** {@return the state of this node, for people} */
    public ClusterSelf self() {
        Hold held = hold;
        NodeId node = last;
        return new ClusterSelf(
                settings.node(),
                node == null ? null : node.incarnation().toString(),
                held() != null,
                draining,
                settings.lease(),
                held == null ? null : Duration.ofNanos(clock.nanoTime() - held.sent()),
                losses.get(),
                failures,
                lastFailure);
    }

    /**
     * Gives a lease up that can't be trusted any more, because the database does not know the permits of this node. The
     * node comes back with a new incarnation.
     *
     * @param node the incarnation; without an effect if it is lost already
     * @param reason the reason, for the log
     */
    public void forfeit(NodeId node, String reason) {
        lose(node, false, reason);
    }

    private void take(NodeId node, long sent) {
        telling.lock();
        try {
            last = node;
            hold = new Hold(node, sent, until(sent));
            LOG.info("the cluster's node {} holds its lease of {}", node, settings.lease());
            for (NodeLeaseListener listener : listeners) {
                ForeignCode.tell(listener, () -> listener.held(node));
            }
        } finally {
            telling.unlock();
        }
    }

    private long until(long sent) {
        return sent + settings.validity().toNanos();
    }

    /** Extends the lease; a lease that is over already stays over, even if the database has renewed it. */
    private void extend(Hold former, long sent) {
        telling.lock();
        try {
            if (former.equals(hold)) {
                hold = new Hold(former.node(), sent, until(sent));
            }
        } finally {
            telling.unlock();
        }
        // After the write: a thread that has seen the former deadline pass did so before.
        if (clock.nanoTime() - former.until() >= 0) {
            lose(former.node(), false, "its heartbeat came too late");
        }
    }

    private void lose(NodeId node, boolean leaving, String reason) {
        telling.lock();
        try {
            Hold held = hold;
            if (held == null || !held.node().equals(node)) {
                return;
            }
            hold = null;
            if (leaving) {
                LOG.info("the cluster's node {} gives its lease back", node);
            } else {
                losses.incrementAndGet();
                LOG.warn("the cluster's node {} has lost its lease: {}", node, reason);
            }
            for (NodeLeaseListener listener : listeners) {
                ForeignCode.tell(listener, () -> listener.lost(node, leaving));
            }
        } finally {
            telling.unlock();
        }
    }

    /** The threads from a start to the next stop. */
    private final class Run {

        private final CountDownLatch first = new CountDownLatch(1);
        private final Retries retries = new Retries(settings.heartbeat());
        private final Thread heartbeat = thread("heartbeat", this::beats);
        private final Thread fence = thread("fence", this::fences);
        private volatile boolean stopped;
        private volatile @Nullable LeaseStoreException fatal;
        private boolean checked;
        private long soonest = Renewal.NO_OTHER;
        private @Nullable LeaseSession session;

        private static Thread thread(String name, Runnable work) {
            return Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("ppool-cluster-" + name)
                    .unstarted(work);
        }

        void begin() {
            fence.start();
            heartbeat.start();
        }

        @Nullable
        LeaseStoreException awaitFirst() {
            try {
                if (!first.await(settings.timeout().toMillis() * 3, TimeUnit.MILLISECONDS)) {
                    LOG.warn("the cluster's database has not answered yet; the heartbeat goes on trying");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            return fatal;
        }

        void end() {
            stopped = true;
            LockSupport.unpark(heartbeat);
            LockSupport.unpark(fence);
            boolean interrupted = false;
            try {
                heartbeat.join(settings.timeout().multipliedBy(2));
            } catch (InterruptedException waitCut) {
                interrupted = true;
            }
            Hold held = hold;
            if (held != null && heartbeat.isAlive()) {
                lose(held.node(), true, "");
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void fences() {
            while (!stopped || heartbeat.isAlive()) {
                Thread.interrupted(); // of foreign code; the thread would spin
                Hold held = hold;
                if (held == null) {
                    clock.parkUntil(this, clock.deadlineAfter(settings.heartbeat()));
                } else if (clock.nanoTime() - held.until() >= 0) {
                    lose(held.node(), false, "no heartbeat has succeeded for " + settings.validity());
                } else {
                    clock.parkUntil(this, held.until());
                }
            }
        }

        private void beats() {
            while (!stopped) {
                long next = beat();
                while (!stopped && clock.nanoTime() - next < 0) {
                    Thread.interrupted(); // a driver may have left it; the thread would spin
                    clock.parkUntil(this, next);
                }
            }
            leave();
        }

        /** One heartbeat. Returns the time of the next one. */
        @SuppressWarnings("CatchingUnchecked") // the heartbeat must go on after each failure
        private long beat() {
            long sent = clock.nanoTime();
            try {
                LeaseSession open = session();
                Hold held = hold;
                sent = clock.nanoTime();
                if (held == null) {
                    NodeId node = NodeId.ofNew(settings.node());
                    open.join(node, settings.lease(), draining);
                    take(node, sent);
                    held = hold;
                }
                soonest = Renewal.NO_OTHER;
                if (held != null) {
                    renew(open, held, clock.nanoTime());
                }
                retries.succeeded();
                failures = 0;
                first.countDown();
                return next(sent);
            } catch (Throwable failed) {
                return failed(failed);
            }
        }

        /**
         * The time of the heartbeat after one that was sent then: earlier than usual if the lease of another node ends
         * before, so that it is taken over at once.
         */
        private long next(long sent) {
            long now = clock.nanoTime();
            if (hold == null) {
                return now + REJOIN_NANOS;
            }
            long usual = sent + settings.heartbeat().toNanos();
            if (soonest >= settings.heartbeat().toMillis()) {
                return usual;
            }
            long atItsEnd = now + Duration.ofMillis(soonest).toNanos() + AFTER_END_NANOS;
            return atItsEnd - usual < 0 ? atItsEnd : usual;
        }

        private LeaseSession session() {
            LeaseSession open = session;
            if (!checked) {
                store.prepare(settings.timeout());
            }
            if (open == null) {
                open = store.open(settings.timeout());
                session = open;
            }
            if (!checked) {
                open.checkSchema();
                checked = true;
            }
            return open;
        }

        private void renew(LeaseSession open, Hold held, long sent) {
            Optional<Renewal> renewal = open.renew(held.node(), settings.lease());
            if (renewal.isEmpty()) {
                lose(held.node(), false, "the database says that it has ended");
                return;
            }
            extend(held, sent);
            Renewal news = renewal.get();
            draining = news.draining();
            soonest = news.soonestMillis();
            int taken = news.expired() == 0 ? 0 : takeOver(open);
            for (NodeLeaseListener listener : listeners) {
                ForeignCode.tell(listener, () -> listener.renewed(held.node(), news, taken));
            }
        }

        private int takeOver(LeaseSession open) {
            int all = 0;
            List<NodeId> taken;
            do {
                taken = open.takeOver(BATCH, settings.permitRest());
                for (NodeId node : taken) {
                    LOG.warn("the lease of the cluster's node {} has ended; this node has taken it over", node);
                }
                all += taken.size();
            } while (taken.size() == BATCH && !stopped);
            return all;
        }

        private long failed(Throwable failure) {
            closeSession();
            long wait = retries.failedNanos();
            failures = retries.failures();
            String text = FailureText.of(failure).toString();
            lastFailure = text;
            if (!checked && (failure instanceof LeaseSchemaException || failure instanceof LeaseDatabaseException)) {
                fatal = (LeaseStoreException) failure;
            }
            if (retries.failures() == 1) {
                LOG.warn("a heartbeat of the cluster's node {} has failed: {}", settings.node(), text);
            } else {
                LOG.debug("heartbeat {} in a row of the cluster's node {} has failed: {}", retries.failures(),
                        settings.node(), text);
            }
            first.countDown();
            return clock.nanoTime() + wait;
        }

        private void closeSession() {
            LeaseSession open = session;
            session = null;
            Sessions.close(open);
        }

        @SuppressWarnings("CatchingUnchecked") // the row expires by itself
        private void leave() {
            Hold held = hold;
            if (held != null) {
                lose(held.node(), true, "");
                try {
                    leave(held.node());
                } catch (Throwable failed) {
                    LOG.warn("the cluster's node {} could not give its lease back, which ends by itself: {}",
                            settings.node(), FailureText.of(failed));
                }
            }
            closeSession();
        }

        /** Leaves on the present connection; if that is broken, on a new one. */
        private void leave(NodeId node) {
            LeaseSession open = session;
            if (open != null) {
                try {
                    open.leave(node);
                    return;
                } catch (LeaseStoreException broken) {
                    LOG.debug("the connection of the cluster's heartbeat is broken: {}", FailureText.of(broken));
                    closeSession();
                }
            }
            session().leave(node);
        }
    }
}
