package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Foreign code finds the context class loader of the code that made the system or the specification. No thread of the
 * library inherits one, and with the loader of the JVM an executable jar finds neither its resources nor its services.
 */
@Timeout(60)
class ContextClassLoaderTest {

    private static final class NamedLoader extends ClassLoader {
        NamedLoader(String name) {
            super(name, ContextClassLoaderTest.class.getClassLoader());
        }
    }

    private final CapturedLog log = CapturedLog.silence();
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final NamedLoader ofSystem = new NamedLoader("of the system");
    private final NamedLoader ofSpec = new NamedLoader("of the specification");
    private final Map<String, String> seen = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        Thread.currentThread().setContextClassLoader(before);
        log.close();
    }

    private static String loader() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return loader == null ? "none" : String.valueOf(loader.getName());
    }

    private void see(String where) {
        String loader = loader();
        seen.merge(where, loader, (one, other) -> one.equals(other) ? one : one + " and " + other);
    }

    private final class Factory implements WorkerFactory<Object> {
        @Override
        public Object create() {
            see("create");
            return new Object();
        }

        @Override
        public boolean validate(Object worker) {
            see("validate");
            return true;
        }

        @Override
        public void keepAlive(Object worker) {
            see("keepAlive");
        }

        @Override
        public boolean survives(Throwable failure) {
            see("survives");
            return false;
        }

        @Override
        public void destroy(Object worker, @Nullable Throwable cause) {
            see(cause == null ? "destroy" : "destroy after a crash");
        }
    }

    private ProcessSystem systemWithLoader() {
        return withLoader(ofSystem, () -> new ProcessSystem());
    }

    private static <T> T withLoader(ClassLoader loader, java.util.function.Supplier<T> made) {
        Thread thread = Thread.currentThread();
        ClassLoader mine = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return made.get();
        } finally {
            thread.setContextClassLoader(mine);
        }
    }

    @ParameterizedTest(name = "on platform threads: {0}")
    @ValueSource(booleans = {false, true})
    void a_pool_runs_foreign_code_with_the_loader_of_whoever_began_its_specification(boolean platform)
            throws Exception {
        try (ProcessSystem system = systemWithLoader();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(withLoader(ofSpec,
                    () -> PoolSpec.builder("pool", new Factory()))
                    .size(1)
                    .maxOverflow(0)
                    .platformThreads(platform)
                    .validateOnCheckout(true)
                    .keepAlive(Duration.ofMillis(2))
                    .restart(PoolWorld.AT_ONCE)
                    .listener(new PoolListener() {
                        @Override
                        public void workerReady(String name, Pid worker, Duration took) {
                            see("listener, on the worker's process");
                        }
                    })
                    .build());
            see(pool, "task");
            pool.asyncQueue(worker -> {
                see("failing task");
                throw new IllegalStateException("bad input");
            });
            Eventually.so(() -> seen, () -> seen.containsKey("destroy after a crash") && seen.containsKey("keepAlive"));
            // A worker that is just being kept alive is lent when that is done, without another check.
            for (int i = 0; i < 10_000 && !seen.containsKey("validate"); i++) {
                pool.checkout().close();
            }
            try (Lease<Object> held = pool.checkout()) {
                Thread mine = Thread.currentThread();
                CompletableFuture<Boolean> told = pool.checkoutAsync(Duration.ofMillis(50)).toCompletableFuture()
                        .handle((lease, thrown) -> {
                            if (!Thread.currentThread().equals(mine)) { // else it was told before it could depend
                                see("dependent of a stage that timed out");
                            }
                            return thrown instanceof CheckoutTimeoutException;
                        });
                assertThat(told.get(50, TimeUnit.SECONDS)).isTrue();
                assertThat(held.isOpen()).isTrue();
            }
            pools.stopPool(pool, Duration.ofSeconds(10));
        }
        assertThat(seen).containsKeys("create", "validate", "keepAlive", "survives", "destroy", "destroy after a crash",
                "task", "listener, on the worker's process");
        assertThat(seen).allSatisfy((where, loader) -> assertThat(loader).as(where).isEqualTo("of the specification"));
    }

    private void see(PoolClient<Object> pool, String where) throws Exception {
        pool.asyncQueue(worker -> see(where)).result().toCompletableFuture().get(50, TimeUnit.SECONDS);
    }

    @Test
    void without_one_of_its_own_a_pool_has_that_of_its_system() throws Exception {
        try (ProcessSystem system = systemWithLoader();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(
                    PoolSpec.builder("pool", new Factory()).contextClassLoader(null).size(1).maxOverflow(0).build());
            see(pool, "task");
        }
        assertThat(seen).containsKeys("create", "task");
        assertThat(seen).allSatisfy((where, loader) -> assertThat(loader).as(where).isEqualTo("of the system"));
    }

    @Test
    void what_one_task_sets_the_next_does_not_find() throws Exception {
        try (ProcessSystem system = systemWithLoader();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(withLoader(ofSpec,
                    () -> PoolSpec.builder("pool", new Factory())).size(1).maxOverflow(0).build());
            pool.syncQueue(worker -> Thread.currentThread().setContextClassLoader(null));
            see(pool, "task");
        }
        assertThat(seen).containsEntry("task", "of the specification");
    }

    @ParameterizedTest(name = "on platform threads: {0}")
    @ValueSource(booleans = {false, true})
    void supervised_processes_run_with_the_loader_of_the_system_after_a_restart_too(boolean platform)
            throws Exception {
        try (ProcessSystem system = systemWithLoader()) {
            SupervisorSpec spec = SupervisorSpec.oneForOne("tree").children(ChildSpec
                    .of("loop", ChildStart.body("loop", self -> {
                        see("body");
                        self.receive();
                        throw self.exit(ExitReason.of("again"));
                    }))
                    .policy(PoolWorld.policy("[1ms]").withCount(RestartCount.INFINITY)));
            Supervisor tree = Supervisor.start(system, platform ? spec.onPlatformThread() : spec);
            Pid first = tree.pid("loop").orElseThrow();
            first.send("end");
            Eventually.so(() -> seen, () -> isReplaced(tree, first));
            Eventually.so(() -> seen, () -> seen.containsKey("body"));
            Pid spawned = system.spawn(self -> see("spawned"),
                    platform ? SpawnOptions.DEFAULT.onPlatformThread() : SpawnOptions.DEFAULT);
            Pid own = system.spawn(self -> assertThat(loader()).isEqualTo("of the specification"),
                    SpawnOptions.DEFAULT.withContextClassLoader(ofSpec));
            Eventually.so(() -> seen, () -> !spawned.isAlive() && !own.isAlive());
            assertThat(system.exitReason(own)).contains(ExitReason.NORMAL);
        }
        assertThat(seen).isEqualTo(Map.of("body", "of the system", "spawned", "of the system"));
    }

    private static boolean isReplaced(Supervisor tree, Pid first) {
        try {
            return tree.pid("loop").filter(pid -> !pid.equals(first)).isPresent();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_timer_of_the_machine_runs_with_the_loader_of_whoever_scheduled_it() throws Exception {
        CompletableFuture<String> one = new CompletableFuture<>();
        CompletableFuture<String> other = new CompletableFuture<>();
        Timer first = withLoader(ofSystem,
                () -> MonotonicClock.system().schedule(Duration.ZERO, () -> one.complete(loader())));
        Timer second = withLoader(ofSpec,
                () -> MonotonicClock.system().schedule(Duration.ZERO, () -> other.complete(loader())));
        assertThat(one.get(50, TimeUnit.SECONDS)).isEqualTo("of the system");
        assertThat(other.get(50, TimeUnit.SECONDS)).isEqualTo("of the specification");
        assertThat(first.cancel() || second.cancel()).isFalse();
    }
}
