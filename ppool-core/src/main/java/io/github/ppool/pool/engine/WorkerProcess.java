package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WearingFactory;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.pool.WorkerWear;
import io.github.ppool.process.Exit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessInit;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.PlanState;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The process of a worker. It reports to its supervisor at once that it runs, makes the worker, does one command after
 * the other, and closes the worker at its end, of any kind. All foreign code about a worker runs here.
 */
final class WorkerProcess<W> extends WorkerInbox<W> implements ProcessInit, ProcessBody {

    private static final GuardedLog LOG = GuardedLog.of(WorkerProcess.class);

    private final WorkerLifecycle<W> lifecycles;
    private final CreationPermits<W> permits;
    /** Null without a gate. */
    private final @Nullable PoolGate<W> gate;
    private final TaskAttempts<W> attempts;
    private final OrphanTracker<W> orphans;
    private final WorkerReports reports;
    private final MonotonicClock clock;
    private final PoolSpec<W> spec;
    private final ListenerNotifier listeners;
    private final Slot<W> slot;
    private final WorkerFactory<W> factory;
    private final boolean notifiesTimes;
    private final @Nullable Duration taskTimeout;
    private long makingTookNanos;
    private boolean trappingExits;
    /** Made with the first task: the workers of an idle pool do without. */
    private @Nullable DeferredActions afterLock;
    /**
     * Set by the thread that closes the worker: this one, or another one if this one was killed and does not come to
     * it.
     */
    private final AtomicBoolean closeClaim = new AtomicBoolean();
    /** The permit of the gate, until the worker is closed. */
    private @Nullable HeldPermit permit;
    // as foreign code finds it, each time
    private @Nullable ClassLoader contextClassLoader;
    private String threadName = "";
    private int threadPriority = Thread.NORM_PRIORITY;

    WorkerProcess(
            PoolContext<W> context,
            WorkerLifecycle<W> lifecycles,
            CreationPermits<W> permits,
            @Nullable PoolGate<W> gate,
            TaskAttempts<W> attempts,
            OrphanTracker<W> orphans,
            WorkerReports reports,
            Slot<W> slot) {
        this.lifecycles = lifecycles;
        this.permits = permits;
        this.gate = gate;
        this.attempts = attempts;
        this.orphans = orphans;
        this.reports = reports;
        this.clock = context.clock();
        this.spec = context.spec();
        this.listeners = context.listeners();
        this.slot = slot;
        this.factory = spec.factory();
        this.notifiesTimes = listeners.notifiesTaskTimes();
        this.taskTimeout = spec.taskTimeout();
    }

    @Override
    public InitResult init(ProcessContext self) {
        Thread thread = Thread.currentThread();
        contextClassLoader = thread.getContextClassLoader();
        threadName = thread.getName();
        threadPriority = thread.getPriority();
        lifecycles.processStarted(slot, self.self(), this);
        return InitResult.ok(this);
    }

    /** The life after the start. This object is the body, since a lambda would have a frame on the stack of its own. */
    @Override
    public void run(ProcessContext self) throws Exception {
        W worker;
        try {
            worker = make(self);
        } catch (Throwable t) {
            releasePermit();
            throw t;
        }
        if (worker != null) {
            Throwable thrown = null;
            try {
                serve(self, worker);
            } catch (Throwable t) {
                thrown = t;
                throw t;
            } finally {
                close(self, worker, thrown);
            }
        }
        lifecycles.closed(slot, self.self());
        awaitShutdown(self);
    }

    /**
     * After foreign code and before a task that this process begins with next: only an interrupt that means the end of
     * this process is kept, since that task may block.
     */
    private void putThreadRight(ProcessContext self) {
        putThreadRight();
        if (!self.self().isAlive()) { // looked at after an interrupt was dropped, which may have come with the end
            Thread.currentThread().interrupt();
        }
    }

    /**
     * After foreign code and before a call of the process's context, which finds the end of this process itself; or
     * before the worker is closed, which no thread may interrupt.
     */
    @SuppressWarnings("ReferenceEquality") // equals of a class loader is foreign code
    private void putThreadRight() {
        Thread thread = Thread.currentThread();
        if (thread.isInterrupted()) {
            Thread.interrupted();
        }
        if (thread.getContextClassLoader() != contextClassLoader) {
            thread.setContextClassLoader(contextClassLoader);
        }
        if (!thread.getName().equals(threadName)) { // mostly the same object
            thread.setName(threadName);
        }
        if (thread.getPriority() != threadPriority) {
            thread.setPriority(threadPriority);
        }
    }

    // ---- making

    /** Null if the worker is not wanted any more before one could be made. */
    @SuppressWarnings("CatchingUnchecked") // each failure of a factory is the reason why the worker was not made
    private @Nullable W make(ProcessContext self) throws Exception {
        PlanState plan = null;
        while (awaitPermit(self) && passGate(self)) {
            long beganNanos = clock.nanoTime();
            Throwable failure;
            try {
                W worker = ForeignCode.ask(factory::create);
                if (worker != null) {
                    makingTookNanos = clock.nanoTime() - beganNanos;
                    return worker;
                }
                failure = new NullPointerException(
                        "create() must not return null, that of " + ForeignText.of(factory) + " did");
            } catch (ProcessExit exit) {
                throw exit;
            } catch (Throwable thrown) {
                failure = thrown;
            } finally {
                putThreadRight();
            }
            releasePermit();
            if (!lifecycles.creationFailed(slot, self.self(), failure)) {
                if (self.self().isAlive()) {
                    reports.notMade(slot, failure, null);
                }
                return null;
            }
            if (plan == null) {
                plan = spec.creationPlan().newState();
            }
            Decision decision = plan.nextAfterFailedStart(ExitReason.failure(failure), ThreadLocalRandom.current());
            // else the process crashes of this failure, and that is reported
            if (!WorkerRestartPlan.endsCreation(decision)) {
                reports.notMade(slot, failure, decision);
            }
            if (!pause(self, decision, failure)) {
                return null;
            }
        }
        return null;
    }

    private boolean awaitPermit(ProcessContext self) throws InterruptedException {
        if (permits.takeCreationPermit(slot, self.self())) {
            return true;
        }
        while (true) {
            WorkerCommand order = await(self, null);
            if (order == WorkerCommand.Order.MAKE || order == WorkerCommand.Order.DISMISS) {
                return order == WorkerCommand.Order.MAKE;
            }
        }
    }

    /** False if the gate gives no permit, or the worker is not wanted any more. */
    private boolean passGate(ProcessContext self) {
        if (gate == null) {
            return true;
        }
        permit = gate.ask(slot, self.self(), this::putThreadRight, () -> lifecycles.applyKnownExit(slot));
        return permit != null;
    }

    /** No worker was made. */
    private void releasePermit() {
        if (gate != null && permit != null) {
            putThreadRight(); // the end of this process is not to break the release
            gate.release(slot, permit);
            permit = null;
            putThreadRight();
        }
    }

    /** False if the worker is not wanted any more. */
    private boolean pause(ProcessContext self, Decision decision, Throwable failure) throws InterruptedException {
        Duration time = switch (decision) {
            case Decision.RestartNow now -> Duration.ZERO;
            case Decision.RestartAfter after -> after.delay();
            case Decision.Wait wait -> null;
            default -> throw self.exit(ExitReason.failure(failure));
        };
        long deadline = time == null ? 0 : self.clock().deadlineAfter(time);
        while (true) {
            Duration left = time == null ? null : Duration.ofNanos(deadline - self.clock().nanoTime());
            WorkerCommand order = await(self, left);
            if (order == WorkerCommand.Order.RETRY || order == WorkerCommand.Order.DISMISS) {
                return order == WorkerCommand.Order.RETRY;
            }
            if (time != null && deadline - self.clock().nanoTime() <= 0) {
                return true;
            }
        }
    }

    // ---- serving

    /** Returns when the worker is dismissed. */
    private void serve(ProcessContext self, W worker) throws Exception {
        trappingExits = self.system().info(self.self()).trapExits();
        WorkerCommand next = lifecycles
                .ready(slot, self.self(), worker, wearOf(worker), this, closeClaim, makingTookNanos);
        putThreadRight(self); // after the message
        while (next != WorkerCommand.Order.DISMISS) {
            if (next != null) {
                next = perform(self, worker, next);
                continue;
            }
            next = takeCommand();
            if (next == null) { // as await does: one frame less on the stack of an idle worker
                take(self, self.receive());
                next = takeCommand();
            }
        }
    }

    private @Nullable WorkerWear wearOf(W worker) {
        if (!(factory instanceof WearingFactory<W> wearing)) {
            return null;
        }
        try {
            return ForeignCode.ask(() -> wearing.wear(worker));
        } finally {
            putThreadRight();
        }
    }

    /** The next command; null if the process was woken in vain, or the time is over. */
    private @Nullable WorkerCommand await(ProcessContext self, @Nullable Duration atMost) throws InterruptedException {
        WorkerCommand given = takeCommand();
        if (given == null) {
            take(self, atMost == null ? self.receive() : self.receive(atMost));
            given = takeCommand();
        }
        return given;
    }

    @SuppressWarnings("ReferenceEquality") // this very object
    private void take(ProcessContext self, @Nullable Object message) {
        if (message == null || message == WAKE_UP) {
            return;
        }
        if (message instanceof Exit exit) {
            // The factory chose to trap exits: an orderly shutdown then closes the worker before the process ends.
            if (!exit.reason().isNormal()) {
                throw self.exit(exit.reason());
            }
            return;
        }
        LOG.debug("{} has no use for the message {}", self.self(), message);
    }

    /**
     * The next command; null if there is no work at once. Not a switch with patterns: its variables would keep the
     * last task for as long as this waits.
     */
    private @Nullable WorkerCommand perform(ProcessContext self, W worker, WorkerCommand what) throws Exception {
        if (what instanceof PoolTask) {
            return runTask(self, worker, what);
        }
        if (what instanceof WorkerCommand.End end) {
            throw self.exit(end.reason());
        }
        return carryOut(self, worker, (WorkerCommand.Order) what);
    }

    private @Nullable WorkerCommand carryOut(ProcessContext self, W worker, WorkerCommand.Order order)
            throws Exception {
        switch (order) {
            case VALIDATE, KEEP_ALIVE, CATCH_UP -> {
                try {
                    check(worker, order);
                } finally {
                    putThreadRight();
                }
                self.trapExits(trappingExits); // as after a task
                WorkerCommand next = lifecycles.checked(slot, self.self(), this);
                putThreadRight(self);
                return next;
            }
            case DISMISS, MAKE, RETRY -> {
                return null;
            }
        }
        throw new AssertionError(order);
    }

    private void check(W worker, WorkerCommand.Order order) throws Exception {
        if (order == WorkerCommand.Order.KEEP_ALIVE) {
            ForeignCode.ask(() -> {
                factory.keepAlive(worker);
                return null;
            });
        } else if (order == WorkerCommand.Order.VALIDATE) {
            if (!ForeignCode.ask(() -> factory.validate(worker))) {
                throw new IllegalStateException("the worker is not valid any more", slot.suspicion);
            }
        } else if (worker instanceof GenServerRef<?, ?, ?> server) {
            Duration limit = spec.validationTimeout();
            server.catchUp(limit.isZero() ? ChronoUnit.FOREVER.getDuration() : limit);
        }
    }

    /**
     * The next command, null if there is no work at once. Small enough to be compiled into the loop that calls it.
     */
    @SuppressWarnings("unchecked") // a slot's process gets only tasks of its own pool
    private @Nullable WorkerCommand runTask(ProcessContext self, W worker, WorkerCommand what) throws Exception {
        PoolTask<W, @Nullable Object> task = (PoolTask<W, @Nullable Object>) what;
        if (!task.isBegunBy(self.self()) && !attempts.begin(slot, self.self(), task, this)) {
            return attempts.taskSkipped(slot, self.self(), this);
        }
        task.begun();
        if (notifiesTimes) {
            task.tellWait(counts);
        }
        if (taskTimeout != null || task.options.timeout() != null) {
            limit(task);
        }
        Object value;
        try {
            value = task.work(worker);
        } catch (ProcessExit exit) {
            throw exit;
        } catch (Throwable failure) {
            if (!survivesAttempt(self, task, failure)) {
                throw failure;
            }
            WorkerCommand next = attempts.taskFailed(slot, self.self(), task, failure, this);
            putThreadRight(self);
            return next;
        }
        task.cancelTimeout();
        // Puts back all that a task may have changed of the process; throws if the process was ended from outside.
        putThreadRight();
        self.trapExits(trappingExits);
        if (notifiesTimes) {
            listeners.taskRan(task, task.beganAtNanos());
        }
        DeferredActions after = afterLock();
        WorkerCommand next = attempts.taskDone(slot, self.self(), task, value, this, after);
        if (task.isObserved() || listeners.notifiesEachTask() || after.hasRunForeignCode()) {
            putThreadRight(self); // after the stages that depend on the outcome
        }
        return next;
    }

    private DeferredActions afterLock() {
        DeferredActions known = afterLock;
        if (known == null) {
            known = new DeferredActions();
            afterLock = known;
        }
        return known;
    }

    private void limit(PoolTask<W, ?> task) {
        Duration timeout = task.options.timeout() != null ? task.options.timeout() : taskTimeout;
        if (timeout != null) {
            int attempt = task.attempts();
            var unused = task.extras(); // before the timer may go off: it notes there that the time is over
            task.timeoutTimer(clock.schedule(timeout, () -> attempts.timedOut(slot, task, attempt)));
        }
    }

    /** Ends an attempt that has failed, and tells whether the worker survives it. */
    private boolean survivesAttempt(ProcessContext self, PoolTask<W, ?> task, Throwable failure) {
        task.cancelTimeout();
        putThreadRight();
        // throws if the process was ended from outside: then that end is the outcome of the task
        self.trapExits(trappingExits);
        attempts.attemptFailed(task, this);
        listeners.taskRan(task, task.beganAtNanos());
        return !(failure instanceof Error) && (task.options.independent() || survives(failure));
    }

    private boolean survives(Throwable failure) {
        return ForeignCode.judges("survives() of the factory of " + slot.childId, factory::survives, failure)
                || ForeignCode.judges("survive-on of " + slot.childId, spec.surviveOn(), failure);
    }

    // ---- ending

    @SuppressWarnings("CatchingUnchecked") // a failure of closing the worker does not change the end of the process
    private void close(ProcessContext self, W worker, @Nullable Throwable thrown) {
        // the interrupt that ended the process must break neither the dependent stages nor the closing
        putThreadRight();
        try {
            lifecycles.closing(slot, self.self(), thrown);
        } catch (Throwable failed) {
            LOG.error("The end of worker {} could not be told", slot.childId, failed);
        }
        putThreadRight();
        boolean inGoodOrder = thrown == null || thrown instanceof ProcessExit exit && exit.reason().isOrderly();
        if (closeClaim.compareAndSet(false, true)) {
            try {
                ForeignCode.ask(() -> {
                    factory.destroy(worker, inGoodOrder ? null : thrown);
                    return null;
                });
            } catch (Throwable failed) {
                LOG.warn("Worker {} could not be closed: {}", slot.childId, ForeignText.of(worker), failed);
            }
            Pid process = Slot.processOf(worker);
            if (process != null) {
                if (!inGoodOrder) {
                    keepReason(self);
                }
                self.system().exit(process, ExitReason.SHUTDOWN);
            }
            if (gate != null) { // and where another thread closes the worker, that one gives the permit back
                putThreadRight();
                gate.releaseClosed(slot, permit, process);
            }
        }
        putThreadRight();
        if (!self.self().isAlive()) {
            orphans.closedByItself(slot, self.self());
        }
    }

    /**
     * The worker is a process, and its end comes back by its link: that must not take the place of the reason why this
     * process crashes.
     */
    private static void keepReason(ProcessContext self) {
        try {
            self.trapExits(true);
        } catch (ProcessExit ended) {
            LOG.debug("{} has ended before its worker", self.self(), ended);
        }
    }

    /** Dismissed: the supervisor is told to take this child off, and its shutdown ends the process. */
    private static void awaitShutdown(ProcessContext self) throws InterruptedException {
        while (true) {
            if (self.receive() instanceof Exit exit && !exit.reason().isNormal()) {
                throw self.exit(exit.reason());
            }
        }
    }
}
