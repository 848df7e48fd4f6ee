package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A start that waits for the first workers, and one that fails without them. */
@Timeout(60)
class ReadinessTest {

    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    private final CapturedLog log = CapturedLog.open();
    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));
    private final AtomicInteger failing = new AtomicInteger();
    private final AtomicInteger hanging = new AtomicInteger();
    private final List<Object> closed = new CopyOnWriteArrayList<>();
    private volatile Duration takes = Duration.ZERO;

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    private static ProcessContext self() {
        return Objects.requireNonNull(ProcessSystem.currentProcess());
    }

    private final class Factory implements WorkerFactory<Object> {
        @Override
        public Object create() throws Exception {
            if (hanging.getAndDecrement() > 0) {
                self().receive(message -> false);
            }
            self().sleep(takes);
            if (failing.getAndDecrement() > 0) {
                throw new IOException("connection refused");
            }
            return new Object();
        }

        @Override
        public void destroy(Object worker, @Nullable Throwable cause) {
            closed.add(worker);
        }
    }

    private PoolSpec<Object> spec(UnaryOperator<PoolSpec.Builder<Object>> settings) {
        return settings.apply(PoolSpec.builder("pool", new Factory()).size(3).maxOverflow(0)
                .creationPlan(PoolWorld.policy("[2s]"))).build();
    }

    private World.Errand<PoolClient<Object>> begin(UnaryOperator<PoolSpec.Builder<Object>> settings) {
        PoolSpec<Object> spec = spec(settings);
        World.Errand<PoolClient<Object>> start = world.begin(() -> pools.startPool(spec));
        world.quiesce();
        return start;
    }

    private void thereIsNoPool() {
        assertThat(pools.names()).isEmpty();
        assertThat(pools.pool("pool")).isEmpty();
        failing.set(0);
        hanging.set(0);
        assertThat(world.perform(() -> pools.startPool(spec(spec -> spec))).name()).isEqualTo("pool");
    }

    // ---- await-ready

    @Test
    void a_start_waits_for_no_worker_unless_told_to() {
        takes = Duration.ofSeconds(7);
        assertThat(begin(spec -> spec).isDone()).isTrue();
    }

    @Test
    void a_start_that_waits_returns_when_as_many_workers_are_made_as_the_size_says() {
        takes = Duration.ofSeconds(7);
        failing.set(1);
        World.Errand<PoolClient<Object>> start = begin(spec -> spec.awaitReady(HALF_A_MINUTE));
        world.advance(Duration.ofSeconds(15));
        assertThat(start.isDone()).isFalse();
        assertThat(pools.pool("pool").orElseThrow().status().available()).isEqualTo(2);
        world.advance(Duration.ofSeconds(1));
        assertThat(start.isDone()).isTrue();
        assertThat(start.result().status().available()).isEqualTo(3);
    }

    @Test
    void workers_that_are_in_use_already_count_and_the_pool_can_be_used_meanwhile() {
        hanging.set(1);
        World.Errand<PoolClient<Object>> start = begin(spec -> spec.awaitReady(HALF_A_MINUTE)
                .creationTimeout(Duration.ofSeconds(5)));
        PoolClient<?> early = pools.pool("pool").orElseThrow();
        World.Errand<?> borrower = world.begin(() -> {
            try (Lease<?> lease = early.checkout()) {
                self().sleep(Duration.ofHours(1));
                return lease;
            }
        });
        world.advance(Duration.ofSeconds(8));
        assertThat(borrower.isDone()).isFalse();
        assertThat(early.status().borrowed()).isEqualTo(1);
        assertThat(start.isDone()).isTrue();
        assertThat(start.result()).isSameAs(early);
    }

    @Test
    void when_the_time_is_over_the_pool_is_started_with_the_workers_that_there_are_and_the_log_says_so() {
        failing.set(1);
        World.Errand<PoolClient<Object>> start = begin(spec -> spec.awaitReady(HALF_A_MINUTE)
                .creationPlan(PoolWorld.policy("[1h]")));
        world.advance(HALF_A_MINUTE.minusMillis(1));
        assertThat(start.isDone()).isFalse();
        world.advance(Duration.ofMillis(1));
        assertThat(start.isDone()).isTrue();
        assertThat(start.result().status().phase()).isEqualTo(PoolPhase.RUNNING);
        assertThat(log.messages(Level.WARN)).last().asString().isEqualTo("Pool 'pool' is started with 2 of 3 workers:"
                + " await-ready 30s is over; the last failure was java.io.IOException: connection refused");
    }

    @Test
    void a_pool_without_workers_of_its_own_is_ready_at_once() {
        assertThat(begin(spec -> spec.size(0).maxOverflow(1).awaitReady(HALF_A_MINUTE).failFast(true)).isDone())
                .isTrue();
    }

    @Test
    void a_pool_that_gives_up_meanwhile_is_not_waited_for() {
        failing.set(1000);
        World.Errand<PoolClient<Object>> start = begin(spec -> spec.awaitReady(Duration.ofHours(1))
                .creationPlan(PoolWorld.policy("[stop]")).restart(PoolWorld.policy("[stop]")));
        world.advance(Duration.ofMinutes(1));
        assertThat(start.isDone()).isTrue();
        assertThat(start.result().status().phase()).isEqualTo(PoolPhase.GAVE_UP);
        assertThat(log.messages(Level.WARN)).anyMatch(line -> line.contains("the supervision tree has given up"));
    }

    // ---- fail-fast

    @Test
    void the_first_attempt_that_fails_fails_the_start_and_the_pool_is_gone() {
        failing.set(1);
        World.Errand<PoolClient<Object>> start = begin(spec -> spec.failFast(true));
        world.quiesce();
        assertThat(start.isDone()).isTrue();
        assertThatThrownBy(start::result)
                .isInstanceOfSatisfying(PoolNotReadyException.class, e -> assertThat(e.pool()).isEqualTo("pool"))
                .hasMessageContaining("the pool was not started, since fail-fast is set: a worker could not be made")
                .hasMessageContaining("last failure: java.io.IOException: connection refused")
                .cause().isInstanceOf(IOException.class);
        thereIsNoPool();
    }

    @Test
    void a_creation_that_does_not_return_in_its_time_fails_the_start() {
        hanging.set(1);
        World.Errand<PoolClient<Object>> start = begin(
                spec -> spec.failFast(true).creationTimeout(Duration.ofSeconds(5)));
        assertThat(start.isDone()).isFalse();
        world.advance(Duration.ofSeconds(12));
        assertThat(start.isDone()).isTrue();
        assertThatThrownBy(start::result).isInstanceOf(PoolNotReadyException.class)
                .hasMessageContaining("has not returned within PT5S");
        thereIsNoPool();
    }

    @Test
    void with_a_time_attempts_are_repeated_until_it_is_over() {
        failing.set(4);
        assertThat(world.perform(() -> pools.startPool(
                spec(spec -> spec.failFast(true).awaitReady(HALF_A_MINUTE)))).status().available()).isEqualTo(3);
        world.perform(() -> pools.stopPool("pool", Duration.ZERO));
        failing.set(1000);
        World.Errand<PoolClient<Object>> start = begin(spec -> spec.failFast(true).awaitReady(HALF_A_MINUTE));
        world.advance(HALF_A_MINUTE.minusMillis(1));
        assertThat(start.isDone()).isFalse();
        world.advance(Duration.ofSeconds(1));
        assertThat(start.isDone()).isTrue();
        assertThatThrownBy(start::result).isInstanceOf(PoolNotReadyException.class)
                .hasMessageContaining("await-ready 30s is over, there were 0 of 3 workers");
        thereIsNoPool();
    }

    @Test
    void workers_that_were_made_are_closed_before_the_failure_is_told() {
        failing.set(1);
        assertThatThrownBy(() -> world.perform(() -> pools.startPool(spec(spec -> spec.failFast(true)
                .awaitReady(HALF_A_MINUTE).creationPlan(PoolWorld.policy("[1h]"))))))
                .hasMessageContaining("there were 2 of 3 workers");
        assertThat(closed).hasSize(2);
        thereIsNoPool();
    }

    @Test
    void an_end_of_the_process_that_makes_the_worker_is_an_attempt_that_fails() {
        World.Errand<PoolClient<Object>> start = world.begin(() -> pools.startPool(PoolSpec.<Object>builder("pool",
                () -> {
                    throw self().exit(ExitReason.NORMAL);
                }).size(1).failFast(true).build()));
        world.quiesce();
        assertThat(start.isDone()).isTrue();
        assertThatThrownBy(start::result).isInstanceOf(PoolNotReadyException.class)
                .cause().isInstanceOf(WorkerExitException.class);
        thereIsNoPool();
    }

    // ---- a stop meanwhile

    @Test
    void a_stop_that_comes_meanwhile_does_not_wait_for_the_start() {
        hanging.set(3);
        World.Errand<PoolClient<Object>> start = begin(
                spec -> spec.awaitReady(Duration.ofHours(1)).creationTimeout(Duration.ofHours(1)));
        Duration before = Duration.ofNanos(world.clock().nanoTime());
        assertThat(world.perform(() -> pools.stopPool("pool", Duration.ZERO))).isTrue();
        assertThat(Duration.ofNanos(world.clock().nanoTime()).minus(before)).isLessThan(Duration.ofMinutes(1));
        world.quiesce();
        assertThat(start.isDone()).isTrue();
        assertThatThrownBy(start::result).isInstanceOf(PoolStoppedException.class)
                .hasMessageContaining("the pool was stopped while its start waited for workers");
        thereIsNoPool();
    }

    @Test
    void a_start_whose_process_is_ended_meanwhile_leaves_no_pool() {
        hanging.set(3);
        PoolSpec<Object> spec = spec(settings -> settings.awaitReady(Duration.ofHours(1)));
        Pid starter = world.system().spawn(self -> pools.startPool(spec), SpawnOptions.labelled("starter"));
        world.quiesce();
        assertThat(pools.names()).containsExactly("pool");
        world.system().exit(starter, ExitReason.KILL);
        world.advance(Duration.ofMinutes(1));
        thereIsNoPool();
    }

    @Test
    void an_interrupted_start_is_undone_before_it_is_told() throws Exception {
        try (ProcessSystem system = new ProcessSystem(); Pools real = Pools.start(system)) {
            AtomicReference<@Nullable Throwable> told = new AtomicReference<>();
            AtomicReference<@Nullable Boolean> there = new AtomicReference<>();
            AtomicReference<@Nullable Boolean> flag = new AtomicReference<>();
            hanging.set(3);
            Thread starter = Thread.ofPlatform().start(() -> {
                try {
                    real.startPool(spec(spec -> spec.awaitReady(Duration.ofHours(1))));
                } catch (PoolException e) {
                    there.set(real.pool("pool").isPresent());
                    flag.set(Thread.currentThread().isInterrupted());
                    told.set(e);
                }
            });
            Eventually.so(real::names,
                    () -> real.pool("pool").map(pool -> pool.status().starting() == 3).orElse(false));
            Eventually.so(starter::getState, () -> starter.getState() != Thread.State.RUNNABLE);
            starter.interrupt();
            starter.join();
            assertThat(told.get()).isInstanceOf(PoolInterruptedException.class);
            assertThat(there.get()).isFalse();
            assertThat(flag.get()).isTrue();
        }
    }

    @Test
    void the_start_of_one_pool_that_waits_holds_up_no_other() {
        hanging.set(3);
        begin(spec -> spec.awaitReady(Duration.ofHours(1)).creationTimeout(Duration.ZERO));
        PoolSpec<Object> other = PoolSpec.builder("other", Object::new).size(1).awaitReady(HALF_A_MINUTE).build();
        World.Errand<PoolClient<Object>> start = world.begin(() -> pools.startPool(other));
        world.quiesce();
        assertThat(start.isDone()).isTrue();
        assertThat(start.result().status().available()).isEqualTo(1);
    }
}
