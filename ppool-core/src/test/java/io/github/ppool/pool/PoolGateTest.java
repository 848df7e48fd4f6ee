package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.github.ppool.CapturedLog;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.engine.PoolView;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A gate before the workers of a pool: every way to get no permit, to lose one, and to give one back. */
@Timeout(60)
class PoolGateTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ExitReason LEASE_LOST = ExitReason.of("lease-lost");

    private final CapturedLog log = CapturedLog.open();
    private final PoolWorld world = new PoolWorld();
    private final CountingGate gate = new CountingGate(1);
    private final List<Throwable> notMade = new CopyOnWriteArrayList<>();
    private final List<ExitReason> exits = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        world.close();
        assertThat(gate.violations).isEmpty();
        assertThat(gate.out).as("permits that are out at the end").hasValue(0);
        log.close();
    }

    private PoolClient<Worker> start(UnaryOperator<PoolSpec.Builder<Worker>> settings) {
        return world.start(spec -> settings.apply(spec.gate(gate)
                .creationParallelism(10)
                .checkoutTimeout(HOUR)
                .listener(new PoolListener() {
                    @Override
                    public void workerNotMade(String pool, Throwable cause, int failures) {
                        notMade.add(cause);
                    }

                    @Override
                    public void workerExited(String pool, Pid worker, ExitReason reason) {
                        exits.add(reason);
                    }
                })));
    }

    private static ProcessContext self() {
        return Objects.requireNonNull(ProcessSystem.currentProcess());
    }

    private void raiseTo(int limit) {
        gate.raiseTo(limit);
        world.world.quiesce();
    }

    private void stop() {
        world.perform(() -> world.pools.stopPool("pool", Duration.ZERO));
    }

    // ---- no permit

    @Test
    void a_pool_without_permits_starts_and_makes_its_workers_when_there_are_some() {
        gate.limit = 0;
        PoolClient<Worker> pool = start(spec -> spec.size(2).awaitReady(HOUR).failFast(true));
        assertThat(pool.status()).returns(0, PoolStatus::workers).returns(2, PoolStatus::waitingForPermit)
                .returns(PoolState.FULL, PoolStatus::state).returns(PoolPhase.RUNNING, PoolStatus::phase)
                .returns(null, PoolStatus::lastFailure);
        assertThat(pool.status().explain())
                .contains("2 places wait for a permit, because no permit is free (limit 1)".replace("1", "0"));
        assertThat(gate.pool()).returns(2, GatedPool::wanted).returns(0, GatedPool::idle)
                .returns("pool", GatedPool::name);
        raiseTo(1);
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(1, PoolStatus::waitingForPermit);
        assertThat(gate.pool()).returns(1, GatedPool::wanted).returns(1, GatedPool::idle);
        raiseTo(5);
        assertThat(pool.status()).returns(2, PoolStatus::available).returns(0, PoolStatus::waitingForPermit)
                .returns(null, PoolStatus::noPermit);
        assertThat(gate.out).hasValue(2);
        assertThat(notMade).isEmpty();
        assertThat(exits).as("no worker has ended").isEmpty();
    }

    @Test
    void a_caller_for_which_no_permit_is_free_waits_and_is_served_by_the_worker_that_there_is() {
        PoolClient<Worker> pool = start(spec -> spec.size(1).maxOverflow(3));
        Client<Lease<Worker>> first = world.client(pool::checkout);
        int asked = gate.asked.get();
        Client<Lease<Worker>> second = world.client(pool::checkout);
        assertThat(gate.asked).as("for the one that waits").hasValue(asked + 1);
        assertThat(pool.status()).returns(1, PoolStatus::queueDepth).returns(1, PoolStatus::waitingForPermit)
                .returns(1, PoolStatus::workers);
        assertThat(gate.pool().wanted()).isOne();
        Client<Lease<Worker>> third = world.client(pool::checkout);
        assertThat(gate.asked).as("not more often than once a second").hasValue(asked + 1);
        assertThat(gate.pool().wanted()).isEqualTo(2);
        world.perform(() -> {
            first.result().close();
            return null;
        });
        assertThat(second.result().worker().name).isEqualTo("w1");
        raiseTo(2);
        assertThat(third.result().worker().name).isEqualTo("w2");
        assertThat(gate.pool().wanted()).isZero();
    }

    @Test
    void a_caller_asks_a_shut_gate_again_at_most_once_a_second() {
        gate.limit = 0;
        PoolClient<Worker> pool = start(spec -> spec);
        assertThat(gate.asked).as("at the start").hasValue(1);
        world.client(pool::checkout);
        assertThat(gate.asked).as("for the first caller").hasValue(2);
        world.client(pool::checkout);
        assertThat(gate.asked).hasValue(2);
        world.advance(SECOND);
        gate.limit = 1; // and the pool is not told
        Client<Lease<Worker>> late = world.client(() -> pool.checkout());
        assertThat(gate.asked).hasValue(3);
        assertThat(pool.status()).returns(1, PoolStatus::borrowed).returns(2, PoolStatus::queueDepth);
        assertThat(late.done).isFalse();
    }

    @Test
    void impatient_callers_are_refused_with_the_limit_as_the_reason() {
        gate.limit = 0;
        PoolClient<Worker> pool = start(spec -> spec.size(1).maxOverflow(1));
        for (int i = 0; i < 2; i++) { // one that asks the gate, one that does not
            assertThatThrownBy(() -> world.perform(pool::tryCheckout)).isInstanceOf(WorkerUnavailableException.class)
                    .hasMessageContaining("no permit is free (limit 0)");
            assertThatThrownBy(() -> world.perform(() -> pool.run(worker -> {}).map(task -> task.result()
                    .toCompletableFuture().join()))).hasStackTraceContaining("WorkerUnavailableException")
                    .hasStackTraceContaining("no permit is free (limit 0)");
        }
        Client<Lease<Worker>> patient = world.client(() -> pool.checkout(SECOND));
        world.advance(SECOND);
        assertThat(patient.failure).isInstanceOf(CheckoutTimeoutException.class)
                .hasMessageContaining("1 place waits for a permit, because no permit is free (limit 0)");
        gate.limit = 1;
        assertThat(world.perform(pool::tryCheckout)).as("a caller a second later asks again").isPresent();
    }

    @Test
    void a_full_pool_with_all_its_permits_refuses_as_any_other_one() {
        PoolClient<Worker> pool = start(spec -> spec.size(1).maxOverflow(0));
        world.client(pool::checkout);
        assertThat(world.perform(pool::tryCheckout)).isEmpty();
    }

    @Test
    void a_gate_that_throws_gives_no_permit_and_no_failure_is_counted() {
        gate.before = process -> {
            throw new IOException("the database is away");
        };
        PoolClient<Worker> pool = start(spec -> spec.size(3).creationFailureLimit(2));
        for (int i = 0; i < 5; i++) {
            gate.pool().permitsAvailable();
            world.world.quiesce();
        }
        Client<Lease<Worker>> waits = world.client(pool::checkout);
        assertThat(pool.status()).returns(3, PoolStatus::waitingForPermit).returns(null, PoolStatus::lastFailure)
                .returns(1, PoolStatus::queueDepth);
        assertThatThrownBy(() -> world.perform(pool::tryCheckout)).isInstanceOf(WorkerUnavailableException.class)
                .hasMessageContaining("the gate gives no permit (limit 1)")
                .hasMessageContaining("the database is away").hasCauseInstanceOf(IOException.class);
        assertThat(notMade).isEmpty();
        assertThat(log.messages(Level.WARN)).as("told once")
                .filteredOn(line -> line.contains("the database is away")).hasSize(1);
        gate.before = process -> {};
        raiseTo(3);
        assertThat(waits.result().worker().name).isEqualTo("w1");
    }

    private enum Thrown {
        ERROR,
        STACK_OVERFLOW,
        INTERRUPT,
        EXIT
    }

    @ParameterizedTest
    @EnumSource
    void whatever_a_gate_throws_or_leaves_behind_the_pool_goes_on(Thrown how) {
        gate.before = process -> {
            switch (how) {
                case ERROR -> throw new NoClassDefFoundError("driver/Missing");
                case STACK_OVERFLOW -> throw new StackOverflowError();
                case INTERRUPT -> Thread.currentThread().interrupt();
                case EXIT -> throw self().exit(ExitReason.of("boom"));
            }
        };
        PoolClient<Worker> pool = start(spec -> spec.size(1).creationFailureLimit(1));
        if (how == Thrown.INTERRUPT) {
            assertThat(pool.status().available()).isOne();
            return;
        }
        assertThat(pool.status()).returns(1, PoolStatus::waitingForPermit).returns(0, PoolStatus::workers);
        assertThat(notMade).isEmpty();
        gate.before = process -> {};
        raiseTo(1);
        assertThat(pool.status().available()).isOne();
    }

    @Test
    void a_gate_that_blocks_is_ended_by_the_creation_timeout_and_gives_no_permit() {
        gate.before = process -> self().receive(message -> false); // for ever
        PoolClient<Worker> pool = start(spec -> spec.size(1).creationTimeout(Duration.ofSeconds(10))
                .creationFailureLimit(1));
        assertThat(pool.status()).returns(1, PoolStatus::starting).returns(0, PoolStatus::waitingForPermit);
        assertThat(gate.pool().wanted()).as("it is asking").isOne();
        world.advance(Duration.ofSeconds(10));
        assertThat(pool.status()).returns(1, PoolStatus::waitingForPermit).returns(0, PoolStatus::workers);
        assertThat(pool.status().noPermit()).contains("the gate's acquire()").contains("has not returned within PT10S");
        assertThat(notMade).isEmpty();
        gate.before = process -> {};
        raiseTo(1);
        assertThat(pool.status().available()).isOne();
    }

    @Test
    void a_permit_of_a_gate_that_blocked_comes_too_late_and_is_released_and_asked_for_anew() {
        AtomicInteger times = new AtomicInteger();
        gate.before = process -> {
            try {
                if (times.getAndIncrement() == 0) {
                    self().receive(message -> false);
                }
            } catch (ProcessExit ended) {
                // heeds no kill, and answers
            }
        };
        PoolClient<Worker> pool = start(spec -> spec.size(1).creationTimeout(Duration.ofSeconds(10))
                .creationFailureLimit(1));
        world.advance(Duration.ofSeconds(10));
        assertThat(gate.processes).as("permits that were given").hasSize(2);
        assertThat(gate.out).hasValue(1);
        assertThat(pool.status().available()).isOne();
        assertThat(notMade).isEmpty();
    }

    @Test
    void the_factory_has_its_own_time_after_a_slow_gate() {
        gate.before = process -> self().sleep(Duration.ofSeconds(8));
        world.slowCreation = true;
        PoolClient<Worker> pool = start(spec -> spec.size(1).creationTimeout(Duration.ofSeconds(10)));
        world.advance(Duration.ofSeconds(8));
        world.advance(Duration.ofSeconds(8));
        assertThat(notMade).isEmpty();
        world.slowCreation = false;
        world.advance(SECOND);
        assertThat(pool.status().available()).isOne();
    }

    @Test
    void permits_that_become_free_while_the_gate_refuses_are_not_missed() {
        gate.limit = 0;
        AtomicInteger times = new AtomicInteger();
        gate.before = process -> {
            if (times.getAndIncrement() == 0) {
                Thread other = Thread.ofPlatform().start(() -> gate.pool().permitsAvailable());
                other.join();
            }
        };
        PoolClient<Worker> pool = start(spec -> spec);
        assertThat(gate.asked).as("asked again at once").hasValue(2);
        assertThat(pool.status().waitingForPermit()).isOne();
    }

    @Test
    void a_gate_that_tells_of_permits_within_its_refusal_is_not_asked_for_ever() {
        gate.limit = 0;
        gate.before = process -> gate.pool().permitsAvailable();
        PoolClient<Worker> pool = start(spec -> spec.size(2));
        assertThat(pool.status().waitingForPermit()).isEqualTo(2);
        assertThat(gate.asked.get()).isLessThanOrEqualTo(4);
    }

    // ---- the end of a worker

    @Test
    void a_crashed_worker_gives_its_permit_back_before_its_restart_asks() {
        List<String> order = world.log;
        gate.before = process -> order.add("asked");
        gate.atRelease = () -> order.add("released");
        PoolClient<Worker> pool = start(spec -> spec);
        crashIdle(pool);
        assertThat(order).containsExactly("asked", "made w1", "closed w1", "released", "asked", "made w2");
        assertThat(pool.status().available()).isOne();
    }

    private void crashIdle(PoolClient<Worker> pool) {
        world.world.system().exit(PoolView.idleOldestFirst(pool).getFirst(), ExitReason.of("boom"));
        world.world.quiesce();
    }

    @Test
    void a_restart_without_a_permit_waits_and_its_plan_goes_on_when_there_is_one() {
        PoolClient<Worker> pool = start(spec -> spec.restart(PoolWorld.policy("[restart, 1h]")));
        gate.limit = 0;
        crashIdle(pool);
        assertThat(pool.status()).returns(1, PoolStatus::waitingForPermit).returns(0, PoolStatus::workers);
        raiseTo(1);
        assertThat(pool.status()).returns(1, PoolStatus::available);
        crashIdle(pool);
        assertThat(pool.status()).as("the second element of the plan").returns(1, PoolStatus::waitingToRestart)
                .returns(0, PoolStatus::waitingForPermit);
        assertThat(gate.out).hasValue(0);
        world.advance(HOUR);
        assertThat(pool.status()).returns(1, PoolStatus::available);
    }

    @Test
    void a_retired_worker_is_replaced_with_the_permit_that_it_gives_back() {
        PoolClient<Worker> pool = start(spec -> spec.size(1).maxOverflow(1).maxLifetime(HOUR).lifetimeJitter(0));
        world.advance(HOUR);
        assertThat(world.log).containsSubsequence("made w1", "closed w1", "made w2");
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::waitingForPermit);
    }

    @Test
    void a_retired_worker_that_others_get_the_permit_of_leaves_its_place_waiting() {
        PoolClient<Worker> pool = start(spec -> spec.size(1).maxOverflow(1).maxLifetime(HOUR).lifetimeJitter(0));
        gate.limit = 0;
        world.advance(HOUR);
        assertThat(pool.status()).returns(0, PoolStatus::workers).returns(1, PoolStatus::waitingForPermit);
    }

    @Test
    void a_failed_attempt_gives_its_permit_back_and_the_next_one_asks_anew() {
        world.creationFailure = new IllegalStateException("no");
        PoolClient<Worker> pool = start(spec -> spec.creationPlan(PoolWorld.policy("[1s]")));
        assertThat(gate.out).as("during the pause").hasValue(0);
        assertThat(notMade).hasSize(1);
        world.creationFailure = null;
        gate.limit = 0;
        world.advance(SECOND);
        assertThat(pool.status()).returns(1, PoolStatus::waitingForPermit).returns(0, PoolStatus::workers);
        raiseTo(1);
        assertThat(pool.status().available()).isOne();
    }

    @Test
    void a_surplus_worker_gives_its_permit_back() {
        gate.limit = 2;
        PoolClient<Worker> pool = start(spec -> spec.size(1).maxOverflow(1));
        Client<Lease<Worker>> one = world.client(pool::checkout);
        Client<Lease<Worker>> two = world.client(pool::checkout);
        assertThat(gate.out).hasValue(2);
        world.perform(() -> {
            one.result().close();
            two.result().close();
            return null;
        });
        assertThat(gate.out).hasValue(1);
        assertThat(pool.status()).returns(1, PoolStatus::workers).returns(0, PoolStatus::waitingForPermit);
    }

    @Test
    void a_release_that_throws_is_logged_and_the_place_goes_on() {
        gate.atRelease = () -> {
            throw new IllegalStateException("not today");
        };
        PoolClient<Worker> pool = start(spec -> spec);
        crashIdle(pool);
        assertThat(pool.status().available()).isOne();
        assertThat(log.messages(Level.ERROR)).anyMatch(line -> line.contains("the permit of worker pool/1"));
    }

    @Test
    void a_release_that_blocks_costs_its_process_the_life_and_the_pool_goes_on() {
        gate.atRelease = () -> {
            gate.atRelease = () -> {};
            try {
                self().receive(message -> false);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        PoolClient<Worker> pool = start(spec -> spec.shutdown(Duration.ofSeconds(5)));
        world.perform(() -> world.pools.admin().resize("pool", 0, 1));
        world.advance(Duration.ofSeconds(5));
        world.perform(() -> world.pools.admin().resize("pool", 1, 0));
        assertThat(pool.status().available()).isOne();
    }

    @Test
    void a_worker_that_is_a_process_keeps_its_permit_until_that_process_has_ended() {
        CountingGate ofServers = new CountingGate(1);
        PoolClient<Pid> pool = world.perform(() -> world.pools.startPool(PoolSpec.<Pid>builder("servers",
                () -> self().spawnLink(server -> {
                    server.trapExits(true);
                    server.receive();
                    server.sleep(SECOND); // takes its time to close
                }, SpawnOptions.labelled("server"))).size(1).maxOverflow(0).gate(ofServers).restart(PoolWorld.AT_ONCE)
                .build()));
        world.world.quiesce();
        world.world.system().exit(PoolView.idleOldestFirst(pool).getFirst(), ExitReason.of("boom"));
        world.world.quiesce();
        assertThat(ofServers.out).as("the server closes").hasValue(1);
        assertThat(pool.status()).returns(0, PoolStatus::workers).returns(1, PoolStatus::waitingForPermit);
        world.advance(SECOND);
        assertThat(pool.status().available()).isOne();
        world.perform(() -> world.pools.stopPool("servers", Duration.ZERO));
        world.advance(SECOND);
        assertThat(ofServers.out).hasValue(0);
    }

    // ---- the pool's end, and operators

    @Test
    void a_pool_that_is_stopped_gives_all_permits_back_before_the_gate_is_told() {
        gate.limit = 2;
        gate.atRelease = () -> {
            if (gate.closed.get() > 0) {
                gate.violations.add("released after the end");
            }
        };
        PoolClient<Worker> pool = start(spec -> spec.size(4));
        assertThat(pool.status()).returns(2, PoolStatus::available).returns(2, PoolStatus::waitingForPermit);
        stop();
        assertThat(gate.out).hasValue(0);
        assertThat(gate.opened).hasValue(1);
        assertThat(gate.closed).hasValue(1);
        gate.raiseTo(10);
        world.world.quiesce();
        assertThat(gate.pool()).returns(0, GatedPool::wanted).returns(0, GatedPool::idle);
        assertThat(gate.pool().releaseIdle(1)).isZero();
        assertThat(gate.pool().end(gate.processes.getFirst(), LEASE_LOST)).isFalse();
        assertThat(pool.status()).returns(0, PoolStatus::workers).returns(0, PoolStatus::waitingForPermit);
    }

    @Test
    void a_pool_that_is_stopped_while_it_asks_releases_the_permit_that_comes_late() {
        gate.before = process -> {
            try {
                self().receive(message -> false);
            } catch (ProcessExit ended) {
                // and answers
            }
        };
        start(spec -> spec);
        stop();
        assertThat(gate.processes).hasSize(1);
        assertThat(gate.out).hasValue(0);
        assertThat(gate.closed).hasValue(1);
    }

    @Test
    void a_start_that_is_refused_tells_the_gate_nothing() {
        start(spec -> spec);
        CountingGate second = new CountingGate(1);
        assertThatThrownBy(() -> world.perform(() -> world.pools.startPool(
                PoolSpec.builder("pool", Object::new).gate(second).build())))
                .isInstanceOf(IllegalStateException.class);
        assertThat(second.opened).hasValue(0);
        assertThat(second.closed).hasValue(0);
    }

    @Test
    void a_worker_that_is_no_longer_wanted_while_the_gate_thinks_is_not_made_and_the_permit_released() {
        gate.before = process -> self().sleep(SECOND);
        PoolClient<Worker> pool = start(spec -> spec.size(1));
        world.perform(() -> world.pools.admin().resize("pool", 0, 1));
        world.advance(SECOND);
        assertThat(gate.processes).as("given").hasSize(1);
        assertThat(gate.out).as("and given back").hasValue(0);
        assertThat(world.made).hasValue(0);
        assertThat(pool.status().workers()).isZero();
    }

    @Test
    void a_resized_or_resumed_pool_asks_again() {
        gate.limit = 0;
        PoolClient<Worker> pool = start(spec -> spec.size(1));
        gate.limit = 3;
        world.perform(() -> world.pools.admin().resize("pool", 2, 0));
        assertThat(pool.status().available()).isEqualTo(2);
        gate.limit = 2;
        world.perform(() -> world.pools.admin().resize("pool", 3, 0));
        assertThat(pool.status().waitingForPermit()).isOne();
        world.perform(() -> world.pools.admin().suspend("pool"));
        gate.limit = 3;
        assertThat(pool.status()).returns(1, PoolStatus::waitingForPermit);
        world.perform(() -> world.pools.admin().resume("pool"));
        assertThat(pool.status().available()).isEqualTo(3);
        world.perform(() -> world.pools.admin().resize("pool", 1, 0));
        assertThat(gate.out).hasValue(1);
    }

    @Test
    void a_pool_that_gave_up_asks_again_when_it_is_restarted() {
        PoolClient<Worker> pool = start(spec -> spec.restart(PoolWorld.policy("[stop]")));
        for (int i = 0; i < 12 && pool.status().phase() != PoolPhase.GAVE_UP; i++) {
            if (!PoolView.idleOldestFirst(pool).isEmpty()) {
                crashIdle(pool);
            }
            world.advance(Duration.ofMillis(200));
        }
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.GAVE_UP);
        assertThat(gate.out).hasValue(0);
        assertThat(gate.closed).as("an operator may start it again").hasValue(0);
        world.perform(() -> world.pools.admin().restartPool("pool"));
        world.world.quiesce();
        assertThat(pool.status().available()).isOne();
        stop();
        assertThat(gate.closed).hasValue(1);
    }

    // ---- the gate takes back

    @Test
    void idle_workers_are_dismissed_in_order_and_their_places_wait_until_there_are_permits() {
        gate.limit = 3;
        PoolClient<Worker> pool = start(spec -> spec.size(3));
        List<Pid> order = PoolView.idleOldestFirst(pool);
        int asked = gate.asked.get();
        assertThat(gate.pool().releaseIdle(2)).isEqualTo(2);
        world.world.quiesce();
        assertThat(PoolView.idleOldestFirst(pool)).containsExactly(order.get(2));
        assertThat(gate.out).hasValue(1);
        assertThat(gate.asked).as("the permits are for others").hasValue(asked);
        assertThat(pool.status()).returns(2, PoolStatus::waitingForPermit).returns(1, PoolStatus::available);
        assertThat(gate.pool().wanted()).isEqualTo(2);
        assertThat(gate.pool().releaseIdle(9)).isOne();
        assertThat(gate.pool().releaseIdle(9)).isZero();
        assertThat(gate.pool().releaseIdle(-1)).isZero();
        world.world.quiesce();
        raiseTo(3);
        assertThat(pool.status().available()).isEqualTo(3);
    }

    @Test
    void a_debt_is_paid_by_the_next_workers_that_become_free_before_the_queue_is_served() {
        gate.limit = 3;
        PoolClient<Worker> pool = start(spec -> spec.size(3));
        List<Client<Lease<Worker>>> holders = borrow(pool, 3);
        List<Client<Lease<Worker>>> waiters = borrow(pool, 4);
        gate.limit = 1; // others have the permits from now on
        gate.pool().releaseNext(2);
        assertThat(gate.out).as("no use is cut short").hasValue(3);
        giveBack(holders.get(0));
        giveBack(holders.get(1));
        assertThat(gate.out).hasValue(1);
        assertThat(pool.status()).returns(4, PoolStatus::queueDepth).returns(1, PoolStatus::workers);
        String third = holders.get(2).result().worker().name;
        giveBack(holders.get(2));
        assertThat(waiters.get(0).result().worker().name).isEqualTo(third);
        for (Client<Lease<Worker>> waiter : waiters) {
            giveBack(waiter);
        }
        assertThat(pool.status().available()).isOne();
        assertThat(exits).as("in good order").containsOnly(ExitReason.SHUTDOWN);
    }

    @Test
    void a_debt_is_paid_with_idle_workers_first_and_a_new_number_takes_the_place_of_the_former_one() {
        gate.limit = 4;
        PoolClient<Worker> pool = start(spec -> spec.size(4));
        List<Client<Lease<Worker>>> holders = borrow(pool, 3);
        gate.limit = 0;
        gate.pool().releaseNext(3);
        world.world.quiesce();
        assertThat(gate.out).as("the idle one is gone").hasValue(3);
        gate.pool().releaseNext(1);
        giveBack(holders.get(0));
        giveBack(holders.get(1));
        assertThat(gate.out).as("one more, and no two").hasValue(2);
        assertThat(pool.status().available()).isOne();
        gate.pool().releaseNext(2);
        world.world.quiesce();
        assertThat(gate.out).hasValue(1);
        gate.pool().releaseNext(0);
        giveBack(holders.get(2));
        assertThat(pool.status().available()).isOne();
        gate.pool().releaseNext(-1);
        assertThat(gate.out).hasValue(1);
    }

    /** The permit of a worker that is dismissed is released a moment later: the number counts it until then. */
    @Test
    void a_worker_that_is_leaving_is_part_of_the_debt() {
        gate.limit = 3;
        PoolClient<Worker> pool = start(spec -> spec.size(3));
        List<Client<Lease<Worker>>> holders = borrow(pool, 3);
        gate.limit = 0;
        CountDownLatch told = new CountDownLatch(1);
        gate.atRelease = () -> {
            if (told.getCount() > 0) {
                gate.pool().releaseNext(1); // the permit is just being released
                told.countDown();
            }
        };
        gate.pool().releaseNext(1);
        giveBack(holders.get(0));
        assertThat(told.getCount()).isZero();
        giveBack(holders.get(1));
        assertThat(gate.out).as("no second one has ended").hasValue(2);
        assertThat(pool.status().available()).isOne();
        gate.pool().releaseNext(0);
        giveBack(holders.get(2));
    }

    @ParameterizedTest
    @EnumSource
    void a_debt_is_paid_by_a_thread_that_borrows_its_last_worker_again_and_again(PoolStrategy strategy) {
        gate.limit = 1;
        PoolClient<Worker> pool = start(spec -> spec.size(1).strategy(strategy));
        Client<Boolean> client = world.client(() -> {
            for (int i = 0; i < 10; i++) {
                pool.checkout().close();
            }
            Lease<Worker> last = pool.checkout();
            gate.limit = 0;
            gate.pool().releaseNext(1);
            last.close();
            return true;
        });
        assertThat(client.result()).isTrue();
        assertThat(gate.out).hasValue(0);
        assertThat(pool.status().workers()).isZero();
    }

    @Test
    void a_debt_is_paid_by_workers_with_tasks_while_the_queue_is_full() {
        gate.limit = 2;
        PoolClient<Worker> pool = start(spec -> spec.size(2).queueCapacity(50));
        List<Task<?>> tasks = new CopyOnWriteArrayList<>();
        world.perform(() -> {
            Task<?> first = pool.asyncQueue(worker -> {
                gate.limit = 1;
                gate.pool().releaseNext(1);
            });
            tasks.add(first);
            return null;
        });
        world.perform(() -> {
            for (int i = 0; i < 50; i++) {
                tasks.add(pool.asyncQueue(worker -> {}));
            }
            return null;
        });
        assertThat(tasks).hasSize(51).allMatch(task -> task.state() == TaskState.DONE);
        assertThat(gate.out).hasValue(1);
        assertThat(pool.status().workers()).isOne();
    }

    private List<Client<Lease<Worker>>> borrow(PoolClient<Worker> pool, int count) {
        List<Client<Lease<Worker>>> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(world.client(pool::checkout));
        }
        return clients;
    }

    private void giveBack(Client<Lease<Worker>> holder) {
        world.perform(() -> {
            holder.result().close();
            return null;
        });
    }

    @Test
    void a_caller_after_the_taking_back_asks_at_once() {
        PoolClient<Worker> pool = start(spec -> spec.size(1));
        assertThat(gate.pool().releaseIdle(1)).isOne();
        world.world.quiesce();
        Client<Lease<Worker>> client = world.client(pool::checkout);
        assertThat(client.result().worker().name).isEqualTo("w2");
    }

    @Test
    void two_pools_with_one_permit_give_it_to_each_other_when_callers_come() {
        List<GatedPool> both = new CopyOnWriteArrayList<>();
        AtomicInteger free = new AtomicInteger(1);
        WorkerGate shared = new WorkerGate() {
            @Override
            public void opened(GatedPool gated) {
                both.add(gated);
            }

            @Override
            public @Nullable WorkerPermit acquire(GatedPool asking, Pid process) {
                if (free.compareAndSet(1, 0)) {
                    return () -> {
                        free.set(1);
                        both.forEach(GatedPool::permitsAvailable);
                    };
                }
                both.stream().filter(other -> !other.equals(asking)).forEach(other -> other.releaseIdle(1));
                return null;
            }
        };
        PoolClient<Worker> one = world.start(spec -> spec.gate(shared).size(0).maxOverflow(1).overflowTtl(HOUR)
                .checkoutTimeout(HOUR));
        PoolClient<Object> two = world.perform(() -> world.pools.startPool(PoolSpec.builder("two", Object::new)
                .gate(shared).size(0).maxOverflow(1).overflowTtl(HOUR).checkoutTimeout(HOUR).build()));
        for (int i = 0; i < 3; i++) {
            world.perform(() -> {
                one.checkout().close();
                return null;
            });
            assertThat(one.status()).returns(1, PoolStatus::workers);
            assertThat(two.status()).returns(0, PoolStatus::workers);
            world.perform(() -> {
                two.checkout().close();
                return null;
            });
            assertThat(one.status()).returns(0, PoolStatus::workers).returns(0, PoolStatus::waitingForPermit);
            assertThat(two.status()).returns(1, PoolStatus::workers);
        }
        world.perform(() -> world.pools.stopPool("two", Duration.ZERO));
        assertThat(free).hasValue(1);
    }

    @Test
    void borrowed_workers_are_not_taken_back() {
        PoolClient<Worker> pool = start(spec -> spec.size(1));
        world.client(pool::checkout);
        assertThat(gate.pool().releaseIdle(1)).isZero();
        assertThat(pool.status().borrowed()).isOne();
    }

    @Test
    void an_idle_worker_is_ended_with_the_reason_of_the_gate_and_asks_anew() {
        PoolClient<Worker> pool = start(spec -> spec.restart(RestartType.PERMANENT, new RestartIntensity(0, SECOND)));
        for (int i = 1; i <= 3; i++) { // one restart would be one too many
            assertThat(gate.pool().end(gate.processes.getLast(), LEASE_LOST)).isTrue();
            world.world.quiesce();
            assertThat(pool.status()).returns(1, PoolStatus::available).returns(PoolPhase.RUNNING, PoolStatus::phase);
            assertThat(exits).hasSize(i).allMatch(LEASE_LOST::equals);
        }
        assertThat(gate.processes).hasSize(4);
        assertThat(notMade).isEmpty();
        assertThat(gate.pool().end(gate.processes.getFirst(), LEASE_LOST)).as("it has ended").isFalse();
    }

    @Test
    void an_ended_worker_is_lent_to_nobody_from_that_moment_on() {
        PoolClient<Worker> pool = start(spec -> spec);
        PoolStatus atOnce = world.perform(() -> {
            gate.limit = 0;
            gate.pool().end(gate.processes.getFirst(), LEASE_LOST);
            return pool.status();
        });
        assertThat(atOnce).returns(0, PoolStatus::available);
        raiseTo(1);
        assertThat(pool.status().available()).isOne();
    }

    @Test
    void a_borrower_loses_an_ended_worker_as_any_other_one() {
        PoolClient<Worker> pool = start(spec -> spec);
        Client<Lease<Worker>> client = world.client(pool::checkout);
        gate.limit = 0;
        assertThat(gate.pool().end(gate.processes.getFirst(), LEASE_LOST)).isTrue();
        world.world.quiesce();
        assertThatThrownBy(() -> client.result().worker()).isInstanceOf(LeaseClosedException.class)
                .hasMessageContaining("the pool's gate has ended the worker: lease-lost")
                .cause().isInstanceOfSatisfying(WorkerExitException.class,
                        ended -> assertThat(ended.reason()).isEqualTo(LEASE_LOST));
        assertThat(gate.out).hasValue(0);
        assertThat(pool.status()).returns(1, PoolStatus::waitingForPermit).returns(0, PoolStatus::borrowed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_task_on_an_ended_worker_learns_the_reason(boolean trapsExits) {
        PoolClient<Worker> pool = start(spec -> spec);
        Task<String> task = pool.asyncQueueResult(worker -> {
            self().trapExits(trapsExits);
            self().receive(message -> false);
            return "never";
        });
        world.world.quiesce();
        assertThat(gate.pool().end(gate.processes.getFirst(), LEASE_LOST)).isTrue();
        world.world.quiesce();
        assertThat(task.result().toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(() -> task.result().toCompletableFuture().join())
                .hasRootCauseInstanceOf(WorkerExitException.class)
                .rootCause().extracting(thrown -> ((WorkerExitException) thrown).reason()).isEqualTo(LEASE_LOST);
        assertThat(pool.status().available()).as("another worker").isOne();
        assertThat(exits).containsExactly(LEASE_LOST);
    }

    @Test
    void a_worker_in_the_making_is_ended_and_counts_as_no_failure() {
        world.slowCreation = true;
        PoolClient<Worker> pool = start(spec -> spec.creationFailureLimit(1));
        assertThat(gate.out).hasValue(1);
        gate.limit = 0;
        assertThat(gate.pool().end(gate.processes.getFirst(), LEASE_LOST)).isTrue();
        world.world.quiesce();
        world.slowCreation = false;
        assertThat(gate.out).hasValue(0);
        assertThat(pool.status().waitingForPermit()).isOne();
        assertThat(notMade).isEmpty();
        raiseTo(1);
        assertThat(pool.status().available()).isOne();
    }

    @Test
    void a_process_that_asks_is_ended_and_another_one_asks() {
        AtomicInteger times = new AtomicInteger();
        List<Pid> asking = new CopyOnWriteArrayList<>();
        gate.before = process -> {
            asking.add(process);
            if (times.getAndIncrement() == 0) {
                self().receive(message -> false);
            }
        };
        PoolClient<Worker> pool = start(spec -> spec.creationFailureLimit(1));
        assertThat(gate.pool().end(asking.getFirst(), LEASE_LOST)).isTrue();
        world.world.quiesce();
        assertThat(pool.status().available()).isOne();
        assertThat(notMade).isEmpty();
    }

    @Test
    void a_worker_that_waits_for_its_next_attempt_is_ended() {
        world.creationFailure = new IllegalStateException("no");
        PoolClient<Worker> pool = start(spec -> spec.creationPlan(PoolWorld.policy("[1h]")));
        world.creationFailure = null;
        assertThat(gate.pool().end(gate.processes.getFirst(), LEASE_LOST)).isTrue();
        world.world.quiesce();
        assertThat(pool.status().available()).isOne();
    }

    @Test
    void a_reason_that_a_process_outlives_ends_it_all_the_same() {
        PoolClient<Worker> pool = start(spec -> spec);
        assertThat(gate.pool().end(gate.processes.getFirst(), ExitReason.NORMAL)).isTrue();
        world.world.quiesce();
        assertThat(gate.processes).hasSize(2);
        assertThat(exits).containsExactly(ExitReason.NORMAL);
        assertThat(pool.status().available()).isOne();
    }

    @Test
    void a_gate_that_can_not_say_its_name_is_called_by_its_class() {
        PoolClient<Object> pool = world.perform(() -> world.pools.startPool(PoolSpec.builder("other", Object::new)
                .size(1).gate(new WorkerGate() {
                    @Override
                    public @Nullable WorkerPermit acquire(GatedPool gated, Pid process) throws TimeoutException {
                        throw new TimeoutException("late");
                    }

                    @Override
                    public void opened(GatedPool gated) {
                        throw new IllegalStateException("no");
                    }

                    @Override
                    public void closed(GatedPool gated) {
                        throw new IllegalStateException("no");
                    }

                    @Override
                    public String toString() {
                        throw new IllegalStateException("no");
                    }
                }).build()));
        world.world.quiesce();
        assertThat(pool.status().noPermit()).contains("late");
        world.perform(() -> world.pools.stopPool("other", Duration.ZERO));
    }
}
