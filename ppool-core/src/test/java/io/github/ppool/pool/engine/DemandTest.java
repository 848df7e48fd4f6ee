package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.conformance.World;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolWorld;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many workers are in the making for callers that wait. The clock stands still. */
@Timeout(60)
class DemandTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final CapturedLog log = CapturedLog.silence();
    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile Server server = Server.REFUSES;

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    /** The outcome of an attempt to make a worker. */
    private enum Server {
        WORKS,
        REFUSES,
        IS_MISSING,
        ENDS_THE_PROCESS,
        HANGS
    }

    private Object create() throws Exception {
        attempts.incrementAndGet();
        ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
        return switch (server) {
            case WORKS -> new Object();
            case REFUSES -> throw new java.io.IOException("connection refused");
            case IS_MISSING -> throw new NoClassDefFoundError("driver/Missing");
            case ENDS_THE_PROCESS -> throw self.exit(ExitReason.of("boom"));
            case HANGS -> self.receive(message -> false);
        };
    }

    private PoolClient<Object> start(UnaryOperator<PoolSpec.Builder<Object>> settings) {
        PoolSpec<Object> spec = settings.apply(PoolSpec.builder("pool", this::create)
                .size(0)
                .maxOverflow(10)
                .checkoutTimeout(LONG)
                .creationFailureLimit(0)
                .creationPlan(PoolWorld.policy("[5s]")))
                .build();
        PoolClient<Object> pool = world.perform(() -> pools.startPool(spec));
        world.quiesce();
        return pool;
    }

    private World.Errand<Lease<Object>> waitFor(PoolClient<Object> pool, Duration time) {
        World.Errand<Lease<Object>> caller = world.begin(() -> pool.checkout(time));
        world.quiesce();
        return caller;
    }

    /** Those that wait for their next attempt included, wherever that is noted. */
    private static int inTheMaking(PoolClient<?> pool) {
        PoolStatus status = pool.status();
        return status.starting() + status.waitingToRestart();
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSES", "IS_MISSING", "ENDS_THE_PROCESS"})
    void one_waiting_caller_has_one_worker_in_the_making_also_while_that_waits_for_its_next_attempt(Server dead) {
        server = dead;
        PoolClient<Object> pool = start(spec -> spec);
        World.Errand<Lease<Object>> caller = waitFor(pool, LONG);
        assertThat(attempts).hasValue(1);
        for (int attempt = 1; attempt <= 4; attempt++) {
            assertThat(inTheMaking(pool)).isEqualTo(1);
            world.advance(Duration.ofMillis(4_999));
            assertThat(attempts).hasValue(attempt);
            world.advance(Duration.ofMillis(1));
            assertThat(attempts).hasValue(attempt + 1);
        }
        server = Server.WORKS;
        world.advance(Duration.ofSeconds(5));
        assertThat(caller.isDone()).isTrue();
        assertThat(caller.result()).isNotNull();
    }

    @Test
    void as_many_callers_have_as_many_workers_in_the_making() {
        PoolClient<Object> pool = start(spec -> spec);
        for (int callers = 1; callers <= 4; callers++) {
            waitFor(pool, LONG);
            assertThat(inTheMaking(pool)).isEqualTo(callers);
        }
        var unused = world.perform(() -> pool.asyncQueue(worker -> {}));
        world.quiesce();
        assertThat(inTheMaking(pool)).isEqualTo(5);
        assertThat(attempts).hasValue(5);
    }

    @Test
    void workers_that_are_made_up_to_the_size_count_for_those_that_wait() {
        PoolClient<Object> pool = start(spec -> spec.size(3));
        waitFor(pool, LONG);
        waitFor(pool, LONG);
        world.advance(Duration.ofSeconds(30));
        assertThat(inTheMaking(pool)).isEqualTo(3);
        waitFor(pool, LONG);
        waitFor(pool, LONG);
        assertThat(inTheMaking(pool)).isEqualTo(4);
    }

    @Test
    void callers_that_come_one_after_the_other_and_give_up_share_one_attempt() {
        PoolClient<Object> pool = start(spec -> spec);
        for (int caller = 0; caller < 12; caller++) {
            World.Errand<Lease<Object>> waits = waitFor(pool, Duration.ofMillis(400));
            assertThat(inTheMaking(pool)).isEqualTo(1);
            world.advance(Duration.ofMillis(400));
            assertThatThrownBy(waits::result).isInstanceOf(CheckoutTimeoutException.class);
        }
        assertThat(attempts).hasValue(1);
        world.advance(Duration.ofMillis(200));
        assertThat(attempts).hasValue(2);
        assertThat(pool.status().workers()).as("no caller waits, and no size is to be kept").isZero();
    }

    @Test
    void when_some_of_those_that_waited_have_gone_no_more_is_tried_for_them() {
        PoolClient<Object> pool = start(spec -> spec);
        waitFor(pool, LONG);
        for (int caller = 0; caller < 6; caller++) {
            waitFor(pool, Duration.ofSeconds(1));
        }
        assertThat(inTheMaking(pool)).isEqualTo(7);
        world.advance(Duration.ofSeconds(5));
        assertThat(inTheMaking(pool)).isEqualTo(1);
        assertThat(pool.status().queueDepth()).isEqualTo(1);
    }

    @Test
    void a_caller_that_only_tries_has_an_attempt_of_its_own_which_leaves_nothing_behind() {
        PoolClient<Object> pool = start(spec -> spec);
        waitFor(pool, LONG);
        for (int caller = 1; caller <= 12; caller++) {
            assertThatThrownBy(() -> world.perform(pool::tryCheckout)).isInstanceOf(WorkerUnavailableException.class);
            assertThat(attempts).hasValue(1 + caller);
            assertThat(inTheMaking(pool)).isEqualTo(1);
        }
        server = Server.WORKS;
        assertThat(world.perform(pool::tryCheckout)).as("after the one that waits").isPresent();
    }

    @Test
    void a_caller_that_only_tries_is_refused_when_the_worker_in_the_making_goes_to_one_that_waits() {
        server = Server.HANGS;
        PoolClient<Object> pool = start(spec -> spec.maxOverflow(2));
        World.Errand<Lease<Object>> patient = waitFor(pool, LONG);
        World.Errand<?> impatient = world.begin(pool::tryCheckout);
        world.quiesce();
        assertThat(inTheMaking(pool)).isEqualTo(2);
        server = Server.REFUSES;
        world.advance(Duration.ofSeconds(31)); // both attempts are cut short
        assertThat(impatient.isDone()).isTrue();
        assertThatThrownBy(impatient::result).isInstanceOf(WorkerUnavailableException.class);
        assertThat(patient.isDone()).isFalse();
        assertThat(inTheMaking(pool)).isEqualTo(1);
    }

    @Test
    void an_attempt_that_is_slow_is_followed_by_a_second_one_and_no_third() {
        server = Server.HANGS;
        PoolClient<Object> pool = start(spec -> spec);
        waitFor(pool, LONG);
        world.advance(Duration.ofMillis(999));
        assertThat(inTheMaking(pool)).isEqualTo(1);
        world.advance(Duration.ofMillis(1));
        assertThat(inTheMaking(pool)).isEqualTo(2);
        world.advance(Duration.ofSeconds(28));
        assertThat(inTheMaking(pool)).isEqualTo(2);
        assertThat(attempts).hasValue(2);
        world.advance(Duration.ofMinutes(10)); // they are cut short and tried again, each as its plan says
        assertThat(inTheMaking(pool)).isBetween(1, 2);
    }

    @Test
    void each_of_several_callers_has_a_second_attempt_and_one_that_comes_later_too() {
        server = Server.HANGS;
        PoolClient<Object> pool = start(spec -> spec.maxOverflow(20).creationTimeout(Duration.ZERO));
        waitFor(pool, LONG);
        waitFor(pool, LONG);
        assertThat(inTheMaking(pool)).isEqualTo(2);
        world.advance(Duration.ofSeconds(1));
        assertThat(inTheMaking(pool)).isEqualTo(4);
        world.advance(Duration.ofSeconds(20));
        assertThat(inTheMaking(pool)).isEqualTo(4);
        waitFor(pool, LONG);
        assertThat(inTheMaking(pool)).isEqualTo(5);
        world.advance(Duration.ofSeconds(1));
        assertThat(inTheMaking(pool)).isEqualTo(6);
        world.advance(Duration.ofSeconds(20));
        assertThat(inTheMaking(pool)).isEqualTo(6);
    }

    @Test
    void a_caller_that_comes_when_those_before_it_have_given_up_is_not_bound_to_their_hung_attempts() {
        server = Server.HANGS;
        PoolClient<Object> pool = start(spec -> spec.creationTimeout(Duration.ZERO));
        World.Errand<Lease<Object>> first = waitFor(pool, Duration.ofSeconds(5));
        world.advance(Duration.ofSeconds(5));
        assertThat(first.isDone()).isTrue();
        assertThat(inTheMaking(pool)).isEqualTo(2);
        server = Server.WORKS;
        World.Errand<Lease<Object>> second = waitFor(pool, Duration.ofSeconds(5));
        assertThat(second.isDone()).isTrue();
        assertThat(inTheMaking(pool)).isEqualTo(2);
    }

    @Test
    void a_hung_attempt_for_the_size_is_the_first_of_the_caller_that_counts_on_it() {
        server = Server.HANGS;
        PoolClient<Object> pool = start(spec -> spec.size(1));
        waitFor(pool, LONG);
        assertThat(inTheMaking(pool)).isEqualTo(1);
        world.advance(Duration.ofSeconds(20));
        assertThat(inTheMaking(pool)).isEqualTo(2);
    }

    @Test
    void a_crashed_worker_that_waits_for_its_restart_keeps_no_caller_from_another_one() {
        server = Server.WORKS;
        PoolClient<Object> pool = start(spec -> spec.size(1).restart(PoolWorld.policy("[1m]")));
        world.perform(() -> pool.syncQueue(worker -> {
            throw new IllegalStateException("broken");
        }));
        world.quiesce();
        assertThat(pool.status().waitingToRestart()).isEqualTo(1);
        assertThat(waitFor(pool, LONG).isDone()).isTrue();
    }

    /** Callers of all kinds come and go; the server dies, hangs and recovers. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void never_more_than_the_callers_that_waited_at_a_time_account_for(long seed) {
        Random random = new Random(seed);
        boolean hangs = random.nextBoolean();
        int size = random.nextInt(3);
        PoolClient<Object> pool = start(spec -> spec.size(size).maxOverflow(40));
        List<World.Errand<?>> callers = new ArrayList<>(); // processes: their leases end with them
        List<String> played = new ArrayList<>();
        int most = 0; // that waited at the same time since no worker was in the making
        for (int step = 0; step < 60; step++) {
            switch (random.nextInt(hangs ? 6 : 5)) {
                case 0, 1 -> {
                    Duration patience = Duration.ofMillis(random.nextInt(1, 20_000));
                    played.add("wait for " + patience);
                    callers.add(waitFor(pool, patience));
                }
                case 2 -> {
                    played.add("try");
                    callers.add(world.begin(pool::tryCheckout));
                    world.quiesce();
                }
                case 3 -> {
                    Server[] dead = {Server.REFUSES, Server.IS_MISSING, Server.ENDS_THE_PROCESS};
                    server = dead[random.nextInt(dead.length)];
                    played.add("server " + server);
                }
                case 5 -> {
                    server = Server.HANGS;
                    played.add("server " + server);
                }
                default -> {
                    Duration time = Duration.ofMillis(random.nextInt(4_000));
                    played.add("advance " + time);
                    world.advance(time);
                }
            }
            int making = inTheMaking(pool);
            most = making <= size ? pool.status().queueDepth() : Math.max(most, pool.status().queueDepth() + 1);
            assertThat(making).as("seed %s: %s", seed, played)
                    .isLessThanOrEqualTo(hangs ? size + 2 * callers.size() : Math.max(size, most));
        }
        server = Server.WORKS;
        world.advance(Duration.ofSeconds(40));
        assertThat(callers).as("seed %s: %s", seed, played).allMatch(World.Errand::isDone);
        assertThat(pool.status()).as("seed %s: %s", seed, played)
                .returns(size, PoolStatus::workers)
                .returns(size, PoolStatus::available)
                .returns(0, PoolStatus::queueDepth);
    }
}
