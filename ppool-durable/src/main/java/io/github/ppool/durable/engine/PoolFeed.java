package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.Claim;
import io.github.ppool.durable.store.Claimed;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Claims the tasks of one pool for this node and hands them to the pool. The turns are taken by one thread, which also
 * gives tasks back: so no task is claimed again before the database has answered.
 */
final class PoolFeed implements Loop.Turn {

    private static final GuardedLog LOG = GuardedLog.of(PoolFeed.class);

    /** The most tasks of one claim. */
    private static final int LARGEST_CLAIM = 1_000;
    /** The most ends that wait for the database: beyond that no task is claimed. */
    private static final int MOST_ENDINGS = 20_000;
    /** The shortest time between two claims while workers are free, unless a quarter of them is. */
    private static final long BETWEEN_NANOS = Duration.ofMillis(5).toNanos();
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(20).toNanos();

    private final Parts parts;
    private final String pool;
    private final Function<String, Optional<? extends PoolClient<?>>> clients;
    private final Map<String, TaskHandler> handlers = new LinkedHashMap<>();
    private final Set<Claim.Kind> kinds = new HashSet<>();
    private final DurablePoolSettings settings;
    private final Claims claims;
    private final Endings endings;
    private final BooleanSupplier prepared;
    private final HandOver handOver;
    private final Counters counters;
    private final GiveBacks giveBacks;

    private volatile boolean woken;
    private volatile boolean stopping;
    private volatile boolean refused;
    /** The feed wants to be woken when so few tasks are claimed; negative for never. */
    private volatile int wakeAt = -1;
    private volatile int prefetchNow;
    private Runnable waker = () -> {};

    // The thread of the turns
    private final Prefetch prefetch;
    private long pauseNanos;
    private long nextPoll;
    private long lastClaim;
    private boolean hasClaimed;
    private boolean hungry;
    private boolean nearPoison;
    private long nearPoisonUntil;
    private @Nullable UUID lastNode;

    PoolFeed(
            Parts parts,
            String pool,
            Function<String, Optional<? extends PoolClient<?>>> clients,
            Claims claims,
            Counters counters,
            Endings endings,
            HandOver handOver,
            BooleanSupplier prepared) {
        this.parts = parts;
        this.pool = pool;
        this.clients = clients;
        this.claims = claims;
        this.endings = endings;
        this.prepared = prepared;
        this.handOver = handOver;
        this.settings = parts.pools().apply(pool);
        this.counters = counters;
        this.prefetch = new Prefetch(settings.prefetch());
        this.giveBacks = new GiveBacks(parts, claims, counters);
        this.nextPoll = parts.clock().nanoTime();
    }

    void add(TaskHandler handler) {
        handlers.put(handler.name(), handler);
        handler.versions().forEach(version -> kinds.add(new Claim.Kind(handler.name(), version)));
    }

    void wakeBy(Runnable newWaker) {
        waker = newWaker;
    }

    String pool() {
        return pool;
    }

    Map<String, TaskHandler> handlers() {
        return handlers;
    }

    Set<Claim.Kind> kinds() {
        return kinds;
    }

    int prefetchNow() {
        return prefetchNow;
    }

    // ---- any thread

    /** The pool has got ready tasks. */
    void wake() {
        woken = true;
        waker.run();
    }

    /** The lease is lost, or held again: a turn looks at it. */
    void lookAgain() {
        waker.run();
    }

    /** From now on no task is claimed; tasks that have not begun are given back. */
    void stop(boolean stop) {
        stopping = stop;
        waker.run();
    }

    /** A claimed task has left the pool. */
    void left() {
        int now = counters.claimed.decrementAndGet();
        if (now <= wakeAt) {
            waker.run();
        }
    }

    /** A claimed task has not begun: it goes back, and the next claim comes later. */
    void giveBack(Attempt attempt) {
        refused = true;
        giveBacks.add(attempt);
        waker.run();
    }

    /** True if no task is to be given back any more. */
    boolean hasGivenBack() {
        return giveBacks.isEmpty();
    }

    // ---- the thread of the turns

    @Override
    public long run() {
        wakeAt = -1;
        giveBacks.run();
        long longest = parts.settings().longestPoll().toNanos();
        UUID node = parts.hold().held();
        if (stopping || node == null || parts.hold().isDraining()) {
            revokeUnbegun(node, stopping || parts.hold().isDraining());
            return giveBacks.isEmpty() ? longest : 0;
        }
        if (!node.equals(lastNode)) {
            revokeUnbegun(node, false);
            lastNode = node;
        }
        if (!prepared.getAsBoolean() || endings.size() > MOST_ENDINGS) {
            return LOOK_AGAIN_NANOS;
        }
        PoolClient<?> client = clients.apply(pool).orElse(null);
        if (client == null) {
            return longest;
        }
        PoolStatus status = client.status();
        if (status.phase() != PoolPhase.RUNNING) {
            if (status.phase() != PoolPhase.RECOVERING) { // that is over soon
                revokeUnbegun(node, true);
            }
            return giveBacks.isEmpty() ? longest : 0;
        }
        return claimIfDue(client, status, node);
    }

    /** Takes tasks out of the pool's queue: all, or those of lost incarnations. */
    private void revokeUnbegun(@Nullable UUID node, boolean all) {
        for (Attempt attempt : claims.all()) {
            if (attempt.row().pool().equals(pool) && (all || !attempt.node().equals(node))) {
                attempt.revoke();
            }
        }
        giveBacks.run();
        refused = false; // the pool has not refused them
    }

    private long claimIfDue(PoolClient<?> client, PoolStatus status, UUID node) {
        long now = parts.clock().nanoTime();
        prefetch.ended(counters.ran.sum(), counters.ranNanos.sum());
        if (nearPoison && now - nearPoisonUntil >= 0) {
            nearPoison = false;
        }
        if (refused) {
            refused = false;
            pauseLonger(now);
        }
        int places = places(status);
        int ahead = nearPoison ? 0 : prefetch.of(places);
        prefetchNow = ahead;
        int most = Math.min(places + ahead, places + queueRoom(status));
        boolean due = now - nextPoll >= 0;
        if (!woken && !hungry && !due) {
            return nextPoll - now;
        }
        int claimed = counters.claimed.get();
        int room = most - claimed;
        int enough = enough(most, places);
        long rest = hasClaimed ? lastClaim + BETWEEN_NANOS - now : 0;
        if (room < 1 || (room < enough && (rest > 0 || claimed >= places))) {
            int wanted = room < 1 && most <= places ? most - 1 : most - enough;
            wakeAt = wanted;
            if (counters.claimed.get() <= wanted) {
                return 0;
            }
            return room < 1 || claimed >= places ? parts.settings().longestPoll().toNanos() : rest;
        }
        if (woken && !due && !hungry && rest > 0) {
            return rest; // a storm of wake-ups is one claim for each such time
        }
        return claim(client, node, Math.min(room, LARGEST_CLAIM), Math.max(0, places - claimed), now);
    }

    /**
     * The workers that the pool can have. Those that wait for a permit of the cluster or for their restart are left
     * out, except one: other nodes may have workers.
     */
    private static int places(PoolStatus status) {
        int all = status.size() + status.maxOverflow();
        return Math.max(Math.min(1, all), all - status.waitingForPermit() - status.waitingToRestart());
    }

    /**
     * The room that is worth a claim: half of the tasks that wait for workers, so that the other half keeps them busy.
     * Without tasks that wait, it is a quarter of the workers.
     */
    private static int enough(int most, int places) {
        int waiting = most - places;
        return waiting > 0 ? Math.clamp(most / 4, (waiting + 1) / 2, waiting) : Math.max(1, most / 4);
    }

    /** The tasks that may wait in the queue of the pool: half of it stays for others. */
    private static int queueRoom(PoolStatus status) {
        int free = Math.max(0, status.queueCapacity() - status.queueDepth());
        return free / 2;
    }

    private long claim(PoolClient<?> client, UUID node, int limit, int free, long now) {
        woken = false;
        lastClaim = now;
        hasClaimed = true;
        List<Attempt> attempts = new ArrayList<>();
        Claimed claimed;
        boolean entered = false;
        claims.claiming().lock();
        try {
            counters.claims.increment();
            claimed = parts.own().claim(new Claim(node, pool, kinds, limit, settings.rates()));
            enter(claimed, node, attempts);
            entered = true;
        } finally {
            if (!entered) { // the audit gives back the claims of this node in the database
                attempts.forEach(this::forget);
                claims.doubt();
            }
            claims.claiming().unlock();
        }
        long after = parts.clock().nanoTime();
        int found = attempts.size();
        hungry = found >= limit;
        if (found == 0) {
            counters.emptyClaims.increment();
        } else {
            prefetch.claimed(after - now);
        }
        setPause(found, limit, claimed.pause(), after);
        if (!submit(client, attempts, free, after)) {
            pauseLonger(after);
        }
        giveBacks.run();
        return hungry || woken ? 0 : Math.max(0, nextPoll - parts.clock().nanoTime());
    }

    private void enter(Claimed claimed, UUID node, List<Attempt> attempts) {
        long claimedAt = parts.clock().nanoTime();
        for (ClaimedTask row : claimed.tasks()) {
            TaskHandler handler = handlers.get(row.name());
            if (handler == null) {
                LOG.error("durable tasks: the store has claimed a task without a handler: {} {}", row.name(), row.id());
                claims.doubt();
                continue;
            }
            Attempt attempt = handOver.attempt(handler, row, node, claimedAt);
            attempts.add(attempt);
            counters.claimed.incrementAndGet();
            claims.add(attempt);
        }
    }

    private void forget(Attempt attempt) {
        claims.remove(attempt);
        left();
    }

    /** The pool takes no tasks now, or could not begin with them. */
    private void pauseLonger(long now) {
        hungry = false;
        woken = false;
        pauseNanos = Math.clamp(
                2 * pauseNanos, parts.settings().shortestPoll().toNanos(), parts.settings().longestPoll().toNanos());
        nextPoll = now + pauseNanos;
    }

    private void setPause(int found, int limit, @Nullable Duration rated, long now) {
        long shortest = parts.settings().shortestPoll().toNanos();
        long longest = parts.settings().longestPoll().toNanos();
        if (found >= limit) {
            pauseNanos = 0;
        } else if (rated != null) {
            hungry = false;
            pauseNanos = Math.clamp(rated.toNanos(), 1_000_000, longest);
        } else if (found > 0 || pauseNanos < shortest) {
            pauseNanos = shortest;
        } else {
            pauseNanos = Math.min(2 * pauseNanos, longest);
        }
        nextPoll = now + pauseNanos;
    }

    /**
     * Hands the tasks to the pool. False if it has refused one: then the rest is given back. A stop that came while the
     * claim was under way has not seen these tasks, so all of them are given back.
     */
    private boolean submit(PoolClient<?> client, List<Attempt> attempts, int free, long now) {
        boolean accepts = !stopping;
        int handed = 0;
        for (Attempt attempt : attempts) {
            boolean mayEndNodes = attempt.row().lost() > 0;
            if (mayEndNodes) {
                nearPoison = true; // no others are taken along for a while
                nearPoisonUntil = now + parts.hold().lease().toNanos();
            }
            if (!accepts || (mayEndNodes && handed >= free)) {
                giveBacks.add(attempt);
                left();
                continue;
            }
            accepts = handOver.handOver(client, attempt);
            if (accepts) {
                handed++;
            } else {
                giveBacks.add(attempt);
                left();
            }
        }
        return accepts;
    }

}
