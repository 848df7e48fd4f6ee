package io.github.ppool.pool;

import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.process.Down;
import io.github.ppool.process.Exit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Monitor;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessInit;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.PlanState;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the process of a worker does: it tells its supervisor at once that it runs, makes the worker, does one job after the other,
 * and closes the worker when it ends, however that comes. All foreign code about a worker runs here.
 */
final class WorkerProcess<W> implements ProcessInit {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private final PoolEngine<W> engine;
    private final Slot<W> slot;
    private final WorkerFactory<W> factory;
    // the process's own
    private long makingTookNanos;
    private boolean trappingExits;
    private final AfterLock afterLock = new AfterLock();
    /** Set if the worker is itself a process, whose end is the worker's. */
    private @Nullable Monitor workerProcess;

    WorkerProcess(PoolEngine<W> engine, Slot<W> slot) {
        this.engine = engine;
        this.slot = slot;
        this.factory = engine.spec().factory();
    }

    @Override
    public InitResult init(ProcessContext self) {
        engine.processStarted(slot, self.self());
        return InitResult.ok(this::live);
    }

    private void live(ProcessContext self) throws Exception {
        W worker = make(self);
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
        engine.closed(slot, self.self());
        awaitShutdown(self);
    }

    // ---- making

    /** Null if the worker is not wanted any more before one could be made. */
    private @Nullable W make(ProcessContext self) throws Exception {
        PlanState plan = null;
        while (awaitPermit(self)) {
            long beganNanos = engine.clock().nanoTime();
            Exception failure;
            try {
                W worker = factory.create();
                if (worker != null) {
                    makingTookNanos = engine.clock().nanoTime() - beganNanos;
                    return worker;
                }
                failure = new NullPointerException("create() must not return null, that of " + factory + " did");
            } catch (Exception e) {
                failure = e;
            }
            if (!engine.notMade(slot, self.self(), failure)) {
                return null;
            }
            if (plan == null) {
                plan = engine.spec().creationPlan().newState();
            }
            Decision decision = plan.nextAfterFailedStart(ExitReason.failure(failure), ThreadLocalRandom.current());
            LOG.warn("Worker {} could not be made, {}", slot.childId, decision, failure);
            if (!pause(self, decision, failure)) {
                return null;
            }
        }
        return null;
    }

    private boolean awaitPermit(ProcessContext self) throws InterruptedException {
        if (engine.takeCreationPermit(slot, self.self())) {
            return true;
        }
        return self.receive(message -> message == WorkerJob.Order.MAKE
                || message == WorkerJob.Order.DISMISS) == WorkerJob.Order.MAKE;
    }

    /** False if the worker is not wanted any more. */
    private boolean pause(ProcessContext self, Decision decision, Exception failure) throws InterruptedException {
        Object order = switch (decision) {
            case Decision.RestartNow now -> self.receive(WorkerProcess::endsPause, Duration.ZERO);
            case Decision.RestartAfter after -> self.receive(WorkerProcess::endsPause, after.delay());
            case Decision.Wait wait -> self.receive(WorkerProcess::endsPause);
            default -> throw self.exit(ExitReason.failure(failure));
        };
        return order != WorkerJob.Order.DISMISS;
    }

    private static boolean endsPause(Object message) {
        return message == WorkerJob.Order.RETRY || message == WorkerJob.Order.DISMISS;
    }

    // ---- serving

    /** Returns when the worker is dismissed. */
    private void serve(ProcessContext self, W worker) throws Exception {
        trappingExits = self.system().info(self.self()).trapExits();
        Pid process = processOf(worker);
        workerProcess = process == null ? null : self.monitor(process);
        WorkerJob job = engine.ready(slot, self.self(), worker, makingTookNanos);
        while (job != WorkerJob.Order.DISMISS) {
            if (job == null) {
                job = await(self);
                continue;
            }
            job = switch (job) {
                case PoolTask<?, ?> task -> runTask(self, worker, task);
                case WorkerJob.Order order -> carryOut(self, worker, order);
            };
        }
    }

    private static @Nullable Pid processOf(Object worker) {
        return switch (worker) {
            case Pid pid -> pid;
            case GenServerRef<?, ?, ?> server -> server.pid();
            default -> null;
        };
    }

    private @Nullable WorkerJob await(ProcessContext self) throws InterruptedException {
        Object message = self.receive();
        if (message instanceof WorkerJob job) {
            return job;
        }
        if (message instanceof Exit exit) {
            // The factory chose to trap exits: an orderly shutdown then closes the worker before the process ends.
            if (!exit.reason().isNormal()) {
                throw self.exit(exit.reason());
            }
            return null;
        }
        if (message instanceof Down down && down.monitor() == workerProcess) {
            throw self.exit(down.reason());
        }
        LOG.debug("{} has no use for the message {}", self.self(), message);
        return null;
    }

    private @Nullable WorkerJob carryOut(ProcessContext self, W worker, WorkerJob.Order order) throws Exception {
        switch (order) {
            case VALIDATE -> {
                if (!factory.validate(worker)) {
                    throw new IllegalStateException("the worker is not valid any more");
                }
                return engine.checked(slot, self.self());
            }
            case KEEP_ALIVE -> {
                factory.keepAlive(worker);
                return engine.checked(slot, self.self());
            }
            case DISMISS, MAKE, RETRY -> {
                return null;
            }
        }
        throw new AssertionError(order);
    }

    /** What to do next, null if nothing is to be done at once. */
    @SuppressWarnings("unchecked") // a slot's process gets only tasks of its own pool
    private @Nullable WorkerJob runTask(ProcessContext self, W worker, PoolTask<?, ?> job) throws Exception {
        PoolTask<W, @Nullable Object> task = (PoolTask<W, @Nullable Object>) job;
        if (!task.isBegunBy(self.self()) && !engine.tasks().begin(slot, self.self(), task)) {
            return engine.tasks().taskSkipped(slot, self.self());
        }
        task.begun();
        Duration timeout = task.options.timeout() != null ? task.options.timeout() : engine.spec().taskTimeout();
        if (timeout != null) {
            task.timeoutTimer(scheduleKill(self, task, timeout));
        }
        Object value;
        try {
            value = task.work(worker);
        } catch (ProcessExit exit) {
            throw exit;
        } catch (Throwable failure) {
            task.cancelTimeout();
            // throws if the process was ended from outside: then that is what became of the task
            self.trapExits(trappingExits);
            engine.listeners().taskRan(task);
            if (failure instanceof Exception && survives(failure)) {
                Thread.interrupted();
                return engine.tasks().taskFailed(slot, self.self(), task, failure);
            }
            throw failure;
        }
        task.cancelTimeout();
        // What a task may have changed of the process is put back; throws if the process was ended from outside.
        self.trapExits(trappingExits);
        Thread.interrupted();
        engine.listeners().taskRan(task);
        return engine.tasks().taskDone(slot, self.self(), task, value, afterLock);
    }

    private Timer scheduleKill(ProcessContext self, PoolTask<W, ?> task, Duration timeout) {
        var pid = self.self();
        var system = self.system();
        return engine.clock().schedule(timeout, () -> {
            if (task.isRunning()) {
                task.markTimedOut();
                system.exit(pid, ExitReason.KILL);
            }
        });
    }

    private boolean survives(Throwable failure) {
        return factory.survives(failure) || engine.spec().surviveOn().test(failure);
    }

    // ---- ending

    private void close(ProcessContext self, W worker, @Nullable Throwable thrown) {
        engine.closing(slot, self.self(), thrown);
        // The interrupt that ended the process must not break the closing.
        Thread.interrupted();
        boolean inGoodOrder = thrown == null || thrown instanceof ProcessExit exit && exit.reason().isOrderly();
        try {
            factory.destroy(worker, inGoodOrder ? null : thrown);
        } catch (Exception | LinkageError e) {
            LOG.warn("Worker {} could not be closed: {}", slot.childId, worker, e);
        }
        Pid process = processOf(worker);
        if (process != null) {
            self.system().exit(process, ExitReason.SHUTDOWN);
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
