package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.process.Pid;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds leases that are dropped without being closed, and those that are kept for too long.
 *
 * <ul>
 *   <li><em>Dropped</em>: the garbage collector tells. Watched where leak detection is on, and always for leases
 *       without an owner: no thread and no process ends and so brings the worker back.
 *   <li><em>Kept too long</em>: one timer for the pool looks at the leases that go on. Only where there is a threshold.
 * </ul>
 *
 * <p>Where neither is set, a borrowing thread has no cost. Guarded by the engine's lock, but for the methods that make
 * a {@link CheckoutSite} and the one that the garbage collector calls.
 */
final class LeakDetector<W> {

    private static final GuardedLog LOG = GuardedLog.of(LeakDetector.class);
    /** So many holders are named to a caller that waited in vain. */
    private static final int NAMED = 5;
    /** The timer looks again after this part of the threshold at the earliest, however many leases there are. */
    private static final int PARTS = 16;

    /** Has a thread, so it is made when the first lease is watched. */
    private static final class Collected {
        static final Cleaner CLEANER = Cleaner.create();
    }

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final MonotonicClock clock;
    private final boolean watchesAll;
    private final @Nullable Duration threshold;
    private final long thresholdNanos;
    private @Nullable Timer timer;

    LeakDetector(PoolContext<W> context, PoolCore<W> core) {
        PoolSpec<W> spec = context.spec();
        this.context = context;
        this.core = core;
        this.clock = context.clock();
        this.watchesAll = spec.leakDetection();
        this.threshold = spec.leakDetectionThreshold();
        this.thresholdNanos = threshold == null ? 0 : Math.max(1, PoolContext.limitedNanos(threshold));
    }

    /** Whether the pool notes of each lease where it was taken. */
    static boolean tracksAll(PoolSpec<?> spec) {
        return spec.leakDetection() || spec.leakDetectionThreshold() != null;
    }

    /** Whether it is noted of every lease where it was taken. */
    boolean tracksAll() {
        return watchesAll || threshold != null;
    }

    /** Where the calling thread asks for a worker; null if the leases of threads are not noted. */
    @Nullable
    CheckoutSite captureCallSite() {
        return tracksAll() ? new CheckoutSite(true) : null;
    }

    /** The same for a stage. */
    @Nullable
    CheckoutSite captureStageCallSite(@Nullable Pid owner) {
        return owner == null || tracksAll() ? new CheckoutSite(tracksAll()) : null;
    }

    /** Under the lock: a lease begins. */
    void leaseBegan(PoolLease<W> lease, CheckoutSite site) {
        assert core.isHeldByCurrentThread();
        if (!tracksAll()) {
            return;
        }
        if (watchesAll) {
            watch(lease, site);
        }
        site.lentAtNanos = clock.nanoTime();
        lease.slot.checkoutSite = site;
        if (threshold != null && timer == null) {
            timer = clock.schedule(threshold, this::look);
        }
    }

    /** Without the lock, before any other code has the lease: it has no owner. */
    void watchUnowned(PoolLease<W> lease, @Nullable CheckoutSite site) {
        if (!watchesAll && site != null) {
            watch(lease, site);
        }
    }

    /** The action must not hold the lease; one that was closed is recognised by its stamp. */
    private void watch(PoolLease<W> lease, CheckoutSite site) {
        Slot<W> slot = lease.slot;
        long stamp = lease.stamp;
        Collected.CLEANER.register(lease, () -> dropped(slot, stamp, site));
    }

    /** Under the lock: the lease is over, in any way. */
    void leaseEnded(Slot<W> slot) {
        assert core.isHeldByCurrentThread();
        CheckoutSite site = slot.checkoutSite;
        slot.checkoutSite = null;
        if (site != null && site.overdue) {
            Duration held = heldFor(site);
            clock.schedule(Duration.ZERO, () -> clock.handOff(context.forCalls(), () -> LOG.info(
                    "The lease of {} of pool '{}' that was reported is over after all: {} had it for {}",
                    slot.childId, context.name(), site.thread(), held)));
        }
    }

    // ---- dropped

    /**
     * On the garbage collector's thread, which serves all pools. No code can give the worker back, and some code may
     * still use it, so it can't be lent again.
     */
    private void dropped(Slot<W> slot, long stamp, CheckoutSite site) {
        if (!slot.isCurrent(stamp)) {
            return; // it was closed, as nearly all are
        }
        core.lockedOnTimer(after -> {
            Pid pid = slot.pid;
            if (!slot.isCurrent(stamp) || slot.state != SlotState.BORROWED || pid == null) {
                return;
            }
            slot.endLease();
            leaseEnded(slot);
            core.workers.move(slot, SlotState.CRASHING);
            after.call(() -> {
                if (site.isTraced()) {
                    LOG.warn("A lease of {} of pool '{}' was dropped without being closed; the worker is replaced."
                            + " It was taken here:", slot.childId, context.name(), site);
                } else {
                    LOG.warn("A lease of {} of pool '{}' was dropped without being closed; the worker is replaced."
                            + " It was taken by {}; with leak-detection on this would tell where",
                            slot.childId, context.name(), site.thread());
                }
            });
            after.call(() -> context.crash(pid,
                    new IllegalStateException("a lease was dropped without being closed", site)));
            after.call(() -> context.listeners().tell((listener, pool) -> listener.leaseLeaked(pool, pid, site)));
        });
    }

    // ---- kept too long

    /** On the clock's thread. */
    private void look() {
        core.lockedOnTimer(after -> {
            timer = null;
            long now = clock.nanoTime();
            boolean more = false;
            long next = 0;
            for (Slot<W> slot : core.workers.slots) {
                CheckoutSite site = slot.checkoutSite;
                if (site == null || site.overdue || slot.state != SlotState.BORROWED) {
                    continue;
                }
                long left = site.lentAtNanos + thresholdNanos - now;
                if (left <= 0) {
                    site.overdue = true;
                    report(slot, site, after);
                } else if (!more || left < next) {
                    more = true;
                    next = left;
                }
            }
            if (more) {
                timer = clock.schedule(Duration.ofNanos(Math.max(next, thresholdNanos / PARTS)), this::look);
            }
        });
    }

    private void report(Slot<W> slot, CheckoutSite site, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        Pid pid = slot.pid;
        Duration held = heldFor(site);
        after.call(() -> LOG.warn(
                "{} of pool '{}' has been borrowed for {}, leak-detection-threshold is {}, by {}. It was taken here:",
                slot.childId, context.name(), held, threshold, site.thread(), site));
        if (pid != null) {
            after.call(
                    () -> context.listeners().tell((listener, pool) -> listener.leaseOverdue(pool, pid, held, site)));
        }
    }

    // ---- for explanations

    /** Under the lock: which threads have workers and for how long, the longest first; empty if that is not noted. */
    String describeHolders() {
        assert core.isHeldByCurrentThread();
        if (!tracksAll()) {
            return "";
        }
        long now = clock.nanoTime();
        int lent = 0;
        Queue<Holder> longest = new PriorityQueue<>(Comparator.comparingLong(Holder::heldNanos));
        for (Slot<W> slot : core.workers.slots) {
            CheckoutSite site = slot.checkoutSite;
            if (slot.state == SlotState.BORROWED && site != null) {
                lent++;
                longest.add(new Holder(slot.childId, site, now - site.lentAtNanos));
                if (longest.size() > NAMED) {
                    longest.remove();
                }
            }
        }
        if (lent == 0) {
            return "";
        }
        String named = longest.stream()
                .sorted(Comparator.comparingLong(Holder::heldNanos).reversed())
                .map(Holder::toString)
                .collect(Collectors.joining(", "));
        return "; borrowed are " + named + (lent > NAMED ? " and " + (lent - NAMED) + " more" : "");
    }

    private record Holder(String childId, CheckoutSite site, long heldNanos) {
        @Override
        public String toString() {
            return childId + " by " + site.thread() + " for " + toMillis(heldNanos);
        }
    }

    private Duration heldFor(CheckoutSite site) {
        return toMillis(clock.nanoTime() - site.lentAtNanos);
    }

    private static Duration toMillis(long nanos) {
        return Duration.ofMillis(Math.max(0, nanos) / 1_000_000);
    }
}
