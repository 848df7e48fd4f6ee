package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolState;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.TaskBacklog;
import io.github.ppool.process.Pid;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The status of a pool at one moment, for users and operators. */
final class StatusSnapshot<W> {

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final TaskRecords<W> records;
    private final TransactionCounts transactions;
    private final MonotonicClock clock;
    private final PoolSpec<W> spec;
    private final ListenerNotifier listeners;
    private final IdleWorkers<W> workers;
    private final WaitQueue<W> queue;
    private final BacklogView<W> backlog;

    StatusSnapshot(PoolContext<W> context, PoolCore<W> core, TaskRecords<W> records, TransactionCounts transactions) {
        this.context = context;
        this.core = core;
        this.records = records;
        this.transactions = transactions;
        this.clock = context.clock();
        this.spec = context.spec();
        this.listeners = context.listeners();
        this.workers = core.workers;
        this.queue = core.queue;
        this.backlog = new BacklogView<>(core, records, clock);
    }

    /** Looks at the work that has not begun and is not in the queue. */
    TaskBacklog backlog(int mostScheduled, int mostKeys) {
        return backlog.look(mostScheduled, mostKeys);
    }

    PoolStatus status() {
        core.returnDeferred();
        return core.underLock(() -> snapshot());
    }

    PoolStatus snapshot() {
        long now = clock.nanoTime();
        WaitOrder<W> order = queue.order();
        int overflow = workers.overflow();
        int taken = workers.reusedCount();
        int promised = queue.isEmpty() ? 0 : Math.min(queue.size(), workers.promised());
        int idle = Math.max(0, workers.idleCount() - taken - promised);
        int borrowed = workers.in(SlotState.BORROWED) + workers.in(SlotState.QUARANTINED) + taken;
        GateAnswers gate = workers.gate;
        int waiting = gate != null && gate.isShut() && core.canMakeWorkers() ? core.missing() : 0;
        int working = workers.in(SlotState.WORKING) + promised;
        return new PoolStatus(
                context.name(),
                core.phase(),
                PoolState.of(idle, overflow, workers.isShut() ? overflow : workers.maxOverflow),
                idle,
                overflow,
                borrowed + working,
                workers.size,
                workers.maxOverflow,
                spec.minIdle(),
                core.warmingUp(),
                borrowed,
                working,
                workers.in(SlotState.REQUESTED)
                        + workers.in(SlotState.STARTING)
                        + workers.in(SlotState.FAILING)
                        + workers.in(SlotState.CHECKING),
                workers.in(SlotState.DISMISSED) + workers.in(SlotState.CRASHING),
                workers.in(SlotState.RESTARTING) + workers.in(SlotState.DOWN),
                queue.size() - queue.requests() + core.keys.waiting(),
                spec.queueCapacity(),
                Duration.ofNanos(Math.max(0, now - core.keys.oldestSinceNanos(queue.oldestSinceNanos(now)))),
                new PoolStatus.Queue(spec.queue(), spec.shed(), spec.maxWaitTarget(),
                        order != null && order.isOverloaded(), core.shed.snapshot()),
                workers.handOuts(),
                transactions.snapshot(workers.transactions()),
                records.counts(),
                listeners.sumsUsage() ? workers.leases() : PoolStatus.Times.NONE,
                workers.orphanedPlaces(),
                waiting,
                waiting == 0 || gate == null ? null : gate.why(),
                core.rate == null ? null : core.rate.use(queue.size() - queue.requests()),
                core.rate == null ? null : core.rate.shareUse(queue.size() - queue.requests()),
                core.overrunsTold(),
                core.lastFailure(),
                core.lastFailureText());
    }

    /** The specification with the size as it is now. */
    PoolSpec<W> currentSpec() {
        return core.underLock(() -> spec.toBuilder().size(workers.size).maxOverflow(workers.maxOverflow).build());
    }

    /** For tests: the pids of the idle workers, the one first that has been idle longest. */
    List<Pid> idleOldestFirst() {
        core.lock();
        try {
            List<Pid> pids = new ArrayList<>();
            workers.forEach(slot -> {
                if (slot.pid != null && !slot.looksReused()) {
                    pids.add(slot.pid);
                }
            });
            return pids;
        } finally {
            core.unlock();
        }
    }

    /**
     * For tests: whether a process still tells of its last task, so that a task is given to another one that is idle.
     */
    boolean isNotifying(Pid process) {
        return core.underLock(() -> workers.slots.stream()
                .anyMatch(slot -> process.equals(slot.pid) && slot.process != null && slot.process.isNotifying()));
    }

    @Override
    public String toString() {
        core.lock();
        try {
            return "Pool[" + snapshot().explain() + "; " + workers + "; " + queue + "]";
        } finally {
            core.unlock();
        }
    }
}
