package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.restart.Backoff;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Shutdown;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A duration may have any length. One that no clock can count means "so long that it never happens". */
@Timeout(60)
class DurationsTest {

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    private static final Duration NEVER_AGAIN = Duration.ofSeconds(Long.MIN_VALUE);

    /** Around each limit of a {@code long}: of nanoseconds, of half of them, and of seconds. */
    private static final List<Duration> HUGE = List.of(
            Duration.ofNanos(Long.MAX_VALUE / 4),
            Duration.ofNanos(Long.MAX_VALUE / 2),
            Duration.ofNanos(Long.MAX_VALUE / 2 + 1),
            Duration.ofNanos(Long.MAX_VALUE - 1),
            Duration.ofNanos(Long.MAX_VALUE),
            Duration.ofNanos(Long.MAX_VALUE).plusNanos(1),
            Duration.ofDays(300 * 365),
            Duration.ofMillis(Long.MAX_VALUE),
            FOREVER);

    /** Every setting of a pool that is a duration. */
    private enum Setting {
        CHECKOUT_TIMEOUT("checkout-timeout", Least.ZERO, PoolSpec.Builder::checkoutTimeout),
        CREATION_TIMEOUT("creation-timeout", Least.ZERO, PoolSpec.Builder::creationTimeout),
        VALIDATION_TIMEOUT("validation-timeout", Least.ZERO,
                (spec, time) -> spec.validationTimeout(time).validateOnCheckout(true)),
        ORPHAN_GRACE("orphan-grace", Least.ZERO, PoolSpec.Builder::orphanGrace),
        SHUTDOWN("shutdown", Least.MORE, PoolSpec.Builder::shutdown),
        TASK_TIMEOUT("task-timeout", Least.MORE, PoolSpec.Builder::taskTimeout),
        VALIDATE_AFTER_IDLE("validate-after-idle", Least.MORE, PoolSpec.Builder::validateAfterIdle),
        OVERFLOW_TTL("overflow-ttl", Least.ZERO, PoolSpec.Builder::overflowTtl),
        MAX_LIFETIME("max-lifetime", Least.MORE, PoolSpec.Builder::maxLifetime),
        MAX_LIFETIME_WITH_ALL_JITTER("max-lifetime", Least.MORE,
                (spec, time) -> spec.maxLifetime(time).lifetimeJitter(1)),
        MAX_IDLE("max-idle", Least.MORE, PoolSpec.Builder::maxIdle),
        KEEP_ALIVE("keep-alive", Least.MORE, PoolSpec.Builder::keepAlive),
        WARM_UP("warm-up", Least.ZERO, PoolSpec.Builder::warmUp),
        AWAIT_READY("await-ready", Least.ZERO, PoolSpec.Builder::awaitReady),
        MAX_WAIT_TARGET("max-wait-target", Least.MORE, PoolSpec.Builder::maxWaitTarget),
        MAX_WAIT_INTERVAL("max-wait-interval", Least.MORE,
                (spec, time) -> spec.maxWaitInterval(time).maxWaitTarget(Duration.ofSeconds(20))),
        OVERRUN_AFTER("overrun-after", Least.MORE, PoolSpec.Builder::overrunAfter),
        LEAK_DETECTION_THRESHOLD("leak-detection-threshold", Least.ZERO, PoolSpec.Builder::leakDetectionThreshold),
        RESTART("delay", Least.ZERO, (spec, time) -> spec.restart(after(time))),
        CREATION_PLAN("delay", Least.ZERO, (spec, time) -> spec.creationPlan(after(time))),
        TASK_RESTART("delay", Least.ZERO, (spec, time) -> spec.taskRestart(after(time))),
        RESET_AFTER("reset-after", Least.ZERO,
                (spec, time) -> spec.restart(PoolWorld.AT_ONCE.withResetAfter(time))),
        INTENSITY("period", Least.MORE,
                (spec, time) -> spec.restart(RestartType.PERMANENT, new RestartIntensity(3, time)));

        private final String name;
        private final Least least;
        private final BiConsumer<PoolSpec.Builder<Object>, Duration> setter;

        Setting(String name, Least least, BiConsumer<PoolSpec.Builder<Object>, Duration> setter) {
            this.name = name;
            this.least = least;
            this.setter = setter;
        }

        private static RestartPolicy after(Duration time) {
            return RestartPolicy.of(RestartPlan.of(PlanElement.after(time))).withCount(RestartCount.INFINITY);
        }
    }

    private enum Least {
        ZERO,
        MORE
    }

    private final CapturedLog log = CapturedLog.silence();
    private final ProcessSystem system = new ProcessSystem();
    private Pools pools;

    @BeforeEach
    void start() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
        log.close();
    }

    private static PoolSpec.Builder<Object> spec(String name) {
        return PoolSpec.builder(name, Object::new).size(1).maxOverflow(1);
    }

    // ---- settings of a pool

    @ParameterizedTest
    @EnumSource
    void a_pool_with_a_setting_that_is_longer_than_any_clock_counts_works(Setting setting) throws Exception {
        for (Duration time : HUGE) {
            PoolSpec.Builder<Object> spec = spec("pool");
            setting.setter.accept(spec, time);
            assertWorks(pools.startPool(spec.build()));
            assertThat(pools.stopPool("pool", FOREVER)).as("%s of %s", setting, time).isTrue();
        }
    }

    private static void assertWorks(PoolClient<Object> pool) throws Exception {
        int value = pool.asyncQueueResult(worker -> 42).result().toCompletableFuture().get(50, TimeUnit.SECONDS);
        assertThat(value).isEqualTo(42);
        try (Lease<Object> one = pool.checkout(Duration.ofSeconds(20));
                Lease<Object> two = pool.checkout(Duration.ofSeconds(20))) {
            assertThat(one.worker()).isNotSameAs(two.worker());
            assertThat(one.age()).isLessThan(Duration.ofSeconds(20));
        }
        pool.checkout(Duration.ofSeconds(20)).close();
        pool.syncQueue(worker -> {});
        assertThat(pool.status()).returns(0, PoolStatus::borrowed).returns(PoolPhase.RUNNING, PoolStatus::phase);
    }

    @ParameterizedTest
    @EnumSource
    void zero_and_negative_settings_work_or_are_refused_with_name_rule_and_value(Setting setting) throws Exception {
        for (Duration time : List.of(Duration.ZERO, Duration.ofNanos(-1), NEVER_AGAIN)) {
            boolean refused = setting.least == Least.MORE || (setting.least == Least.ZERO && time.isNegative());
            PoolSpec.Builder<Object> spec = spec("pool");
            if (refused) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> setting.setter.accept(spec, time))
                        .withMessageMatching(
                                setting.name + " must (not be negative|be positive|be more than zero), got: "
                                        + time);
            } else {
                setting.setter.accept(spec, time);
                assertWorks(pools.startPool(spec.build()));
                assertThat(pools.stopPool("pool", NEVER_AGAIN)).isTrue();
            }
        }
    }

    @Test
    void a_worker_that_is_to_come_back_after_for_ever_stays_away_and_its_place_is_counted() {
        PoolSpec.Builder<Object> spec = spec("pool").maxOverflow(0);
        Setting.RESTART.setter.accept(spec, FOREVER);
        PoolClient<Object> pool = pools.startPool(spec.build());
        pool.checkout().fail(new IllegalStateException("broken"));
        assertThatThrownBy(() -> pool.checkout(Duration.ofMillis(20))).isInstanceOf(CheckoutTimeoutException.class)
                .hasMessageContaining("1 waiting to restart");
    }

    // ---- arguments of a pool's operations

    @Test
    void whoever_waits_for_ever_is_served_when_there_is_a_worker() throws Exception {
        PoolClient<Object> pool = pools.startPool(spec("pool").maxOverflow(0).build());
        for (Duration time : HUGE) {
            Lease<Object> held = pool.checkout(time);
            var stage = pool.checkoutAsync(time).toCompletableFuture();
            Task<?> task = pool.tasks(TaskOptions.DEFAULT.withDeadline(time).withTimeout(time))
                    .asyncQueueResult(worker -> 42);
            Thread borrower = Thread.ofVirtual().start(() -> pool.transaction(worker -> {}));
            assertThat(stage).isNotDone();
            assertThat(task.state()).isEqualTo(TaskState.QUEUED);
            held.close();
            stage.get(50, TimeUnit.SECONDS).close();
            assertThat(task.result().toCompletableFuture().get(50, TimeUnit.SECONDS)).isEqualTo(42);
            assertThat(borrower.join(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void whoever_has_less_than_no_time_is_refused_at_once() throws Exception {
        PoolClient<Object> pool = pools.startPool(spec("pool").maxOverflow(0).build());
        try (Lease<Object> held = pool.checkout(Duration.ofSeconds(20))) {
            for (Duration time : List.of(Duration.ZERO, Duration.ofNanos(-1), NEVER_AGAIN)) {
                assertThatThrownBy(() -> pool.checkout(time)).isInstanceOf(CheckoutTimeoutException.class);
                assertThat(pool.checkoutAsync(time).toCompletableFuture()).isCompletedExceptionally();
                Task<?> task = pool.tasks(TaskOptions.DEFAULT.withDeadline(time)).asyncQueue(worker -> {});
                assertThatThrownBy(() -> task.result().toCompletableFuture().get(50, TimeUnit.SECONDS)).cause()
                        .isInstanceOf(PoolException.class);
            }
            assertThat(held.isOpen()).isTrue();
            assertThat(pool.status().queueDepth()).isZero();
        }
    }

    @Test
    void a_task_that_is_put_off_for_ever_can_be_cancelled_and_a_broadcast_may_take_for_ever() throws Exception {
        PoolClient<Object> pool = pools.startPool(spec("pool").maxOverflow(0).build());
        PoolGroup<Object> group = pools.startGroup(PoolGroupSpec.of("group", "pool").withRetryAfter(FOREVER));
        for (Duration time : HUGE) {
            for (PoolClient<Object> client : List.of(pool, group)) {
                Task<Integer> never = client.tasks(TaskOptions.key("key")).scheduleResult(time, worker -> 42);
                assertThat(client.asyncQueueResult(worker -> 1).result().toCompletableFuture()
                        .get(50, TimeUnit.SECONDS)).isEqualTo(1);
                assertThat(never.state()).isEqualTo(TaskState.QUEUED);
                assertThat(pool.backlog(10, 10)).isNotNull();
                assertThat(never.cancel()).isTrue();
                Broadcast<Integer> all = client.<Integer>broadcastResult(time, worker -> 7).toCompletableFuture()
                        .get(50, TimeUnit.SECONDS);
                assertThat(all.isDoneByAll()).isTrue();
                client.checkout(time).close();
                client.checkoutAsync(time).toCompletableFuture().get(50, TimeUnit.SECONDS).close();
            }
        }
        for (Duration time : List.of(Duration.ZERO, Duration.ofNanos(-1), NEVER_AGAIN)) {
            for (PoolClient<Object> client : List.of(pool, group)) {
                assertThat(client.scheduleResult(time, worker -> 42).result().toCompletableFuture()
                        .get(50, TimeUnit.SECONDS)).isEqualTo(42);
                assertThat(client.broadcast(time, worker -> {}).toCompletableFuture().get(50, TimeUnit.SECONDS)
                        .outcomes()).hasSize(1);
            }
        }
    }

    @Test
    void pools_can_be_given_for_ever_to_drain_and_stop_when_they_have() throws Exception {
        for (Duration time : HUGE) {
            PoolClient<Object> pool = pools.startPool(spec("pool").build());
            Task<?> accepted = pool.asyncQueue(worker -> {});
            assertThat(pools.stopPool(pool, time)).isTrue();
            assertThat(accepted.state()).isEqualTo(TaskState.DONE);
            PoolClient<Object> other = pools.startPool(spec("pool").build());
            Task<?> another = other.asyncQueue(worker -> {});
            assertThat(pools.stopPoolAsync("pool", time).toCompletableFuture().get(50, TimeUnit.SECONDS)).isTrue();
            assertThat(another.state()).isEqualTo(TaskState.DONE);
        }
        PoolClient<Object> last = pools.startPool(spec("last").build());
        Task<?> accepted = last.asyncQueue(worker -> {});
        pools.stop(FOREVER);
        assertThat(accepted.state()).isEqualTo(TaskState.DONE);
    }

    @Test
    void a_pool_that_is_stopped_with_less_than_no_time_is_stopped_at_once() {
        PoolClient<Object> pool = pools.startPool(spec("pool").build());
        Lease<Object> held = pool.checkout();
        assertThat(pools.stopPool("pool", NEVER_AGAIN)).isTrue();
        assertThat(held.isOpen()).isFalse();
    }

    // ---- below the pool

    @Test
    void processes_and_servers_can_wait_for_ever() throws Exception {
        for (Duration time : HUGE) {
            Pid waits = system.spawn(self -> {
                assertThat(self.receive(time)).isEqualTo("message");
                assertThat(self.receive(message -> message.equals("other"), time)).isEqualTo("other");
            });
            waits.send("message");
            waits.send("other");
            Pid sleeps = system.spawn(self -> self.sleep(time));
            Supervisor above = Supervisor.start(system, SupervisorSpec.oneForOne("tree")
                    .intensity(1, time)
                    .children(ChildSpec.of("child", ChildStart.body("child", self -> self.receive()))
                            .shutdown(Shutdown.after(time))));
            GenServerRef<String, String, ExitReason> echo = GenServerRef.start(system,
                    () -> (request, from, self) -> request, SpawnOptions.labelled("echo"));
            assertThat(echo.call("hello", time)).isEqualTo("hello");
            echo.catchUp(time);
            assertThat(echo.stop(ExitReason.NORMAL, time)).isTrue();
            assertThat(above.stop(time)).isTrue();
            assertThat(sleeps.isAlive()).isTrue();
            system.exit(sleeps, ExitReason.KILL);
            Eventually.so(system::processes, () -> !waits.isAlive());
            assertThat(system.exitReason(waits)).contains(ExitReason.NORMAL);
        }
        pools.close();
        system.close();
        assertThat(system.awaitThreads(FOREVER)).isTrue();
    }

    @Test
    void what_is_kept_of_a_duration_is_cut_to_what_a_clock_counts() {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);
        assertThat(new RestartIntensity(1, FOREVER).period()).isEqualTo(longest);
        assertThat(RestartPolicy.POOL_DEFAULT.withResetAfter(FOREVER).resetAfter()).isEqualTo(longest);
        assertThat(PlanElement.after(FOREVER)).isEqualTo(PlanElement.after(longest));
        assertThat(Backoff.between(longest, FOREVER)).isEqualTo(Backoff.between(longest, longest));
        assertThat(Shutdown.after(FOREVER)).isEqualTo(Shutdown.after(longest));
        assertThat(Shutdown.after(FOREVER).append(Shutdown.after(FOREVER))).isEqualTo(Shutdown.after(longest));
        assertThat(Stream.of("9999999999999999999999d", "110000d", "9223372036854775807ns").map(PlanText::delay))
                .containsOnly(PlanElement.after(longest));
    }

    /** A plan of one delay. */
    private static final class PlanText {
        static PlanElement delay(String text) {
            return RestartPlan.parse("[" + text + "]").elements().getFirst();
        }
    }

    @Test
    void a_window_of_restarts_counts_as_well_when_its_period_never_ends() {
        for (Duration time : HUGE) {
            var window = new RestartIntensity(2, time).newWindow();
            assertThat(window.allows(Long.MAX_VALUE / 4 - 2)).isTrue();
            assertThat(window.allows(Long.MAX_VALUE / 4 - 1)).isTrue();
            assertThat(window.allows(Long.MAX_VALUE / 4)).isFalse();
        }
    }
}
