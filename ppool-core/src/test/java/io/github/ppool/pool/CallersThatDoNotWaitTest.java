package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.engine.EngineInvariants;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A caller that takes only an idle worker, or one that is made for it, never waits for another holder: it waits at most
 * for the check of an idle worker, and is refused as soon as that worker turns out not to be usable.
 */
class CallersThatDoNotWaitTest {

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    /** The ways to ask for a worker without a wait for other holders. */
    enum Way {
        /** With a time-out of zero. */
        CHECKOUT {
            @Override
            CompletableFuture<?> take(PoolClient<?> pool) {
                return CompletableFuture.completedFuture(pool.checkout(Duration.ZERO));
            }
        },
        /** With a time-out below zero. */
        NEGATIVE {
            @Override
            CompletableFuture<?> take(PoolClient<?> pool) {
                return CompletableFuture.completedFuture(pool.checkout(Duration.ofSeconds(-1)));
            }
        },
        /** With a time-out of zero, and the result in a stage. */
        STAGE {
            @Override
            CompletableFuture<?> take(PoolClient<?> pool) {
                return pool.checkoutAsync(Duration.ZERO).toCompletableFuture();
            }
        },
        /** An idle worker, or one that is made for the caller. */
        TRY {
            @Override
            CompletableFuture<?> take(PoolClient<?> pool) {
                return CompletableFuture.completedFuture(pool.tryCheckout().orElseThrow());
            }
        };

        abstract CompletableFuture<?> take(PoolClient<?> pool);

        boolean takesNewWorkers() {
            return this == TRY;
        }

        /** The error for a caller that gets no worker. */
        Class<? extends PoolException> refusal() {
            return this == TRY ? WorkerUnavailableException.class : CheckoutTimeoutException.class;
        }
    }

    /** The outcome of a caller once all is at rest. */
    private static final class Caller {
        private final Client<CompletableFuture<?>> client;

        Caller(Client<CompletableFuture<?>> client) {
            this.client = client;
        }

        boolean isServed() {
            return client.result != null && client.result.isDone() && !client.result.isCompletedExceptionally();
        }

        Throwable failure() {
            assertThat(client.done || client.failure != null).as("the call has returned").isTrue();
            return client.failure != null ? client.failure : client.result().exceptionNow();
        }
    }

    private Caller take(PoolClient<?> pool, Way way) {
        return new Caller(world.client(() -> way.take(pool)));
    }

    // the worker is idle and has to be validated

    private PoolClient<Worker> validated(String plan, UnaryOperator<PoolSpec.Builder<Worker>> settings) {
        return world.start(spec -> settings.apply(spec.validateOnCheckout(true).restart(PoolWorld.policy(plan))));
    }

    private void makeInvalid(PoolClient<Worker> pool) {
        world.client(() -> {
            try (Lease<Worker> lease = pool.checkout()) {
                lease.worker().valid = false;
            }
            return 1;
        });
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void waits_for_the_check_of_an_idle_worker(Way way) {
        PoolClient<Worker> pool = validated("[restart]", spec -> spec);
        world.client(() -> {
            pool.checkout().close();
            return 1;
        });
        Caller caller = take(pool, way);
        assertThat(caller.isServed()).isTrue();
        assertThat(world.log).contains("validated w1").doesNotContain("made w2");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void is_refused_when_the_check_fails_and_the_worker_does_not_come_back_at_once(Way way) {
        PoolClient<Worker> pool = validated("[1h]", spec -> spec);
        makeInvalid(pool);
        Caller caller = take(pool, way);
        assertThat(caller.failure()).isInstanceOf(way.refusal());
        EngineInvariants.checkAtRest(pool);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void takes_no_new_worker_unless_it_asked_for_one(Way way) {
        PoolClient<Worker> pool = validated("[restart]", spec -> spec);
        makeInvalid(pool);
        Caller caller = take(pool, way);
        assertThat(world.log).contains("closed w1", "made w2");
        if (way.takesNewWorkers()) {
            assertThat(caller.isServed()).isTrue();
        } else {
            assertThat(caller.failure()).isInstanceOf(CheckoutTimeoutException.class)
                    .hasMessageContaining("no worker is idle and the caller does not wait");
            assertThat(pool.status().available()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void no_overflow_worker_is_made_for_a_caller_that_takes_only_an_idle_one(Way way) {
        PoolClient<Worker> pool = validated("[1h]", spec -> spec.maxOverflow(3));
        makeInvalid(pool);
        Caller caller = take(pool, way);
        assertThat(world.made).hasValue(way.takesNewWorkers() ? 2 : 1);
        assertThat(caller.isServed()).isEqualTo(way.takesNewWorkers());
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void does_not_wait_until_a_pool_that_is_suspended_meanwhile_is_resumed(Way way) {
        PoolClient<Worker> pool = validated("[restart]", spec -> spec);
        world.client(() -> {
            pool.checkout().close();
            return 1;
        });
        world.slowValidation = true;
        Caller caller = take(pool, way);
        assertThat(world.perform(() -> world.pools.admin().suspend("pool"))).isTrue();
        world.world.quiesce();
        assertThat(caller.failure()).isInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("the pool was suspended");
        world.slowValidation = false;
        world.advance(Duration.ofSeconds(1));
        assertThat(pool.status().available()).isEqualTo(1);
    }

    @Test
    void a_caller_that_waits_is_served_by_the_next_worker_although_the_check_has_failed() {
        PoolClient<Worker> pool = validated("[1h]", spec -> spec);
        makeInvalid(pool);
        Client<Lease<Worker>> patient = world.client(() -> pool.checkout(Duration.ofDays(1)));
        assertThat(patient.done).isFalse();
        world.advance(Duration.ofHours(1));
        assertThat(patient.result().worker().name).isEqualTo("w2");
    }

    @Test
    void a_worker_that_stays_down_is_no_reason_to_refuse_a_caller_that_another_worker_is_made_for() {
        PoolClient<Worker> pool = world.start(spec -> spec.maxOverflow(1).restart(PoolWorld.policy("[1h]")));
        Lease<Worker> taken = world.client(pool::checkout).result();
        world.slowCreation = true;
        Caller impatient = take(pool, Way.TRY);
        Client<Lease<Worker>> behind = world.client(() -> pool.checkout(Duration.ofDays(1)));
        world.kill(taken.pid());
        assertThat(impatient.isServed()).isFalse();
        world.slowCreation = false;
        world.advance(Duration.ofSeconds(1));
        assertThat(impatient.isServed()).isTrue();
        assertThat(behind.done).isFalse();
    }
}
