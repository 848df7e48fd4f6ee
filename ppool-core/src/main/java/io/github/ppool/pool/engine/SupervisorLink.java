package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.engine.WorkerLifecycle.Verdict;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartWindow;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.Shutdown;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The link between a pool and its supervisor: the start and the end of the supervisor, the children that the supervisor
 * starts, and the end of the tree above.
 */
final class SupervisorLink<W> {

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final Slot.Owner<W> owner;
    private final Waiters<W> waiters;
    private final TaskRecords<W> records;
    private final Admission<W> admission;
    private final WorkerLifecycle<W> lifecycles;
    private final CreationPermits<W> permits;
    /** Null without a gate. */
    private final @Nullable PoolGate<W> gate;
    private final TaskAttempts<W> attempts;
    private final OrphanTracker<W> orphans;
    private final WorkerReports reports;
    private final ProcessSystem system;
    private final MonotonicClock clock;
    private final PoolSpec<W> spec;
    private final ListenerNotifier listeners;
    private final IdleWorkers<W> workers;
    private final CreationThrottle<W> throttle;
    private static final GuardedLog LOG = GuardedLog.of(SupervisorLink.class);

    /**
     * The pause after the supervisor could not start a process: out of the ordinary, so only a protection against
     * spinning.
     */
    private static final Duration START_RETRY = Duration.ofMillis(100);
    private final Shutdown shutdown;
    private @Nullable String planName;
    private @Nullable Pid root;
    /** The restarts by type of this generation; the supervisor's process counts them. */
    private RestartWindow restarts;
    private int lastNumber;

    SupervisorLink(PoolContext<W> context, PoolCore<W> core, Slot.Owner<W> owner, Waiters<W> waiters,
            TaskRecords<W> records, Admission<W> admission, WorkerLifecycle<W> lifecycles, CreationPermits<W> permits,
            @Nullable PoolGate<W> gate, TaskAttempts<W> attempts, OrphanTracker<W> orphans, WorkerReports reports) {
        this.context = context;
        this.core = core;
        this.owner = owner;
        this.waiters = waiters;
        this.records = records;
        this.admission = admission;
        this.lifecycles = lifecycles;
        this.permits = permits;
        this.gate = gate;
        this.attempts = attempts;
        this.orphans = orphans;
        this.reports = reports;
        this.system = context.system();
        this.clock = context.clock();
        this.spec = context.spec();
        this.listeners = context.listeners();
        this.workers = core.workers;
        this.throttle = core.throttle;
        this.restarts = spec.intensity().newWindow();
        this.shutdown = Shutdown.after(spec.shutdown());
    }

    /** The specification of the pool's supervisor. */
    SupervisorSpec supervisorSpec() {
        SupervisorSpec own = SupervisorSpec.oneForOne(context.name())
                .intensity(spec.intensity())
                .listener(listeners.ofSupervisor());
        return spec.platformThreads() ? own.onPlatformThread() : own;
    }

    /** The pool's supervisor runs, for the first time or again. */
    void attach(Pid pid) {
        DeferredActions after = new DeferredActions();
        int attached;
        core.lock();
        try {
            core.dropProcessless(after);
            restarts = spec.intensity().newWindow();
            attached = core.supervisorStarted(Supervisor.of(system, pid));
            core.notifyPhase(after);
            core.startMore(after);
        } finally {
            core.unlock();
        }
        system.onExit(pid, (process, reason) -> supervisorExited(attached, reason));
        after.run(context);
    }

    private void supervisorExited(int attached, ExitReason reason) {
        core.lockedAfterExit(after -> {
            if (core.generation() != attached) {
                return;
            }
            core.supervisorEnded();
            if (!reason.isOrderly()) {
                core.recordFailure(reason);
            }
            core.dropProcessless(after);
            core.notifyPhase(after);
            core.changed(after);
        });
    }

    Slot<W> startSlot(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        int number = ++lastNumber;
        Slot<W> slot = listeners.sumsUsage()
                ? new MeteredSlot<>(owner, workers.rotation(), number, core.generation())
                : new Slot<>(owner, workers.rotation(), number, core.generation());
        workers.add(slot);
        Slot<W> before = gate == null ? null : gate.pollUnfinished();
        if (before != null) {
            reports.goesOn(slot, before);
        }
        WorkerPlans plans = before == null ? null : before.plans;
        Supervisor above = core.supervisor();
        if (above != null) {
            after.add(() -> above.startChildAsync(childSpec(slot, plans))
                    .whenComplete((result, thrown) -> startAnswered(above, slot, result, thrown)));
        }
        return slot;
    }

    /**
     * The child of a slot.
     *
     * @param before plans that go on with this slot; null if those of the slot begin
     */
    private ChildSpec childSpec(Slot<W> slot, @Nullable WorkerPlans before) {
        WorkerPlans plans = before == null ? new WorkerPlans(spec) : before;
        slot.setPlans(plans);
        ChildSpec child = ChildSpec.of(slot.childId, (above, argument) -> startProcess(slot, above))
                .shutdown(shutdown);
        return child
                .plan(RestartPlan.of(PlanElement.function(planName(),
                        new WorkerRestartPlan<>(context, lifecycles, reports, slot, restarts, plans))))
                .count(RestartCount.INFINITY);
    }

    /** One text for all workers of the pool. Two threads may both make it at the same time. */
    private String planName() {
        String known = planName;
        if (known == null) {
            known = WorkerRestartPlan.nameOf(spec);
            planName = known;
        }
        return known;
    }

    /** A process that is to make, serve and close the worker of this slot. */
    WorkerProcess<W> process(Slot<W> slot) {
        return new WorkerProcess<>(context, lifecycles, permits, gate, attempts, orphans, reports, slot);
    }

    /** On the supervisor's process. */
    private StartResult startProcess(Slot<W> slot, ProcessContext above) throws InterruptedException {
        if (lifecycles.verdict(slot) == Verdict.UNWANTED) {
            return StartResult.Ignored.INSTANCE;
        }
        SpawnOptions options = SpawnOptions.labelled(slot.childId).withContextClassLoader(context.contextClassLoader());
        return above.startLink(
                process(slot), spec.platformThreads() ? options.onPlatformThread() : options);
    }

    private void startAnswered(Supervisor above, Slot<W> slot, @Nullable ChildResult result,
            @Nullable Throwable thrown) {
        if (result instanceof ChildResult.Started) {
            return;
        }
        if (result instanceof ChildResult.Ignored) {
            PoolCore.removeChild(above, slot);
            return;
        }
        lifecycles.applyKnownExit(slot);
        DeferredActions after = new DeferredActions();
        core.lock();
        try {
            if (slot.pid != null || slot.state == SlotState.GONE) {
                return;
            }
            core.drop(slot, after);
            if (result instanceof ChildResult.Failed(ExitReason reason)) {
                core.recordFailure(reason);
            }
            if (above.equals(core.supervisor())) {
                clock.schedule(START_RETRY, this::startAgain);
            }
        } finally {
            core.unlock();
        }
        LOG.warn("{} could not be started: {}", slot.childId, result, thrown);
        after.run(context);
    }

    private void startAgain() {
        core.lockedOnTimer(core::startMore);
    }

    /** Which supervisor of the tree this pool is to hang under from now on. */
    void attachUnder(Pid treeRoot) {
        core.lock();
        try {
            root = treeRoot;
        } finally {
            core.unlock();
        }
    }

    /** The tree above the pool has given up, or was stopped. */
    void rootExited(Pid treeRoot, ExitReason reason) {
        core.lockedAfterExit(after -> {
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
        core.lockReserved();
        try {
            if (giveUp(reason, how, after)) {
                FailureText text = core.lastFailureText();
                after.call(() -> LOG.error(
                        "Pool '{}' stays down: the supervision tree has given up {}. The last failure of a worker: {}."
                                + " Callers are refused until the pool is restarted; other pools go on",
                        context.name(), how, text == null ? "none" : text));
            }
        } finally {
            core.unlock();
        }
        after.runWithoutForeignCode(context);
    }

    /** Under the lock. False if there is no pool to be given up any more. */
    private boolean giveUp(ExitReason reason, String how, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (core.lifecycle() == PoolCore.Lifecycle.STOPPED || core.lifecycle() == PoolCore.Lifecycle.GAVE_UP) {
            return false;
        }
        core.giveUp(reason, how);
        core.dropProcessless(after);
        waiters.refuseAllWaiters(after, admission.refusalOf(PoolStoppedException::new,
                "the supervision tree has given up " + how, reason.cause().orElse(core.lastFailure())));
        String lost = records.lost().take();
        if (lost != null) {
            after.call(() -> LOG.warn("Pool '{}' has given up: {}", context.name(), lost));
        }
        core.notifyPhase(after);
        core.changed(after);
        return true;
    }

    /** Undoes {@link #rootExited} and {@link #givenUp}; the supervisor is attached later. */
    boolean beginAgain() {
        core.lock();
        try {
            if (core.lifecycle() != PoolCore.Lifecycle.GAVE_UP) {
                return false;
            }
            core.beginAgain();
            workers.fillAllVacancies();
            throttle.succeeded();
            if (workers.gate != null) {
                workers.gate.maybeFree();
            }
            return true;
        } finally {
            core.unlock();
        }
    }
}
