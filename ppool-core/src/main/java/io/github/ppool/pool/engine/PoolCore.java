package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeadlineHeap;
import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.GatedPool;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.engine.Slot.Operation.Kind;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.time.MonotonicClock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a pool: its {@linkplain PoolLifecycle lifecycle}, the queue, the slots, and the two decisions
 * about them. {@link #reassign} decides about a worker that no borrower and no task has; {@link #startMore} decides
 * about the number of workers to make. The workflows around it take the {@linkplain EngineLock lock}, change their own
 * state, call one of these, and run the deferred actions. The two decisions read and write the same state, so they stay
 * in one file although it is long.
 */
final class PoolCore<W> extends PoolLifecycle<W> {

    /**
     * Number of workers that are begun at the same time to fill the pool; waiting callers have theirs begun besides.
     */
    static final int FILL_BATCH = 256;

    private final ProcessSystem system;
    private final MonotonicClock clock;
    private final PoolSpec<W> spec;
    private final CorePorts<W> ports;
    private final WorkerLimits<W> limits;
    private final TaskRecords<W> records;
    /** Null if the first workers are begun at once. */
    private final @Nullable WarmUp warmUp;

    final Keys<W> keys;
    final BorrowerTable borrowers;
    final Demand<W> demand;
    final BroadcastRounds<W> broadcasts;
    final CreationThrottle<W> throttle;
    final ShedCounts shed = new ShedCounts();
    final RetirementPolicy policy;
    /** Null without a rate. */
    final @Nullable HandOutRate rate;
    /** Null unless overruns are told. */
    private final @Nullable Overruns<W> overruns;
    final DeadlineHeap<Waiter<W>> deadlines = new DeadlineHeap<>();
    /**
     * True if checkout and check-in need no bookkeeping: no age limit, validation, leak detection, rate, time of
     * overruns or lease listener is configured.
     */
    final boolean fastPath;

    PoolCore(
            PoolContext<W> context,
            CorePorts<W> ports,
            BorrowerTable borrowers,
            RetirementPolicy policy,
            boolean fastPath,
            IdleWorkers<W> workers,
            WorkerLimits<W> limits,
            TaskRecords<W> records,
            DeferredReturns<W> deferredReturns,
            @Nullable Overruns<W> overruns) {
        super(context, workers, deferredReturns, ports);
        this.system = context.system();
        this.clock = context.clock();
        this.spec = context.spec();
        this.ports = ports;
        this.borrowers = borrowers;
        this.policy = policy;
        this.fastPath = fastPath;
        this.limits = limits;
        this.records = records;
        this.overruns = overruns;
        this.rate = HandOutRate.of(spec, clock, this::permitted);
        this.keys = new Keys<>(workers, spec.keyRate() == null
                ? null
                : new KeyPaces<>(spec.keyRate(), clock, ports::keysAreDue));
        this.demand = new Demand<>(workers, queue, clock);
        this.broadcasts = new BroadcastRounds<>(workers);
        this.warmUp = WarmUp.of(spec, clock, this::warmUpDue);
        this.throttle = new CreationThrottle<>(spec.creationParallelism(), spec.creationFailureLimit());
    }

    // ---- the lifecycle, as far as it concerns rates, keys, overruns and the first workers

    @Override
    void become(Lifecycle next, boolean suspends) {
        super.become(next, suspends);
        if (warmUp != null && next != Lifecycle.ACTIVE) {
            warmUp.end();
        }
        if (rate != null && !canServe()) {
            rate.stopAwaiting();
        }
        keys.setRunning(runsTasks());
        if (overruns != null && !runsTasks()) {
            overruns.stop();
        }
    }

    @Override
    int supervisorStarted(Supervisor started) {
        int begun = super.supervisorStarted(started);
        if (warmUp != null) {
            warmUp.begin();
        }
        return begun;
    }

    // ---- the rate

    /**
     * Under the lock: waiters get workers now. While the rate is used up they do not, and waiters that wait for no
     * other holder are refused.
     */
    private boolean servesWaiters(DeferredActions after) {
        return canServe() && (rate == null || queue.isEmpty() || isWithinRate(rate, after));
    }

    private boolean isWithinRate(HandOutRate limit, DeferredActions after) {
        assert isHeldByCurrentThread();
        if (!limit.isUsedUp()) {
            return true;
        }
        if (queue.impatient() > 0) {
            ports.refuseImpatientByRate(after);
        }
        if (!queue.isEmpty() && limit.await()) {
            ports.askForShare(after);
        }
        return false;
    }

    /** On the clock's thread: the rate may permit a hand-out that waiters wait for. */
    private void permitted() {
        lockedOnTimer(after -> {
            if (rate != null) {
                rate.timerIsOver();
            }
            dispatch(after);
            changed(after);
        });
    }

    /** Under the lock: the share of the rate has another size, or ends at another time. */
    void shareChanged(DeferredActions after) {
        assert isHeldByCurrentThread();
        if (rate != null) {
            rate.stopAwaiting();
        }
        dispatch(after);
        changed(after);
    }

    /** Under the lock: as {@link #canServe}, and the rate permits one more besides all that wait. */
    boolean canServeWithinRate() {
        assert isHeldByCurrentThread();
        return canServe() && (rate == null || rate.available() > queue.size());
    }

    /** Under the lock: a caller that does not wait is refused, perhaps because of the rate. */
    void refusedByRate() {
        assert isHeldByCurrentThread();
        if (rate != null) {
            rate.refused();
        }
    }

    /** Under the lock: of so many, the number that the rate permits at once. */
    int withinRate(int handOuts) {
        assert isHeldByCurrentThread();
        return rate == null ? handOuts : Math.min(handOuts, rate.available());
    }

    /**
     * Under the lock: a worker is handed out, in a pool where that is to be booked: not on the {@link #fastPath}.
     *
     * @param task null for a lease, which has its stamp
     */
    void bookHandOut(Slot<W> slot, @Nullable PoolTask<W, ?> task) {
        assert isHeldByCurrentThread();
        policy.countUse(slot);
        if (rate != null) {
            rate.take();
        }
        if (task != null && task.isKeyed()) {
            keys.begins(task);
        }
        if (overruns != null) {
            overruns.begins(slot, task);
        }
    }

    // ---- the queue

    void enqueue(Waiter<W> waiting, long nowNanos, DeferredActions after) {
        assert isHeldByCurrentThread();
        waiting.waitsSince(nowNanos);
        queue.add(waiting);
        dispatchFor(waiting, after);
    }

    /** Under the lock: a waiter has joined the queue. */
    void dispatchFor(Waiter<W> waiting, DeferredActions after) {
        assert isHeldByCurrentThread();
        dispatch(after);
        if (waiting.queued) {
            waiting.setHasWaited(true);
            ports.waitersRemain();
        }
    }

    /** Under the lock: out of the queue, and its deadline with it; false if it was not there. */
    boolean dequeue(Waiter<W> waiting) {
        assert isHeldByCurrentThread();
        deadlines.remove(waiting);
        return queue.remove(waiting);
    }

    void leaveQueue(Waiter<W> waiting) {
        locked(after -> {
            dequeue(waiting);
            changed(after);
        });
    }

    void clearDeadline(Waiter<W> waiting) {
        assert isHeldByCurrentThread();
        deadlines.remove(waiting);
    }

    /** Under the lock: it was handed a worker that died before it could begin. */
    void requeueFirst(PoolTask<W, ?> task) {
        assert isHeldByCurrentThread();
        queue.addFirst(task);
    }

    /** Under the lock, also while the queue is left open. */
    boolean isTaskFirst() {
        assert isHeldByCurrentThread();
        if (queue.isEmpty()) {
            return false;
        }
        Waiter<W> first = queue.peek();
        return first == null || first instanceof PoolTask;
    }

    /** The first in the queue; processes that have died while waiting are taken out on the way. */
    private @Nullable Waiter<W> firstLiveWaiter(DeferredActions after) {
        assert isHeldByCurrentThread();
        while (true) {
            Waiter<W> first = queue.peek();
            if (first == null) {
                if (queue.close()) {
                    continue; // now it is sure
                }
                return null;
            }
            if (first instanceof GroupRequest<W> request && !request.isWanted()) {
                dequeue(first);
                request.dropped();
                continue;
            }
            Pid owner = first.ownerPid();
            if (owner == null || owner.isAlive()) {
                return first;
            }
            dequeue(first);
            ports.processEnded(first, after);
        }
    }

    /** Gives idle workers to waiters, then makes as many new ones as are missing. */
    void dispatch(DeferredActions after) {
        assert isHeldByCurrentThread();
        List<Slot<W>> telling = null;
        while (!queue.isEmpty() && servesWaiters(after)) {
            Slot<W> slot = workers.pick(null);
            if (slot == null) {
                break;
            }
            WorkerInbox<W> process = slot.process;
            if (process != null && process.isNotifying() && firstLiveWaiter(after) instanceof PoolTask
                    && process.requestCallback()) {
                telling = telling == null ? new ArrayList<>(1) : telling;
                telling.add(slot);
                continue;
            }
            reassign(slot, after, false);
        }
        if (telling != null) {
            // no method reference: its first use takes more stack than a caller has reserved (ADR 18)
            for (int i = telling.size() - 1; i >= 0; i--) {
                workers.putBack(telling.get(i));
            }
        }
        if (queue.impatient() > 0) {
            ports.refuseIdleOnly(after);
        }
        startMore(after);
    }

    /** Under the lock: a waiter has joined the queue while it was closed. */
    void dispatchLateJoiner(DeferredActions after) {
        assert isHeldByCurrentThread();
        dispatch(after);
        if (!queue.isEmpty()) {
            ports.waitersRemain();
        }
    }

    /** A worker's process can be given tasks again, and a waiter waits for that. */
    private void notificationsDone(WorkerInbox<W> process) {
        locked(after -> {
            process.clearCallback();
            dispatch(after);
            changed(after);
        });
    }

    /** The process, which calls, has told all listeners and dependents. Holds no lock. */
    void endNotifying(WorkerInbox<W> process) {
        if (process.endNotifyingQuietly()) {
            notificationsDone(process);
        }
    }

    // ---- workers

    /** A lease or task has ended; the idleness of the slot begins. */
    void markIdleSince(Slot<W> slot) {
        assert isHeldByCurrentThread();
        policy.markIdle(slot, clock);
    }

    /**
     * Decides about a worker that no borrower has and that is in no set.
     *
     * @param ownThread true if the worker's process calls, which then gets its next command returned instead of sent
     * @return the command, null if there is none, or none to be returned
     */
    @Nullable
    WorkerCommand reassign(Slot<W> slot, DeferredActions after, boolean ownThread) {
        assert isHeldByCurrentThread();
        slot.setTask(null);
        if (slot.isDead()) {
            return crashExitedWorker(slot, after, ownThread);
        }
        if (!fastPath && ports.shouldRetire(slot, after)) {
            return dismiss(slot, after, ownThread);
        }
        if (paysDebt(slot)) {
            WorkerCommand last = dismiss(slot, after, ownThread);
            if (queue.impatient() > 0) {
                ports.refuseIdleOnly(after);
            }
            return last;
        }
        if (slot.owesAnswers()) {
            return check(slot, WorkerCommand.Order.CATCH_UP, after, ownThread);
        }
        if (slot.suspect) {
            slot.validationOrdered();
            return check(slot, WorkerCommand.Order.VALIDATE, after, ownThread);
        }
        if (broadcasts.isOpen()) {
            PoolTask<W, ?> next = broadcasts.nextFor(slot);
            if (next != null) {
                markWorking(slot, next);
                return ownThread ? next : send(slot, next, after, false);
            }
        }
        Waiter<W> first = servesWaiters(after) ? firstLiveWaiter(after) : null;
        if (first != null) {
            if (!fastPath && policy.needsCheck(slot, clock)) {
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
            ports.grant(first, slot, after);
            if (!queue.isEmpty()) {
                ports.waitersRemain();
            }
            return null;
        }
        if (isStopped()) {
            return dismiss(slot, after, ownThread);
        }
        if (workers.isSurplus(slot) && !slot.replaced && spec.overflowTtl().isZero()) {
            return dismiss(slot, after, ownThread);
        }
        workers.addIdle(slot);
        ports.becameIdle(slot);
        return null;
    }

    /** Whether the worker ends because others should have its permit: see {@link GatedPool#releaseNext}. */
    private boolean paysDebt(Slot<W> slot) {
        assert isHeldByCurrentThread();
        GateAnswers gate = workers.gate;
        HeldPermit held = slot.permit;
        if (gate == null || held == null || !gate.owes()) {
            return false;
        }
        gate.pay(held);
        return true;
    }

    /** Under the lock, taken off the queue: the slot's process gets the task. */
    void assign(Slot<W> slot, PoolTask<W, ?> task, DeferredActions after) {
        assert isHeldByCurrentThread();
        markWorking(slot, task);
        send(slot, task, after, false);
    }

    /**
     * Under the lock: as {@link #reassign} by the own process of a worker that has done a task, in the frequent case
     * in which all that it would ask has its answer: others wait, {@linkplain Admission#openQueueIfSaturated only
     * that is so}, and the first of them is a task. Null if it is to be asked.
     */
    @Nullable
    PoolTask<W, ?> pollNextTask(Slot<W> slot) {
        assert isHeldByCurrentThread();
        PoolTask<W, ?> next = fastPath ? queue.pollTaskIfOpen() : null;
        if (next != null) {
            slot.setTask(next);
            workers.countHandOut();
        }
        return next;
    }

    /**
     * Under the lock: the next task of a key goes to the worker that has done the one before, if no waiter would be
     * served first, and {@link #reassign} would ask no other question. So the task need not pass through the queue.
     *
     * @return whether the worker has the task
     */
    boolean beginNextOfKey(Slot<W> slot, PoolTask<W, ?> next) {
        assert isHeldByCurrentThread();
        if (!fastPath || !isServing() || !queue.isEmpty() || next.expires() || broadcasts.isOpen()
                || workers.owesPermits() || slot.suspect || slot.isDead() || slot.owesAnswers()) {
            return false;
        }
        slot.setTask(next);
        workers.countHandOut();
        return true;
    }

    private void markWorking(Slot<W> slot, PoolTask<W, ?> task) {
        assert isHeldByCurrentThread();
        workers.move(slot, SlotState.WORKING);
        slot.setTask(task);
        records.assigned();
        workers.countHandOut();
        if (!fastPath) {
            bookHandOut(slot, task);
        }
    }

    /** Under the lock: the worker of the slot is gone, and so is its hand-out. */
    void forgetHandOut(Slot<W> slot) {
        assert isHeldByCurrentThread();
        if (overruns != null) {
            overruns.forget(slot);
        }
    }

    /** The number of times that an overrun was told; null if none is. */
    @Nullable
    Long overrunsTold() {
        return overruns == null ? null : overruns.told();
    }

    /** Under the lock: whether the process has this task, and not another one by now. */
    boolean runs(Pid process, PoolTask<W, ?> task) {
        assert isHeldByCurrentThread();
        for (Slot<W> slot : workers.slots) {
            if (process.equals(slot.pid)) {
                return task.equals(slot.task);
            }
        }
        return false;
    }

    @Nullable
    WorkerCommand send(Slot<W> slot, WorkerCommand command, DeferredActions after, boolean ownThread) {
        assert isHeldByCurrentThread();
        if (ownThread) {
            return command;
        }
        WorkerInbox<W> process = slot.process;
        Pid pid = slot.pid;
        if (process != null && pid != null) {
            process.send(command);
            after.add(() -> pid.send(WorkerInbox.WAKE_UP));
        }
        return null;
    }

    @Nullable
    WorkerCommand check(Slot<W> slot, WorkerCommand order, DeferredActions after, boolean ownThread) {
        assert isHeldByCurrentThread();
        workers.move(slot, SlotState.CHECKING);
        limits.begin(slot, Kind.CHECK);
        return send(slot, order, after, ownThread);
    }

    /** The worker, in no set, is a process that has ended: it is never lent again. */
    @Nullable
    WorkerCommand crashExitedWorker(Slot<W> slot, DeferredActions after, boolean ownThread) {
        assert isHeldByCurrentThread();
        Pid dead = slot.workerProcess;
        ExitReason reason = dead == null ? ExitReason.NOPROC : system.exitReason(dead).orElse(ExitReason.NOPROC);
        workers.move(slot, SlotState.CRASHING);
        return send(slot, new WorkerCommand.End(reason), after, ownThread);
    }

    /** The worker, in no set, is closed on its process. */
    @Nullable
    WorkerCommand dismiss(Slot<W> slot, DeferredActions after, boolean ownThread) {
        assert isHeldByCurrentThread();
        workers.move(slot, SlotState.DISMISSED);
        return send(slot, WorkerCommand.Order.DISMISS, after, ownThread);
    }

    // ---- slots

    /** Makes workers for waiters without one in the making, and up to the size. */
    void startMore(DeferredActions after) {
        assert isHeldByCurrentThread();
        if (!canMakeWorkers()) {
            return;
        }
        int needed = canServe() ? neededWithinRate(demand.missing()) : 0;
        if (workers.isShut()) {
            askForCaller(needed, after);
            return;
        }
        while (needed > 0 && workers.freePlaces() > 0 && mayStartCreation()) {
            demand.begun(ports.startSlot(after));
            workers.fillVacancy();
            needed--;
        }
        fillToSize(after);
    }

    /** More workers than hand-outs are permitted would be idle. */
    private int neededWithinRate(int missing) {
        return rate == null || missing <= 0
                ? missing
                : Math.min(missing, rate.available() - workers.coming() - workers.idleCount());
    }

    /** Under the lock: whether workers are made at all. */
    boolean canMakeWorkers() {
        assert isHeldByCurrentThread();
        return supervisor() != null && runsTasks();
    }

    /** Under the lock: how many workers {@link #startMore} would begin, however few permits there are. */
    int missing() {
        assert isHeldByCurrentThread();
        int forCallers = canServe() ? neededWithinRate(demand.unmet()) : 0;
        int toSize = lifecycle() == Lifecycle.ACTIVE ? workers.missingToSize() : 0;
        return Math.min(workers.vacantPlaces(), Math.max(0, Math.max(forCallers, toSize)));
    }

    /** The gate is shut: it is asked for one worker if callers wait, and not too often. */
    private void askForCaller(int needed, DeferredActions after) {
        GateAnswers gate = workers.gate;
        if (gate != null && needed > 0 && workers.vacantPlaces() > 0 && mayStartCreation()) {
            long now = clock.nanoTime();
            if (gate.mayBeAskedForCaller(now)) {
                gate.noteAsked(now);
                demand.begun(ports.startSlot(after));
                workers.fillVacancy();
            }
        }
    }

    /**
     * Workers without a caller that asks for them: at most {@link #FILL_BATCH} are begun at the same time, those not
     * counted that take too long. A worker that is made, can't be made or takes too long makes room for the next one.
     */
    private void fillToSize(DeferredActions after) {
        assert isHeldByCurrentThread();
        while (lifecycle() == Lifecycle.ACTIVE && workers.isBelowSize() && workers.freePlaces() > 0
                && workers.beginning() < FILL_BATCH
                && (warmUp == null || warmUp.mayBegin(workers.live(), workers.wanted()))) {
            ports.startSlot(after);
        }
    }

    /** For tests, under the lock: whether the first workers are still to come one after the other. */
    boolean isWarmingUp() {
        return warmUp != null && warmUp.isRunning();
    }

    /** Under the lock: how many workers are missing while the first ones are spread over a time; null if none are. */
    @Nullable
    Integer warmingUp() {
        return warmUp == null ? null : Integer.valueOf(warmUp.spreads() ? missing() : 0);
    }

    /** One more of the first workers may be begun. */
    private void warmUpDue() {
        lockedOnTimer(after -> {
            if (warmUp != null) {
                warmUp.fired();
            }
            startMore(after);
        });
    }

    /** While workers can't be made, one at a time is tried. */
    boolean mayStartCreation() {
        assert isHeldByCurrentThread();
        return !throttle.isBroken() || workers.coming() + workers.toBeRetried() == 0;
    }

    Slot<W> startSlot(DeferredActions after) {
        assert isHeldByCurrentThread();
        return ports.startSlot(after);
    }

    /**
     * For tests, under the lock: checks the invariants of the lifecycle.
     *
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant() {
        String wrong = brokenLifecycle();
        if (wrong != null) {
            return wrong;
        }
        return rate != null && rate.isAwaited() && !canServe() ? "no waiter is served, and " + rate : null;
    }
}
