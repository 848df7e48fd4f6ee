package io.github.ppool.pool;

import io.github.ppool.concurrent.AdaptiveLock;
import io.github.ppool.concurrent.DeadlineHeap;
import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.concurrent.TicketQueue;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.guard.StackReserve;
import io.github.ppool.pool.WorkerRestartPlan.Verdict;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.Outage;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartType;
import io.github.ppool.restart.RestartWindow;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.Shutdown;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one pool engine: it lends workers and hands work over. It is the handle that users hold, and outlives its
 * supervisor.
 *
 * <p>Long, because all that happens to a place, a waiting one or the limits must be decided together, under one lock,
 * to keep the pool's promises; splitting the file would not split the state. What can stand alone does: the books
 * ({@link SlotTable}), the {@link WaitQueue}, the {@link DeadlineHeap}, the {@link CreationThrottle}, the {@link RetirementPolicy}, the
 * side of the tasks ({@link TaskService}), that of the callers ({@link EnginePoolClient}), that of the workers
 * ({@link WorkerProcess}, {@link WorkerRestartPlan}).
 *
 * <p><b>The lock</b> is that of the books ({@link AdaptiveLock}), held for a few instructions, never while blocking or
 * calling foreign code. All consequences (waking, sending, asking the supervisor, telling) are collected in an
 * {@link DeferredActions} and run by the same thread after it let go. A checkout that finds an idle worker, and a check-in
 * that finds nobody waiting, take it once and do nothing else; a thread that takes again what it had last does not take
 * it at all, nor does who brings back what was {@linkplain SlotTable#lendInRotation lent in turn}, see {@link LeaseWord}. So
 * wherever something is decided because workers are idle, the books are corrected first ({@link SlotTable#anyIdle},
 * {@link SlotTable#reconcile}). And tasks, and virtual threads that borrow, join the queue without the lock while there is
 * nothing to be decided about them; whoever takes the lock to decide something ends that first, see {@link #lock} and
 * {@link TicketQueue}.
 *
 * <p><b>Who moves a slot.</b> REQUESTED by {@link #startMore}; STARTING by its process; FAILING by its process; IDLE,
 * BORROWED, WORKING, CHECKING by {@link #reassign} and by check-outs; CRASHING by its process; then {@link #processExited}, which
 * every end of a process comes through exactly once, makes it RESTARTING, DOWN or GONE; the supervisor, which restarts
 * it, starts the process again, and asks {@link #verdict} before. DISMISSED by whoever finds it superfluous. A process
 * that the slot no longer belongs to is recognised by its pid, a lease by its stamp: both are compared under the lock
 * before anything is believed.
 *
 * <p><b>How many.</b> Every state but GONE holds a place, and a slot is made only while there are fewer than size +
 * max-overflow.
 */
final class PoolEngine<W> implements DeferredActions.Executors {

    /** So many workers are begun at the same time to fill the pool; callers who wait have theirs begun besides. */
    static final int FILL_BATCH = 256;
    private static final GuardedLog LOG = GuardedLog.of(PoolEngine.class);
    /** How often those who wait look for workers whose borrowing thread has ended. */
    private static final Duration RECLAIM_EVERY = Duration.ofMillis(100);
    /**
     * The pause after the supervisor could not start a process: out of the ordinary, so only a protection against
     * spinning.
     */
    private static final Duration START_RETRY = Duration.ofMillis(100);
    /** How many of those whose time is over are told so before the lock is let go for a moment. */
    private static final int EXPIRY_BATCH = 200;

    private static final long NEVER = Long.MAX_VALUE;

    private final ProcessSystem system;
    private final MonotonicClock clock;
    private final PoolSpec<W> spec;
    private final EnginePoolClient<W> handle;
    private final ListenerNotifier listeners;
    /** Made when they are first needed. */
    private final PoolThreads.Supply supply;
    private volatile PoolThreads.@Nullable Platform bookkeepers;
    private volatile @Nullable Executor otherThreads;
    private final TaskService<W> tasks = new TaskService<>(this);
    /** Whether how long borrowers have their workers is told. */
    private final boolean timesLeases;
    private final LeakDetector<W> leaks;
    /**
     * Whether nothing is to be decided, checked, noted or told of a worker that is borrowed and comes back while nobody
     * waits.
     */
    private final boolean fastPath;
    private final BorrowerTable borrowers;
    private final OrphanTracker<W> orphans;
    private final DeferredReturns<W> deferredReturns = new DeferredReturns<>();
    private final WorkerLimits<W> limits;
    private final TransactionOutcomes<W> transactions;
    /** Whether a worker that is suspect can be told from one that is not. */
    private final boolean validates;
    private final WorkerReports reports;
    /** While the start of the pool waits for its first workers. */
    private @Nullable Readiness readiness;

    // All below is guarded by the lock.

    private Lifecycle lifecycle = Lifecycle.ACTIVE;
    private boolean suspended;
    /** Whether callers are served at once if a worker is idle: ACTIVE and not suspended. */
    private boolean open = true;
    private @Nullable Supervisor supervisor;
    private @Nullable Pid root;
    private int generation;
    /** The restarts by type of this generation; the supervisor's process counts them. */
    private RestartWindow restarts;
    private @Nullable ExitReason gaveUpWith;
    /** How the tree gave up, to be read after "has given up". */
    private String howGivenUp = "";

    private final SlotTable<W> workers;
    private final WaitQueue<W> queue = new WaitQueue<>();
    private final Demand<W> demand;
    private final CreationThrottle<W> throttle;
    private final RetirementPolicy retirement;
    private final DeadlineHeap<Waiter<W>> deadlines = new DeadlineHeap<>();
    private @Nullable Timer deadlineTimer;
    private long deadlineTimerNanos;
    /**
     * When it will be looked for those whose time is over; {@link #NEVER} if it is not known that it will. Written
     * under the lock.
     */
    private volatile long nextExpiryNanos = NEVER;
    private int lastNumber;
    private @Nullable Throwable lastFailure;
    /** What is told of it; taken where it came in, because it is foreign code. */
    private @Nullable FailureText lastFailureText;

    private final List<Runnable> whenChanged = new ArrayList<>();
    private boolean reclaimScheduled;
    private @Nullable Timer upkeepTimer;
    private long upkeepAtNanos;

    private enum Lifecycle {
        ACTIVE,
        DRAINING,
        STOPPED,
        GAVE_UP
    }

    /**
     * An engine that has not begun.
     *
     * @param supply the threads of all pools of the tree
     */
    PoolEngine(ProcessSystem system, PoolSpec<W> spec, PoolThreads.Supply supply) {
        this.system = system;
        this.supply = supply;
        this.clock = system.clock();
        this.spec = spec;
        this.restarts = spec.intensity().newWindow();
        this.throttle = new CreationThrottle<>(spec.creationParallelism(), spec.creationFailureLimit());
        this.retirement = new RetirementPolicy(spec);
        this.listeners = new ListenerNotifier(spec, clock);
        this.timesLeases = listeners.notifiesLeases();
        this.leaks = new LeakDetector<>(this);
        this.borrowers = new BorrowerTable(spec.size() + spec.maxOverflow(), this::ownerExited);
        this.fastPath = retirement.isDisabled && !timesLeases && !leaks.tracksAll();
        this.workers = new SlotTable<>(spec, fastPath, borrowers);
        this.demand = new Demand<>(workers, queue, clock);
        this.orphans = new OrphanTracker<>(this);
        this.limits = new WorkerLimits<>(this, orphans);
        this.transactions = new TransactionOutcomes<>(this);
        this.validates = Validation.canTell(spec.factory());
        this.reports = new WorkerReports(this);
        this.handle = new EnginePoolClient<>(this);
    }

    /** The pool to its users, the same object for the whole life of the engine. */
    EnginePoolClient<W> handle() {
        return handle;
    }

    PoolSpec<W> spec() {
        return spec;
    }

    /** The specification with the size as it is now. */
    PoolSpec<W> currentSpec() {
        return underLock(() -> spec.toBuilder().size(workers.size).maxOverflow(workers.maxOverflow).build());
    }

    ProcessSystem system() {
        return system;
    }

    @Override
    public MonotonicClock clock() {
        return clock;
    }

    @Override
    public String owner() {
        return "Pool '" + name() + "'";
    }

    String name() {
        return spec.name();
    }

    /** What foreign code is run with. */
    @Nullable
    ClassLoader contextClassLoader() {
        return spec.contextClassLoader() == null ? system.contextClassLoader() : spec.contextClassLoader();
    }

    /**
     * For what the pool itself has to do but not on a timer's thread, since it ends processes and calls listeners. They
     * need no carrier.
     */
    @Override
    public Executor forCalls() {
        return platformThreads();
    }

    private PoolThreads.Platform platformThreads() {
        PoolThreads.Platform known = bookkeepers;
        if (known == null) {
            synchronized (this) {
                known = bookkeepers == null
                        ? new PoolThreads.Platform(name(), contextClassLoader(), supply)
                        : bookkeepers;
                bookkeepers = known;
            }
        }
        return known;
    }

    /** Runs something when all listeners have heard of what has happened; at once if they have. */
    void whenListenersIdle(Runnable then) {
        platformThreads().whenIdle(then);
    }

    /** For what depends on stages. */
    @Override
    public Executor forStages() {
        if (spec.platformThreads()) {
            return forCalls();
        }
        Executor known = otherThreads;
        if (known == null) {
            known = PoolThreads.virtual(name(), contextClassLoader());
            otherThreads = known;
        }
        return known;
    }

    WorkerLimits<W> limits() {
        return limits;
    }

    OrphanTracker<W> orphans() {
        return orphans;
    }

    TransactionOutcomes<W> transactions() {
        return transactions;
    }

    WorkerReports reports() {
        return reports;
    }

    /** From now on the start of the pool is told of what it waits for. */
    void beginReadiness(Readiness waiting) {
        locked(after -> {
            readiness = waiting;
            whenChanged.add(waiting);
        });
    }

    /** It waits no longer. */
    void endReadiness(Readiness waiting) {
        locked(after -> {
            readiness = null;
            whenChanged.remove(waiting);
        });
    }

    // ------------------------------------------------------------------------------------------------ borrowing

    LeakDetector<W> leaks() {
        return leaks;
    }

    SlotTable<W> workers() {
        return workers;
    }

    BorrowerTable borrowers() {
        return borrowers;
    }

    /** An idle worker; null if none is to be had at once. */
    @Nullable
    PoolLease<W> lendIdle(Thread thread) {
        if (!queue.looksEmpty()) {
            return null;
        }
        StackReserve.forLockApart();
        CheckoutSite where = leaks.captureCallSite();
        Borrower met = ProcessSystem.isImpersonating() ? borrowers.register(thread) : null;
        while (true) {
            lockLeavingQueueOpen(); // if it is open it is not empty
            try {
                Slot<W> slot = open && queue.isEmpty() ? workers.pick(thread) : null;
                if (slot == null) {
                    return null;
                }
                Borrower owner = met != null
                        ? met
                        : slot.borrowerThreadId == thread.threadId() ? slot.borrower : borrowers.known(thread);
                if (owner != null) {
                    if (!owner.isAlive() || slot.isDead() || (!fastPath && retirement.needsCheck(slot, clock))) {
                        workers.putBack(slot);
                        return null;
                    }
                    workers.markBorrowed(slot);
                    return lease(slot, owner, where);
                }
                workers.putBack(slot);
            } finally {
                unlock();
            }
            met = borrowers.register(thread);
        }
    }

    /** Under the lock: hands the slot, which is in no set, to a borrower. */
    PoolLease<W> lend(Slot<W> slot, Borrower owner, @Nullable CheckoutSite where) {
        workers.move(slot, SlotState.BORROWED);
        return lease(slot, owner, where);
    }

    private PoolLease<W> lease(Slot<W> slot, Borrower owner, @Nullable CheckoutSite where) {
        W worker = slot.worker;
        Pid process = slot.pid;
        if (worker == null || process == null) {
            throw new AssertionError("no worker to be lent in " + slot);
        }
        long stamp = slot.nextStamp();
        workers.remember(slot, owner);
        slot.checkoutOrder = workers.countHandOut();
        if (!fastPath) {
            retirement.countUse(slot);
        }
        PoolLease<W> lease = new PoolLease<>(slot, stamp, worker, process,
                timesLeases ? clock.nanoTime() | 1 : slot.takenNow());
        if (where != null) {
            leaks.leaseBegan(lease, where);
        }
        return lease;
    }

    /**
     * Puts a borrower into the queue, or says why not.
     *
     * @param timeout how long it will wait; zero and negative: only an idle worker will do
     * @param sinceNanos when it began to wait
     */
    @Nullable
    Supplier<PoolException> enter(Waiter<W> borrower, String what, Duration timeout, long sinceNanos) {
        return enter(borrower, what, timeout, sinceNanos, false);
    }

    private @Nullable Supplier<PoolException> enter(
            Waiter<W> borrower, String what, Duration timeout, long sinceNanos, boolean opensQueue) {
        boolean waits = !timeout.isNegative() && !timeout.isZero();
        return decided(after -> {
            reclaimBeforeWaiting(after);
            Supplier<PoolException> refusal = refusal(what, false);
            if (refusal == null && !waits && !(canServe() && workers.anyIdle())) {
                refusal = refusalOf(
                        CheckoutTimeoutException::new, "no worker is idle and the caller does not wait"
                                + leaks.describeHolders(),
                        lastFailure);
            }
            if (refusal == null) {
                refusal = refusalWhenFull(what, 0);
            }
            if (refusal == null) {
                enqueue(borrower, sinceNanos, after);
                if (borrower.queued && waits) {
                    setDeadline(borrower, sinceNanos + limitedNanos(timeout));
                }
                if (opensQueue) {
                    openQueueIfSaturated();
                }
            }
            return refusal;
        });
    }

    /**
     * As {@link #enter} for a virtual thread. Without the lock where others wait already, there is nothing to ask, and
     * it will be looked for those whose time is over not later than at the end of his.
     */
    @Nullable
    Supplier<PoolException> admitVirtual(BlockingWaiter<W> borrower, String what, Duration timeout, long sinceNanos) {
        if (!timeout.isNegative() && !timeout.isZero() && queue.looksOpen()) {
            borrower.deadlineNanos = sinceNanos + limitedNanos(timeout);
            if (isExpiryScheduledBy(borrower.deadlineNanos)) {
                borrower.deadlinePending = true;
                switch (queue.join(borrower, sinceNanos)) {
                    case YES -> {
                        // again, because the one look may have been before he joined, and the next one too late
                        return isExpiryScheduledBy(borrower.deadlineNanos) ? null : admitLateJoiner(borrower, what);
                    }
                    case LATE -> {
                        return admitLateJoiner(borrower, what);
                    }
                    case NOT -> borrower.deadlinePending = false;
                }
            }
        }
        return enter(borrower, what, timeout, sinceNanos, true);
    }

    /** As {@link TaskService} for a task: what would have been asked before is asked now. */
    private @Nullable Supplier<PoolException> admitLateJoiner(BlockingWaiter<W> borrower, String what) {
        return decided(after -> {
            if (!borrower.queued) {
                return null; // served meanwhile
            }
            queue.countLate();
            Supplier<PoolException> refusal = refusal(what, false);
            if (refusal == null) {
                refusal = refusalWhenFull(what, 1);
            }
            if (refusal == null) {
                dispatchLateJoiner(after);
                if (borrower.queued) {
                    enlistDeadline(borrower);
                    scheduleExpiry();
                }
                openQueueIfSaturated();
            } else {
                dequeue(borrower);
                changed(after);
            }
            return refusal;
        });
    }

    /** Puts a borrower into the queue if there is room for one more; {@link BlockingWaiter#entered} tells. */
    @Nullable
    Supplier<PoolException> admitForNewWorker(BlockingWaiter<W> borrower) {
        return decided(after -> {
            reclaimBeforeWaiting(after);
            Supplier<PoolException> refusal = refusal("tryCheckout", false);
            if (refusal == null && canServeOneMore()) {
                borrower.entered = true;
                enqueue(borrower, clock.nanoTime(), after);
            }
            return refusal;
        });
    }

    /** A borrower is interrupted or ended; if it was neither granted nor refused before, it has left the queue now. */
    Supplier<PoolException> leave(BlockingWaiter<W> borrower) {
        return Objects.requireNonNull(decided(after -> {
            dequeue(borrower);
            changed(after);
            return refusalOf(PoolInterruptedException::new, "the caller was interrupted while it waited", null);
        }));
    }

    /** The process for which a stage waits has died. */
    void waitingProcessExited(AsyncWaiter<W> borrower) {
        lockedAfterExit(after -> {
            if (dequeue(borrower)) {
                borrower.ownerEnded(this, after);
                changed(after);
            }
        });
    }

    /** Under the lock. */
    Supplier<PoolException> checkoutTimedOut(@Nullable Duration timeout, long threadId, @Nullable Pid process) {
        return refusalOf(CheckoutTimeoutException::new,
                "no worker came within " + timeout + heldByCaller(threadId, process)
                        + leaks.describeHolders(),
                lastFailure);
    }

    /** Under the lock: whether somebody waits for what he has himself, for an explanation; else empty. */
    String heldByCaller(long threadId, @Nullable Pid process) {
        List<String> own = new ArrayList<>();
        for (Slot<W> slot : workers.slots) {
            workers.reconcile(slot);
            boolean borrowed = slot.state == SlotState.BORROWED && slot.borrower != null
                    && (process != null ? process.equals(slot.borrower.pid) : slot.borrower.threadId == threadId);
            boolean runsOn = slot.state == SlotState.WORKING && process != null && process.equals(slot.pid);
            if (borrowed || runsOn) {
                own.add(slot.childId);
            }
        }
        return own.isEmpty() ? "" : "; the caller itself has " + String.join(", ", own);
    }

    // ------------------------------------------------------------------------------------------------ giving back

    void checkIn(PoolLease<W> lease) {
        Slot<W> slot = lease.slot;
        boolean counted = false;
        if (slot.isReused(lease.stamp) && slot.workers.isReturnInRotation(slot)) {
            if (!slot.succeeded) {
                slot.succeeded = true;
            }
            counted = slot.countLease(lease.takenAtNanos());
            if (slot.tryEndReuse(lease.stamp)) {
                return;
            }
        }
        try {
            StackReserve.forLockApart();
        } catch (StackOverflowError full) {
            deferredReturns.add(lease, counted);
            return;
        }
        checkInSlowPath(lease, slot, counted);
    }

    /** Under the lock, before something is decided. */
    void drainDeferredReturns(DeferredActions after) {
        if (!deferredReturns.isEmpty()) {
            deferredReturns.giveBack(this, after);
        }
    }

    /** Under the lock: as {@link #checkIn}. */
    void checkInDeferred(PoolLease<W> lease, boolean counted, DeferredActions after) {
        Slot<W> slot = lease.slot;
        workers.reconcile(slot);
        if (orphans.isQuarantined(slot, lease.stamp)) {
            after.add(() -> orphans.givenBack(lease));
        } else if (slot.isCurrent(lease.stamp) && slot.state == SlotState.BORROWED) {
            if (!counted) {
                slot.countLease(lease.takenAtNanos());
            }
            slot.succeeded = true;
            endLease(slot);
            markIdleSince(slot);
            reassign(slot, after, false);
            changed(after);
            if (timesLeases) {
                after.call(() -> listeners.leaseEnded(lease));
            }
        }
    }

    private void checkInSlowPath(PoolLease<W> lease, Slot<W> slot, boolean counted) {
        DeferredActions after = null;
        BlockingWaiter<W> next = null;
        boolean heldBack = false;
        lockForCheckIn();
        try {
            if (!slot.isCurrent(lease.stamp)) {
                heldBack = orphans.isQuarantined(slot, lease.stamp);
                return;
            }
            if (!counted) {
                slot.countLease(lease.takenAtNanos());
            }
            if (slot.state != SlotState.BORROWED) {
                if (slot.isReused(lease.stamp)) {
                    slot.succeeded = true;
                    workers.checkInOutOfRotation(slot, lease.stamp);
                }
                return;
            }
            slot.succeeded = true;
            Borrower giver = slot.borrower;
            boolean usable = slot.workerProcess == null || !(slot.isDead() || slot.owesAnswers());
            if (fastPath && open && usable && queue.isEmpty() && workers.overflow() == 0) {
                slot.nextStamp();
                workers.markIdle(slot);
            } else {
                next = fastPath && usable ? queue.pollThreadIfOpen() : null;
                if (next != null) {
                    handOverDirectly(slot, next);
                    markHandedOver(giver);
                    return;
                }
                closeFastPaths();
                if (!queue.isEmpty()) {
                    markHandedOver(giver);
                }
                after = new DeferredActions();
                endLease(slot);
                markIdleSince(slot);
                reassign(slot, after, false);
                changed(after);
            }
        } finally {
            unlock();
            Reference.reachabilityFence(lease); // it was not dropped
            if (next != null) {
                next.run();
            }
            if (heldBack) {
                orphans.givenBack(lease);
            }
        }
        if (after != null) {
            after.run(this);
        }
        if (timesLeases) {
            listeners.leaseEnded(lease);
        }
    }

    /** Others wait for what he brings: he is to give way to them, see {@link EnginePoolClient}. */
    private static void markHandedOver(@Nullable Borrower giver) {
        if (giver != null) {
            giver.handedOn = true;
        }
    }

    /**
     * Leaves the queue open: if it is it is not empty. Who brings back the last worker is waited for, so he looks
     * before he sleeps.
     */
    private void lockForCheckIn() {
        if (workers.idleCount() <= 1) {
            workers.lockReservedEagerly();
        } else {
            workers.lockReserved();
        }
    }

    /**
     * As the end of a lease and {@link #reassign}, in the frequent case in which all that it would ask has its answer:
     * others wait, {@linkplain #openQueueIfSaturated nothing but that is so}, and the first of them is a thread.
     * It is to be woken without the lock.
     */
    private void handOverDirectly(Slot<W> slot, BlockingWaiter<W> next) {
        slot.nextStamp();
        deadlines.remove(next);
        next.grant(lease(slot, next.owner(), null));
        scheduleReclaim(); // others may wait
    }

    /** False if the lease was over before: then nothing is done. */
    boolean checkInBroken(PoolLease<W> lease, Throwable cause) {
        Slot<W> slot = lease.slot;
        Pid pid;
        boolean heldBack;
        lock();
        try {
            workers.reconcile(slot);
            heldBack = orphans.isQuarantined(slot, lease.stamp);
            pid = slot.isCurrent(lease.stamp) && slot.state == SlotState.BORROWED ? slot.pid : null;
            if (pid != null) {
                slot.countLease(lease.takenAtNanos());
                endLease(slot);
                workers.move(slot, SlotState.CRASHING);
            }
        } finally {
            unlock();
            Reference.reachabilityFence(lease);
        }
        if (heldBack) {
            orphans.givenBackBroken(lease, cause);
        }
        if (pid == null) {
            return heldBack;
        }
        crash(pid, cause);
        if (timesLeases) {
            listeners.leaseEnded(lease);
        }
        return true;
    }

    /**
     * As {@link #checkIn}, but the worker is validated before it is lent again, by {@link #reassign}.
     *
     * @param suspicion why, if something was thrown
     */
    void checkInSuspect(PoolLease<W> lease, @Nullable Throwable suspicion) {
        if (!validates) {
            checkIn(lease);
            return;
        }
        Slot<W> slot = lease.slot;
        boolean[] over = {false};
        boolean[] heldBack = {false};
        locked(after -> {
            workers.reconcile(slot);
            heldBack[0] = orphans.isQuarantined(slot, lease.stamp);
            over[0] = slot.isCurrent(lease.stamp) && slot.state == SlotState.BORROWED;
            if (heldBack[0] || over[0]) {
                slot.suspect = true;
                slot.suspicion = suspicion;
            }
            if (over[0]) {
                slot.countLease(lease.takenAtNanos());
                endLease(slot);
                markIdleSince(slot);
                reassign(slot, after, false);
                changed(after);
            }
        });
        if (heldBack[0]) {
            orphans.givenBack(lease);
        }
        if (over[0] && timesLeases) {
            listeners.leaseEnded(lease);
        }
    }

    /**
     * Ends a worker's process from outside; one that traps exits is closed in order, one that does not is dead at once.
     */
    void crash(Pid pid, Throwable cause) {
        system.exit(pid, ExitReason.failure(cause));
    }

    /**
     * Under the lock: from now on the process is dead, unless it traps exits and the reason is no kill. Others are told
     * after the lock.
     */
    void endProcess(Pid pid, ExitReason reason, DeferredActions after) {
        Runnable rest = system.beginExit(pid, reason);
        if (rest != null) {
            after.call(rest);
        }
    }

    void endLease(Slot<W> slot) {
        slot.nextStamp();
        slot.borrower = null;
        slot.borrowerThreadId = Borrower.NO_THREAD;
        leaks.leaseEnded(slot);
    }

    /**
     * A process that borrowed, waited, or might have, is dead: everything that it has comes back, in the order of the
     * check-outs; if it was killed, as soon as its thread has left it.
     */
    private void ownerExited(Pid pid) {
        lockedAfterExit(after -> {
            List<Slot<W>> his = new ArrayList<>();
            for (Slot<W> slot : workers.slots) {
                if (slot.borrower == null || !pid.equals(slot.borrower.pid)) {
                    continue;
                }
                workers.reconcile(slot);
                if (slot.state == SlotState.BORROWED) {
                    his.add(slot);
                } else {
                    endLease(slot); // idle: its thread may go on, but must not find it again
                }
            }
            his.sort((a, b) -> Long.compare(a.checkoutOrder, b.checkoutOrder));
            if (!his.isEmpty() && system.isOrphaned(pid)) {
                orphans.quarantine(pid, his, after);
                return;
            }
            for (Slot<W> slot : his) {
                endLease(slot);
                markIdleSince(slot);
                reassign(slot, after, false);
            }
            changed(after);
        });
    }

    /**
     * Under the lock: who is the first to wait has those workers replaced whose borrowing threads have ended;
     * {@link #reclaim} follows.
     */
    void reclaimBeforeWaiting(DeferredActions after) {
        if (queue.isEmpty()) {
            reclaimFromEndedThreads(after);
        }
    }

    /**
     * Under the lock, when nobody can be served otherwise: workers are replaced whose borrowing thread has ended.
     * Others may use them.
     */
    private void reclaimFromEndedThreads(DeferredActions after) {
        if (workers.anyIdle() || workers.in(SlotState.BORROWED) == 0) {
            return;
        }
        List<Slot<W>> ownerless = null;
        for (Slot<W> slot : workers.slots) {
            Borrower owner = slot.borrower;
            if (slot.state == SlotState.BORROWED && owner != null && owner.hasEndedSilently()) {
                ownerless = ownerless == null ? new ArrayList<>() : ownerless;
                ownerless.add(slot);
            }
        }
        if (ownerless != null) {
            ownerless.forEach(slot -> takeFromEndedThread(slot, after));
        }
    }

    /** Nobody will give it back, and somebody else may have it: so it can't be lent again. */
    private void takeFromEndedThread(Slot<W> slot, DeferredActions after) {
        Borrower owner = slot.borrower;
        Throwable where = slot.checkoutSite;
        Pid pid = slot.pid;
        endLease(slot);
        workers.move(slot, SlotState.CRASHING);
        if (pid == null) {
            return;
        }
        after.call(() -> {
            crash(pid, new IllegalStateException("the borrower " + owner + " has ended without giving the worker back",
                    where));
            LOG.warn(
                    "{} of pool '{}' is replaced because {} has ended without giving it back",
                    slot.childId, name(), owner, where);
        });
    }

    private void scheduleReclaim() {
        if (!reclaimScheduled && workers.in(SlotState.BORROWED) > 0) {
            reclaimScheduled = true;
            clock.schedule(RECLAIM_EVERY, this::reclaim);
        }
    }

    private void reclaim() {
        lockedOnTimer(after -> {
            reclaimScheduled = false;
            if (!queue.isEmpty() && canServe()) {
                reclaimFromEndedThreads(after);
                if (!queue.isEmpty()) {
                    scheduleReclaim();
                }
            }
        });
    }

    // ------------------------------------------------------------------------------------------------ the queue

    void enqueue(Waiter<W> waiting, long nowNanos, DeferredActions after) {
        waiting.sinceNanos = nowNanos;
        queue.add(waiting);
        dispatch(after);
        if (waiting.queued) {
            waiting.hasWaited = true;
            scheduleReclaim();
        }
    }

    /** Under the lock: out of the queue, and its deadline with it; false if it was not there. */
    boolean dequeue(Waiter<W> waiting) {
        deadlines.remove(waiting);
        return queue.remove(waiting);
    }

    void leaveQueue(Waiter<W> waiting) {
        locked(after -> {
            dequeue(waiting);
            changed(after);
        });
    }

    // ---- deadlines: one timer for all who wait

    void setDeadline(Waiter<W> waiting, long deadlineNanos) {
        deadlines.add(waiting, deadlineNanos);
        if (!isExpiryScheduledBy(deadlineNanos)) {
            scheduleExpiry();
        }
    }

    /** Without the lock: may change at once. */
    private boolean isExpiryScheduledBy(long deadlineNanos) {
        long next = nextExpiryNanos;
        return next != NEVER && next - deadlineNanos <= 0;
    }

    private void enlistDeadline(Waiter<W> joined) {
        if (joined instanceof BlockingWaiter<W> borrower && borrower.deadlinePending) {
            borrower.deadlinePending = false;
            deadlines.add(borrower, borrower.deadlineNanos);
        }
    }

    private void scheduleExpiry() {
        if (deadlines.isEmpty()) {
            return;
        }
        long earliest = deadlines.earliestNanos();
        Timer running = deadlineTimer;
        if (running != null && deadlineTimerNanos - earliest <= 0) {
            return; // it looks again then
        }
        if (running != null) {
            running.cancel();
        }
        deadlineTimerNanos = earliest;
        nextExpiryNanos = earliest;
        deadlineTimer = clock.schedule(Duration.ofNanos(Math.max(0, earliest - clock.nanoTime())), this::expire);
    }

    /** On the clock's thread: all whose time is over, not too many of them at once. */
    private void expire() {
        boolean more = true;
        while (more) {
            more = Boolean.TRUE.equals(decidedOnTimer(after -> {
                deadlineTimer = null;
                nextExpiryNanos = NEVER; // before the look: who has joined by now is seen, who joins later looks again
                queue.forEachNew(this::enlistDeadline);
                long now = clock.nanoTime();
                for (int i = 0; i < EXPIRY_BATCH; i++) {
                    Waiter<W> late = deadlines.pollDue(now);
                    if (late == null) {
                        scheduleExpiry();
                        changed(after);
                        return false;
                    }
                    if (queue.remove(late)) {
                        late.refused(this, late.whyExpired(this), after);
                    }
                }
                changed(after);
                return true;
            }));
        }
    }

    /** Of a time-out, such that times compare right. */
    static long limitedNanos(Duration time) {
        return Math.clamp(MonotonicClock.saturatedNanos(time), Long.MIN_VALUE / 4, Long.MAX_VALUE / 4);
    }

    private boolean canServe() {
        return !suspended && (lifecycle == Lifecycle.ACTIVE || lifecycle == Lifecycle.DRAINING);
    }

    /** Idle workers to those who wait, then as many new ones as are missing. */
    private void dispatch(DeferredActions after) {
        List<Slot<W>> telling = null;
        while (canServe() && !queue.isEmpty()) {
            Slot<W> slot = workers.pick(null);
            if (slot == null) {
                break;
            }
            WorkerProcess<W> process = slot.process;
            if (process != null && process.isNotifying() && firstLiveWaiter(after) instanceof PoolTask
                    && process.requestCallback()) {
                telling = telling == null ? new ArrayList<>(1) : telling;
                telling.add(slot);
                continue;
            }
            reassign(slot, after, false);
        }
        if (telling != null) {
            telling.reversed().forEach(workers::putBack);
        }
        startMore(after);
    }

    /** A worker's process can be given tasks again, and somebody waits for that. */
    void notificationsDone(WorkerProcess<W> process) {
        locked(after -> {
            process.clearCallback();
            dispatch(after);
            changed(after);
        });
    }

    /** What the time of a lease or task has ended for; its idleness begins. */
    void markIdleSince(Slot<W> slot) {
        if (retirement.timesIdleness) {
            slot.idleSinceNanos = clock.nanoTime();
        }
    }

    /**
     * Decides what becomes of a worker that nobody has and that is in no set.
     *
     * @param ownThread whether the worker's process calls, which then gets its next command returned instead of sent
     * @return the command, null if there is none, or none to be returned
     */
    @Nullable
    WorkerCommand reassign(Slot<W> slot, DeferredActions after, boolean ownThread) {
        slot.task = null;
        if (slot.isDead()) {
            return crashExitedWorker(slot, after, ownThread);
        }
        if (!fastPath && shouldRetire(slot, after)) {
            return dismiss(slot, after, ownThread);
        }
        if (slot.owesAnswers()) {
            return check(slot, WorkerCommand.Order.CATCH_UP, after, ownThread);
        }
        if (slot.suspect) {
            slot.suspect = false;
            return check(slot, WorkerCommand.Order.VALIDATE, after, ownThread);
        }
        Waiter<W> first = canServe() ? firstLiveWaiter(after) : null;
        if (first != null) {
            if (!fastPath && retirement.needsCheck(slot, clock)) {
                return check(slot, WorkerCommand.Order.VALIDATE, after, ownThread);
            }
            queue.remove(first);
            if (ownThread && first instanceof PoolTask<W, ?> task) {
                markWorking(slot, task);
                return task;
            }
            if (!(first instanceof PoolTask)) {
                deadlines.remove(first); // a task's counts until it has begun
            }
            first.granted(this, slot, after);
            if (!queue.isEmpty()) {
                scheduleReclaim();
            }
            return null;
        }
        if (lifecycle == Lifecycle.STOPPED) {
            return dismiss(slot, after, ownThread);
        }
        if (workers.isSurplus() && !slot.replaced && spec.overflowTtl().isZero()) {
            return dismiss(slot, after, ownThread);
        }
        workers.addIdle(slot);
        scheduleUpkeep(slot);
        return null;
    }

    @Nullable
    WorkerCommand send(Slot<W> slot, WorkerCommand command, DeferredActions after, boolean ownThread) {
        if (ownThread) {
            return command;
        }
        WorkerProcess<W> process = slot.process;
        Pid pid = slot.pid;
        if (process != null && pid != null) {
            process.send(command);
            after.add(() -> pid.send(WorkerProcess.WAKE_UP));
        }
        return null;
    }

    private @Nullable WorkerCommand check(Slot<W> slot, WorkerCommand order, DeferredActions after, boolean ownThread) {
        workers.move(slot, SlotState.CHECKING);
        limits.begin(slot, WorkerOperation.Kind.CHECK);
        return send(slot, order, after, ownThread);
    }

    /** The worker, in no set, is a process that has ended: it is never lent again. */
    private @Nullable WorkerCommand crashExitedWorker(Slot<W> slot, DeferredActions after, boolean ownThread) {
        Pid dead = slot.workerProcess;
        ExitReason reason = dead == null ? ExitReason.NOPROC : system.exitReason(dead).orElse(ExitReason.NOPROC);
        workers.move(slot, SlotState.CRASHING);
        return send(slot, new WorkerCommand.End(reason), after, ownThread);
    }

    /**
     * The worker of a slot was a process, which has ended: noticed by the pool itself, since foreign code may take
     * messages.
     */
    void workerProcessExited(Slot<W> slot, Pid pid) {
        locked(after -> {
            if (!pid.equals(slot.pid)) {
                return;
            }
            workers.reconcile(slot);
            switch (slot.state) {
                case IDLE -> {
                    workers.removeIdle(slot);
                    endLease(slot);
                    crashExitedWorker(slot, after, false);
                }
                case BORROWED, QUARANTINED -> {
                    endLease(slot);
                    slot.quarantine = null;
                    crashExitedWorker(slot, after, false);
                }
                default -> {
                    // it is found when what is done with it is over, or it is ending anyway
                }
            }
            startMore(after);
            changed(after);
        });
    }

    /** The first in the queue; processes that have died while waiting are taken out on the way. */
    private @Nullable Waiter<W> firstLiveWaiter(DeferredActions after) {
        while (true) {
            Waiter<W> first = queue.peek();
            if (first == null) {
                if (queue.close()) {
                    continue; // now it is sure
                }
                return null;
            }
            Pid owner = first.ownerPid();
            if (owner == null || owner.isAlive()) {
                return first;
            }
            dequeue(first);
            first.ownerEnded(this, after);
        }
    }

    /** Makes workers for those who wait and none is coming for, and up to the size. */
    void startMore(DeferredActions after) {
        if (supervisor == null || (lifecycle != Lifecycle.ACTIVE && lifecycle != Lifecycle.DRAINING)) {
            return;
        }
        int needed = canServe() ? demand.missing() : 0;
        while (needed > 0 && workers.freePlaces() > 0 && mayStartCreation()) {
            demand.begun(startSlot(after));
            workers.fillVacancy();
            needed--;
        }
        fillToSize(after);
    }

    /**
     * Workers that nobody asks for yet: at most {@link #FILL_BATCH} are begun at the same time, those not counted that take
     * too long. Whoever is made, can't be made or takes too long makes room for the next one.
     */
    private void fillToSize(DeferredActions after) {
        while (lifecycle == Lifecycle.ACTIVE && workers.isBelowSize() && workers.freePlaces() > 0
                && workers.beginning() < FILL_BATCH) {
            startSlot(after);
        }
    }

    /** While workers can't be made, one at a time is tried. */
    private boolean mayStartCreation() {
        return !throttle.isBroken() || workers.coming() + workers.toBeRetried() == 0;
    }

    // ------------------------------------------------------------------------------------------------ refusals

    /**
     * Under the lock: why nobody is served now; null if that is not so. Who is patient waits even while workers can't
     * be made.
     */
    @Nullable
    Supplier<PoolException> refusal(String what, boolean patient) {
        switch (lifecycle) {
            case DRAINING, STOPPED -> {
                return refusalOf(PoolStoppedException::new, what + " was refused: the pool is stopped", null);
            }
            case GAVE_UP -> {
                Throwable cause = gaveUpWith == null ? null : gaveUpWith.cause().orElse(lastFailure);
                return refusalOf(PoolStoppedException::new,
                        what + " was refused: the supervision tree has given up " + howGivenUp, cause);
            }
            case ACTIVE -> {
                if (suspended && spec.refuseWhileSuspended()) {
                    return refusalOf(PoolRejectedException::new, what + " was refused: the pool is suspended", null);
                }
                if (throttle.isBroken() && !mayStartCreation() && !patient && !workers.anyIdle()) {
                    return refusalOf(WorkerUnavailableException::new,
                            what + " was refused: " + haveFailed(throttle.failuresInRow()), lastFailure);
                }
                return null;
            }
        }
        throw new AssertionError(lifecycle);
    }

    /**
     * Under the lock: those for whom a worker is idle, coming or can be made do not count as waiting.
     *
     * @param own how many of those in the queue are not to be counted
     */
    @Nullable
    Supplier<PoolException> refusalWhenFull(String what, int own) {
        int served = suspended ? 0 : workers.servable();
        long waiting = queue.size() - own - (long) served;
        return waiting >= spec.queueCapacity()
                ? refusalOf(PoolRejectedException::queueFull,
                        what + " was refused: queue-capacity " + spec.queueCapacity() + " is reached", lastFailure)
                : null;
    }

    /** Under the lock: the exception itself, with its stack trace, is made without it, by whoever throws it. */
    Supplier<PoolException> refusalOf(Refusal kind, String what, @Nullable Throwable cause) {
        PoolStatus now = snapshot();
        return () -> kind.refusalOf(what, now, cause);
    }

    interface Refusal {
        PoolException refusalOf(String what, PoolStatus status, @Nullable Throwable cause);
    }

    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    ListenerNotifier listeners() {
        return listeners;
    }

    /** Where nobody listens nothing is handed to other threads: a pool that is stopped need not have any. */
    private void notifyPhase(DeferredActions after) {
        if (listeners.isEnabled()) {
            after.call(this::notifyPhase);
        }
    }

    private void notifyPhase() {
        PoolPhase now;
        lockReserved();
        try {
            now = phase();
        } finally {
            unlock();
        }
        listeners.phaseChanged(now);
    }

    /** Tells the listener of a refusal. */
    <T extends PoolException> T refuse(T refusal) {
        listeners.refused(refusal);
        return refusal;
    }

    // ------------------------------------------------------------------------------------------------ tasks, see
    // TaskService

    TaskService<W> tasks() {
        return tasks;
    }

    /** Under the lock, also while the queue is left open. */
    boolean isTaskFirst() {
        if (queue.isEmpty()) {
            return false;
        }
        Waiter<W> first = queue.peek();
        return first == null || first instanceof PoolTask;
    }

    /** Under the lock: whether the process has this task, and not another one by now. */
    boolean runs(Pid process, PoolTask<W, ?> task) {
        for (Slot<W> slot : workers.slots) {
            if (process.equals(slot.pid)) {
                return task.equals(slot.task);
            }
        }
        return false;
    }

    /** Whether the calling thread has a worker of this pool, borrowed or as the one that it runs a task on. */
    boolean holdsWorker() {
        return !describeHeldByCaller().isEmpty();
    }

    Supplier<PoolException> taskNotBegun(Duration timeout) {
        String own = describeHeldByCaller();
        return underLock(() -> refusalOf(CheckoutTimeoutException::new, "the task did not begin within " + timeout + own
                + leaks.describeHolders(), lastFailure));
    }

    private String describeHeldByCaller() {
        ProcessContext caller = ProcessSystem.currentProcess();
        long threadId = Thread.currentThread().threadId();
        return underLock(() -> heldByCaller(threadId, caller == null ? null : caller.self()));
    }

    /** Under the lock: one more would not have to wait for another holder. */
    boolean canServeOneMore() {
        return !suspended && (workers.servable() > demand.unattended()
                || workers.servable() + workers.soonFreePlaces() > demand.unattended());
    }

    WaitQueue<W> queue() {
        return queue;
    }

    /**
     * Under the lock: if others wait, and nobody could be served better, then what a task is to be asked has its answer
     * until somebody {@linkplain #lock decides} again. So until then tasks join the queue without the lock.
     */
    void openQueueIfSaturated() {
        if (open && !queue.isEmpty() && workers.freePlaces() == 0 && !throttle.isBroken()) {
            queue.open(spec.queueCapacity());
        }
    }

    /** Under the lock: somebody has joined the queue while it was closed. */
    void dispatchLateJoiner(DeferredActions after) {
        dispatch(after);
        if (!queue.isEmpty()) {
            scheduleReclaim();
        }
    }

    /**
     * Whoever decides something sees the queue and the workers as they are: nobody joins, nobody borrows in turn until
     * all is as before.
     */
    void lock() {
        workers.lock();
        closeFastPaths();
    }

    /** As {@link #lock}, for those on whom others depend. */
    void lockEagerly() {
        workers.lockEagerly();
        closeFastPaths();
    }

    /**
     * As {@link #lock}, for what follows from the end of a process or from what was decided before: there is stack for
     * it.
     */
    private void lockReserved() {
        workers.lockReserved();
        closeFastPaths();
    }

    /** As {@link #lockEagerly}, where the caller has made sure of the stack. */
    void lockReservedEagerly() {
        workers.lockReservedEagerly();
        closeFastPaths();
    }

    private void closeFastPaths() {
        queue.close();
        workers.stopRotation();
    }

    /**
     * For those who do nothing but what they may while others join the queue: a worker that has done one task and takes
     * the next one ({@link #firstLiveWaiter} closes the queue if nobody is there), and those who do nothing unless it is
     * empty, which it is not while it is open. The caller has made sure of the stack, or is a worker's process: its
     * thread has just begun.
     */
    void lockLeavingQueueOpen() {
        workers.lockReserved();
    }

    void unlock() {
        workers.unlock();
    }

    /** Under the lock: what was accepted is worked on. */
    boolean runsTasks() {
        return lifecycle == Lifecycle.ACTIVE || lifecycle == Lifecycle.DRAINING;
    }

    /**
     * When something begins: to the nanosecond if somebody is told, for reading the clock would cost a third of
     * handing over.
     */
    long now() {
        return listeners.notifiesTaskTimes() ? clock.nanoTime() : clock.coarseNanoTime();
    }

    /** Under the lock: it was handed a worker that died before it could begin. */
    void requeueFirst(PoolTask<W, ?> task) {
        queue.addFirst(task);
    }

    void clearDeadline(Waiter<W> waiting) {
        deadlines.remove(waiting);
    }

    /** Under the lock, taken off the queue: the slot's process gets the task. */
    void assign(Slot<W> slot, PoolTask<W, ?> task, DeferredActions after) {
        markWorking(slot, task);
        send(slot, task, after, false);
    }

    /**
     * Under the lock: as {@link #reassign} by the own process of a worker that has done a task, in the frequent case in
     * which all that it would ask has its answer: others wait,
     * {@linkplain #openQueueIfSaturated nothing but that is so}, and the first of them is a task. Null if it is to
     * be asked.
     */
    @Nullable
    PoolTask<W, ?> pollNextTask(Slot<W> slot) {
        PoolTask<W, ?> next = fastPath ? queue.pollTaskIfOpen() : null;
        if (next != null) {
            slot.task = next;
            workers.countHandOut();
        }
        return next;
    }

    private void markWorking(Slot<W> slot, PoolTask<W, ?> task) {
        workers.move(slot, SlotState.WORKING);
        slot.task = task;
        tasks.assigned();
        workers.countHandOut();
        if (!fastPath) {
            retirement.countUse(slot);
        }
    }

    // ------------------------------------------------------------------------------------------------ a worker's
    // process

    /** The process of a slot, as its first act. From now on its end is learnt, exactly once. */
    void processStarted(Slot<W> slot, Pid pid, WorkerProcess<W> started) {
        lock();
        try {
            if (!pid.isAlive()) {
                return; // killed before it began, and the slot may have another process by now
            }
            slot.pid = pid;
            slot.process = started;
            slot.worker = null;
            workers.setUnmade(slot, false);
            slot.endedBecause = null;
            slot.startedAtNanos = clock.nanoTime();
            if (slot.state != SlotState.GONE && slot.state != SlotState.DISMISSED) {
                workers.move(slot, SlotState.STARTING);
                workers.setSlow(slot, slot.orphan != null && slot.orphan.slow);
            }
        } finally {
            unlock();
        }
        system.onExit(pid, (process, reason) -> {
            Pid above = supervisorPid();
            if (above != null && system.actsFor(above)) {
                processExitedOnSupervisor(slot, process, reason);
            } else {
                processExited(slot, process, reason);
            }
        });
    }

    /** False: the permit comes later, as an order. */
    boolean takeCreationPermit(Slot<W> slot, Pid pid) {
        lock();
        try {
            if (!pid.equals(slot.pid) || slot.state == SlotState.DISMISSED || slot.state == SlotState.GONE) {
                return false;
            }
            if (slot.state == SlotState.FAILING) {
                workers.move(slot, SlotState.STARTING);
            }
            if (slot.orphan != null) {
                slot.waitsForOrphan = true;
                return false;
            }
            if (!throttle.enter(slot)) {
                return false;
            }
            limits.begin(slot, WorkerOperation.Kind.MAKE);
            return true;
        } finally {
            unlock();
        }
    }

    /** Under the lock: nothing is left of the process before in this place. */
    void orphanGone(Slot<W> slot, DeferredActions after) {
        workers.setSlow(slot, false);
        if (slot.state == SlotState.DISMISSED && slot.pid == null) {
            workers.remove(slot);
        } else if (slot.waitsForOrphan) {
            slot.waitsForOrphan = false;
            if (slot.pid != null && slot.state == SlotState.STARTING && throttle.enter(slot)) {
                grantCreationPermit(slot, after);
            }
        }
        dispatch(after);
        refuseUnserved(after);
        changed(after);
    }

    private void grantCreationPermit(Slot<W> slot, DeferredActions after) {
        limits.begin(slot, WorkerOperation.Kind.MAKE);
        send(slot, WorkerCommand.Order.MAKE, after, false);
    }

    void releaseCreationPermit(Slot<W> slot, DeferredActions after) {
        throttle.leave(slot);
        grantCreationPermits(after);
    }

    private void grantCreationPermits(DeferredActions after) {
        for (Slot<W> next = throttle.nextToEnter(); next != null; next = throttle.nextToEnter()) {
            grantCreationPermit(next, after);
        }
    }

    /** False if the worker is no longer wanted: then the process is to be closed. */
    boolean creationFailed(Slot<W> slot, Pid pid, Throwable failure) {
        FailureText text = FailureText.of(failure);
        return Boolean.TRUE.equals(decided(after -> {
            if (!pid.equals(slot.pid)) {
                return false;
            }
            limits.end(slot);
            releaseCreationPermit(slot, after);
            if (slot.state != SlotState.DISMISSED) {
                workers.move(slot, SlotState.FAILING);
            }
            recordCreationFailure(failure, text, after);
            boolean goOn = slot.state == SlotState.FAILING && !(workers.isSurplus() && demand.isMetWithoutOne());
            if (!goOn && slot.state == SlotState.FAILING) {
                workers.move(slot, SlotState.DISMISSED);
            }
            startMore(after);
            changed(after);
            return goOn;
        }));
    }

    /** Under the lock. */
    private void recordFailure(Throwable failure, FailureText text) {
        lastFailure = failure;
        lastFailureText = text;
    }

    /** Under the lock, if something was thrown. */
    private void recordFailure(ExitReason reason) {
        reason.cause().ifPresent(thrown -> reason.causeText().ifPresent(text -> recordFailure(thrown, text)));
    }

    /** Under the lock: a worker could not be made, in whatever way; it does not count as coming any more. */
    private void recordCreationFailure(Throwable failure, FailureText text, DeferredActions after) {
        recordFailure(failure, text);
        throttle.failed();
        if (readiness != null) {
            readiness.workerNotMade();
        }
        int inARow = throttle.failuresInRow();
        if (throttle.isBroken()) {
            refuseAll(Waiter::isRefusedWithoutWorkers, after, refusalOf(WorkerUnavailableException::new,
                    haveFailed(inARow), failure));
        }
        refuseImpatient(failure, after);
        if (listeners.isEnabled()) {
            after.call(() -> listeners.workerNotMade(failure, inARow));
        }
    }

    /** The pool has shrunk: a caller that waits only for a new worker does not wait for a place that is gone. */
    private void refuseUnserved(DeferredActions after) {
        while (queue.impatient() > 0 && demand.unattended() > workers.servable() + workers.soonFreePlaces()
                && refuseOneImpatient(
                        "the place in which a worker was to be made for the caller was given up", lastFailure, after)) {
            // the next one
        }
    }

    private static String haveFailed(int attempts) {
        return attempts == 1
                ? "the last attempt to make a worker has failed"
                : "the last " + attempts + " attempts to make a worker have failed";
    }

    /** Those who wait only for a worker that is made for them learn that it can't be made. */
    private void refuseImpatient(Throwable failure, DeferredActions after) {
        refuseImpatient("the worker for the caller could not be made", failure, after);
    }

    /**
     * Those who wait only for a worker that is made for them learn that none is.
     *
     * @param why the reason
     */
    void refuseImpatient(String why, @Nullable Throwable failure, DeferredActions after) {
        while (queue.impatient() > 0 && demand.unattended() > workers.coming() + workers.soonFreePlaces()
                && refuseOneImpatient(why, failure, after)) {
            // the next one
        }
    }

    private boolean refuseOneImpatient(String why, @Nullable Throwable failure, DeferredActions after) {
        Waiter<W> impatient = queue.lastImpatient();
        if (impatient == null) {
            return false;
        }
        dequeue(impatient);
        impatient.refused(this, refusalOf(WorkerUnavailableException::new, why, failure), after);
        return true;
    }

    /**
     * The worker is made: the process gets its first command, if there is one.
     *
     * @param closeClaim to be set by the thread that closes the worker
     */
    @Nullable
    WorkerCommand ready(
            Slot<W> slot, Pid pid, W worker, WorkerProcess<W> own, AtomicBoolean closeClaim, long tookNanos) {
        DeferredActions after = new DeferredActions();
        Pid process = WorkerProcess.processOf(worker);
        WorkerCommand command;
        lock();
        try {
            if (!pid.equals(slot.pid)) {
                return null;
            }
            limits.end(slot);
            throttle.succeeded();
            releaseCreationPermit(slot, after);
            slot.closeClaim = closeClaim;
            if (slot.state == SlotState.DISMISSED || slot.state == SlotState.GONE) {
                command = WorkerCommand.Order.DISMISS;
            } else {
                slot.worker = worker;
                slot.workerProcess = process;
                slot.server = worker instanceof GenServerRef<?, ?, ?> server ? server : null;
                retirement.onCreated(slot, clock.nanoTime());
                command = reassign(slot, after, true);
                if (listeners.isEnabled()) { // if not, the process can begin with a task at once
                    after.call(() -> listeners.workerReady(pid, tookNanos));
                }
                slot.second = false;
                Outage outage = slot.outage;
                if (outage != null) {
                    slot.outage = null;
                    after.call(() -> reports.isBack(slot, pid, outage));
                }
                dismissOneReplaced(after);
                startMore(after);
                refuseUnserved(after);
                changed(after);
                own.beginNotifying(slot.state == SlotState.IDLE && after.callsForeignCode());
            }
        } finally {
            unlock();
        }
        after.run(this);
        own.endNotifying();
        if (process != null) {
            system.onExit(process, (ended, reason) -> workerProcessExited(slot, pid));
        }
        return command;
    }

    /** A check that was ordered went well. */
    @Nullable
    WorkerCommand checked(Slot<W> slot, Pid pid, WorkerProcess<W> own) {
        DeferredActions after = new DeferredActions();
        WorkerCommand command = null;
        lock();
        try {
            if (pid.equals(slot.pid) && slot.state == SlotState.CHECKING) {
                limits.end(slot);
                slot.checked = true;
                slot.suspicion = slot.suspect ? slot.suspicion : null; // else it was validated, and is not to be again
                slot.keptAliveAtNanos = clock.nanoTime();
                command = reassign(slot, after, true);
                changed(after);
                own.beginNotifying(slot.state == SlotState.IDLE && after.callsForeignCode());
            }
        } finally {
            unlock();
        }
        after.run(this);
        own.endNotifying();
        return command;
    }

    /** The process begins to close its worker: in order if nothing was thrown, else because it crashes. */
    void closing(Slot<W> slot, Pid pid, @Nullable Throwable thrown) {
        FailureText text = thrown == null || thrown instanceof ProcessExit ? null : FailureText.of(thrown);
        DeferredActions after = new DeferredActions();
        PoolTask<W, ?> task;
        lock();
        try {
            if (!pid.equals(slot.pid)) {
                return;
            }
            if (slot.operation == null || slot.operation.kind != WorkerOperation.Kind.CLOSE) {
                limits.begin(slot, WorkerOperation.Kind.CLOSE);
            }
            if (thrown == null) {
                return;
            }
            workers.reconcile(slot);
            if (slot.state == SlotState.IDLE) {
                workers.removeIdle(slot);
            }
            endLease(slot);
            slot.quarantine = null;
            tasks.noteWhyEnded(slot);
            boolean ended = thrown instanceof ProcessExit exit
                    && (exit.reason().isOrderly() || system.wasEndedBySignal(pid));
            task = tasks.takeTask(slot, ended, after);
            if (slot.state != SlotState.DISMISSED) {
                workers.move(slot, SlotState.CRASHING);
            }
            if (text != null) {
                recordFailure(thrown, text);
            }
        } finally {
            unlock();
        }
        after.run(this);
        if (task != null) {
            tasks.settleCrashed(task, pid,
                    thrown instanceof ProcessExit exit ? exit.reason() : ExitReason.failure(thrown),
                    thrown);
        }
    }

    /** The worker is closed: the child is taken off, which ends the process. */
    void closed(Slot<W> slot, Pid pid) {
        Supervisor above;
        lock();
        try {
            above = pid.equals(slot.pid) && slot.generation == generation ? supervisor : null;
        } finally {
            unlock();
        }
        if (above != null) {
            removeChild(above, slot);
        }
    }

    private static void removeChild(Supervisor above, Slot<?> slot) {
        above.terminateAndDeleteChildAsync(slot.childId).whenComplete((result, thrown) -> {
            if (thrown != null) {
                // it has ended, and all its children with it
                LOG.debug("{} could not be taken off its supervisor", slot.childId, thrown);
            }
        });
    }

    /** The end of a slot's process, however it came. Believed once for each pid. */
    private void processExited(Slot<W> slot, Pid pid, ExitReason reason) {
        DeferredActions after = new DeferredActions();
        PoolTask<W, ?> task = applyExit(slot, pid, reason, after);
        try {
            after.run(this);
        } finally {
            if (task != null) {
                tasks.settleCrashed(task, pid, reason, null);
            }
        }
    }

    /**
     * As {@link #processExited}, on the supervisor's process, which has found out first or has ended it, and must not run
     * foreign code.
     */
    private void processExitedOnSupervisor(Slot<W> slot, Pid pid, ExitReason reason) {
        DeferredActions after = new DeferredActions();
        PoolTask<W, ?> task = applyExit(slot, pid, reason, after);
        if (task != null) {
            after.call(() -> tasks.settleCrashed(task, pid, reason, null));
        }
        after.runWithoutForeignCode(this);
    }

    /** What an end means. The task is returned that the process had begun with. */
    private @Nullable PoolTask<W, ?> applyExit(Slot<W> slot, Pid pid, ExitReason reason, DeferredActions after) {
        lockReserved();
        try {
            if (!pid.equals(slot.pid)) {
                return null;
            }
            workers.reconcile(slot);
            if (slot.state == SlotState.IDLE) {
                workers.removeIdle(slot);
            }
            endLease(slot); // before the worker is forgotten: see Slot
            slot.quarantine = null;
            slot.lastPid = pid;
            tasks.noteWhyEnded(slot);
            PoolTask<W, ?> task = tasks.takeTask(slot, reason.isOrderly() || system.wasEndedBySignal(pid), after);
            limits.end(slot);
            releaseCreationPermit(slot, after);
            slot.waitsForOrphan = false;
            boolean killed = system.isOrphaned(pid);
            boolean unmade = (slot.state == SlotState.STARTING || slot.state == SlotState.FAILING)
                    // as whoever stops it does
                    && !(reason.isOrderly() && (system.wasEndedBySignal(pid) || lifecycle == Lifecycle.STOPPED));
            workers.setUnmade(slot, unmade);
            boolean counted = slot.state == SlotState.FAILING; // by notMade, when the attempt failed
            Throwable failure = slot.overran != null
                    ? slot.overran
                    : reason.isOrderly() && !unmade
                            ? null
                            : reason.cause().orElseGet(() -> new WorkerExitException(pid, reason, unmade));
            FailureText text = slot.overran == null && reason.causeText().isPresent()
                    ? reason.causeText().get()
                    : failure == null ? null : FailureText.of(failure); // one of our own
            SlotState next = stateAfterExit(slot, reason);
            W worker = slot.worker;
            slot.pid = null;
            // one without a place has made nothing
            if (killed && slot.orphan == null && slot.state != SlotState.GONE) {
                next = orphans.keepPlace(slot, pid, worker, next, after);
            } else if (slot.orphan != null && next == SlotState.GONE) {
                next = SlotState.DISMISSED; // the place is not free yet
            }
            forgetWorker(slot);
            if (next == SlotState.GONE) {
                drop(slot, after);
            } else {
                workers.move(slot, next);
            }
            if (unmade && failure != null && text != null) {
                workers.setSlow(slot, true); // until it is tried again
                if (counted) {
                    recordFailure(failure, text);
                } else {
                    recordCreationFailure(failure, text, after);
                }
                if (slot.state == SlotState.RESTARTING && workers.isSurplus() && demand.isMetWithoutOne()) {
                    drop(slot, after); // those for whom it was to be made have been refused, or are served by others
                }
            } else if (failure != null && text != null) {
                recordFailure(failure, text);
            }
            if (listeners.isEnabled()) {
                after.call(() -> listeners.workerExited(pid, reason));
            }
            dispatch(after);
            changed(after);
            return task;
        } finally {
            unlock();
        }
    }

    private void forgetWorker(Slot<W> slot) {
        slot.worker = null;
        slot.workerProcess = null;
        slot.server = null;
        slot.closeClaim = null;
        slot.overran = null;
        workers.keepCounts(slot);
        slot.process = null;
        slot.suspect = false;
        slot.suspicion = null;
    }

    /** poolboy's rule: who ends while nobody waits and there are more than the size is not replaced, all others are. */
    private SlotState stateAfterExit(Slot<W> slot, ExitReason reason) {
        boolean over = slot.state == SlotState.DISMISSED
                || slot.state == SlotState.GONE
                || slot.generation != generation
                || lifecycle == Lifecycle.STOPPED
                || lifecycle == Lifecycle.GAVE_UP;
        if (over || (queue.isEmpty() && workers.isSurplus())) {
            return SlotState.GONE;
        }
        if (!slot.unmade && spec.restart() instanceof WorkerRestart.ByType(RestartType type)
                && !type.restartsAfter(reason)) {
            return SlotState.GONE;
        }
        return SlotState.RESTARTING;
    }

    // ------------------------------------------------------------------------------------------------ the supervisor

    /** What the supervisor of this pool is. */
    SupervisorSpec supervisorSpec() {
        SupervisorSpec supervisor = SupervisorSpec.oneForOne(name())
                .intensity(spec.intensity())
                .listener(listeners.ofSupervisor());
        return spec.platformThreads() ? supervisor.onPlatformThread() : supervisor;
    }

    /** The pool's supervisor runs, for the first time or again. */
    void attach(Pid pid) {
        DeferredActions after = new DeferredActions();
        int attached;
        lock();
        try {
            dropProcessless(after);
            generation++;
            attached = generation;
            restarts = spec.intensity().newWindow();
            supervisor = Supervisor.of(system, pid);
            notifyPhase(after);
            startMore(after);
        } finally {
            unlock();
        }
        system.onExit(pid, (process, reason) -> supervisorExited(attached, reason));
        after.run(this);
    }

    private void supervisorExited(int attached, ExitReason reason) {
        lockedAfterExit(after -> {
            if (generation != attached) {
                return;
            }
            supervisor = null;
            generation++;
            if (!reason.isOrderly()) {
                recordFailure(reason);
            }
            dropProcessless(after);
            notifyPhase(after);
            changed(after);
        });
    }

    /** Slots that only the old supervisor could have started again. Those with a process go when it has ended. */
    private void dropProcessless(DeferredActions after) {
        for (Slot<W> slot : workers.copy()) {
            if (slot.pid == null) {
                drop(slot, after);
            }
        }
    }

    @Nullable
    Pid supervisorPid() {
        lockReserved();
        try {
            return supervisor == null ? null : supervisor.pid();
        } finally {
            unlock();
        }
    }

    private Slot<W> startSlot(DeferredActions after) {
        int number = ++lastNumber;
        Slot<W> slot = listeners.sumsUsage()
                ? new MeteredSlot<>(this, number, generation)
                : new Slot<>(this, number, generation);
        workers.add(slot);
        Supervisor above = supervisor;
        if (above != null) {
            after.add(() -> above.startChildAsync(childSpec(slot))
                    .whenComplete((result, thrown) -> startAnswered(above, slot, result, thrown)));
        }
        return slot;
    }

    private ChildSpec childSpec(Slot<W> slot) {
        ChildSpec child = ChildSpec.of(slot.childId, (above, argument) -> startProcess(slot, above))
                .shutdown(Shutdown.after(spec.shutdown()));
        return child
                .plan(RestartPlan.of(PlanElement.function(WorkerRestartPlan.nameOf(spec),
                        new WorkerRestartPlan<>(this, slot, restarts))))
                .count(RestartCount.INFINITY);
    }

    /** On the supervisor's process. */
    private StartResult startProcess(Slot<W> slot, ProcessContext above) throws InterruptedException {
        if (verdict(slot) == Verdict.UNWANTED) {
            return StartResult.Ignored.INSTANCE;
        }
        SpawnOptions options = SpawnOptions.labelled(slot.childId).withContextClassLoader(contextClassLoader());
        return above.startLink(
                new WorkerProcess<>(this, slot), spec.platformThreads() ? options.onPlatformThread() : options);
    }

    /** On the supervisor's process, before it decides what is to become of a child that has ended. */
    Verdict verdict(Slot<W> slot) {
        applyKnownExit(slot);
        lock();
        try {
            if (slot.state == SlotState.GONE || slot.state == SlotState.DISMISSED) {
                return Verdict.UNWANTED;
            }
            boolean succeeded = slot.succeeded;
            slot.succeeded = false;
            if (slot.unmade) {
                return Verdict.NOT_MADE;
            }
            return succeeded ? Verdict.WANTED_AFTER_SUCCESS : Verdict.WANTED;
        } finally {
            unlock();
        }
    }

    /**
     * The supervisor's process may know of the end of the slot's process before the engine does: who ends it tells
     * those who started it first. What the engine did when it learnt of it later would be undone by nobody.
     */
    private void applyKnownExit(Slot<W> slot) {
        Pid pid;
        lock();
        try {
            pid = slot.pid;
        } finally {
            unlock();
        }
        if (pid != null) {
            system.exitReason(pid).ifPresent(reason -> processExitedOnSupervisor(slot, pid, reason));
        }
    }

    /** On the supervisor's process, before it does what the plan says. */
    void planDecided(Slot<W> slot, Decision decision) {
        locked(after -> {
            if (slot.state != SlotState.RESTARTING && slot.state != SlotState.DOWN) {
                return;
            }
            switch (decision) {
                case Decision.RestartNow now -> workers.move(slot, SlotState.RESTARTING);
                case Decision.Delete delete -> {
                    drop(slot, after);
                    workers.leaveVacant();
                }
                default -> workers.move(slot, SlotState.DOWN);
            }
            startMore(after);
            changed(after);
        });
    }

    private void startAnswered(Supervisor above, Slot<W> slot, @Nullable ChildResult result,
            @Nullable Throwable thrown) {
        if (result instanceof ChildResult.Started) {
            return;
        }
        if (result instanceof ChildResult.Ignored) {
            removeChild(above, slot);
            return;
        }
        applyKnownExit(slot);
        DeferredActions after = new DeferredActions();
        lock();
        try {
            if (slot.pid != null || slot.state == SlotState.GONE) {
                return;
            }
            drop(slot, after);
            if (result instanceof ChildResult.Failed(ExitReason reason)) {
                recordFailure(reason);
            }
            if (above.equals(supervisor)) {
                clock.schedule(START_RETRY, this::startAgain);
            }
        } finally {
            unlock();
        }
        LOG.warn("{} could not be started: {}", slot.childId, result, thrown);
        after.run(this);
    }

    private void startAgain() {
        lockedOnTimer(this::startMore);
    }

    // ------------------------------------------------------------------------------------------------ lives of workers

    /**
     * Whether a worker that nobody has is to go now; if it should and may stay for a while, its replacement is started.
     */
    private boolean shouldRetire(Slot<W> slot, DeferredActions after) {
        if (slot.replaced) {
            boolean comesItself = slot.state == SlotState.CHECKING && !slot.slow;
            return workers.coming() == (comesItself ? 1 : 0);
        }
        return retirement.isExhausted(slot, clock) && !startReplacement(slot, after);
    }

    /** Whether another slot was started to take its place: not if there is no room, or if it is superfluous anyway. */
    private boolean startReplacement(Slot<W> slot, DeferredActions after) {
        if (workers.freePlaces() == 0 || workers.isSurplus() || supervisor == null || lifecycle != Lifecycle.ACTIVE) {
            return false;
        }
        workers.markReplaced(slot);
        startSlot(after);
        return true;
    }

    private void dismissOneReplaced(DeferredActions after) {
        if (!workers.hasReplaced()) {
            return;
        }
        for (Slot<W> slot : workers) {
            if (slot.replaced) {
                workers.removeIdle(slot);
                dismiss(slot, after, false);
                return;
            }
        }
    }

    /** The worker, in no set, is closed on its process. */
    private @Nullable WorkerCommand dismiss(Slot<W> slot, DeferredActions after, boolean ownThread) {
        workers.move(slot, SlotState.DISMISSED);
        return send(slot, WorkerCommand.Order.DISMISS, after, ownThread);
    }

    private void scheduleUpkeep(Slot<W> slot) {
        if (retirement.timesIdleness) {
            scheduleUpkeepAt(retirement.nextCheckNanos(slot, workers.isSurplus()));
        }
    }

    private void scheduleUpkeepAt(long dueNanos) {
        Timer running = upkeepTimer;
        if (dueNanos == RetirementPolicy.NEVER || (running != null && upkeepAtNanos - dueNanos <= 0)) {
            return;
        }
        if (running != null) {
            running.cancel();
        }
        upkeepAtNanos = dueNanos;
        upkeepTimer = clock.schedule(Duration.ofNanos(Math.max(0, dueNanos - clock.nanoTime())), this::upkeep);
    }

    private void upkeep() {
        lockedOnTimer(after -> {
            upkeepTimer = null;
            long now = clock.nanoTime();
            for (Slot<W> slot : workers) { // may go, the others stay where they are
                long due = retirement.nextCheckNanos(slot, workers.isSurplus());
                if (due != RetirementPolicy.NEVER && due - now <= 0) {
                    maintain(slot, now, after);
                }
            }
            scheduleUpkeepOfAll();
            startMore(after);
            changed(after);
        });
    }

    private void scheduleUpkeepOfAll() {
        for (Slot<W> slot : workers) {
            scheduleUpkeep(slot);
        }
    }

    private void maintain(Slot<W> slot, long now, DeferredActions after) {
        boolean old = retirement.isOld(slot, now);
        if (workers.isSurplus() && !slot.replaced && (old || retirement.hasLingered(slot, now))) {
            workers.removeIdle(slot);
            dismiss(slot, after, false);
        } else if (old && !slot.replaced && !startReplacement(slot, after)) {
            workers.removeIdle(slot);
            dismiss(slot, after, false);
        } else if (spec.keepAlive() != null && !slot.replaced) {
            workers.removeIdle(slot);
            check(slot, WorkerCommand.Order.KEEP_ALIVE, after, false);
        }
    }

    // ------------------------------------------------------------------------------------------------ operating

    boolean suspend() {
        return setSuspended(true);
    }

    boolean resume() {
        return setSuspended(false);
    }

    private boolean setSuspended(boolean value) {
        boolean changed;
        DeferredActions after = new DeferredActions();
        lock();
        try {
            if (lifecycle != Lifecycle.ACTIVE) {
                return false;
            }
            changed = suspended != value;
            suspended = value;
            open = !value;
            workers.reconcileAll();
            if (!value) {
                retryCreationNow(after);
            } else if (spec.refuseWhileSuspended()) {
                refuseAll(waiting -> !(waiting instanceof PoolTask), after,
                        refusalOf(PoolRejectedException::new, "the pool was suspended", null));
            }
            notifyPhase(after);
            dispatch(after);
        } finally {
            unlock();
        }
        after.run(this);
        return changed;
    }

    /** What plans have given up or put off is tried at once. */
    private void retryCreationNow(DeferredActions after) {
        workers.fillAllVacancies();
        for (Slot<W> slot : workers.slots) {
            if (slot.state == SlotState.FAILING) {
                send(slot, WorkerCommand.Order.RETRY, after, false);
            } else if (slot.state == SlotState.DOWN && slot.unmade && slot.generation == generation) {
                restartChild(slot, after);
            }
        }
    }

    /** Its process has ended before the worker was ready, and its plan puts off the next one, or waits. */
    private void restartChild(Slot<W> slot, DeferredActions after) {
        Supervisor above = supervisor;
        if (above != null) {
            after.add(() -> above.restartChildAsync(slot.childId).whenComplete((result, thrown) -> {
                if (thrown != null) {
                    LOG.debug("{} could not be restarted: its supervisor has ended", slot.childId, thrown);
                }
            }));
        }
    }

    void resize(int newSize, int newMaxOverflow) {
        PoolSpec.requirePlaces(newSize, newMaxOverflow);
        DeferredActions after = new DeferredActions();
        lock();
        try {
            workers.size = newSize;
            workers.maxOverflow = newMaxOverflow;
            workers.fillAllVacancies();
            trim(after);
            dispatch(after);
            refuseUnserved(after);
            scheduleUpkeepOfAll(); // who was not superfluous may be now
        } finally {
            unlock();
        }
        after.run(this);
    }

    /** After the size went down: surplus workers that nobody has, those first that can't be used, or not yet. */
    private void trim(DeferredActions after) {
        for (Slot<W> slot : workers.copy()) {
            if (!workers.isSurplus()) {
                return;
            }
            boolean notNeeded = queue.isEmpty();
            switch (slot.state) {
                case DOWN -> drop(slot, after);
                case FAILING -> dismiss(slot, after, false);
                case REQUESTED, RESTARTING -> {
                    if (notNeeded) {
                        drop(slot, after);
                    }
                }
                case STARTING -> {
                    if (notNeeded) {
                        dismiss(slot, after, false);
                    }
                }
                default -> {
                    // somebody has it, or it is idle, or it goes anyway
                }
            }
        }
        while (workers.isSurplus() && spec.overflowTtl().isZero()) {
            Slot<W> oldest = workers.pollOldest();
            if (oldest == null) {
                return;
            }
            dismiss(oldest, after, false);
        }
    }

    /** Nothing new is accepted; {@code then} runs when all that was accepted is finished. */
    void drain(Runnable then) {
        locked(after -> {
            if (lifecycle == Lifecycle.ACTIVE) {
                lifecycle = Lifecycle.DRAINING;
                open = false;
                suspended = false;
                workers.reconcileAll();
                notifyPhase(after);
                dispatch(after);
            }
            whenChanged.add(then);
            changed(after);
        });
    }

    boolean isDrained() {
        return underLock(() -> queue.isEmpty()
                && tasks.allSettled()
                && workers.in(SlotState.BORROWED) + workers.in(SlotState.WORKING)
                        + workers.in(SlotState.QUARANTINED) == 0);
    }

    /** Whoever waits is told so; all workers are closed, side by side; {@code then} runs whenever one has gone. */
    void shutDown(Runnable then) {
        locked(after -> {
            lifecycle = Lifecycle.STOPPED;
            open = false;
            suspended = false;
            workers.reconcileAll();
            refuseAllWaiters(after, refusalOf(PoolStoppedException::new, "the pool was stopped", null));
            for (Slot<W> idle = workers.pollOldest(); idle != null; idle = workers.pollOldest()) {
                dismiss(idle, after, false);
            }
            for (Slot<W> slot : workers.copy()) {
                Pid pid = slot.pid;
                if (pid == null && slot.orphan == null) {
                    drop(slot, after);
                } else if (pid != null && slot.state != SlotState.DISMISSED && slot.state != SlotState.CRASHING) {
                    // one that traps exits closes its worker first
                    after.call(() -> system.exit(pid, ExitReason.SHUTDOWN));
                }
            }
            orphans.closeAll(after);
            whenChanged.add(then);
            notifyPhase(after);
            changed(after);
        });
    }

    /** After {@link #shutDown}: the time for closing is over. */
    void killAll() {
        locked(after -> {
            for (Slot<W> slot : workers.copy()) {
                if (slot.pid != null) {
                    endProcess(slot.pid, ExitReason.KILL, after);
                }
            }
            orphans.closeAll(after);
        });
    }

    boolean isClosed() {
        return underLock(() -> workers.slots.isEmpty());
    }

    /** The pool has been stopped: tells the log what that has cost, if it has cost anything. */
    void logLostTasks(Duration drained) {
        String lost = underLock(() -> tasks.lost().take());
        if (lost != null) {
            LOG.warn("Pool '{}' was stopped after {}: {}", name(), Outage.inShort(drained), lost);
        }
        tasks.unobserved().tellAll();
    }

    /** Whether an accepted task has no outcome yet, or somebody waits. */
    boolean hasWork() {
        return underLock(() -> !queue.isEmpty() || !tasks.allSettled());
    }

    /** Under the lock: what runs by now will not be run elsewhere. */
    boolean isStopped() {
        return lifecycle == Lifecycle.STOPPED;
    }

    /** Under the lock: those who wait for the pool to become empty look again. */
    void changed(DeferredActions after) {
        if (!whenChanged.isEmpty()) {
            List.copyOf(whenChanged).forEach(after::add);
        }
    }

    /** Which supervisor of the tree this pool is to hang under from now on. */
    void attachUnder(Pid treeRoot) {
        lock();
        try {
            root = treeRoot;
        } finally {
            unlock();
        }
    }

    /** The tree above the pool has given up, or was stopped. */
    void rootExited(Pid treeRoot, ExitReason reason) {
        lockedAfterExit(after -> {
            if (treeRoot.equals(root)) {
                giveUp(reason, "with " + reason, after);
            }
        });
    }

    /**
     * The tree above goes on, but does not start the supervisor of this pool again. On the tree's process.
     *
     * @param reason why the pool's supervisor has ended the last time
     * @param how to be read after "the supervision tree has given up"
     */
    void givenUp(ExitReason reason, String how) {
        DeferredActions after = new DeferredActions();
        lockReserved();
        try {
            if (giveUp(reason, how, after)) {
                FailureText text = lastFailureText;
                after.call(() -> LOG.error(
                        "Pool '{}' stays down: the supervision tree has given up {}. The last failure of a worker: {}."
                                + " Callers are refused until the pool is restarted; other pools go on",
                        name(), how, text == null ? "none" : text));
            }
        } finally {
            unlock();
        }
        after.runWithoutForeignCode(this);
    }

    /** Under the lock. False if there is nothing to be given up any more. */
    private boolean giveUp(ExitReason reason, String how, DeferredActions after) {
        if (lifecycle == Lifecycle.STOPPED || lifecycle == Lifecycle.GAVE_UP) {
            return false;
        }
        lifecycle = Lifecycle.GAVE_UP;
        open = false;
        workers.reconcileAll();
        gaveUpWith = reason;
        howGivenUp = how;
        supervisor = null;
        generation++;
        dropProcessless(after);
        refuseAllWaiters(after, refusalOf(PoolStoppedException::new,
                "the supervision tree has given up " + how, reason.cause().orElse(lastFailure)));
        String lost = tasks.lost().take();
        if (lost != null) {
            after.call(() -> LOG.warn("Pool '{}' has given up: {}", name(), lost));
        }
        notifyPhase(after);
        changed(after);
        return true;
    }

    /** Undoes {@link #rootExited} and {@link #givenUp}; the supervisor is attached later. */
    boolean beginAgain() {
        lock();
        try {
            if (lifecycle != Lifecycle.GAVE_UP) {
                return false;
            }
            lifecycle = Lifecycle.ACTIVE;
            suspended = false;
            open = true;
            gaveUpWith = null;
            workers.fillAllVacancies();
            throttle.succeeded();
            return true;
        } finally {
            unlock();
        }
    }

    private void refuseAllWaiters(DeferredActions after, Supplier<PoolException> why) {
        refuseAll(waiting -> true, after, why);
        tasks.refuseDelayed(why, after);
    }

    private void refuseAll(Predicate<Waiter<W>> which, DeferredActions after, Supplier<PoolException> why) {
        queue.forEach(waiting -> {
            if (which.test(waiting)) {
                dequeue(waiting);
                waiting.refused(this, why, after);
            }
        });
    }

    // ------------------------------------------------------------------------------------------------ books

    /** What an operator does who gives up a worker that is down: as the element {@code delete} of a plan. */
    boolean deleteWorker(String childId) {
        boolean[] deleted = {false};
        locked(after -> {
            for (Slot<W> slot : workers.copy()) {
                if (slot.childId.equals(childId) && slot.pid == null
                        && (slot.state == SlotState.DOWN || slot.state == SlotState.RESTARTING)) {
                    drop(slot, after);
                    workers.leaveVacant();
                    deleted[0] = true;
                }
            }
            startMore(after);
            changed(after);
        });
        return deleted[0];
    }

    /** The slot loses its place; what the supervisor may still know of it is taken off. */
    private void drop(Slot<W> slot, DeferredActions after) {
        if (slot.state == SlotState.GONE || (slot.orphan != null && slot.state == SlotState.DISMISSED)) {
            return;
        }
        if (slot.orphan == null) {
            workers.remove(slot);
        } else {
            workers.move(slot, SlotState.DISMISSED); // it has its place until the thread of its last process has left it
        }
        Supervisor above = supervisor;
        if (above != null && slot.generation == generation) {
            after.add(() -> removeChild(above, slot));
        }
    }

    PoolStatus status() {
        if (!deferredReturns.isEmpty()) {
            locked(after -> {}); // they are as good as given back
        }
        return underLock(() -> snapshot());
    }

    private PoolStatus snapshot() {
        long now = clock.nanoTime();
        int overflow = workers.overflow();
        int taken = workers.reusedCount();
        int promised = queue.isEmpty() ? 0 : Math.min(queue.size(), workers.promised());
        int idle = Math.max(0, workers.idleCount() - taken - promised);
        int borrowed = workers.in(SlotState.BORROWED) + workers.in(SlotState.QUARANTINED) + taken;
        int working = workers.in(SlotState.WORKING) + promised;
        return new PoolStatus(
                name(),
                phase(),
                PoolState.of(idle, overflow, workers.maxOverflow),
                idle,
                overflow,
                borrowed + working,
                workers.size,
                workers.maxOverflow,
                borrowed,
                working,
                workers.in(SlotState.REQUESTED)
                        + workers.in(SlotState.STARTING)
                        + workers.in(SlotState.FAILING)
                        + workers.in(SlotState.CHECKING),
                workers.in(SlotState.DISMISSED) + workers.in(SlotState.CRASHING),
                workers.in(SlotState.RESTARTING) + workers.in(SlotState.DOWN),
                queue.size(),
                spec.queueCapacity(),
                Duration.ofNanos(Math.max(0, now - queue.oldestSinceNanos(now))),
                workers.handOuts(),
                transactions.snapshot(workers.transactions()),
                tasks.counts(),
                listeners.sumsUsage() ? workers.leases() : PoolStatus.Times.NONE,
                orphans.heldPlaces(),
                lastFailure,
                lastFailureText);
    }

    private PoolPhase phase() {
        return switch (lifecycle) {
            case DRAINING -> PoolPhase.DRAINING;
            case STOPPED -> PoolPhase.STOPPED;
            case GAVE_UP -> PoolPhase.GAVE_UP;
            case ACTIVE -> supervisor == null
                    ? PoolPhase.RECOVERING
                    : suspended ? PoolPhase.SUSPENDED : PoolPhase.RUNNING;
        };
    }

    /** For tests, under the lock. */
    DeadlineHeap<Waiter<W>> deadlines() {
        return deadlines;
    }

    /** For tests, under the lock. */
    CreationThrottle<W> throttle() {
        return throttle;
    }

    /**
     * For tests, under the lock: checks the invariants of what no other structure keeps.
     *
     * @param atRest whether no timer is running its action
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant(boolean atRest) {
        if (open != (lifecycle == Lifecycle.ACTIVE && !suspended)) {
            return "open " + open + ", " + lifecycle + ", suspended " + suspended;
        }
        if ((nextExpiryNanos == NEVER) != (deadlineTimer == null)) {
            return "the next expiry is at " + nextExpiryNanos + ", the timer is " + deadlineTimer;
        }
        if (atRest && !deadlines.isEmpty() && !isExpiryScheduledBy(deadlines.earliestNanos())) {
            return "a deadline is at " + deadlines.earliestNanos() + ", the next expiry at " + nextExpiryNanos;
        }
        if (atRest && !queue.isEmpty() && canServe() && workers.in(SlotState.BORROWED) > 0 && !reclaimScheduled) {
            return "callers wait, and no look at the borrowers' threads is scheduled";
        }
        for (Slot<W> slot : workers) {
            long due = retirement.timesIdleness
                    ? retirement.nextCheckNanos(slot, workers.isSurplus())
                    : RetirementPolicy.NEVER;
            if (atRest && due != RetirementPolicy.NEVER && (upkeepTimer == null || upkeepAtNanos - due > 0)) {
                return slot + " is to be looked at at " + due + ", the timer is " + upkeepTimer;
            }
        }
        return deferredReturns.isEmpty() || !atRest ? null : "leases that were given back are not taken";
    }

    /** For tests: the pids of the idle workers, the one first that has been idle longest. */
    List<Pid> idleOldestFirst() {
        lock();
        try {
            List<Pid> pids = new ArrayList<>();
            workers.forEach(slot -> {
                if (slot.pid != null && !slot.looksReused()) {
                    pids.add(slot.pid);
                }
            });
            return pids;
        } finally {
            unlock();
        }
    }

    /**
     * For tests: whether a process still tells of its last task, so that a task is given to another one that is idle.
     */
    boolean isNotifying(Pid process) {
        return underLock(() -> workers.slots.stream()
                .anyMatch(slot -> process.equals(slot.pid) && slot.process != null && slot.process.isNotifying()));
    }

    /** Does something under the lock, and afterwards what follows from it. */
    void locked(Consumer<DeferredActions> section) {
        DeferredActions after = new DeferredActions();
        lock();
        try {
            drainDeferredReturns(after);
            section.accept(after);
        } finally {
            unlock();
        }
        after.run(this);
    }

    /** As {@link #locked}, for what follows from the end of a process. */
    void lockedAfterExit(Consumer<DeferredActions> section) {
        DeferredActions after = new DeferredActions();
        lockReserved();
        try {
            section.accept(after);
        } finally {
            unlock();
        }
        after.run(this);
    }

    /** As {@link #lockedAfterExit}, and foreign code runs on other threads: this one may be a supervisor's. */
    void lockedAfterExitElsewhere(Consumer<DeferredActions> section) {
        DeferredActions after = new DeferredActions();
        lockReserved();
        try {
            section.accept(after);
        } finally {
            unlock();
        }
        after.runWithoutForeignCode(this);
    }

    /** As {@link #locked}, on the thread of a timer. */
    void lockedOnTimer(Consumer<DeferredActions> section) {
        DeferredActions after = new DeferredActions();
        lock();
        try {
            drainDeferredReturns(after);
            section.accept(after);
        } finally {
            unlock();
        }
        after.runWithoutForeignCode(this);
    }

    /** As {@link #decided}, on the thread of a timer. */
    private <T> @Nullable T decidedOnTimer(Function<DeferredActions, @Nullable T> section) {
        DeferredActions after = new DeferredActions();
        T decision;
        lock();
        try {
            drainDeferredReturns(after);
            decision = section.apply(after);
        } finally {
            unlock();
        }
        after.runWithoutForeignCode(this);
        return decision;
    }

    /** Decides something under the lock, and afterwards does what follows from it. */
    <T> @Nullable T decided(Function<DeferredActions, @Nullable T> section) {
        DeferredActions after = new DeferredActions();
        T decision;
        lock();
        try {
            drainDeferredReturns(after);
            decision = section.apply(after);
        } finally {
            unlock();
        }
        after.run(this);
        return decision;
    }

    private <T extends @Nullable Object> T underLock(Supplier<T> section) {
        lock();
        try {
            return section.get();
        } finally {
            unlock();
        }
    }

    @Override
    public String toString() {
        lock();
        try {
            return "Pool[" + snapshot().explain() + "; " + workers + "; " + queue + "]";
        } finally {
            unlock();
        }
    }
}
