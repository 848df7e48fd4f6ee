package io.github.ppool.pool;

import io.github.ppool.conformance.World;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Pools on a clock that stands still, with workers that have a name and a memory. */
public final class PoolWorld implements AutoCloseable {

    public static final RestartPolicy AT_ONCE = policy("[restart]");

    public final World world = new World();
    public final Pools pools = world.perform(() -> Pools.start(world.system()));
    public final List<String> log = new CopyOnWriteArrayList<>();
    public final AtomicInteger made = new AtomicInteger();
    private final List<PoolClient<Worker>> started = new CopyOnWriteArrayList<>();
    /** The exception of the next attempts to make a worker; null makes one. */
    public volatile @Nullable RuntimeException creationFailure;
    /** Workers are made only while this is false. */
    public volatile boolean slowCreation;
    /** Checks of workers are over only while this is false. */
    public volatile boolean slowValidation;

    public static RestartPolicy policy(String plan) {
        return RestartPolicy.of(RestartPlan.parse(plan)).withCount(RestartCount.INFINITY);
    }

    public static final class Worker {
        public final String name;
        public final Pid process;
        public volatile boolean valid = true;

        public Worker(String name, Pid process) {
            this.name = name;
            this.process = process;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final class Factory implements WorkerFactory<Worker> {
        @Override
        public Worker create() throws Exception {
            ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
            while (slowCreation) {
                self.sleep(Duration.ofMillis(10));
            }
            RuntimeException failure = creationFailure;
            if (failure != null) {
                log.add("not made");
                throw failure;
            }
            Worker worker = new Worker("w" + made.incrementAndGet(), self.self());
            log.add("made " + worker);
            return worker;
        }

        @Override
        public void destroy(Worker worker, @Nullable Throwable cause) {
            log.add("closed " + worker);
        }

        @Override
        public boolean validate(Worker worker) throws Exception {
            ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
            while (slowValidation) {
                self.sleep(Duration.ofMillis(10));
            }
            log.add("validated " + worker);
            return worker.valid;
        }
    }

    public PoolClient<Worker> start(UnaryOperator<PoolSpec.Builder<Worker>> settings) {
        PoolSpec<Worker> spec = settings.apply(PoolSpec.builder("pool", new Factory())
                .size(1)
                .maxOverflow(0)
                .creationParallelism(1)
                .restart(AT_ONCE))
                .build();
        PoolClient<Worker> pool = world.perform(() -> pools.startPool(spec));
        started.add(pool);
        world.quiesce();
        return pool;
    }

    /** Does some work on a process that lives on and keeps its leases. */
    public <T> Client<T> client(Callable<T> work) {
        Client<T> client = new Client<>();
        client.pid = world.system().spawn(self -> {
            try {
                client.result = work.call();
            } catch (Exception e) {
                client.failure = e;
            }
            client.done = true;
            self.receive();
        });
        world.quiesce();
        return client;
    }

    public static final class Client<T> {
        private @Nullable Pid pid;
        public volatile @Nullable T result;
        public volatile @Nullable Exception failure;
        public volatile boolean done;

        public Pid pid() {
            return Objects.requireNonNull(pid);
        }

        public T result() {
            return Objects.requireNonNull(result, () -> "no result: " + failure);
        }
    }

    public void kill(Pid pid) {
        world.system().exit(pid, ExitReason.KILL);
        world.quiesce();
    }

    public <T> T perform(Callable<T> work) {
        return world.perform(work);
    }

    public void advance(Duration time) {
        world.advance(time);
    }

    @Override
    public void close() {
        started.forEach(EngineInvariants::check); // as the test has left it
        slowCreation = false;
        slowValidation = false;
        world.close();
    }
}
