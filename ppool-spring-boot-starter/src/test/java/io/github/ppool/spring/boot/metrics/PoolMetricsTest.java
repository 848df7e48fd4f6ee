package io.github.ppool.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.Overrun;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.ShedRule;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.ObservedPools;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.observation.ObservedTaskDecorator;
import io.github.ppool.spring.boot.observation.PoolTaskObservationConvention;
import io.github.ppool.supervisor.SupervisorEvent;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

class PoolMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PoolMetrics metrics = new PoolMetrics(registry, true, true);
    private final ProcessSystem system = new ProcessSystem();
    private Pools pools;

    @BeforeEach
    void start() throws InterruptedException {
        pools = new ObservedPools(
                Pools.start(system), () -> List.of(metrics), () -> List.of(metrics), List::of);
    }

    @AfterEach
    void stop() {
        pools.close();
        system.close();
    }

    @Test
    void gauges_follow_the_pool() {
        PoolClient<Object> pool = pools.startPool(
                PoolSpec.builder("p", Object::new).size(1).maxOverflow(1).queueCapacity(7).build());
        try (Lease<Object> first = pool.checkout();
                Lease<Object> second = pool.checkout()) {
            var waiting = pool.checkoutAsync();
            assertThat(gauge("ppool.size")).isEqualTo(1);
            assertThat(gauge("ppool.max")).isEqualTo(2);
            assertThat(gauge("ppool.overflow")).isEqualTo(1);
            assertThat(gauge("ppool.queue.depth")).isEqualTo(1);
            assertThat(gauge("ppool.queue.capacity")).isEqualTo(7);
            assertThat(gauge("ppool.queue.oldest")).isNotNegative();
            assertThat(registry.get("ppool.workers").tag("pool", "p").tag("state", "borrowed").gauge().value())
                    .isEqualTo(2);
            waiting.toCompletableFuture().cancel(true);
            assertThat(first).isNotSameAs(second);
        }
    }

    @Test
    void scheduled_tasks_and_keys_have_gauges() {
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", Object::new).size(1).build());
        assertThat(gauge("ppool.tasks.scheduled")).isZero();
        assertThat(gauge("ppool.tasks.scheduled.next")).isNaN();
        Task<?> task = pool.tasks(TaskOptions.key("Ann")).schedule(Duration.ofHours(1), worker -> {});
        assertThat(gauge("ppool.tasks.scheduled")).isEqualTo(1);
        assertThat(gauge("ppool.tasks.scheduled.next")).isBetween(3000.0, 3600.0);
        assertThat(gauge("ppool.keys")).isEqualTo(1);
        task.cancel();
        assertThat(gauge("ppool.tasks.scheduled")).isZero();
        assertThat(gauge("ppool.keys")).isZero();
    }

    @Test
    void shedding_is_counted_by_its_reason_and_only_where_it_is_configured() {
        PoolClient<Object> plain = pools.startPool(
                PoolSpec.builder("plain", Object::new).size(1).maxOverflow(0).queueCapacity(0).build());
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", Object::new).size(1).maxOverflow(2)
                .queueCapacity(1).shed(ShedRule.OLDEST).maxWaitTarget(Duration.ofHours(1)).minIdle(1).build());
        try (Lease<Object> one = plain.checkout();
                Lease<Object> first = pool.checkout();
                Lease<Object> second = pool.checkout();
                Lease<Object> third = pool.checkout()) {
            assertThat(plain.checkoutAsync().toCompletableFuture()).isCompletedExceptionally();
            var oldest = pool.checkoutAsync();
            var newest = pool.checkoutAsync();
            patiently().untilAsserted(() -> assertThat(oldest.toCompletableFuture()).isCompletedExceptionally());
            newest.toCompletableFuture().cancel(true);
            assertThat(List.of(one, first, second, third)).doesNotHaveDuplicates();
        }
        assertThat(shed("p", "oldest")).isEqualTo(1);
        assertThat(shed("p", "newest")).isZero();
        assertThat(shed("p", "max_wait")).isZero();
        assertThat(shed("plain", "newest")).isEqualTo(1);
        assertThat(gauge("ppool.queue.overloaded")).isZero();
        assertThat(gauge("ppool.min.idle")).isEqualTo(1);
        assertThat(registry.find("ppool.queue.shed").tag("reason", "deadline").functionCounter()).isNull();
        assertThat(registry.find("ppool.queue.shed").tag("pool", "plain").functionCounters()).hasSize(1);
        assertThat(registry.find("ppool.min.idle").tag("pool", "plain").gauge()).isNull();
    }

    private double shed(String pool, String reason) {
        return registry.get("ppool.queue.shed").tag("pool", pool).tag("reason", reason).functionCounter().count();
    }

    @Test
    void a_pool_that_has_given_up_is_not_up() {
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", Object::new).size(1).build());
        assertThat(gauge("ppool.up")).isEqualTo(1);
        while (pool.status().phase() != PoolPhase.GAVE_UP) {
            pools.supervisor("p").ifPresent(supervisor -> system.exit(supervisor, ExitReason.KILL));
        }
        assertThat(gauge("ppool.up")).isZero();
        assertThat(pools.admin().restartPool("p")).isTrue();
        assertThat(gauge("ppool.up")).isEqualTo(1);
    }

    @Test
    void checkouts_are_counted_and_leases_are_timed() {
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", Object::new).size(1).build());
        pool.transaction(worker -> {});
        pool.transaction(worker -> {});
        pool.asyncQueue(worker -> {}).result().toCompletableFuture().join();
        assertThat(registry.get("ppool.checkouts").tag("pool", "p").functionCounter().count()).isEqualTo(3);
        assertThat(registry.get("ppool.usage").tag("pool", "p").timer().count()).isEqualTo(2);
    }

    @Test
    void transactions_are_counted_by_their_outcome() {
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", Object::new).size(1).build());
        assertThat(transactions("success") + transactions("failed") + transactions("crashed")).isZero();
        for (int i = 0; i < 3; i++) {
            pool.transaction(worker -> {});
        }
        for (int i = 0; i < 2; i++) {
            Assertions.assertThatIllegalStateException().isThrownBy(() -> pool.transaction(worker -> {
                throw new IllegalStateException();
            }));
        }
        Assertions.assertThatIOException().isThrownBy(() -> pool.transaction(worker -> {
            throw new IOException();
        }));
        assertThat(transactions("success")).isEqualTo(3);
        assertThat(transactions("failed")).isEqualTo(2);
        assertThat(transactions("crashed")).isEqualTo(1);
        pools.stopPool("p", Duration.ofSeconds(20));
        assertThat(registry.find("ppool.transactions").functionCounter()).isNull();
    }

    private double transactions(String outcome) {
        return registry.get("ppool.transactions").tag("pool", "p").tag("outcome", outcome).functionCounter().count();
    }

    @Test
    void leases_are_not_timed_unless_that_is_asked_for() {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        PoolMetrics cheap = new PoolMetrics(other, false);
        assertThat(cheap.wantsLeases()).isFalse();
        cheap.poolStarted(pools.startPool(PoolSpec.builder("p", Object::new).size(1).build()));
        assertThat(other.find("ppool.checkouts").functionCounter()).isNotNull();
        assertThat(other.find("ppool.usage").timer()).isNull();
    }

    @Test
    void leases_are_summed_up_by_the_pool_if_usage_is_to_be_measured_but_not_exactly() throws InterruptedException {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        PoolMetrics sums = new PoolMetrics(other, true);
        assertThat(sums.wantsLeases()).isFalse();
        assertThat(sums.wantsUsage()).isTrue();
        assertThat(metrics.wantsUsage()).isFalse();
        try (ProcessSystem own = new ProcessSystem();
                Pools measured = new ObservedPools(
                        Pools.start(own), () -> List.of(sums), () -> List.of(sums), List::of)) {
            PoolClient<Object> pool = measured.startPool(PoolSpec.builder("p", Object::new).size(1).build());
            for (int i = 0; i < 3; i++) {
                pool.transaction(worker -> {});
            }
            pool.asyncQueue(worker -> {}).result().toCompletableFuture().join();
            assertThat(other.get("ppool.usage").tag("pool", "p").functionTimer().count()).isEqualTo(3);
        }
        assertThat(other.getMeters()).isEmpty();
    }

    @Test
    void attempts_and_waits_of_tasks_are_summed_up_by_the_pool_unless_each_is_to_be_timed()
            throws InterruptedException {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        PoolMetrics cheap = new PoolMetrics(other, false);
        assertThat(cheap.wantsTaskTimes()).isFalse();
        assertThat(cheap.wantsTaskEnds()).isFalse();
        assertThat(metrics.wantsTaskTimes()).isTrue();
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", Object::new).size(1).maxOverflow(0).build());
        cheap.poolStarted(pool);
        CountDownLatch release = new CountDownLatch(1);
        pool.syncQueue(worker -> release.await());
        Task<?> second = pool.asyncQueue(worker -> {});
        release.countDown();
        second.result().toCompletableFuture().join();
        for (SimpleMeterRegistry each : List.of(registry, other)) {
            assertThat(each.get("ppool.tasks").tag("outcome", "done").functionCounter().count()).isEqualTo(2);
        }
        assertThat(other.get("ppool.task").tag("pool", "p").functionTimer().count()).isEqualTo(2);
        assertThat(other.get("ppool.task.wait").tag("pool", "p").functionTimer().count()).isPositive();
        assertThat(other.find("ppool.task").timer()).isNull();
        assertThat(registry.get("ppool.task").tag("pool", "p").timer().count()).isEqualTo(2);
        cheap.poolStopped("p");
    }

    @Test
    void refusals_are_counted_by_reason() {
        PoolClient<Object> pool = pools.startPool(
                PoolSpec.builder("p", Object::new).size(1).maxOverflow(0).queueCapacity(0).build());
        try (Lease<Object> lease = pool.checkout()) {
            Assertions.assertThatException().isThrownBy(() -> pool.asyncQueue(worker -> {}));
            Assertions.assertThatException().isThrownBy(() -> pool.checkout(Duration.ZERO));
            assertThat(lease).isNotNull();
        }
        double refused = registry.get("ppool.rejections").tag("pool", "p").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
        assertThat(refused).isEqualTo(2);
    }

    @Test
    void waits_creations_exits_and_tasks_are_told() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", () -> {
            if (fails.getAndSet(false)) {
                throw new IOException("not yet");
            }
            return new Object();
        })
                .size(1)
                .maxOverflow(0)
                .creationPlan(RestartPolicy.of(RestartPlan.parse("[restart]")))
                .build());
        CountDownLatch release = new CountDownLatch(1);
        pool.syncQueue(worker -> release.await());
        Task<?> second = pool.asyncQueue(worker -> {
            throw new IllegalStateException("crash");
        });
        release.countDown();
        second.result().toCompletableFuture().handle((result, failure) -> failure).get();
        Lease<Object> held = pool.checkout();
        Thread waiting = Thread.ofVirtual().start(() -> pool.transaction(worker -> {}));
        await().until(() -> pool.status().queueDepth() == 1);
        held.close();
        waiting.join();
        // Listeners are told after the fact.
        patiently().untilAsserted(() -> {
            assertThat(registry.get("ppool.wait").tag("pool", "p").timer().count()).isPositive();
            assertThat(registry.get("ppool.creation").tag("pool", "p").timer().count()).isEqualTo(2);
            assertThat(counter("ppool.creation.failures")).isEqualTo(1);
            assertThat(counter("ppool.worker.exits", "outcome", "crashed")).isEqualTo(1);
            assertThat(tasks("done")).isEqualTo(1);
            assertThat(tasks("failed")).isEqualTo(1);
            assertThat(tasks("cancelled") + tasks("rejected")).isZero();
            assertThat(registry.get("ppool.task.wait").tag("pool", "p").timer().count()).isPositive();
            assertThat(registry.get("ppool.task").tag("pool", "p").timer().count()).isEqualTo(2);
            assertThat(counter("ppool.restarts", "outcome", "restarted")).isEqualTo(1);
        });
    }

    @Test
    void restarts_that_are_delayed_and_pools_that_give_up_are_counted() {
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", Object::new)
                .size(1)
                .maxOverflow(0)
                .restart(RestartPolicy.of(RestartPlan.parse("[1ms]")))
                .build());
        for (int crash = 0; crash < 2; crash++) {
            Task<?> task = pool.asyncQueue(worker -> {
                throw new IllegalStateException("crash");
            });
            task.result().toCompletableFuture().handle((result, failure) -> failure).join();
        }
        patiently().untilAsserted(() -> {
            assertThat(counter("ppool.restarts", "outcome", "delayed")).isEqualTo(1);
            assertThat(counter("ppool.restarts", "outcome", "gave_up")).isEqualTo(1);
        });
    }

    @Test
    void the_meters_of_a_pool_that_is_stopped_go_away_and_come_back_with_it() {
        PoolSpec<Object> spec = PoolSpec.builder("p", Object::new).size(1).build();
        pools.startPool(PoolSpec.builder("other", Object::new).build());
        pools.startPool(spec).transaction(worker -> {});
        pools.stopPool("p", Duration.ZERO);
        assertThat(registry.getMeters()).extracting(meter -> meter.getId().getTag("pool")).containsOnly("other");
        pools.startPool(spec.toBuilder().size(3).build());
        assertThat(gauge("ppool.size")).isEqualTo(3);
        pools.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void what_is_told_of_a_pool_that_is_stopped_makes_no_meter() {
        pools.startPool(PoolSpec.builder("p", Object::new).build());
        pools.stopPool("p", Duration.ZERO);
        metrics.workerExited("p", system.rootPid(), ExitReason.NORMAL);
        metrics.served("p", Duration.ofMillis(1));
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void a_start_that_is_refused_leaves_the_meters_of_the_pool_that_runs() {
        PoolSpec<Object> spec = PoolSpec.builder("p", Object::new).size(2).build();
        pools.startPool(spec);
        Assertions.assertThatIllegalStateException().isThrownBy(() -> pools.startPool(spec));
        assertThat(gauge("ppool.size")).isEqualTo(2);
    }

    private Overrun overrun(boolean task) {
        return new Overrun(system.rootPid(), task, "holder", Duration.ofSeconds(2), Duration.ofSeconds(1), 2,
                Overrun.NO_STACK);
    }

    @Test
    void a_rate_and_overruns_have_meters_only_where_there_are_any() {
        PoolClient<Object> rated = pools.startPool(
                PoolSpec.builder("rated", Object::new).rate(Rate.parse("5/1h")).build());
        pools.startPool(PoolSpec.builder("plain", Object::new).build());
        rated.transaction(worker -> {});
        rated.transaction(worker -> {});
        assertThat(registry.get("ppool.rate.limit").tag("pool", "rated").gauge().value()).isEqualTo(5);
        assertThat(registry.get("ppool.rate.used").tag("pool", "rated").gauge().value()).isEqualTo(2);
        assertThat(registry.find("ppool.rate.used").tag("pool", "plain").gauge()).isNull();
        assertThat(registry.find("ppool.overruns").counters()).isEmpty();
        metrics.overrun("plain", overrun(true));
        metrics.overrun("plain", overrun(true));
        metrics.overrun("plain", overrun(false));
        assertThat(registry.get("ppool.overruns").tags("pool", "plain", "holder", "task").counter().count())
                .isEqualTo(2);
        assertThat(registry.get("ppool.overruns").tags("pool", "plain", "holder", "borrower").counter().count())
                .isEqualTo(1);
    }

    @Test
    void the_table_in_the_documentation_and_the_code_agree() throws IOException {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry));
        PoolTaskDecorator observed = new ObservedTaskDecorator(observations, new PoolTaskObservationConvention());
        CountDownLatch looked = new CountDownLatch(1);
        pools.startPool(PoolSpec.builder("observed", Object::new).taskDecorator(observed).build())
                .syncQueue(worker -> looked.await());
        TreeSet<String> ofObservations = rows();
        looked.countDown();
        PoolClient<Object> pool = pools.startPool(
                PoolSpec.builder("p", Object::new).size(1).maxOverflow(0).queueCapacity(0)
                        .rate(Rate.parse("1000/1s")).build());
        pools.startPool(PoolSpec.builder("grown", Object::new).maxWaitTarget(Duration.ofSeconds(1)).minIdle(1)
                .warmUp(Duration.ofMillis(1)).build());
        new GroupMetrics(registry).groupStarted(
                pools.startGroup(PoolGroupSpec.of("crew", "p", "grown")));
        pool.transaction(worker -> {});
        pool.run(worker -> {}).orElseThrow().result().toCompletableFuture().join();
        try (Lease<Object> lease = pool.checkout()) {
            Assertions.assertThatException().isThrownBy(() -> pool.asyncQueue(worker -> lease.toString()));
        }
        metrics.workerExited("p", system.rootPid(), ExitReason.NORMAL);
        metrics.overrun("p", overrun(true));
        metrics.supervised("p", new SupervisorEvent.GaveUp(system.rootPid(), "p/1", ExitReason.SHUTDOWN));
        TreeMetrics trees = new TreeMetrics(registry,
                new StaticListableBeanFactory().getBeanProvider(SupervisionTrees.class));
        trees.treeStarting("t");
        trees.supervised("t", new SupervisorEvent.GaveUp(system.rootPid(), "c", ExitReason.SHUTDOWN));
        trees.supervised("t",
                new SupervisorEvent.ChildExited(system.rootPid(), "c", system.rootPid(), ExitReason.SHUTDOWN));
        await().until(() -> registry.find("ppool.task.execution").timer() != null);
        TreeSet<String> inCode = rows();
        inCode.addAll(ofObservations);
        inCode.add(ProcessMetrics.ORPHANS + " gauge []");

        TreeSet<String> inTable = new TreeSet<>();
        Matcher row = Pattern.compile("\\| `(ppool\\.[a-z.]+)` \\| (gauge|timer|counter|long task timer) \\|([^|]*)\\|")
                .matcher(Files.readString(Path.of("..", "docs", "reference", "pool-meters.md")));
        while (row.find()) {
            TreeSet<String> tags = new TreeSet<>();
            Matcher tag = Pattern.compile("`([a-z]+)`").matcher(row.group(3));
            while (tag.find()) {
                tags.add(tag.group(1));
            }
            inTable.add(row.group(1) + " " + row.group(2) + " " + tags);
        }
        assertThat(inTable).isEqualTo(inCode);
    }

    private TreeSet<String> rows() {
        return registry.getMeters().stream()
                .map(PoolMetricsTest::row)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String row(Meter meter) {
        TreeSet<String> tags = meter.getId().getTags().stream()
                .map(tag -> tag.getKey())
                .collect(Collectors.toCollection(TreeSet::new));
        return meter.getId().getName() + " "
                + meter.getId().getType().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                + " "
                + tags;
    }

    private double tasks(String outcome) {
        return registry.get("ppool.tasks").tag("pool", "p").tag("outcome", outcome).functionCounter().count();
    }

    private double gauge(String name) {
        return registry.get(name).tag("pool", "p").gauge().value();
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tag("pool", "p").tags(tags).counter().count();
    }

    /** A counter is there only after the first count. */
    private static ConditionFactory patiently() {
        return await().ignoreExceptionsInstanceOf(MeterNotFoundException.class);
    }
}
