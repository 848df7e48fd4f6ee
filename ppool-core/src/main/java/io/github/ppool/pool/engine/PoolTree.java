package io.github.ppool.pool.engine;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolAdmin;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolInspection;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.PoolNotReadyException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.TaskBacklog;
import io.github.ppool.pool.TaskWaits;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.OwnIntensity;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import io.github.ppool.supervisor.SupervisorStartException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pools and the supervisor above them.
 *
 * <p>An operation is one of a pool, and not of a name: a name leads to a pool as long as that is starting, running or
 * stopping, and is free when the pool is gone. The supervisor above the pools waits for none of them: it starts
 * their supervisors, which takes no time, and lets them go, so that it goes on while one pool stops. An
 * operation that has begun is brought to its end, or undone, even if its caller ends.
 */
@SuppressWarnings("deprecation") // the calls of an operator are in both interfaces
public final class PoolTree implements Pools, PoolAdmin {

    private static final String ROOT = "ppool";
    /** The time that the supervisor above may take to stop its other children. */
    private static final Duration ROOT_STOPS_WITHIN = Duration.ofSeconds(5);

    private static final GuardedLog LOG = GuardedLog.of(PoolTree.class);

    private final ProcessSystem system;
    /** That of all pools together; null if each has its own. */
    private final @Nullable RestartIntensity shared;
    private final Map<String, NamedPool<?>> pools = new ConcurrentHashMap<>();
    private final Groups groups;
    /**
     * Starts of the tree itself, one after the other; held while the new one is started, which waits for no foreign
     * code.
     */
    private final ReentrantLock treeLock = new ReentrantLock();
    private volatile Supervisor root;
    private volatile boolean stopped;
    private final PoolThreads.Supply threads = new PoolThreads.Supply();

    /**
     * A tree without pools. Waits until its supervisor runs.
     *
     * @param system the system of the pools; it stays the caller's to close
     * @param shared number of restarts of pools' supervisors that the tree bears for all pools together; null if it
     *     bears the {@linkplain Pools#DEFAULT_INTENSITY default} for each pool, and gives up on that pool alone
     * @throws InterruptedException if the calling thread is interrupted meanwhile; no process is left running
     */
    public PoolTree(ProcessSystem system, @Nullable RestartIntensity shared) throws InterruptedException {
        this.system = system;
        this.shared = shared;
        this.groups = new Groups(system, this::engine, threads);
        this.root = startRoot();
    }

    private Supervisor startRoot() throws InterruptedException {
        Supervisor started;
        RestartIntensity intensity = shared == null ? DEFAULT_INTENSITY : shared;
        try {
            // not a virtual thread: it has to act also while those compute
            started = Supervisor.start(system, SupervisorSpec.oneForOne(ROOT).intensity(intensity).onPlatformThread());
        } catch (SupervisorStartException e) {
            throw new IllegalStateException("the supervisor without children could not be started", e);
        }
        var unused = system.onExit(started.pid(), this::rootExited);
        return started;
    }

    private void rootExited(Pid pid, ExitReason reason) {
        // `root` may not be assigned yet, or be another one by now; no pool is under it then
        for (NamedPool<?> pool : pools.values()) {
            pool.engine.link.rootExited(pid, reason);
        }
    }

    @Override
    public ProcessSystem system() {
        return system;
    }

    @Override
    public Pid supervisor() {
        return root.pid();
    }

    @Override
    public Optional<RestartIntensity> sharedIntensity() {
        return Optional.ofNullable(shared);
    }

    // ---- starting

    @Override
    public <W> PoolClient<W> startPool(PoolSpec<W> spec) {
        PoolEngine<W> engine = new PoolEngine<>(system, spec, threads);
        NamedPool<W> pool = new NamedPool<>(engine, () -> root, gone -> pools.remove(spec.name(), gone));
        NamedPool<?> other = pools.putIfAbsent(spec.name(), pool);
        if (other != null) {
            throw new IllegalStateException(
                    "name of a pool must be free, but there is a pool '" + ForeignText.of(spec.name()) + "' already"
                            + (other.isStopping() ? ", which is being stopped" : ""));
        }
        if (groups.find(spec.name()).isPresent()) {
            giveUp(pool);
            throw new IllegalStateException(
                    "name of a pool must be free, but there is a group '" + ForeignText.of(spec.name()) + "' already");
        }
        if (stopped) { // looked at after the pool can be found, so that it is either refused or stopped with the others
            giveUp(pool);
            throw new PoolStoppedException("startPool was refused: the pools were stopped", engine.status(), null);
        }
        if (engine.gate != null) {
            engine.gate.open();
        }
        if (engine.share != null) {
            engine.share.open();
        }
        Readiness readiness = Readiness.of(engine);
        if (readiness != null) {
            engine.operations.beginReadiness(readiness, readiness::workerNotMade);
        }
        try {
            attachSupervisor(engine, (above, told) -> {
                pool.started();
                pool.stop(Duration.ZERO);
                pool.stop.whenDone(told);
            });
        } catch (PoolStoppedException notStarted) {
            giveUp(pool);
            throw notStarted;
        } finally {
            pool.started();
        }
        warnIfAlwaysFull(spec.name(), spec.size(), spec.maxOverflow());
        if (readiness != null) {
            awaitReady(pool, readiness);
        }
        return engine.client;
    }

    /** The pool is in service already, and a stop that comes meanwhile begins at once. */
    private void awaitReady(NamedPool<?> pool, Readiness readiness) {
        PoolException failure;
        try {
            readiness.run();
            failure = readiness.await();
        } catch (InterruptedException e) {
            giveUp(pool);
            Thread.currentThread().interrupt();
            throw interrupted(pool.engine, e);
        } catch (ProcessExit exit) {
            pool.stop(Duration.ZERO); // no caller will have the pool
            throw exit;
        } finally {
            pool.engine.operations.endReadiness(readiness);
        }
        if (failure instanceof PoolNotReadyException) {
            giveUp(pool);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** poolboy and LYSE's ppool allow it, but it is rarely meant. */
    private static void warnIfAlwaysFull(String name, int size, int maxOverflow) {
        if (size + maxOverflow == 0) {
            LOG.warn("Pool '{}' has size 0 and max-overflow 0: it is always full, and all callers and tasks that wait"
                    + " do so until it is resized", name);
        }
    }

    /** The pool is not started. Its name is free afterwards, and a stop that another thread has asked for is over. */
    private void giveUp(NamedPool<?> pool) {
        pool.stop(Duration.ZERO);
        pool.started();
        awaitUninterrupted(pool.stop::whenDone);
    }

    @Override
    public boolean restartPool(String name) {
        NamedPool<?> pool = pools.get(name);
        if (stopped || pool == null || !pool.beginsAgain()) {
            return false;
        }
        try {
            attachSupervisor(pool.engine, (above, told) -> PoolStop.letGo(pool.engine, above, () -> {
                pool.engine.link.rootExited(above.pid(), ExitReason.SHUTDOWN);
                told.run();
            }));
            return true;
        } finally {
            pool.started();
        }
    }

    /**
     * Starts the supervisor of a pool.
     *
     * @param takeBack called if the caller is interrupted or ended meanwhile: takes the request back, and then reports.
     * There is none to be taken back if the start fails
     */
    private void attachSupervisor(PoolEngine<?> engine, BiConsumer<Supervisor, Runnable> takeBack) {
        Supervisor above;
        try {
            above = livingRoot();
        } catch (InterruptedException e) {
            engine.link.rootExited(root.pid(), ExitReason.SHUTDOWN);
            awaitUninterrupted(told -> takeBack.accept(root, told));
            Thread.currentThread().interrupt();
            throw interrupted(engine, e);
        }
        engine.link.attachUnder(above.pid());
        ReplySlot<Started> answer = new ReplySlot<>(system.clock());
        above.startChildAsync(childSpec(engine))
                .whenComplete((result, thrown) -> answer.reply(new Started(result, thrown)));
        Started started;
        try {
            started = answer.await() instanceof ReplySlot.Replied<Started>(Started replied) ? replied : NOT_STARTED;
        } catch (InterruptedException e) {
            awaitUninterrupted(told -> takeBack.accept(above, told));
            Thread.currentThread().interrupt();
            throw interrupted(engine, e);
        } catch (ProcessExit exit) {
            takeBack.accept(above, () -> {}); // no caller will have the pool
            throw exit;
        }
        if (!(started.result instanceof ChildResult.Started)) {
            ExitReason reason = started.reason();
            engine.link.rootExited(above.pid(), reason);
            throw new PoolStoppedException(
                    "the supervisor of the pool could not be started: " + reason,
                    engine.status(),
                    reason.cause().orElse(null));
        }
    }

    private static final Started NOT_STARTED = new Started(null, null);

    /** The answer of the supervisor above. */
    private record Started(@Nullable ChildResult result, @Nullable Throwable thrown) {
        ExitReason reason() {
            if (result instanceof ChildResult.Failed(ExitReason why)) {
                return why;
            }
            if (result != null) {
                return ExitReason.of(result.toString());
            }
            Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null
                    ? thrown.getCause()
                    : thrown;
            return cause instanceof ServerExitedException ended
                    ? ended.reason()
                    : cause == null ? ExitReason.NOPROC : ExitReason.failure(cause);
        }
    }

    private static PoolInterruptedException interrupted(PoolEngine<?> engine, InterruptedException cause) {
        return new PoolInterruptedException("the caller was interrupted while the pool was started", engine.status(),
                cause);
    }

    private Supervisor livingRoot() throws InterruptedException {
        treeLock.lock();
        try {
            if (!root.pid().isAlive() && !stopped) {
                root = startRoot();
            }
            return root;
        } finally {
            treeLock.unlock();
        }
    }

    private ChildSpec childSpec(PoolEngine<?> engine) {
        ChildSpec child = ChildSpec.of(engine.name(), (above, argument) -> startSupervisor(engine, above))
                .type(ChildType.SUPERVISOR);
        if (shared != null) {
            return child.restart(RestartType.PERMANENT);
        }
        OwnIntensity own = new OwnIntensity(DEFAULT_INTENSITY, engine.context.clock()::nanoTime,
                reason -> engine.link.givenUp(reason, onThePool(reason)));
        return child.plan(own.plan()).count(RestartCount.INFINITY);
    }

    private static String onThePool(ExitReason reason) {
        return "on the pool: its supervisor has ended " + (DEFAULT_INTENSITY.intensity() + 1) + " times within "
                + DEFAULT_INTENSITY.period() + ", the last time with " + reason;
    }

    private static StartResult startSupervisor(PoolEngine<?> engine, ProcessContext above) throws InterruptedException {
        StartResult result = Supervisor.startLink(above, engine.link.supervisorSpec());
        if (result instanceof StartResult.Started(Pid pid, Object info)) {
            engine.link.attach(pid);
        }
        return result;
    }

    // ---- stopping

    @Override
    public boolean stopPool(String name, Duration drain) {
        NamedPool<?> pool = pools.get(name);
        return pool != null && stop(pool, drain);
    }

    @Override
    public boolean stopPool(PoolClient<?> client, Duration drain) {
        NamedPool<?> pool = pools.get(client.name());
        return pool != null && client.equals(pool.engine.client) && stop(pool, drain);
    }

    @Override
    public CompletionStage<Boolean> stopPoolAsync(String name, Duration drain) {
        NamedPool<?> pool = pools.get(name);
        if (pool == null) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        pool.stop(drain);
        // elsewhere: the dependents of the stage may block, and the thread that tells has others to tell
        pool.stop.whenDone(() -> pool.engine.context.clock().handOff(pool.engine.context.forCalls(),
                () -> ForeignCode.run("what depends on the stop of pool '" + name + "'",
                        () -> stopped.complete(true))));
        return stopped;
    }

    private boolean stop(NamedPool<?> pool, Duration drain) {
        pool.stop(drain);
        try {
            await(pool.stop::whenDone);
        } catch (InterruptedException e) {
            pool.hurry();
            awaitUninterrupted(pool.stop::whenDone);
            Thread.currentThread().interrupt();
            throw stoppedAtOnce(pool.engine, e);
        }
        return true;
    }

    private static PoolInterruptedException stoppedAtOnce(PoolEngine<?> engine, InterruptedException cause) {
        return new PoolInterruptedException(
                "the caller was interrupted while the pool was stopped; it was stopped at once", engine.status(),
                cause);
    }

    @Override
    public void stop(Duration drain) {
        treeLock.lock();
        try {
            stopped = true;
        } finally {
            treeLock.unlock();
        }
        List<NamedPool<?>> all = List.copyOf(pools.values());
        all.forEach(pool -> pool.stop(drain));
        InterruptedException interrupted = null;
        try {
            await(told -> whenAllDone(all, told));
        } catch (InterruptedException e) {
            interrupted = e;
            all.forEach(NamedPool::hurry);
            awaitUninterrupted(told -> whenAllDone(all, told));
        } finally {
            // also if the asking process is ended: the remaining pools stop by themselves
            whenAllDone(all, () -> {
                groups.close();
                root.stopAsync();
                threads.keepNone();
            });
        }
        awaitEndOfRoot(interrupted != null);
        if (interrupted != null) {
            Thread.currentThread().interrupt();
            if (!all.isEmpty()) {
                throw stoppedAtOnce(all.getFirst().engine, interrupted);
            }
        }
    }

    private static void whenAllDone(List<NamedPool<?>> pools, Runnable told) {
        AtomicInteger left = new AtomicInteger(pools.size() + 1);
        Runnable oneLess = () -> {
            if (left.decrementAndGet() == 0) {
                told.run();
            }
        };
        pools.forEach(pool -> pool.stop.whenDone(oneLess));
        oneLess.run();
    }

    private void awaitEndOfRoot(boolean interruptedBefore) {
        boolean interrupted = interruptedBefore || Thread.interrupted();
        try {
            var unused = root.stop(ROOT_STOPS_WITHIN);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until it is told. */
    private void await(Consumer<Runnable> whenDone) throws InterruptedException {
        ReplySlot<Boolean> done = new ReplySlot<>(system.clock());
        whenDone.accept(() -> done.reply(true));
        var unused = done.await();
    }

    /** The wait takes no longer than it takes to kill some processes. */
    private void awaitUninterrupted(Consumer<Runnable> whenDone) {
        while (true) {
            try {
                await(whenDone);
                return;
            } catch (InterruptedException again) {
                // the caller is told when this is done
            }
        }
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    // ---- the pools that there are

    @Override
    public Optional<PoolClient<?>> pool(String name) {
        NamedPool<?> pool = pools.get(name);
        return pool == null ? Optional.empty() : Optional.of(pool.engine.client);
    }

    @Override
    public Optional<PoolSpec<?>> spec(String name) {
        NamedPool<?> pool = pools.get(name);
        return pool == null ? Optional.empty() : Optional.of(pool.engine.snapshots.currentSpec());
    }

    @Override
    public Optional<Pid> supervisor(String name) {
        NamedPool<?> pool = pools.get(name);
        return pool == null ? Optional.empty() : Optional.ofNullable(pool.engine.core.supervisorPid());
    }

    @Override
    public boolean hasUnfinishedWork(String name) {
        NamedPool<?> pool = pools.get(name);
        return pool != null && pool.engine.operations.hasWork();
    }

    @Override
    public Set<String> names() {
        return new TreeSet<>(pools.keySet());
    }

    private @Nullable PoolEngine<?> engine(String name) {
        NamedPool<?> pool = pools.get(name);
        return pool == null ? null : pool.engine;
    }

    @Override
    public <W> PoolGroup<W> startGroup(PoolGroupSpec spec) {
        return groups.start(spec);
    }

    @Override
    public boolean stopGroup(String name) {
        return groups.stop(name);
    }

    @Override
    public Optional<PoolGroup<?>> group(String name) {
        return groups.find(name);
    }

    @Override
    public Set<String> groupNames() {
        return groups.names();
    }

    @Override
    public PoolAdmin admin() {
        return this;
    }

    @Override
    public boolean suspend(String name) {
        NamedPool<?> pool = pools.get(name);
        return pool != null && pool.engine.operations.suspend();
    }

    @Override
    public boolean resume(String name) {
        NamedPool<?> pool = pools.get(name);
        return pool != null && pool.engine.operations.resume();
    }

    @Override
    public Optional<PoolInspection> inspect(String name, int workers, int waiting) {
        NamedPool<?> pool = pools.get(name);
        return pool == null ? Optional.empty() : Optional.of(pool.engine.inspector.inspect(workers, waiting));
    }

    @Override
    public Optional<TaskBacklog> backlog(String name, int scheduled, int keys) {
        NamedPool<?> pool = pools.get(name);
        return pool == null ? Optional.empty() : Optional.of(pool.engine.snapshots.backlog(scheduled, keys));
    }

    @Override
    public Optional<TaskWaits> taskWaits(String name, boolean goOn) {
        NamedPool<?> pool = pools.get(name);
        return pool == null ? Optional.empty() : Optional.of(pool.engine.inspector.taskWaits(goOn));
    }

    @Override
    public boolean resize(String name, int size, int maxOverflow) {
        NamedPool<?> pool = pools.get(name);
        requirePlaces(pool == null ? PoolSpec.builder("resized", Object::new) : pool.engine.spec().toBuilder(), size,
                maxOverflow);
        if (pool != null) {
            pool.engine.operations.resize(size, maxOverflow);
            warnIfAlwaysFull(name, size, maxOverflow);
        }
        return pool != null;
    }

    /** The rule that a start and a resize share is that of a specification. */
    private static void requirePlaces(PoolSpec.Builder<?> resized, int size, int maxOverflow) {
        var unused = resized.size(size).maxOverflow(maxOverflow).build();
    }

    @Override
    public boolean deleteWorker(String name, String child) {
        NamedPool<?> pool = pools.get(name);
        return pool != null && pool.engine.operations.deleteWorker(child);
    }
}
