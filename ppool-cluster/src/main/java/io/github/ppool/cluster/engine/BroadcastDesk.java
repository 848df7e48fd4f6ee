package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.ClusterBroadcast;
import io.github.ppool.cluster.ClusterBroadcast.End;
import io.github.ppool.cluster.ClusterBroadcast.NodeOutcome;
import io.github.ppool.cluster.ClusterBroadcasts;
import io.github.ppool.cluster.ClusterUnavailableException;
import io.github.ppool.cluster.store.BroadcastAnswer;
import io.github.ppool.cluster.store.BroadcastRequest;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Renewal;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.Broadcast;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts of this node over the cluster: those that it has sent, and those that it is asked for. The heartbeat
 * tells that this node is asked, so a node without broadcasts sends no statement for them. The first one starts a
 * platform thread, which has a connection of its own while there is work.
 *
 * <p>A node runs a broadcast at most once: it remembers those that it has begun until the store has its answer. The
 * methods of the application and the dependents of results run on threads of their own, so that code which blocks keeps
 * no other broadcast waiting.
 */
public final class BroadcastDesk implements NodeLeaseListener {

    /** The time for which the answers stay after the longest time that a broadcast can take, for operators. */
    static final Duration KEPT = Duration.ofMinutes(10);

    private static final GuardedLog LOG = GuardedLog.of(BroadcastDesk.class);

    /** The questions for answers within a heartbeat. */
    private static final int QUESTIONS = 5;

    private static final long NEVER = Duration.ofDays(1).toNanos();

    private final NodeLease lease;
    private final MonotonicClock clock;
    private final LeaseSettings settings;
    private final Function<BroadcastKey, @Nullable BroadcastRunner> runners;
    /** Threads that inherit nothing have the loader of the JVM, which does not know the classes of an application. */
    private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

    private final Object lock = new Object();
    // Guarded by lock
    private final List<Sent> sent = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private @Nullable Thread thread;
    private boolean started;

    private volatile boolean stopped;
    /** The heartbeat has told that this node is asked. */
    private volatile boolean asked;
    /** The heartbeat has told that rows may be removed. */
    private volatile boolean outdated;
    private final AtomicLong sentCount = new AtomicLong();
    private final AtomicLong begunCount = new AtomicLong();

    // The desk's thread
    private final Retries retries;
    /** Broadcasts that were begun, and to which the store has no answer yet. */
    private final Set<UUID> begun = new HashSet<>();
    private final HeldSession session;

    /** A broadcast that this node has sent. Changed by the desk's thread only. */
    private static final class Sent {
        private final BroadcastRequest request;
        /** The end of the attempts to record it. */
        private final long recordUntil;
        private final CompletableFuture<ClusterBroadcast> result = new CompletableFuture<>();
        private boolean recorded;
        private long answersUntil;
        private long nextLook;

        Sent(BroadcastRequest request, long recordUntil) {
            this.request = request;
            this.recordUntil = recordUntil;
        }
    }

    /** An answer that the store has not got yet. */
    private record Answer(UUID id, NodeId node, String text) {}

    /**
     * A desk that is not started. The code of the application gets the context class loader of the calling thread.
     *
     * @param store the store
     * @param lease the lease of this node
     * @param clock the clock of this node
     * @param runners finds the work of a broadcast on this node; null if it has none
     */
    public BroadcastDesk(
            LeaseStore store,
            NodeLease lease,
            MonotonicClock clock,
            Function<BroadcastKey, @Nullable BroadcastRunner> runners) {
        this.lease = Objects.requireNonNull(lease, "lease must not be null");
        this.clock = Objects.requireNonNull(clock, "clock must not be null");
        this.runners = Objects.requireNonNull(runners, "runners must not be null");
        this.settings = lease.settings();
        this.session = new HeldSession(
                Objects.requireNonNull(store, "store must not be null"), settings.timeout());
        this.retries = new Retries(settings.heartbeat());
    }

    /** Starts the desk. Its thread begins with the first broadcast. Has no effect if it is started. */
    public void start() {
        synchronized (lock) {
            if (started) {
                return;
            }
            started = true;
            stopped = false;
        }
        lease.add(this);
    }

    /**
     * Ends the thread after a last round, which tells the answers that are there, and waits for it at most three fifths
     * of the lease. Broadcasts that wait for answers end with a {@link ClusterUnavailableException}. Has no effect if
     * the desk is not started.
     */
    public void stop() {
        lease.remove(this);
        Thread stopping;
        List<Sent> open;
        synchronized (lock) {
            started = false;
            stopping = thread;
            thread = null;
            open = List.copyOf(sent);
            sent.clear();
        }
        open.forEach(one -> fail(one, "this node stops, and does not wait for the answers any more"));
        if (stopping == null) {
            return;
        }
        stopped = true;
        LockSupport.unpark(stopping);
        try {
            if (!stopping.join(settings.timeout().multipliedBy(2))) {
                LOG.warn("the desk of the cluster's broadcasts still waits for the database");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends a broadcast. Does not block.
     *
     * @param key its name
     * @param payload the payload as JSON; null for none
     * @param within the time that the workers have
     * @return ends with its outcome
     * @throws IllegalStateException if too many broadcasts of this node wait for answers
     */
    public CompletionStage<ClusterBroadcast> send(BroadcastKey key, @Nullable String payload, Duration within) {
        Sent one = new Sent(
                new BroadcastRequest(UUID.randomUUID(), key.pool(), key.name(), payload, within),
                clock.nanoTime() + settings.lease().toNanos());
        synchronized (lock) {
            if (started) {
                if (sent.size() >= ClusterBroadcasts.MOST_OPEN) {
                    throw new IllegalStateException("at most " + ClusterBroadcasts.MOST_OPEN + " broadcasts of a node"
                            + " wait for answers at the same time, and the broadcast '" + key.name() + "' on the pool '"
                            + key.pool() + "' would be one more");
                }
                sent.add(one);
                sentCount.incrementAndGet();
            } else {
                fail(one, "this node is not started");
            }
        }
        wake();
        return one.result.minimalCompletionStage();
    }

    @Override
    public void renewed(NodeId node, Renewal renewal, int tookOver) {
        asked = renewal.asked();
        outdated = renewal.outdated();
        if (asked || outdated) {
            wake();
        }
    }

    /** {@return the number of broadcasts that this node has sent} */
    public long sentCount() {
        return sentCount.get();
    }

    /** {@return the number of broadcasts that this node has begun on its workers} */
    public long begunCount() {
        return begunCount.get();
    }

    private void wake() {
        Thread present;
        synchronized (lock) {
            if (started && thread == null) {
                thread = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
                        .name("ppool-cluster-broadcasts").start(this::run);
            }
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
                    LOG.warn("a round of the cluster's broadcasts has failed: {}", FailureText.of(failed));
                } else {
                    LOG.debug("a further round of the cluster's broadcasts has failed: {}", FailureText.of(failed));
                }
                notBefore = clock.nanoTime() + retries.failedNanos();
                giveUpLate();
            }
            if (last) {
                session.close();
                return;
            }
        }
    }

    /** The time of the next round. After a failure only the time ends the wait, and the stop. */
    private long due(long notBefore) {
        long now = clock.nanoTime();
        long due = now + NEVER;
        synchronized (lock) {
            if (asked || outdated || !answers.isEmpty()) {
                due = now;
            }
            for (Sent one : sent) {
                long next = one.recorded ? one.nextLook : now;
                due = next - due < 0 ? next : due;
            }
        }
        return notBefore - due > 0 ? notBefore : due;
    }

    private List<Sent> open() {
        synchronized (lock) {
            return List.copyOf(sent);
        }
    }

    private void round(boolean last) {
        if (!last) {
            for (Sent one : open()) {
                if (!one.recorded) {
                    record(one);
                }
            }
            beginAsked();
        }
        tell();
        if (last) {
            return;
        }
        for (Sent one : open()) {
            if (one.recorded && clock.nanoTime() - one.nextLook >= 0) {
                look(one);
            }
        }
        if (outdated) {
            outdated = false;
            session.open().removeBroadcasts();
        }
        if (isIdle()) {
            session.close();
        }
    }

    private boolean isIdle() {
        synchronized (lock) {
            return sent.isEmpty() && answers.isEmpty() && !asked;
        }
    }

    private void record(Sent one) {
        if (clock.nanoTime() - one.recordUntil >= 0) {
            end(one);
            fail(one, "the cluster's database has not taken the broadcast within a lease");
            return;
        }
        Duration begin = settings.lease();
        Duration answers = begin.plus(one.request.within()).plus(settings.heartbeat().multipliedBy(2));
        int nodes = session.open().sendBroadcast(one.request, begin, answers.plus(KEPT), ClusterBroadcasts.MOST_NODES);
        if (nodes > ClusterBroadcasts.MOST_NODES) {
            end(one);
            fail(one, "a broadcast asks at most " + ClusterBroadcasts.MOST_NODES + " nodes, and " + nodes
                    + " have a lease");
            return;
        }
        long now = clock.nanoTime();
        one.recorded = true;
        one.answersUntil = now + answers.toNanos();
        one.nextLook = now + lookNanos();
        asked = true;
    }

    private long lookNanos() {
        return settings.heartbeat().toNanos() / QUESTIONS;
    }

    /** Begins the broadcasts that this node is asked for. Without a lease it is asked for none. */
    private void beginAsked() {
        NodeId node = lease.held();
        if (!asked || node == null) {
            asked = false;
            return;
        }
        List<BroadcastRequest> requests = session.open().broadcasts(node);
        asked = false; // a heartbeat beside this tells it again with the next one
        for (BroadcastRequest request : requests) {
            if (begun.add(request.id())) {
                onOwnThread(() -> begin(node, request));
            }
        }
    }

    @SuppressWarnings("CatchingUnchecked") // each failure of the application is the answer
    private void begin(NodeId node, BroadcastRequest request) {
        try {
            BroadcastRunner runner = ForeignCode.ask(
                    () -> runners.apply(new BroadcastKey(request.pool(), request.name())));
            if (runner == null) {
                answer(node, request, BroadcastText.of(End.NO_HANDLER));
                return;
            }
            begunCount.incrementAndGet();
            LOG.debug("the broadcast '{}' begins on the pool '{}'", request.name(), request.pool());
            CompletionStage<? extends Broadcast<?>> result = ForeignCode.ask(
                    () -> runner.run(request.payload(), request.within()));
            var unused = result.whenComplete((broadcast, failure) -> answer(node, request, failure == null
                    ? BroadcastText.of(broadcast)
                    : BroadcastText.refused(failure instanceof CompletionException wrapped
                            && wrapped.getCause() != null ? wrapped.getCause() : failure)));
        } catch (Throwable refused) {
            answer(node, request, BroadcastText.refused(refused));
        }
    }

    private void answer(NodeId node, BroadcastRequest request, String text) {
        synchronized (lock) {
            answers.add(new Answer(request.id(), node, text));
        }
        wake();
    }

    /** Tells the store the answers of this node. */
    private void tell() {
        List<Answer> ready;
        synchronized (lock) {
            ready = List.copyOf(answers);
        }
        for (Answer answer : ready) {
            if (!session.open().answerBroadcast(answer.id(), answer.node(), answer.text())) {
                LOG.debug("the answer to the broadcast {} came too late", answer.id());
            }
            begun.remove(answer.id());
            synchronized (lock) {
                answers.remove(answer);
            }
        }
    }

    /** Looks for the answers of a broadcast, and ends it if all are there or its time is over. */
    private void look(Sent one) {
        UUID id = one.request.id();
        boolean late = clock.nanoTime() - one.answersUntil >= 0;
        List<BroadcastAnswer> nodes = session.open().broadcastAnswers(id);
        boolean complete = true;
        for (BroadcastAnswer node : nodes) {
            if (node.answer() == null && !node.lost() && !late) {
                one.nextLook = clock.nanoTime() + lookNanos();
                return;
            }
            complete &= node.answer() != null;
        }
        if (!complete) { // the answers that are missing now can't come any more
            for (BroadcastAnswer node : nodes) {
                if (node.answer() == null) {
                    session.open().answerBroadcast(
                            id, node.node(), BroadcastText.of(node.lost() ? End.NODE_LOST : End.LATE));
                }
            }
            nodes = session.open().broadcastAnswers(id);
        }
        session.open().endBroadcast(id);
        end(one);
        ClusterBroadcast result = new ClusterBroadcast(
                id.toString(), one.request.pool(), one.request.name(), null, false, outcomes(nodes, false));
        onOwnThread(() -> one.result.complete(result));
    }

    /** The outcomes as people see them. */
    static List<NodeOutcome> outcomes(List<BroadcastAnswer> nodes, boolean open) {
        return nodes.stream()
                .map(node -> BroadcastText.outcome(node, open))
                .sorted(Comparator.comparing(NodeOutcome::node).thenComparing(NodeOutcome::incarnation))
                .toList();
    }

    private void end(Sent one) {
        synchronized (lock) {
            sent.remove(one);
        }
    }

    /** Ends the broadcasts whose time is over while the store does not answer. */
    private void giveUpLate() {
        for (Sent one : open()) {
            if (clock.nanoTime() - (one.recorded ? one.answersUntil : one.recordUntil) >= 0) {
                end(one);
                fail(one, one.recorded
                        ? "the cluster's database has not told the answers to the broadcast in time"
                        : "the cluster's database has not taken the broadcast within a lease");
            }
        }
    }

    private void fail(Sent one, String why) {
        onOwnThread(() -> one.result.completeExceptionally(new ClusterUnavailableException(why, null)));
    }

    /** For foreign code, which may block: the dependents of a result, and the methods of the application. */
    private void onOwnThread(Runnable action) {
        Thread own = Thread.ofVirtual().inheritInheritableThreadLocals(false).name("ppool-broadcast")
                .unstarted(action);
        own.setContextClassLoader(loader);
        own.start();
    }
}
