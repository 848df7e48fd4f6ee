package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that are made before callers ask for them: {@code min-idle} and {@code warm-up}. The clock stands still. */
@Timeout(60)
class GrowingAheadTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final CapturedLog silence = CapturedLog.silence();
    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
        silence.close();
    }

    private PoolClient<Worker> start(UnaryOperator<PoolSpec.Builder<Worker>> settings) {
        return world.start(settings);
    }

    /** By a process that ends at once, or by a stage: the ways are different ones. */
    private Lease<Worker> checkout(PoolClient<Worker> pool) {
        Lease<Worker> lease = pool.checkoutAsync(LONG).toCompletableFuture().join();
        world.world.quiesce();
        return lease;
    }

    private static void has(PoolClient<?> pool, int idle, int inUse) {
        assertThat(pool.status()).as(pool::toString).returns(idle, PoolStatus::available).returns(inUse,
                PoolStatus::checkedOut);
    }

    // ---- min-idle

    @Test
    void each_worker_that_is_taken_is_followed_by_another_one_up_to_the_limit() {
        PoolClient<Worker> pool = start(spec -> spec.size(2).maxOverflow(4).minIdle(2));
        has(pool, 2, 0);
        List<Lease<Worker>> leases = new ArrayList<>();
        for (int taken = 1; taken <= 4; taken++) {
            leases.add(checkout(pool));
            has(pool, 2, taken);
        }
        leases.add(checkout(pool));
        has(pool, 1, 5);
        leases.add(checkout(pool));
        has(pool, 0, 6);
        assertThat(pool.status().minIdle()).isEqualTo(2);
        leases.forEach(Lease::close);
        world.world.quiesce();
        has(pool, 2, 0);
    }

    @Test
    void a_thread_that_finds_an_idle_worker_has_the_next_one_made_too() {
        PoolClient<Worker> pool = start(spec -> spec.size(1).maxOverflow(4).minIdle(1));
        Lease<Worker> first = pool.checkout(); // this thread is no process
        world.world.quiesce();
        has(pool, 1, 1);
        Lease<Worker> second = pool.checkout();
        world.world.quiesce();
        has(pool, 1, 2);
        second.close();
        first.close();
        world.world.quiesce();
        has(pool, 1, 0);
        pool.checkout().close();
        world.world.quiesce();
        has(pool, 1, 0);
    }

    @Test
    void a_task_has_the_next_one_made_too() {
        PoolClient<Worker> pool = start(spec -> spec.size(0).maxOverflow(3).minIdle(1));
        has(pool, 1, 0);
        Task<?> task = pool.run(worker -> Objects.requireNonNull(ProcessSystem.currentProcess())
                .receive("go"::equals)).orElseThrow();
        world.world.quiesce();
        has(pool, 1, 1);
        task.pid().orElseThrow().send("go");
        world.world.quiesce();
        has(pool, 1, 0);
    }

    @Test
    void a_worker_that_is_validated_before_its_use_is_followed_by_another_one() {
        PoolClient<Worker> pool = start(spec -> spec.size(1).maxOverflow(3).minIdle(1).validateOnCheckout(true));
        checkout(pool).close();
        world.world.quiesce();
        Lease<Worker> lease = checkout(pool);
        has(pool, 1, 1);
        lease.close();
    }

    @Test
    void idle_workers_beyond_that_number_stay_for_overflow_ttl_and_the_others_stay_for_ever() {
        PoolClient<Worker> pool = start(
                spec -> spec.size(0).maxOverflow(5).minIdle(2).overflowTtl(Duration.ofSeconds(10)));
        List<Lease<Worker>> leases = List.of(checkout(pool), checkout(pool), checkout(pool));
        has(pool, 2, 3);
        leases.forEach(Lease::close);
        world.world.quiesce();
        has(pool, 5, 0);
        world.advance(Duration.ofSeconds(11));
        has(pool, 2, 0);
        world.advance(LONG);
        has(pool, 2, 0);
        assertThat(world.made).hasValue(5);
    }

    @Test
    void an_idle_worker_that_dies_comes_back_by_its_plan() {
        PoolClient<Worker> pool = start(
                spec -> spec.size(0).maxOverflow(5).minIdle(2).restart(PoolWorld.policy("[5s]")));
        Lease<Worker> lease = checkout(pool);
        lease.fail(new IllegalStateException("broken"));
        world.world.quiesce();
        assertThat(pool.status()).as("two are idle, so the broken one is surplus").returns(2, PoolStatus::available)
                .returns(0, PoolStatus::waitingToRestart);
        Worker idle = checkout(pool).worker();
        world.kill(idle.process);
        assertThat(world.made).hasValue(4);
        List<Lease<Worker>> leases = List.of(checkout(pool), checkout(pool), checkout(pool));
        has(pool, 2, 3);
        leases.forEach(Lease::close);
        world.world.quiesce();
        has(pool, 2, 0);
    }

    @Test
    void a_worker_that_can_not_be_made_is_tried_again_by_its_plan_and_not_in_another_place() {
        PoolClient<Worker> pool = start(spec -> spec.size(0).maxOverflow(5).minIdle(1)
                .creationPlan(PoolWorld.policy("[5s]")).creationFailureLimit(0));
        world.creationFailure = new IllegalStateException("refused");
        Lease<Worker> lease = checkout(pool);
        world.log.clear();
        world.advance(Duration.ofSeconds(14));
        assertThat(world.log).as("at 5 s and at 10 s").containsExactly("not made", "not made");
        world.creationFailure = null;
        world.advance(Duration.ofSeconds(1));
        has(pool, 1, 1);
        lease.close();
    }

    @Test
    void a_creation_that_hangs_is_one_creation() {
        PoolClient<Worker> pool = start(spec -> spec.size(0).maxOverflow(5).minIdle(1)
                .creationTimeout(Duration.ofSeconds(30)).creationParallelism(5));
        world.slowCreation = true;
        Lease<Worker> lease = checkout(pool);
        world.advance(Duration.ofSeconds(20));
        assertThat(pool.status().starting()).isEqualTo(1);
        world.slowCreation = false;
        world.advance(Duration.ofMillis(10));
        has(pool, 1, 1);
        lease.close();
    }

    @Test
    void a_process_that_ends_before_its_worker_is_made_is_restarted_by_its_plan() {
        PoolClient<Worker> pool = start(spec -> spec.size(0).maxOverflow(5).minIdle(1)
                .restart(PoolWorld.policy("[5s]")).creationPlan(PoolWorld.policy("[stop]")).creationFailureLimit(0));
        world.creationFailure = new IllegalStateException("refused");
        Lease<Worker> lease = checkout(pool);
        world.log.clear();
        world.advance(Duration.ofSeconds(9));
        assertThat(world.log).as("the plan decides, not the lack of an idle worker").containsExactly("not made");
        world.creationFailure = null;
        world.advance(Duration.ofSeconds(1));
        has(pool, 1, 1);
        lease.close();
    }

    @Test
    void a_resize_counts_at_once_and_may_not_be_below_that_number() {
        PoolClient<Worker> pool = start(spec -> spec.size(2).maxOverflow(2).minIdle(2));
        List<Lease<Worker>> leases = List.of(checkout(pool), checkout(pool), checkout(pool));
        has(pool, 1, 3);
        world.perform(() -> world.pools.admin().resize("pool", 2, 4));
        world.world.quiesce();
        has(pool, 2, 3);
        assertThatThrownBy(() -> world.pools.admin().resize("pool", 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("min-idle must be at most size + max-overflow, got: 2 > 1 + 0");
        has(pool, 2, 3);
        leases.forEach(Lease::close);
        world.perform(() -> world.pools.admin().resize("pool", 1, 1));
        world.world.quiesce();
        has(pool, 2, 0);
    }

    @Test
    void a_pool_that_is_restarted_has_its_idle_workers_again() {
        PoolClient<Worker> pool = start(spec -> spec.size(0).maxOverflow(5).minIdle(2));
        Worker worker = checkout(pool).worker();
        world.kill(Supervisor.of(world.pools.system(), world.pools.supervisor("pool").orElseThrow()).pid());
        world.advance(Duration.ofSeconds(30));
        has(pool, 2, 0);
        assertThat(worker.process.isAlive()).isFalse();
    }

    @RepeatedTest(10)
    void at_rest_the_number_of_idle_workers_is_right(RepetitionInfo repetition) {
        long seed = Long.getLong("model.seed", System.nanoTime()) + repetition.getCurrentRepetition();
        Random dice = new Random(seed);
        int size = dice.nextInt(4);
        int overflow = 1 + dice.nextInt(5);
        int minIdle = 1 + dice.nextInt(size + overflow);
        String what = "seed " + seed + ", size " + size + " + " + overflow + ", min-idle " + minIdle;
        System.out.println("GrowingAheadTest " + what);
        PoolStrategy strategy = PoolStrategy.values()[dice.nextInt(PoolStrategy.values().length)];
        boolean validates = dice.nextInt(3) == 0;
        PoolClient<Worker> pool = start(spec -> spec.size(size).maxOverflow(overflow).minIdle(minIdle)
                .strategy(strategy).validateOnCheckout(validates).creationFailureLimit(0).creationParallelism(3)
                .creationPlan(PoolWorld.policy("[1ms]")).maxUses(dice.nextInt(2) * 3));
        int[] limits = {size, overflow};
        List<Lease<Worker>> leases = new ArrayList<>();
        List<CompletableFuture<Lease<Worker>>> waiting = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            switch (dice.nextInt(9)) {
                case 0, 1, 2 -> waiting.add(pool.checkoutAsync(LONG).toCompletableFuture());
                case 3, 4 -> {
                    if (!leases.isEmpty()) {
                        leases.remove(dice.nextInt(leases.size())).close();
                    }
                }
                case 5 -> {
                    if (!leases.isEmpty()) {
                        leases.remove(dice.nextInt(leases.size())).fail(new IllegalStateException("broken"));
                    }
                }
                case 6 -> {
                    limits[0] = dice.nextInt(4);
                    limits[1] = Math.max(minIdle - limits[0], dice.nextInt(5));
                    world.pools.admin().resize("pool", limits[0], limits[1]);
                }
                case 7 -> {
                    world.creationFailure = new IllegalStateException("refused");
                    waiting.add(pool.checkoutAsync(LONG).toCompletableFuture());
                    world.advance(Duration.ofMillis(dice.nextInt(3)));
                    world.creationFailure = null;
                }
                default -> {
                    Task<?> task = pool.asyncQueue(worker -> {
                        if (dice.nextBoolean()) {
                            throw new IllegalStateException("the worker dies of it");
                        }
                    });
                    task.cancel();
                }
            }
            world.advance(Duration.ofMillis(2)); // attempts that have failed are made again
            int most = limits[0] + limits[1];
            Eventually.so(() -> what + "; " + pool, () -> {
                waiting.removeIf(one -> one.isDone() && leases.add(one.join()));
                PoolStatus now = pool.status();
                return now.borrowed() == leases.size() && now.queueDepth() == waiting.size();
            });
            PoolStatus now = pool.status();
            int expected = Math.max(0, Math.min(most, Math.max(limits[0], leases.size() + minIdle)) - leases.size());
            assertThat(now.available()).as("%s, step %s; %s", what, i, pool).isEqualTo(expected);
            assertThat(now.starting() + now.waitingToRestart()).as("%s, step %s; %s", what, i, pool).isZero();
            EngineInvariants.check(pool);
        }
        while (!leases.isEmpty() || !waiting.isEmpty()) {
            leases.forEach(Lease::close);
            leases.clear();
            world.world.quiesce();
            Eventually.so(() -> what + "; " + pool, () -> {
                waiting.removeIf(one -> one.isDone() && leases.add(one.join()));
                return pool.status().queueDepth() == waiting.size();
            });
        }
    }

    // ---- warm-up

    @Test
    void the_first_workers_come_one_after_the_other_at_equal_distances() {
        PoolClient<Worker> pool = start(spec -> spec.size(5).warmUp(Duration.ofSeconds(10)));
        for (int made = 1; made <= 5; made++) {
            assertThat(world.made).hasValue(made);
            assertThat(pool.status().warmingUp()).isEqualTo(5 - made);
            world.advance(Duration.ofMillis(1_999));
            assertThat(world.made).hasValue(made);
            world.advance(Duration.ofMillis(1));
        }
        has(pool, 5, 0);
        assertThat(pool.status().warmingUp()).isZero();
    }

    @Test
    void a_caller_gets_its_worker_at_once_and_that_one_counts() {
        PoolClient<Worker> pool = start(spec -> spec.size(5).warmUp(Duration.ofSeconds(10)));
        List<Lease<Worker>> leases = List.of(checkout(pool), checkout(pool), checkout(pool));
        assertThat(world.made).hasValue(3);
        assertThat(pool.status().warmingUp()).isEqualTo(2);
        assertThat(pool.status().explain()).contains("; 2 more to come, spread by warm-up");
        world.advance(Duration.ofMillis(5_999));
        assertThat(world.made).hasValue(3);
        world.advance(Duration.ofMillis(1));
        assertThat(world.made).hasValue(4);
        leases.forEach(Lease::close);
    }

    @Test
    void workers_that_are_to_be_idle_are_warmed_up_too() {
        PoolClient<Worker> pool = start(spec -> spec.size(0).maxOverflow(4).minIdle(4).warmUp(Duration.ofSeconds(4)));
        world.advance(Duration.ofSeconds(2));
        has(pool, 3, 0);
        world.advance(Duration.ofSeconds(1));
        has(pool, 4, 0);
    }

    @Test
    void a_worker_that_ends_after_the_warm_up_is_replaced_at_once() {
        PoolClient<Worker> pool = start(spec -> spec.size(3).warmUp(Duration.ofSeconds(3)));
        world.advance(Duration.ofSeconds(3));
        Worker worker = checkout(pool).worker();
        world.kill(worker.process);
        has(pool, 3, 0);
    }

    @Test
    void a_supervisor_that_starts_again_warms_up_again() {
        PoolClient<Worker> pool = start(spec -> spec.size(3).warmUp(Duration.ofSeconds(30)));
        world.advance(Duration.ofSeconds(30));
        has(pool, 3, 0);
        world.world.system().exit(world.pools.supervisor("pool").orElseThrow(), ExitReason.KILL);
        world.world.quiesce();
        has(pool, 1, 0);
        world.advance(Duration.ofSeconds(10));
        has(pool, 2, 0);
    }

    @Test
    void a_pool_that_is_stopped_meanwhile_leaves_no_timer() {
        start(spec -> spec.size(3).warmUp(Duration.ofSeconds(30)));
        world.perform(() -> world.pools.stopPool("pool", LONG));
        world.advance(Duration.ofSeconds(9)); // the timers of other parts end by themselves
        assertThat(world.world.clock().nanosToNextTimer()).isEmpty();
        assertThat(world.made).hasValue(1);
    }

    @Test
    void a_start_that_waits_until_all_are_made_waits_for_the_warm_up() {
        PoolClient<Worker> pool = start(
                spec -> spec.size(3).warmUp(Duration.ofSeconds(6)).failFast(true).awaitReady(Duration.ofSeconds(7)));
        has(pool, 3, 0);
        assertThat(Duration.ofNanos(world.world.clock().nanoTime())).isEqualTo(Duration.ofSeconds(4));
    }

    // ---- contradictions

    private static void refused(UnaryOperator<PoolSpec.Builder<Object>> settings, String message) {
        PoolSpec.Builder<Object> builder = PoolSpec.builder("pool", Object::new);
        assertThatThrownBy(() -> settings.apply(builder).build()).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void contradictory_settings_are_refused() {
        refused(spec -> spec.size(5).maxOverflow(3).minIdle(9),
                "min-idle must be at most size + max-overflow, got: 9 > 5 + 3");
        refused(spec -> spec.minIdle(-1), "min-idle must not be negative, got: -1");
        refused(spec -> spec.warmUp(Duration.ofSeconds(-1)), "warm-up must not be negative, got: PT-1S");
        refused(spec -> spec.failFast(true).awaitReady(Duration.ofSeconds(5)).warmUp(Duration.ofSeconds(6)),
                "await-ready must be at least warm-up with fail-fast, or each start fails, got: PT5S < PT6S");
        refused(spec -> spec.queueCapacity(0).shed(ShedRule.OLDEST),
                "queue-capacity must be at least 1 with shed oldest: there is no waiter to shed, got: 0");
        refused(spec -> spec.maxWaitTarget(Duration.ZERO), "max-wait-target must be positive, got: PT0S");
        refused(spec -> spec.maxWaitInterval(Duration.ZERO), "max-wait-interval must be positive, got: PT0S");
    }

    @Test
    void a_null_is_refused_unless_it_has_a_meaning() {
        PoolSpec.Builder<Object> builder = PoolSpec.builder("pool", Object::new);
        assertThatThrownBy(() -> builder.queue(nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.shed(nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.maxWaitInterval(nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.warmUp(nothing())).isInstanceOf(NullPointerException.class);
        PoolSpec<Object> spec = builder.maxWaitTarget(Duration.ofSeconds(1)).maxWaitTarget(null).build();
        assertThat(spec).returns(QueueOrder.FIFO, PoolSpec::queue).returns(ShedRule.NEWEST, PoolSpec::shed)
                .returns(null, PoolSpec::maxWaitTarget).returns(Duration.ofMillis(100), PoolSpec::maxWaitInterval)
                .returns(0, PoolSpec::minIdle).returns(Duration.ZERO, PoolSpec::warmUp);
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // null is refused
    private static <T> T nothing() {
        return null;
    }
}
