package io.github.ppool.pool;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import io.github.ppool.supervisor.SupervisorStartException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The pools and the supervisor above them. */
final class PoolTree implements Pools {

    private static final String ROOT = "ppool";

    private final ProcessSystem system;
    private final RestartIntensity intensity;
    private final Map<String, PoolEngine<?>> engines = new ConcurrentHashMap<>();
    /** Starts and stops of the tree one after the other; may be held while the supervisor is asked. */
    private final ReentrantLock treeLock = new ReentrantLock();
    private volatile Supervisor root;
    private volatile boolean stopped;

    PoolTree(ProcessSystem system, RestartIntensity intensity) throws InterruptedException {
        this.system = system;
        this.intensity = intensity;
        this.root = startRoot();
    }

    private Supervisor startRoot() throws InterruptedException {
        Supervisor started;
        try {
            started = Supervisor.start(system, SupervisorSpec.oneForOne(ROOT).intensity(intensity));
        } catch (SupervisorStartException e) {
            throw new IllegalStateException("the supervisor without children could not be started", e);
        }
        system.onExit(started.pid(), (pid, reason) -> rootExited(pid, reason));
        return started;
    }

    private void rootExited(Pid pid, ExitReason reason) {
        // `root` may not be assigned yet, or be another one by now; no pool is under it then
        for (PoolEngine<?> engine : engines.values()) {
            engine.rootExited(pid, reason);
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
    public <W> PoolClient<W> startPool(PoolSpec<W> spec) {
        PoolEngine<W> engine = new PoolEngine<>(system, spec);
        treeLock.lock();
        try {
            if (stopped) {
                throw new PoolStoppedException("startPool was refused: the pools were stopped", engine.status(), null);
            }
            PoolEngine<?> other = engines.putIfAbsent(spec.name(), engine);
            if (other != null) {
                throw new IllegalStateException(
                        "name of a pool must be free, but there is a pool '" + spec.name() + "' already");
            }
            boolean hung = false;
            try {
                hang(engine);
                hung = true;
            } finally {
                if (!hung) {
                    engines.remove(spec.name(), engine);
                }
            }
        } finally {
            treeLock.unlock();
        }
        return engine.handle();
    }

    private void hang(PoolEngine<?> engine) {
        ExitReason reason;
        try {
            if (!root.pid().isAlive()) {
                root = startRoot();
            }
            engine.hangUnder(root.pid());
            ChildResult result = root.startChild(childSpec(engine));
            if (result instanceof ChildResult.Started) {
                return;
            }
            reason = result instanceof ChildResult.Failed(ExitReason why) ? why : ExitReason.of(result.toString());
        } catch (ServerExitedException e) {
            reason = e.reason();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            engine.rootExited(root.pid(), ExitReason.SHUTDOWN);
            throw new PoolInterruptedException("the caller was interrupted while the pool was started", engine.status(),
                    e);
        }
        engine.rootExited(root.pid(), reason);
        throw new PoolStoppedException(
                "the supervisor of the pool could not be started: " + reason,
                engine.status(),
                reason.cause().orElse(null));
    }

    private static ChildSpec childSpec(PoolEngine<?> engine) {
        return ChildSpec.of(engine.name(), (above, argument) -> startSupervisor(engine, above))
                .type(ChildType.SUPERVISOR)
                .restart(RestartType.PERMANENT);
    }

    private static StartResult startSupervisor(PoolEngine<?> engine, ProcessContext above) throws InterruptedException {
        StartResult result = Supervisor.startLink(above, engine.supervisorSpec());
        if (result instanceof StartResult.Started(Pid pid, Object info)) {
            engine.attach(pid);
        }
        return result;
    }

    @Override
    public boolean stopPool(String name, Duration drain) {
        PoolEngine<?> engine = engines.get(name);
        if (engine == null) {
            return false;
        }
        stopAll(List.of(engine), drain);
        return true;
    }

    /** All at the same time, within the same limits. */
    private void stopAll(List<PoolEngine<?>> all, Duration drain) {
        InterruptedException interrupted = null;
        try {
            if (!drain.isNegative() && !drain.isZero()) {
                awaitAll(all, drain, PoolEngine::drain, PoolEngine::isDrained);
            }
        } catch (InterruptedException e) {
            interrupted = e;
        }
        Duration closing = all.stream()
                .map(engine -> engine.spec().shutdown())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        try {
            awaitAll(all, interrupted == null ? closing : Duration.ZERO, PoolEngine::shutDown, PoolEngine::isClosed);
        } catch (InterruptedException e) {
            interrupted = e;
        }
        for (PoolEngine<?> engine : all) {
            interrupted = takeDown(engine, interrupted);
        }
        if (interrupted != null) {
            Thread.currentThread().interrupt();
            PoolStatus status = all.isEmpty() ? null : all.get(0).status();
            if (status != null) {
                throw new PoolInterruptedException(
                        "the caller was interrupted while the pool was stopped; it was stopped at once", status,
                        interrupted);
            }
        }
    }

    private @Nullable InterruptedException takeDown(PoolEngine<?> engine, @Nullable InterruptedException before) {
        InterruptedException interrupted = before;
        Supervisor above = root;
        if (above.pid().isAlive()) {
            // Without waiting if interrupted: then the supervisor does it by itself.
            var done = new ReplySlot<Boolean>(system);
            above.terminateAndDeleteChildAsync(engine.name()).whenComplete((result, thrown) -> done.reply(true));
            try {
                if (interrupted == null) {
                    done.await();
                }
            } catch (InterruptedException e) {
                interrupted = e;
            }
        }
        engines.remove(engine.name(), engine);
        return interrupted;
    }

    private interface Begin {
        void on(PoolEngine<?> engine, Runnable then);
    }

    private interface Holds {
        boolean of(PoolEngine<?> engine);
    }

    /** Begins something in all pools and waits until a condition holds for all, or the time is over. */
    private void awaitAll(List<PoolEngine<?>> all, Duration timeout, Begin begin, Holds condition)
            throws InterruptedException {
        ReplySlot<Boolean> reached = new ReplySlot<>(system);
        BooleanSupplier everywhere = () -> all.stream().allMatch(condition::of);
        Consumer<PoolEngine<?>> start = engine -> begin.on(engine, () -> {
            if (everywhere.getAsBoolean()) {
                reached.reply(true);
            }
        });
        all.forEach(start);
        if (everywhere.getAsBoolean()) {
            return;
        }
        reached.await(timeout);
    }

    @Override
    public Optional<PoolClient<?>> pool(String name) {
        PoolEngine<?> engine = engines.get(name);
        return engine == null ? Optional.empty() : Optional.of(engine.handle());
    }

    @Override
    public Optional<PoolSpec<?>> spec(String name) {
        PoolEngine<?> engine = engines.get(name);
        return engine == null ? Optional.empty() : Optional.of(engine.currentSpec());
    }

    @Override
    public Optional<Pid> supervisor(String name) {
        PoolEngine<?> engine = engines.get(name);
        return engine == null ? Optional.empty() : Optional.ofNullable(engine.supervisorPid());
    }

    @Override
    public Set<String> names() {
        return new TreeSet<>(engines.keySet());
    }

    @Override
    public boolean suspend(String name) {
        PoolEngine<?> engine = engines.get(name);
        return engine != null && engine.suspend();
    }

    @Override
    public boolean resume(String name) {
        PoolEngine<?> engine = engines.get(name);
        return engine != null && engine.resume();
    }

    @Override
    public boolean resize(String name, int size, int maxOverflow) {
        PoolEngine<?> engine = engines.get(name);
        PoolSpec.requirePlaces(size, maxOverflow);
        if (engine != null) {
            engine.resize(size, maxOverflow);
        }
        return engine != null;
    }

    @Override
    public boolean deleteWorker(String name, String child) {
        PoolEngine<?> engine = engines.get(name);
        return engine != null && engine.deleteWorker(child);
    }

    @Override
    public boolean restartPool(String name) {
        PoolEngine<?> engine = engines.get(name);
        treeLock.lock();
        try {
            if (stopped || engine == null || !engine.beginAgain()) {
                return false;
            }
            hang(engine);
            return true;
        } finally {
            treeLock.unlock();
        }
    }

    @Override
    public void stop(Duration drain) {
        treeLock.lock();
        try {
            if (stopped) {
                return;
            }
            stopped = true;
        } finally {
            treeLock.unlock();
        }
        try {
            stopAll(new ArrayList<>(engines.values()), drain);
        } finally {
            stopRoot();
        }
    }

    private void stopRoot() {
        boolean interrupted = Thread.interrupted();
        try {
            root.stop(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
