package io.github.ppool.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.LeaseClosedException;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Ports as workers of a pool: ends of programs, of borrowers, of tasks and of the pool. */
@Timeout(120)
class PortPoolTest {

    private static final RestartPolicy AT_ONCE = RestartPolicy.of(RestartPlan.parse("[restart]"))
            .withCount(RestartCount.INFINITY);

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;
    private final Set<Long> seen = ConcurrentHashMap.newKeySet();
    private final List<ExitReason> exits = new CopyOnWriteArrayList<>();

    PortPoolTest() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
        seen.forEach(Programs::awaitGone);
        Programs.assertNoZombies();
    }

    private PoolSpec.Builder<Port> spec(PortFactory.Builder ports, int size) {
        return PoolSpec.builder("ports", ports.exitGrace(Duration.ofMillis(500)).build())
                .size(size)
                .maxOverflow(0)
                .restart(AT_ONCE)
                .listener(new PoolListener() {
                    @Override
                    public void workerExited(String pool, Pid worker, ExitReason reason) {
                        exits.add(reason);
                    }
                });
    }

    private long pidOf(PoolClient<Port> pool) {
        long pid = pool.transactionResult(Port::pid);
        seen.add(pid);
        return pid;
    }

    private static String ask(PoolClient<Port> pool, String request) throws PortException {
        return pool.transactionResult(port -> port.request(request));
    }

    private static PortFactory.Builder cat() {
        Programs.require("cat");
        return PortFactory.builder("cat");
    }

    @Test
    void borrowers_and_tasks_make_requests() throws Exception {
        PoolClient<Port> pool = pools.startPool(spec(cat(), 2).build());
        assertThat(ask(pool, "borrowed")).isEqualTo("borrowed");
        assertThat(pool.asyncQueueResult(port -> port.request("handed over")).result().toCompletableFuture()
                .get(50, TimeUnit.SECONDS)).isEqualTo("handed over");
    }

    @Test
    void the_end_of_an_idle_program_is_the_end_of_its_worker_at_once_with_the_signal_as_reason() throws Exception {
        PoolClient<Port> pool = pools.startPool(spec(cat(), 1).build());
        long first = pidOf(pool);
        Programs.kill9(first);
        Eventually.so(() -> exits, () -> !exits.isEmpty());
        assertThat(exits.get(0).cause()).containsInstanceOf(PortExitException.class);
        assertThat(exits.get(0).toString()).contains("cat has ended by signal 9 (SIGKILL)");
        Eventually.so(pool::status, () -> pidOf(pool) != first);
        assertThat(ask(pool, "again")).isEqualTo("again");
    }

    @Test
    void the_children_of_a_killed_program_end_with_it() throws Exception {
        Programs.require("sh", "sleep");
        Programs.requireLinux();
        String mark = Programs.mark("81.5");
        String script = "sleep " + mark + " & while read x; do echo $x; done";
        PoolClient<Port> pool = pools.startPool(spec(Programs.shell(script), 1).build());
        long first = pidOf(pool);
        Eventually.so(() -> "the child is there", () -> Programs.running("sleep\0" + mark).size() == 1);
        long child = Programs.running("sleep\0" + mark).get(0);
        Programs.kill9(first);
        Programs.awaitGone(child);
        assertThat(ask(pool, "again")).isEqualTo("again");
    }

    @Test
    void a_plan_may_depend_on_the_kind_of_the_end() throws Exception {
        Programs.require("sh");
        PoolClient<Port> pool = pools.startPool(spec(Programs.shell("while read x; do :; done"), 1).build());
        long first = pidOf(pool);
        Throwable late = catchThrowable(() -> pool.transaction(port -> {
            var unused = port.request("never answered", Duration.ofMillis(1));
        }));
        assertThat(late).isInstanceOf(PortTimeoutException.class);
        Eventually.so(() -> exits, () -> !exits.isEmpty());
        assertThat(exits.get(0).cause()).containsSame(late);
        assertThat(pidOf(pool)).isNotEqualTo(first);
    }

    @Test
    void a_borrower_that_swallows_the_failure_gives_back_no_broken_port() throws Exception {
        Programs.require("sh");
        PoolClient<Port> pool = pools.startPool(
                spec(Programs.shell("while read x; do if [ $x = bad ]; then printf 'junk\\nbad\\n'; else echo $x; fi;"
                        + " done"), 1).build());
        long first = pidOf(pool);
        pool.transaction(port -> assertThatThrownBy(() -> port.request("bad"))
                .isInstanceOf(PortProtocolException.class));
        Eventually.so(pool::status, () -> {
            try {
                return ask(pool, "good").equals("good");
            } catch (PortException stillBroken) {
                return false;
            }
        });
        assertThat(pidOf(pool)).isNotEqualTo(first);
        Eventually.so(() -> exits, () -> !exits.isEmpty()); // told beside the start of the next worker
        assertThat(exits.get(0).toString()).contains("protocol_error");
    }

    @Test
    void a_task_that_fails_for_reasons_of_its_own_costs_no_program() throws Exception {
        PoolClient<Port> pool = pools.startPool(spec(cat(), 1).build());
        long first = pidOf(pool);
        assertThatThrownBy(() -> pool.asyncQueueResult(port -> {
            throw new IllegalStateException(port.request("fine"));
        }).result().toCompletableFuture().get(50, TimeUnit.SECONDS)).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(pidOf(pool)).isEqualTo(first);
        assertThatThrownBy(() -> pool.transaction(port -> {
            throw new IllegalStateException(port.request("fine"));
        })).isInstanceOf(IllegalStateException.class);
        assertThat(pidOf(pool)).isEqualTo(first);
        assertThat(exits).isEmpty();
    }

    @Test
    void the_time_out_of_a_task_ends_its_program_at_once() throws Exception {
        Programs.require("sh");
        PoolClient<Port> pool = pools.startPool(
                spec(Programs.shell("while read x; do sleep $x; echo $x; done"), 1)
                        .taskTimeout(Duration.ofMillis(200)).orphanGrace(Duration.ofMinutes(10)).build());
        long first = pidOf(pool);
        assertThatThrownBy(() -> pool.asyncQueueResult(port -> port.request("100")).result().toCompletableFuture()
                .get(50, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        Programs.awaitGone(first);
        assertThat(ask(pool, "0")).isEqualTo("0");
        assertThat(pidOf(pool)).isNotEqualTo(first);
    }

    @Test
    void a_borrower_that_is_killed_within_a_request_leaves_no_half_of_an_answer() throws Exception {
        Programs.require("sh");
        PoolClient<Port> pool = pools.startPool(
                spec(Programs.shell("while read x; do printf 'half of '; sleep $x; echo $x; done"), 1)
                        .orphanGrace(Duration.ofMillis(300)).build());
        long first = pidOf(pool);
        CountDownLatch within = new CountDownLatch(1);
        AtomicReference<Throwable> got = new AtomicReference<>();
        Pid borrower = system.spawn(self -> {
            try (Lease<Port> lease = pool.checkout()) {
                within.countDown();
                got.set(catchThrowable(() -> lease.worker().request("100")));
            }
        });
        within.await();
        Eventually.so(() -> "the request is in progress", () -> ProcessHandle.of(first).stream()
                .flatMap(ProcessHandle::children).findAny().isPresent());
        system.exit(borrower, ExitReason.KILL);
        assertThat(ask(pool, "0")).isEqualTo("half of 0");
        Programs.awaitGone(first);
        Eventually.so(got::get, () -> got.get() instanceof PortException);
    }

    @Test
    void a_killed_worker_ends_the_request_of_its_borrower() throws Exception {
        Programs.require("sh");
        PoolClient<Port> pool = pools.startPool(
                spec(Programs.shell("while read x; do sleep $x; echo $x; done"), 1)
                        .orphanGrace(Duration.ofMinutes(10)).build());
        long first = pidOf(pool);
        Pid worker = system.processes().stream().filter(pid -> pid.toString().contains("ports/1")).findFirst()
                .orElseThrow();
        Thread killer = Thread.ofVirtual().start(() -> {
            Eventually.so(() -> "the request is in progress", () -> ProcessHandle.of(first).stream()
                    .flatMap(ProcessHandle::children).findAny().isPresent());
            system.exit(worker, ExitReason.KILL);
        });
        assertThatThrownBy(() -> pool.transaction(port -> port.request("100"))).isInstanceOf(PortException.class)
                .hasMessageContaining(" during a request");
        killer.join();
        assertThat(ask(pool, "0")).isEqualTo("0");
    }

    @Test
    void a_program_that_does_not_exist_is_a_failed_creation_with_its_reason() throws Exception {
        PoolClient<Port> pool = pools.startPool(spec(PortFactory.builder("no-such-program"), 1)
                .creationFailureLimit(1).build());
        Eventually.so(pool::status, () -> catchThrowable(() -> pool.checkout(
                Duration.ofMillis(10))) instanceof WorkerUnavailableException);
        assertThatThrownBy(() -> pool.checkout(Duration.ofSeconds(10))).isInstanceOf(WorkerUnavailableException.class)
                .hasStackTraceContaining("the program no-such-program does not exist");
    }

    @Test
    void a_worker_is_replaced_after_its_requests_and_no_caller_notices() throws Exception {
        PoolClient<Port> pool = pools.startPool(spec(cat().replaceAfterRequests(3), 1).build());
        long first = pidOf(pool);
        pool.transaction(port -> {
            for (int i = 0; i < 5; i++) { // the lease goes on as long as its holder likes
                assertThat(port.request("" + i)).isEqualTo("" + i);
            }
        });
        for (int i = 0; i < 20; i++) {
            assertThat(ask(pool, "" + i)).isEqualTo("" + i);
            pidOf(pool);
        }
        assertThat(pidOf(pool)).isNotEqualTo(first);
        assertThat(seen).hasSizeBetween(6, 9);
        assertThat(exits).isNotEmpty().allSatisfy(reason -> assertThat(reason.isOrderly()).isTrue());
    }

    @Test
    void tasks_wear_a_worker_too() throws Exception {
        PoolClient<Port> pool = pools.startPool(spec(cat().replaceAfterRequests(2), 2).build());
        for (int i = 0; i < 20; i++) {
            assertThat(pool.asyncQueueResult(port -> {
                seen.add(port.pid());
                return port.request("x");
            }).result().toCompletableFuture().get(50, TimeUnit.SECONDS)).isEqualTo("x");
        }
        assertThat(seen).hasSizeBetween(9, 14);
        assertThat(exits).allSatisfy(reason -> assertThat(reason.isOrderly()).isTrue());
    }

    @Test
    void a_worker_that_has_grown_is_replaced() throws Exception {
        Programs.require("python3");
        Programs.requireLinux();
        PoolClient<Port> pool = pools.startPool(spec(Programs.python("""
                import sys
                kept = []
                for line in sys.stdin:
                    kept.append(b'x' * int(line))
                    print('ok', flush=True)
                """).replaceAboveMemory(100_000_000), 1).build());
        long first = pidOf(pool);
        assertThat(ask(pool, "1000")).isEqualTo("ok");
        assertThat(pidOf(pool)).isEqualTo(first);
        Eventually.so(pool::status, () -> {
            try {
                pool.transaction(port -> port.request("30000000"));
            } catch (PortException failed) {
                throw new AssertionError(failed);
            }
            return pidOf(pool) != first;
        });
        assertThat(exits).allSatisfy(reason -> assertThat(reason.isOrderly()).isTrue());
    }

    @Test
    void standard_error_goes_to_the_log_of_the_pool_with_the_name_of_the_worker() throws Exception {
        Programs.require("sh");
        Logger logger = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor.ports");
        logger.setLevel(Level.INFO);
        try (CapturedLog log = CapturedLog.open()) {
            PoolClient<Port> pool = pools.startPool(spec(Programs.shell("echo ready >&2; exec cat"), 1).build());
            pidOf(pool);
            Eventually.so(() -> log.messages(Level.INFO),
                    () -> log.messages(Level.INFO).contains("ports/1 on standard error: ready"));
        } finally {
            logger.setLevel(null);
        }
    }

    @Test
    void a_stopped_pool_leaves_no_program() throws Exception {
        PoolClient<Port> pool = pools.startPool(spec(cat(), 3).build());
        Lease<Port> one = pool.checkout();
        Lease<Port> two = pool.checkout();
        Lease<Port> three = pool.checkout();
        for (Lease<Port> each : List.of(one, two, three)) {
            seen.add(each.worker().pid());
            each.close();
        }
        assertThat(seen).hasSize(3);
        assertThat(pools.stopPool("ports", Duration.ofSeconds(5))).isTrue();
        seen.forEach(Programs::awaitGone);
    }

    /**
     * Each answer is that of its own request, however often programs are killed. The seed gives the moments of the
     * kills.
     */
    @Test
    void programs_that_are_killed_at_any_moment_never_answer_another_request() throws Exception {
        Programs.require("cat");
        long seed = Long.getLong("port.seed", System.nanoTime());
        System.out.println("port.seed=" + seed);
        Random random = new Random(seed);
        int borrowers = 4;
        int tasks = 2;
        PoolClient<Port> pool;
        try (CapturedLog log = CapturedLog.silence()) {
            assertThat(log).isNotNull();
            pool = pools.startPool(spec(cat().requestTimeout(Duration.ofSeconds(20)), 3)
                    .creationPlan(AT_ONCE).build());
            AtomicInteger answered = new AtomicInteger();
            AtomicInteger failed = new AtomicInteger();
            List<String> wrong = new CopyOnWriteArrayList<>();
            AtomicReference<Optional<Throwable>> unexpected = new AtomicReference<>(Optional.empty());
            CountDownLatch done = new CountDownLatch(borrowers + tasks);
            AtomicBoolean stop = new AtomicBoolean();
            for (int b = 0; b < borrowers + tasks; b++) {
                int number = b;
                Random sizes = new Random(seed + b);
                Thread.ofPlatform().daemon().start(() -> {
                    try {
                        for (int i = 0; !stop.get(); i++) {
                            String request = number + "-" + i + "-" + "x".repeat(sizes.nextInt(40) == 0 ? 90_000 : 10);
                            try {
                                String answer = number < borrowers
                                        ? pool.transactionResult(port -> {
                                            seen.add(port.pid());
                                            return port.request(request);
                                        })
                                        : pool.asyncQueueResult(port -> port.request(request)).result()
                                                .toCompletableFuture().get(60, TimeUnit.SECONDS);
                                if (!request.equals(answer)) {
                                    wrong.add(request.substring(0, 10) + " got " + answer);
                                }
                                answered.incrementAndGet();
                            } catch (PortException | PoolException | LeaseClosedException killed) {
                                failed.incrementAndGet();
                            } catch (ExecutionException killed) {
                                if (!(killed.getCause() instanceof PortException)
                                        && !(killed.getCause() instanceof WorkerExitException)) {
                                    throw killed;
                                }
                                failed.incrementAndGet();
                            }
                        }
                    } catch (Throwable t) {
                        unexpected.set(Optional.of(t));
                    } finally {
                        done.countDown();
                    }
                });
            }
            for (int kill = 0; kill < 120; kill++) {
                LockSupport.parkNanos(random.nextInt(20_000_000));
                Long[] alive = ProcessHandle.current().children().map(ProcessHandle::pid).toArray(Long[]::new);
                if (alive.length > 0) {
                    Programs.kill9(alive[random.nextInt(alive.length)]);
                }
            }
            stop.set(true);
            assertThat(done.await(60, TimeUnit.SECONDS)).as("all callers come back").isTrue();
            assertThat(unexpected.get()).isEmpty();
            assertThat(wrong).isEmpty();
            System.out.println(answered + " answers, " + failed + " failures");
            assertThat(answered.get()).isGreaterThan(100);
            assertThat(failed.get()).isGreaterThan(10);
            Eventually.so(pool::status, () -> pool.status().checkedOut() == 0);
            Eventually.so(pool::status, () -> {
                try {
                    return "end".equals(ask(pool, "end"));
                } catch (PortException | PoolException | LeaseClosedException killed) {
                    return false;
                }
            });
        }
    }
}
