package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * Each crash of a worker and each failed attempt to make one is one line that names the consequence; so is its return.
 */
@Timeout(60)
class LogOfWorkersTest {

    private final Logger library = (Logger) LoggerFactory.getLogger("io.github.ppool");
    private final @Nullable Level levelBefore = library.getLevel();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));
    /** So many attempts to make a worker fail. */
    private final AtomicInteger failing = new AtomicInteger();
    private final AtomicInteger ending = new AtomicInteger();

    @BeforeEach
    void listen() {
        library.setAdditive(false);
        library.setLevel(Level.INFO);
        library.addAppender(log);
        log.start();
    }

    @AfterEach
    void close() {
        world.close();
        library.detachAppender(log);
        library.setLevel(levelBefore);
        library.setAdditive(true);
    }

    private PoolClient<Object> start(UnaryOperator<PoolSpec.Builder<Object>> settings) {
        WorkerFactory<Object> factory = () -> {
            if (failing.getAndDecrement() > 0) {
                throw new IOException("connection refused");
            }
            if (ending.getAndDecrement() > 0) {
                throw Objects.requireNonNull(ProcessSystem.currentProcess()).exit(ExitReason.of("ended"));
            }
            return new Object();
        };
        PoolSpec<Object> spec = settings.apply(PoolSpec.builder("pool", factory).size(1).maxOverflow(0)
                .restart(PoolWorld.policy("[5s]")).creationPlan(PoolWorld.policy("[2s]"))).build();
        PoolClient<Object> pool = world.perform(() -> pools.startPool(spec));
        world.quiesce();
        return pool;
    }

    private void crash(PoolClient<Object> pool) {
        world.perform(() -> {
            try (Lease<Object> lease = pool.checkout(Duration.ofHours(1))) {
                lease.fail(new IllegalStateException("boom"));
            }
            return true;
        });
        world.quiesce();
    }

    private List<String> lines() {
        return List.copyOf(log.list).stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    private long traces() {
        return List.copyOf(log.list).stream().filter(event -> event.getThrowableProxy() != null).count();
    }

    @Test
    void a_crash_says_when_the_worker_restarts_and_the_return_says_how_long_it_took() {
        PoolClient<Object> pool = start(spec -> spec);
        failing.set(2);
        crash(pool);
        assertThat(lines()).containsExactly(
                "ERROR Worker pool/1 has crashed: java.lang.IllegalStateException: boom; it restarts in 5s");
        world.advance(Duration.ofMinutes(1));
        assertThat(lines().subList(1, lines().size())).containsExactly(
                "WARN Worker pool/1 could not be made: java.io.IOException: connection refused;"
                        + " it is tried again in 2s, attempt 2",
                "WARN Worker pool/1 could not be made: java.io.IOException: connection refused;"
                        + " it is tried again in 2s, attempt 3",
                "INFO Worker pool/1 is back after 9s, 3 attempts");
        assertThat(List.copyOf(log.list)).allSatisfy(event -> assertThat(event.getLoggerName())
                .isEqualTo("io.github.ppool.supervisor.pool"));
    }

    @Test
    void a_worker_that_cannot_be_made_at_first_is_told_in_the_same_way() {
        failing.set(1);
        ending.set(1);
        start(spec -> spec);
        world.advance(Duration.ofMinutes(1));
        assertThat(lines()).containsExactly(
                "WARN Worker pool/1 could not be made: java.io.IOException: connection refused;"
                        + " it is tried again in 2s, attempt 2",
                "WARN Worker pool/1 could not be made: ended; it is tried again in 2s, attempt 3",
                "INFO Worker pool/1 is back after 4s, 3 attempts");
    }

    @Test
    void a_plan_that_waits_deletes_or_ends_is_told() {
        PoolClient<Object> waits = start(spec -> spec.restart(PoolWorld.policy("[wait]")));
        crash(waits);
        assertThat(lines()).singleElement().asString().endsWith("boom; it stays down: its plan says wait");
        world.perform(() -> pools.stopPool(waits, Duration.ZERO));
        log.list.clear();
        PoolClient<Object> deletes = start(spec -> spec.restart(PoolWorld.policy("[delete]")));
        crash(deletes);
        assertThat(lines()).singleElement().asString().endsWith("boom; it is given up: its plan says delete");
        world.perform(() -> pools.stopPool(deletes, Duration.ZERO));
        log.list.clear();
        PoolClient<Object> ends = start(
                spec -> spec.restart(RestartType.PERMANENT, new RestartIntensity(1, Duration.ofMinutes(1))));
        crash(ends);
        crash(ends);
        assertThat(lines()).filteredOn(line -> line.contains("has crashed"))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("boom; it restarts now"),
                        line -> assertThat(line).contains("boom; it stays down: its supervisor ends ("));
    }

    @Test
    void a_worker_that_is_not_replaced_is_told_and_one_that_ends_in_good_order_is_not() {
        PoolClient<Object> pool = start(
                spec -> spec.restart(RestartType.TEMPORARY, new RestartIntensity(1, Duration.ofMinutes(1))));
        crash(pool);
        assertThat(lines()).singleElement().asString()
                .endsWith("boom; it is not restarted: the pool makes another one when it needs one");
        log.list.clear();
        world.perform(() -> pools.admin().resize("pool", 0, 1));
        world.perform(() -> pools.stopPool(pool, Duration.ZERO));
        assertThat(lines()).isEmpty();
    }

    @Test
    void a_task_that_took_too_long_is_why_its_worker_crashed() {
        PoolClient<Object> pool = start(spec -> spec.taskTimeout(Duration.ofSeconds(3)));
        world.perform(() -> pool.asyncQueue(worker -> Objects.requireNonNull(ProcessSystem.currentProcess())
                .receive(message -> false)));
        world.advance(Duration.ofSeconds(3));
        assertThat(lines()).singleElement().asString().contains("has crashed: killed, because Task[pool #",
                "ran longer than its time-out; it restarts in 5s");
    }

    @Test
    void the_first_stack_trace_of_a_class_is_printed_and_then_each_hundredth() {
        PoolClient<Object> pool = start(spec -> spec.restart(PoolWorld.policy("[restart]")));
        for (int crash = 0; crash < 101; crash++) {
            crash(pool);
        }
        assertThat(lines()).filteredOn(line -> line.contains("has crashed")).hasSize(101);
        assertThat(lines()).filteredOn(line -> line.contains("is back after 0s, 1 attempt")).hasSize(101);
        assertThat(traces()).isEqualTo(2);
    }

    @Test
    void the_crash_of_a_supervisor_is_told_by_the_one_above() {
        PoolClient<Object> pool = start(spec -> spec);
        world.perform(() -> {
            world.system().exit(pools.supervisor("pool").orElseThrow(), ExitReason.KILL);
            return true;
        });
        world.quiesce();
        assertThat(lines()).filteredOn(line -> line.contains("'pool'")).satisfiesExactly(
                line -> assertThat(line).startsWith("ERROR").contains("child_terminated: child 'pool'",
                        "killed; it restarts now"),
                line -> assertThat(line).startsWith("INFO").endsWith("is back after 0s, 1 attempt"));
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.RUNNING);
    }
}
