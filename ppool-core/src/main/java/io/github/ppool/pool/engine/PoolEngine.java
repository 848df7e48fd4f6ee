package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one pool: it makes the parts, and connects them. It outlives the supervisor of the pool.
 *
 * <p><b>Concurrency.</b> One lock guards the state of a pool ({@link EngineLock}), because decisions about a
 * slot, a waiter and the limits belong together. It is an {@link io.github.ppool.concurrent.AdaptiveLock}: one
 * compare-and-set to lock, one store to unlock, and a short sleep instead of a queue. Foreign code and wake-ups run
 * after the lock is released ({@link DeferredActions}).
 *
 * <p><b>Queue.</b> Waiters stand in one queue by priority ({@link WaitQueue}). While it is known that each
 * caller has to wait, tasks and virtual threads join it without the lock, by a ticket ({@link
 * io.github.ppool.concurrent.TicketQueue}); a decision closes that way first. Deadlines are in a heap with lazy
 * removal ({@link io.github.ppool.concurrent.DeadlineHeap}), served by one timer ({@link WaitTimeouts}).
 *
 * <p><b>Re-borrowing.</b> A thread leases its last worker again by one compare-and-set on the word of the slot
 * ({@link io.github.ppool.concurrent.LeaseWord}), and returns it by another. Under FIFO the oldest idle worker
 * rotates to the end instead. The table of slots learns of it when the lock holder {@linkplain IdleWorkers#reconcile
 * reconciles} a slot before a decision.
 *
 * <p><b>Restarts.</b> Each slot is a child of the pool's supervisor ({@link SupervisorLink}). Its process makes the
 * worker, serves it and closes it ({@link WorkerProcess}). When a process ends, {@link WorkerLifecycle} decides
 * whether its place is kept; the restart plan of the supervisor ({@link WorkerRestartPlan}) decides when the next
 * process starts. How many workers are made for waiters is the decision of {@link Demand}; how many at the same time
 * that of {@link CreationThrottle}. A pool with a gate asks it before each worker ({@link PoolGate}). A place that
 * waits for a permit is vacant, and no place counts as free while the gate is shut ({@link GateAnswers}).
 *
 * <p><b>Steps of a slot.</b> REQUESTED by {@link PoolCore#startMore}; STARTING and FAILING by its process; IDLE,
 * BORROWED, WORKING and CHECKING by {@link PoolCore#reassign} and by checkouts; CRASHING by its process; then {@link
 * WorkerLifecycle}, which learns of each end of a process exactly once, makes it RESTARTING, DOWN or GONE. DISMISSED
 * where it is superfluous. An outdated process is recognised by its pid, an outdated lease by its stamp: both are
 * compared under the lock before each decision. Each state but GONE holds a place, and a slot is made only
 * while there are fewer places taken than size + max-overflow.
 */
final class PoolEngine<W> {

    final PoolContext<W> context;
    final PoolCore<W> core;
    final WorkerLimits<W> limits;
    final TaskRecords<W> records;
    final StatusSnapshot<W> snapshots;
    final Admission<W> admission;
    final WaitTimeouts<W> timeouts;
    final OrphanTracker<W> orphans;
    final AbandonedLeases<W> abandoned;
    final Retirement<W> retirement;
    final Checkout<W> checkout;
    final Checkin<W> checkin;
    final TaskService<W> service;
    final BroadcastService<W> broadcasts;
    final WorkerLifecycle<W> lifecycles;
    final SupervisorLink<W> link;
    final PoolOperations<W> operations;
    final EnginePoolClient<W> client;
    final Inspector<W> inspector;
    private final Waiters<W> waiters;
    private final KeyTurns<W> turns;
    private final Shedding<W> shedding;
    private final CreationPermits<W> permits;
    /** Null without a gate. */
    final @Nullable PoolGate<W> gate;
    /** Null unless the pool shares a rate with others. */
    final @Nullable PoolRateShare<W> share;
    private final OverdueWork<W> overdue;
    /** Null unless overruns are told. */
    final @Nullable Overruns<W> overruns;

    /**
     * An engine that has not begun.
     *
     * @param supply the threads of all pools of the tree
     */
    PoolEngine(ProcessSystem system, PoolSpec<W> spec, PoolThreads.Supply supply) {
        context = new PoolContext<>(system, spec, supply);
        RetirementPolicy policy = new RetirementPolicy(spec);
        boolean books = spec.rate() != null || spec.sharedRate() != null || spec.keyRate() != null
                || spec.overrunAfter() != null;
        boolean fastPath = policy.isDisabled && !context.listeners().notifiesLeases() && !LeakDetector.tracksAll(spec)
                && !books;
        BorrowerTable borrowers = new BorrowerTable(spec.size() + spec.maxOverflow(), this::borrowerExited);
        IdleWorkers<W> workers = new IdleWorkers<>(spec, fastPath && spec.minIdle() == 0, borrowers);
        limits = new WorkerLimits<>(spec, context.clock(), workers, this::limitReached);
        records = new TaskRecords<>(workers);
        DeferredReturns<W> deferredReturns = new DeferredReturns<>();
        overruns = spec.overrunAfter() == null
                ? null
                : new Overruns<>(context, workers, spec.overrunAfter(), this::overrunsDue);
        core = new PoolCore<>(
                context, new Ports(), borrowers, policy, fastPath, workers, limits, records, deferredReturns,
                overruns);
        share = core.rate == null || core.rate.share == null
                ? null
                : new PoolRateShare<>(context, core, core.rate.share);
        LeakDetector<W> leaks = new LeakDetector<>(context, core);
        Leases<W> leases = new Leases<>(core, leaks);
        TransactionCounts transactions = new TransactionCounts();
        snapshots = new StatusSnapshot<>(context, core, records, transactions);
        inspector = new Inspector<>(context, core);
        admission = new Admission<>(context, core, snapshots, leaks);
        UnobservedFailures unobserved = new UnobservedFailures(context);
        turns = new KeyTurns<>(context, core);
        waiters = new Waiters<>(context, core, leases, leaks, admission, records, unobserved, turns);
        timeouts = new WaitTimeouts<>(context, core, waiters);
        shedding = new Shedding<>(context, core, waiters, admission);
        retirement = new Retirement<>(context, core);
        permits = new CreationPermits<>(core, limits, waiters);
        gate = spec.gate() == null || workers.gate == null
                ? null
                : new PoolGate<>(context, core, limits, leases, permits, waiters, retirement, spec.gate(),
                        workers.gate);
        orphans = new OrphanTracker<>(context, core, limits, leases, waiters, permits, gate);
        overdue = new OverdueWork<>(context, core, limits, permits, orphans);
        abandoned = new AbandonedLeases<>(context, core, leases, orphans);
        TaskAttempts<W> attempts = new TaskAttempts<>(context, core, records, admission, waiters, turns);
        service = new TaskService<>(
                context, core, records, admission, snapshots, timeouts, abandoned, turns, waiters, shedding);
        broadcasts = new BroadcastService<>(context, core, admission, service);
        checkout = GrowingCheckout.of(
                spec, context, core, leaks, leases, admission, waiters, timeouts, abandoned, shedding);
        checkin = new Checkin<>(context, core, leases, abandoned, orphans, deferredReturns);
        WorkerReports reports = new WorkerReports(context, core);
        lifecycles = new WorkerLifecycle<>(context, core, leases, waiters, limits, permits, gate, orphans, attempts,
                retirement, reports, admission);
        link = new SupervisorLink<>(context, core, checkin, waiters, records, admission, lifecycles, permits, gate,
                attempts, orphans, reports);
        operations = new PoolOperations<>(
                context, core, admission, waiters, records, unobserved, orphans, retirement, lifecycles,
                gate);
        client = new EnginePoolClient<>(context, core, snapshots, admission, leaks, checkout, service,
                broadcasts, new TransactionOutcomes<>(spec, checkin, transactions), this);
    }

    private void borrowerExited(Pid pid) {
        abandoned.borrowerExited(pid);
    }

    private void overrunsDue() {
        if (overruns != null) {
            core.lockedOnTimer(overruns::look);
        }
    }

    private void limitReached() {
        overdue.look();
    }

    /** The requests of the core to the parts that are made after it. */
    private final class Ports extends CorePorts<W> {
        @Override
        Slot<W> startSlot(DeferredActions after) {
            return link.startSlot(after);
        }

        @Override
        void grant(Waiter<W> waiter, Slot<W> slot, DeferredActions after) {
            waiters.grant(waiter, slot, after);
        }

        @Override
        void processEnded(Waiter<W> waiter, DeferredActions after) {
            waiters.processEnded(waiter, after);
        }

        @Override
        void refuseIdleOnly(DeferredActions after) {
            waiters.refuseIdleOnly(after);
        }

        @Override
        void refuseImpatientByRate(DeferredActions after) {
            waiters.refuseAll(waiter -> waiter.idleOnly, after, admission.noWorkerIsIdle());
            waiters.refuseAll(Waiter::isImpatient, after, admission.refusalByRate());
        }

        @Override
        void askForShare(DeferredActions after) {
            if (share != null) {
                after.call(share::tellWanted);
            }
        }

        @Override
        void keysAreDue() {
            turns.keysAreDue();
        }

        @Override
        void waitersRemain() {
            abandoned.scheduleReclaim();
        }

        @Override
        void waitersMayBeLate() {
            shedding.lookForLate();
        }

        @Override
        boolean shouldRetire(Slot<W> slot, DeferredActions after) {
            return retirement.shouldRetire(slot, after);
        }

        @Override
        void becameIdle(Slot<W> slot) {
            retirement.scheduleUpkeep(slot);
        }

        @Override
        void checkInDeferred(DeferredActions after) {
            checkin.checkInDeferred(after);
        }
    }

    /**
     * For tests, under the lock: checks the invariants that are not those of one structure.
     *
     * @param atRest whether no timer is running its action
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant(boolean atRest) {
        String broken = core.brokenInvariant();
        if (broken == null) {
            broken = timeouts.brokenInvariant(atRest);
        }
        if (broken == null) {
            broken = abandoned.brokenInvariant(atRest);
        }
        if (broken == null) {
            broken = retirement.brokenInvariant(atRest);
        }
        WaitOrder<W> order = core.queue.order();
        if (broken == null && atRest && order != null && order.lacksTimer()
                && core.lifecycle() == PoolCore.Lifecycle.ACTIVE) {
            broken = "no timer looks for late waiters of " + order;
        }
        return broken == null && atRest && core.hasDeferredReturns()
                ? "leases that were given back are not taken"
                : broken;
    }

    String name() {
        return context.name();
    }

    PoolSpec<W> spec() {
        return context.spec();
    }

    PoolStatus status() {
        return snapshots.status();
    }

    @Override
    public String toString() {
        return snapshots.toString();
    }
}
