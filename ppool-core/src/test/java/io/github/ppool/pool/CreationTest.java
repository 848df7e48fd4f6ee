package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers that are not made at all or not in time, and checks that do not return. */
@Timeout(60)
class CreationTest {

    private final CapturedLog log = CapturedLog.silence();
    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));
    private final Factory factory = new Factory();
    private final List<Throwable> notMade = new CopyOnWriteArrayList<>();
    private final List<Integer> inARow = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    private static ProcessContext self() {
        return Objects.requireNonNull(ProcessSystem.currentProcess());
    }

    /** How the creation ends without a worker. */
    private enum Ends {
        WITH_AN_EXCEPTION,
        WITH_AN_ERROR,
        WITH_THE_PROCESS
    }

    private enum Hangs {
        CREATE,
        VALIDATE,
        KEEP_ALIVE
    }

    private final class Factory implements WorkerFactory<Integer> {
        volatile @Nullable Ends ends;
        /** Where the next calls do not return; so many of them. */
        volatile @Nullable Hangs hangs;
        final AtomicInteger hanging = new AtomicInteger();
        final AtomicInteger tries = new AtomicInteger();
        final AtomicInteger made = new AtomicInteger();
        final List<Integer> destroyed = new CopyOnWriteArrayList<>();

        void hang(Hangs where, int calls) {
            hanging.set(calls);
            hangs = where;
        }

        private void at(Hangs here) throws InterruptedException {
            if (here == hangs && hanging.getAndDecrement() > 0) {
                self().receive(message -> false); // for ever
            }
        }

        @Override
        public Integer create() throws Exception {
            tries.incrementAndGet();
            at(Hangs.CREATE);
            Ends how = ends;
            if (how != null) {
                switch (how) {
                    case WITH_AN_EXCEPTION -> throw new java.io.IOException("connection refused");
                    case WITH_AN_ERROR -> throw new NoClassDefFoundError("driver/Missing");
                    case WITH_THE_PROCESS -> throw self().exit(ExitReason.of("boom"));
                }
            }
            return made.incrementAndGet();
        }

        @Override
        public boolean validate(Integer worker) throws Exception {
            at(Hangs.VALIDATE);
            return true;
        }

        @Override
        public void keepAlive(Integer worker) throws Exception {
            at(Hangs.KEEP_ALIVE);
        }

        @Override
        public void destroy(Integer worker, @Nullable Throwable cause) {
            destroyed.add(worker);
        }
    }

    private PoolClient<Integer> start(UnaryOperator<PoolSpec.Builder<Integer>> settings) {
        PoolSpec<Integer> spec = settings.apply(PoolSpec.builder("pool", factory)
                .size(1)
                .maxOverflow(0)
                .checkoutTimeout(Duration.ofHours(1))
                .restart(PoolWorld.policy("[10ms]"))
                .creationPlan(PoolWorld.policy("[10ms]"))
                .listener(new PoolListener() {
                    @Override
                    public void workerNotMade(String pool, Throwable cause, int failures) {
                        notMade.add(cause);
                        inARow.add(failures);
                    }
                })).build();
        PoolClient<Integer> pool = world.perform(() -> pools.startPool(spec));
        world.quiesce();
        return pool;
    }

    private Duration now() {
        return Duration.ofNanos(world.clock().nanoTime());
    }

    // ---- every end before the worker is ready is "not made"

    @ParameterizedTest
    @EnumSource
    void who_tries_is_told_that_the_worker_could_not_be_made(Ends ends) {
        factory.ends = ends;
        PoolClient<Integer> pool = start(spec -> spec.size(0).maxOverflow(1).creationFailureLimit(3));
        assertThatThrownBy(() -> world.perform(pool::tryCheckout))
                .isInstanceOf(WorkerUnavailableException.class)
                .hasMessageContaining("the worker for the caller could not be made")
                .cause().isInstanceOf(switch (ends) {
                    case WITH_AN_EXCEPTION -> java.io.IOException.class;
                    case WITH_AN_ERROR -> NoClassDefFoundError.class;
                    case WITH_THE_PROCESS -> WorkerExitException.class;
                });
        assertThat(now()).isLessThan(Duration.ofSeconds(1));
        assertThat(notMade).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void failures_in_a_row_are_counted_and_told_and_at_the_limit_whoever_waits_is_refused(Ends ends) {
        factory.ends = ends;
        PoolClient<Integer> pool = start(spec -> spec.size(0).maxOverflow(1).creationFailureLimit(3));
        assertThatThrownBy(() -> world.perform(() -> pool.syncQueue(worker -> {})))
                .isInstanceOf(WorkerUnavailableException.class)
                .hasMessageContaining("the last 3 attempts to make a worker have failed");
        assertThat(inARow).containsExactly(1, 2, 3);
        assertThat(now()).isLessThan(Duration.ofSeconds(1));
        assertThat(pool.status().lastFailure()).isNotNull();
        factory.ends = null;
        assertThat(world.<Integer>perform(() -> pool.transactionResult(worker -> worker))).isEqualTo(1);
    }

    @Test
    void one_failure_that_is_the_limit_is_told_as_one() {
        factory.ends = Ends.WITH_AN_EXCEPTION;
        PoolClient<Integer> pool = start(spec -> spec.size(0).maxOverflow(1).creationFailureLimit(1));
        assertThatThrownBy(() -> world.perform(() -> pool.syncQueue(worker -> {})))
                .isInstanceOf(WorkerUnavailableException.class)
                .hasMessageContaining("the last attempt to make a worker has failed");
    }

    @ParameterizedTest
    @EnumSource
    void a_pool_of_which_no_worker_can_be_made_tries_on_without_spinning_and_recovers(Ends ends) {
        factory.ends = ends;
        PoolClient<Integer> pool = start(spec -> spec.creationFailureLimit(2));
        world.advance(Duration.ofSeconds(1));
        assertThat(factory.tries.get()).isBetween(10, 110);
        assertThat(pool.status()).returns(PoolPhase.RUNNING, PoolStatus::phase).returns(0, PoolStatus::available);
        World.Errand<Lease<Integer>> borrower = world.begin(() -> pool.checkout(Duration.ofHours(1)));
        world.quiesce(); // and the clock stands still
        assertThat(borrower.isDone()).isTrue();
        assertThatThrownBy(borrower::result).isInstanceOf(WorkerUnavailableException.class);
        factory.ends = null;
        world.advance(Duration.ofSeconds(1));
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(1, PoolStatus::workers);
    }

    // ---- limits of time

    @Test
    void a_creation_that_does_not_return_is_ended_at_its_limit_and_counts_as_not_made() {
        factory.hang(Hangs.CREATE, 1);
        PoolClient<Integer> pool = start(spec -> spec.creationTimeout(Duration.ofSeconds(7)));
        world.advance(Duration.ofMillis(6_999));
        assertThat(pool.status().starting()).isEqualTo(1);
        assertThat(notMade).isEmpty();
        world.advance(Duration.ofMillis(1));
        assertThat(notMade).singleElement().satisfies(cause -> assertThat(cause)
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("create() of worker pool/1 has not returned within PT7S"));
        world.advance(Duration.ofMillis(10));
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(1, PoolStatus::workers);
    }

    @Test
    void limits_cut_a_hang_and_not_a_slow_start_unless_told_otherwise() {
        PoolSpec<Integer> defaults = PoolSpec.builder("pool", factory).build();
        assertThat(defaults.creationTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.validationTimeout()).isEqualTo(Duration.ofSeconds(5));
        factory.hang(Hangs.CREATE, 1);
        PoolClient<Integer> pool = start(spec -> spec);
        world.advance(Duration.ofMillis(29_999));
        assertThat(pool.status().starting()).isEqualTo(1);
        world.advance(Duration.ofSeconds(1));
        assertThat(pool.status().available()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_limit_of_zero_is_none(Hangs where) {
        if (where == Hangs.CREATE) {
            factory.hang(where, 1);
        }
        PoolClient<Integer> pool = start(spec -> limited(spec, where, Duration.ZERO));
        if (where != Hangs.CREATE) {
            world.<Integer>perform(() -> pool.transactionResult(worker -> worker)); // used, so that it is checked
            factory.hang(where, 1);
        }
        World.Errand<Integer> borrower = world.begin(() -> {
            ProcessSystem.currentProcess().sleep(Duration.ofMinutes(2));
            return pool.<Integer, Exception>transactionResult(worker -> worker);
        });
        world.advance(Duration.ofMinutes(59));
        assertThat(borrower.isDone()).isFalse();
        assertThat(pool.status()).returns(1, PoolStatus::starting).returns(1, PoolStatus::queueDepth);
        assertThat(notMade).isEmpty();
        assertThat(factory.destroyed).isEmpty();
    }

    private static PoolSpec.Builder<Integer> limited(PoolSpec.Builder<Integer> spec, Hangs where, Duration limit) {
        return switch (where) {
            case CREATE -> spec.creationTimeout(limit);
            case VALIDATE -> spec.validationTimeout(limit).validateOnCheckout(true);
            case KEEP_ALIVE -> spec.validationTimeout(limit).keepAlive(Duration.ofMinutes(1));
        };
    }

    @Test
    void a_check_that_does_not_return_costs_the_worker_its_life_and_the_borrower_gets_the_next_one() {
        PoolClient<Integer> pool = start(spec -> limited(spec, Hangs.VALIDATE, Duration.ofSeconds(2)));
        world.<Integer>perform(() -> pool.transactionResult(worker -> worker)); // used, so that it is checked
        factory.hang(Hangs.VALIDATE, 1);
        World.Errand<Integer> borrower = world.begin(() -> pool.transactionResult(worker -> worker));
        world.advance(Duration.ofMillis(1_999));
        assertThat(pool.status()).returns(1, PoolStatus::starting).returns(1, PoolStatus::queueDepth);
        assertThat(factory.destroyed).isEmpty();
        world.advance(Duration.ofMillis(11));
        assertThat(borrower.isDone()).isTrue();
        assertThat(borrower.result()).isEqualTo(2);
        assertThat(factory.destroyed).containsExactly(1);
        assertThat(pool.status().lastFailure()).isInstanceOf(TimeoutException.class);
        assertThat(notMade).isEmpty();
    }

    @Test
    void what_keeps_a_worker_alive_and_does_not_return_costs_the_worker_its_life() {
        PoolClient<Integer> pool = start(spec -> limited(spec, Hangs.KEEP_ALIVE, Duration.ofSeconds(2)));
        factory.hang(Hangs.KEEP_ALIVE, 1);
        world.advance(Duration.ofSeconds(61));
        assertThat(pool.status()).returns(0, PoolStatus::available).returns(1, PoolStatus::starting);
        world.advance(Duration.ofMillis(1_010));
        assertThat(factory.destroyed).containsExactly(1);
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(1, PoolStatus::workers);
    }

    @Test
    void a_creation_that_takes_long_is_not_counted_on_and_another_place_is_tried() {
        for (int parallelism : new int[]{1, 2}) {
            factory.hang(Hangs.CREATE, 1);
            PoolClient<Integer> pool = start(spec -> spec.maxOverflow(1).creationParallelism(parallelism));
            World.Errand<Integer> borrower = world.begin(() -> pool.transactionResult(worker -> worker));
            world.advance(Duration.ofMillis(999));
            assertThat(borrower.isDone()).isFalse();
            assertThat(pool.status()).returns(1, PoolStatus::workers).returns(1, PoolStatus::starting);
            world.advance(Duration.ofMillis(1));
            assertThat(borrower.isDone()).isTrue();
            assertThat(notMade).isEmpty();
            world.perform(() -> pools.stopPool(pool, Duration.ZERO));
        }
    }

    @Test
    void a_pool_that_is_stopped_while_a_worker_is_made_tells_of_none_that_could_not_be_made() {
        for (int round = 0; round < 50; round++) {
            factory.hang(Hangs.CREATE, 2);
            PoolClient<Integer> pool = start(spec -> spec.size(2));
            assertThat(pool.status().starting()).isEqualTo(2);
            world.perform(() -> pools.stopPool(pool, Duration.ZERO));
            assertThat(notMade).as("in round %s", round).isEmpty();
            assertThat(pool.status().lastFailure()).isNull();
        }
    }

    @Test
    void a_caller_that_only_tries_does_not_wait_for_the_single_worker_that_takes_long_to_make() {
        factory.hang(Hangs.CREATE, 1);
        PoolClient<Integer> pool = start(spec -> spec);
        world.advance(Duration.ofSeconds(1));
        Duration before = now();
        assertThat(world.perform(pool::tryCheckout)).isEmpty();
        assertThat(world.perform(() -> pool.run(worker -> {}))).isEmpty();
        assertThat(now()).isEqualTo(before);
        World.Errand<Integer> patient = world.begin(() -> pool.transactionResult(worker -> worker));
        world.advance(Duration.ofSeconds(29).plusMillis(10));
        assertThat(patient.isDone()).isTrue();
        assertThat(patient.result()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Hangs.class)
    void a_negative_limit_is_refused_with_its_name_its_rule_and_its_value(Hangs where) {
        BiFunction<PoolSpec.Builder<Integer>, Duration, PoolSpec.Builder<Integer>> setter = switch (where) {
            case CREATE -> PoolSpec.Builder::creationTimeout;
            case VALIDATE -> PoolSpec.Builder::validationTimeout;
            case KEEP_ALIVE -> PoolSpec.Builder::orphanGrace; // the third of the limits that there are
        };
        String name = switch (where) {
            case CREATE -> "creation-timeout";
            case VALIDATE -> "validation-timeout";
            case KEEP_ALIVE -> "orphan-grace";
        };
        PoolSpec.Builder<Integer> spec = PoolSpec.builder("pool", factory);
        PoolSpec<Integer> before = spec.build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setter.apply(spec, Duration.ofMillis(-1)))
                .withMessage(name + " must not be negative, got: PT-0.001S");
        assertThat(spec.build()).usingRecursiveComparison().isEqualTo(before);
    }

    // ---- a creation that heeds no interrupt

    @Test
    void a_worker_that_comes_after_its_limit_is_closed_and_nobody_gets_it() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger tries = new AtomicInteger();
        List<String> closed = new CopyOnWriteArrayList<>();
        WorkerFactory<String> deaf = new WorkerFactory<>() {
            @Override
            public String create() {
                int number = tries.incrementAndGet();
                if (number == 1) {
                    awaitDeaf(release);
                }
                return "w" + number;
            }

            @Override
            public void destroy(String worker, @Nullable Throwable cause) {
                closed.add(worker);
            }
        };
        try (ProcessSystem system = new ProcessSystem();
                Pools real = Pools.start(system)) {
            PoolClient<String> pool = real.startPool(PoolSpec.builder("pool", deaf)
                    .size(1)
                    .maxOverflow(0)
                    .creationTimeout(Duration.ofMillis(20))
                    .restart(PoolWorld.AT_ONCE)
                    .build());
            String worker = pool.transactionResult(it -> it);
            assertThat(worker).isEqualTo("w2");
            assertThat(system.orphanCount()).isEqualTo(1);
            release.countDown();
            Eventually.so(system::orphaned, () -> system.orphanCount() == 0);
            assertThat(closed).containsExactly("w1");
            assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::orphaned);
        }
        assertThat(closed).containsExactly("w1", "w2");
    }

    private static void awaitDeaf(CountDownLatch release) {
        while (true) {
            try {
                release.await();
                return;
            } catch (InterruptedException e) {
                // deaf
            }
        }
    }
}
