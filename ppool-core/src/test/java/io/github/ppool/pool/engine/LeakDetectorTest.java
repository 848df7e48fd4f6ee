package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolWorld;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Leases that are dropped, and those that are kept too long. */
@Timeout(60)
class LeakDetectorTest {

    private static final Logger LIBRARY = (Logger) LoggerFactory.getLogger("io.github.ppool");

    private final CapturedLog log = CapturedLog.open();
    private final Level level = LIBRARY.getLevel();
    private final ManualClock clock = new ManualClock();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<Throwable> sites = new CopyOnWriteArrayList<>();
    private @Nullable ProcessSystem system;
    private @Nullable Pools pools;

    private final PoolListener listener = new PoolListener() {
        @Override
        public void leaseLeaked(String pool, Pid worker, Throwable taken) {
            sites.add(taken); // first: the tests wait for the message
            told.add(pool + " leaked");
        }

        @Override
        public void leaseOverdue(String pool, Pid worker, Duration held, Throwable taken) {
            sites.add(taken);
            told.add(pool + " overdue after " + held);
        }
    };

    private PoolSpec.Builder<Object> spec() {
        return PoolSpec.builder("p", Object::new).size(1).maxOverflow(0)
                .checkoutTimeout(Duration.ofSeconds(20))
                .restart(PoolWorld.AT_ONCE)
                .listener(listener);
    }

    private PoolClient<Object> start(PoolSpec.Builder<Object> spec) throws InterruptedException {
        return startIn(new ProcessSystem(), spec);
    }

    private PoolClient<Object> startByHand(PoolSpec.Builder<Object> spec) throws InterruptedException {
        return startIn(new ProcessSystem(clock), spec);
    }

    private PoolClient<Object> startIn(ProcessSystem in, PoolSpec.Builder<Object> spec) throws InterruptedException {
        system = in;
        pools = Pools.start(in);
        PoolClient<Object> pool = pools.startPool(spec.build());
        Eventually.so(pool::status, () -> pool.status().available() == pool.status().size());
        return pool;
    }

    private ProcessSystem system() {
        return Objects.requireNonNull(system);
    }

    @BeforeEach
    void logAlsoWhatIsWell() {
        LIBRARY.setLevel(Level.INFO);
    }

    @AfterEach
    void close() {
        LIBRARY.setLevel(level);
        if (pools != null) {
            pools.stop(Duration.ZERO);
        }
        if (system != null) {
            system.close();
        }
        log.close();
    }

    private void awaitLeaks(int number) {
        Eventually.so(told::toString, () -> {
            System.gc();
            return told.size() >= number;
        });
        assertThat(told).hasSize(number);
    }

    /** A lease that is dropped for certain is found, so those before it would have been. */
    private void assertNoneIsFound(PoolClient<Object> pool, Runnable before) throws Exception {
        before.run();
        PoolClient<Object> bait = Objects.requireNonNull(pools).startPool(PoolSpec.builder("bait", Object::new)
                .size(1).maxOverflow(0).listener(listener).build());
        for (int i = 1; i <= 3; i++) {
            drop(bait);
            awaitLeaks(i);
        }
        assertThat(told).containsOnly("bait leaked");
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.RUNNING);
        told.clear();
    }

    // ---- dropped

    /** In a method of its own: its variables are gone when it returns. */
    private static void drop(PoolClient<Object> pool) throws Exception {
        Lease<Object> lease = pool.checkoutAsync(Duration.ofSeconds(20)).toCompletableFuture()
                .get(50, TimeUnit.SECONDS);
        assertThat(lease.isOpen()).isTrue();
    }

    @Test
    void a_lease_without_an_owner_is_watched_without_any_setting() throws Exception {
        PoolClient<Object> pool = start(spec());
        Object first = pool.transactionResult(worker -> worker);
        drop(pool);
        awaitLeaks(1);
        assertThat(pool.<Object, RuntimeException>transactionResult(worker -> worker)).isNotSameAs(first);
        assertThat(sites.getFirst()).hasMessageStartingWith("a worker was asked for by thread '")
                .hasMessageContaining(Thread.currentThread().getName());
        assertThat(sites.getFirst().getStackTrace()).as("costs too much to be always there").isEmpty();
        assertThat(log.messages(Level.WARN)).filteredOn(line -> line.contains("dropped")).singleElement().asString()
                .startsWith("A lease of p/1 of pool 'p' was dropped without being closed; the worker is replaced."
                        + " It was taken by thread '" + Thread.currentThread().getName() + "'")
                .endsWith("with leak-detection on this would tell where");
    }

    @Test
    void a_stage_that_was_granted_and_then_dropped_or_cancelled_too_late_is_found() throws Exception {
        PoolClient<Object> pool = start(spec());
        cancelTooLate(pool);
        awaitLeaks(1);
        pool.transaction(worker -> {});
    }

    private static void cancelTooLate(PoolClient<Object> pool) {
        assertThat(pool.checkoutAsync().toCompletableFuture().cancel(true)).isFalse();
    }

    @Test
    void with_leak_detection_on_it_is_told_where() throws Exception {
        PoolClient<Object> pool = start(spec().leakDetection(true));
        drop(pool);
        awaitLeaks(1);
        assertThat(sites.getFirst().getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("drop"));
        assertThat(Objects.requireNonNull(log.thrown("was dropped")).getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("drop"));
    }

    @Test
    void leases_that_were_closed_that_code_refers_to_or_that_have_an_owner_are_not_found() throws Exception {
        PoolClient<Object> pool = start(spec().size(4));
        CompletionStage<Lease<Object>> kept = pool.checkoutAsync();
        CompletableFuture<Pid> begun = new CompletableFuture<>();
        assertNoneIsFound(pool, () -> {
            for (int i = 0; i < 100; i++) {
                pool.checkoutAsync().toCompletableFuture().join().close();
            }
            pool.checkout();
            system().spawn(self -> {
                var unused = pool.checkoutAsync();
                begun.complete(self.self());
                self.receive();
            });
            begun.join();
        });
        assertThat(pool.status().borrowed()).isEqualTo(3);
        system().exit(begun.join(), ExitReason.SHUTDOWN);
        Eventually.so(pool::status, () -> pool.status().borrowed() == 2);
        kept.toCompletableFuture().join().close();
        assertThat(pool.status().borrowed()).isOne();
    }

    @Test
    void a_listener_that_blocks_on_a_leak_holds_up_no_other_pool() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        PoolClient<Object> pool = start(spec().listener(new PoolListener() {
            @Override
            public void leaseLeaked(String name, Pid worker, Throwable taken) {
                blocked.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }));
        drop(pool);
        Eventually.so(blocked::getCount, () -> {
            System.gc();
            return blocked.getCount() == 0;
        });
        PoolClient<Object> other = Objects.requireNonNull(pools).startPool(PoolSpec.builder("other", Object::new)
                .size(1).maxOverflow(0).listener(listener).build());
        drop(other);
        awaitLeaks(1);
        pool.transaction(worker -> {});
        release.countDown();
    }

    // ---- kept too long

    private List<String> lines(String part) {
        List<String> lines = new ArrayList<>(log.messages(Level.WARN));
        lines.addAll(log.messages(Level.INFO));
        return lines.stream().filter(line -> line.contains(part)).toList();
    }

    @Test
    void a_lease_that_goes_on_beyond_the_threshold_is_told_once_and_its_end_is_told_once() throws Exception {
        PoolClient<Object> pool = startByHand(spec().leakDetectionThreshold(Duration.ofSeconds(30)));
        String me = "thread '" + Thread.currentThread().getName() + "' (#" + Thread.currentThread().threadId() + ")";
        Lease<Object> lease = pool.checkout();
        clock.advance(Duration.ofMillis(29_999));
        assertThat(told).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(told).containsExactly("p overdue after PT30S");
        assertThat(lines("has been borrowed")).containsExactly("p/1 of pool 'p' has been borrowed for PT30S,"
                + " leak-detection-threshold is PT30S, by " + me + ". It was taken here:");
        assertThat(Objects.requireNonNull(log.thrown("has been borrowed")).getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(LeakDetectorTest.class.getName()));
        clock.advance(Duration.ofMinutes(10));
        assertThat(told).hasSize(1);
        assertThat(lease.isOpen()).isTrue();
        lease.close();
        lease.close();
        clock.advance(Duration.ofMinutes(10));
        assertThat(lines("is over after all")).containsExactly(
                "The lease of p/1 of pool 'p' that was reported is over after all: " + me + " had it for PT10M30S");
        assertThat(pool.status().available()).isOne();
        assertThat(told).hasSize(1);
    }

    @Test
    void short_leases_are_not_told_however_many_there_are() throws Exception {
        PoolClient<Object> pool = startByHand(spec().size(2).leakDetectionThreshold(Duration.ofSeconds(1)));
        for (int i = 0; i < 50; i++) {
            try (Lease<Object> lease = pool.checkout()) {
                clock.advance(Duration.ofMillis(900));
                assertThat(lease.isOpen()).isTrue();
            }
        }
        try (Lease<Object> lease = pool.checkoutAsync().toCompletableFuture().join()) {
            clock.advance(Duration.ofMillis(999));
            assertThat(lease.isOpen()).isTrue();
        }
        clock.advance(Duration.ofSeconds(10));
        assertThat(told).isEmpty();
    }

    @Test
    void each_lease_has_its_own_time() throws Exception {
        PoolClient<Object> pool = startByHand(spec().size(3).leakDetectionThreshold(Duration.ofSeconds(16)));
        Lease<Object> first = pool.checkout();
        clock.advance(Duration.ofSeconds(8));
        CompletionStage<String> second = pool.transactionAsync(worker -> new CompletableFuture<>());
        clock.advance(Duration.ofSeconds(8));
        assertThat(told).hasSize(1);
        clock.advance(Duration.ofSeconds(8));
        assertThat(told).hasSize(2);
        first.fail(new IllegalStateException("broken"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(lines("is over after all")).singleElement().asString().contains("had it for PT24S");
        Eventually.so(pool::status, () -> pool.status().available() == 2);
        Lease<Object> third = pool.checkout();
        clock.advance(Duration.ofSeconds(17));
        assertThat(told).hasSize(3);
        assertThat(third.isOpen()).isTrue();
        assertThat(second.toCompletableFuture()).isNotDone();
    }

    @Test
    void zero_and_nothing_switch_it_off_and_less_is_refused() {
        assertThat(spec().leakDetectionThreshold(Duration.ZERO).build().leakDetectionThreshold()).isNull();
        assertThat(spec().leakDetectionThreshold(null).build().leakDetectionThreshold()).isNull();
        assertThat(spec().leakDetectionThreshold(Duration.ofSeconds(5)).build().toBuilder().build()
                .leakDetectionThreshold()).isEqualTo(Duration.ofSeconds(5));
        assertThatThrownBy(() -> spec().leakDetectionThreshold(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("leak-detection-threshold must not be negative, got: PT-0.000000001S");
    }

    @Test
    void a_threshold_without_end_never_comes() throws Exception {
        PoolClient<Object> pool = startByHand(spec().leakDetectionThreshold(Duration.ofSeconds(Long.MAX_VALUE)));
        try (Lease<Object> lease = pool.checkout()) {
            clock.advance(Duration.ofDays(365));
            assertThat(lease.isOpen()).isTrue();
        }
        assertThat(told).isEmpty();
    }

    // ---- the holders

    @Test
    void a_caller_that_waits_in_vain_is_told_who_has_the_workers_and_for_how_long() throws Exception {
        PoolClient<Object> pool = start(spec().size(8).leakDetection(true));
        List<Lease<Object>> leases = new CopyOnWriteArrayList<>();
        CountDownLatch goOn = new CountDownLatch(1);
        Thread writer = Thread.ofPlatform().name("report-writer").start(() -> {
            leases.add(pool.checkout());
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Eventually.so(leases::size, () -> leases.size() == 1);
        Thread.ofVirtual().start(() -> leases.add(pool.checkoutAsync().toCompletableFuture().join())).join();
        for (int i = 0; i < 6; i++) {
            leases.add(pool.checkout());
        }
        assertThatThrownBy(() -> pool.checkout(Duration.ofMillis(1)))
                .isInstanceOf(CheckoutTimeoutException.class)
                .hasMessageContaining("no worker came within PT0.001S; the caller itself has p/")
                .hasMessageMatching("(?s).*; borrowed are p/\\d by thread 'report-writer' \\(#\\d+\\) for PT[\\d.]+S,"
                        + " p/\\d by thread #\\d+ for PT[\\d.]+S, p/\\d by thread '.*' \\(#\\d+\\) for PT[\\d.]+S"
                        + " and 3 more; .*");
        assertThatThrownBy(() -> pool.checkout(Duration.ZERO)).hasMessageContaining("; borrowed are p/");
        goOn.countDown();
        writer.join();
        leases.forEach(Lease::close);
    }

    @Test
    void without_leak_detection_there_is_nothing_to_tell() throws Exception {
        PoolClient<Object> pool = start(spec());
        try (Lease<Object> lease = pool.checkout()) {
            assertThatThrownBy(() -> pool.checkout(Duration.ofMillis(1)))
                    .hasMessageContaining("; the caller itself has p/1; ")
                    .hasMessageNotContaining("borrowed are");
            assertThat(lease.isOpen()).isTrue();
        }
    }

    @Test
    void the_name_of_a_thread_breaks_no_line_and_is_cut() {
        CheckoutSite[] site = {new CheckoutSite(false)};
        Thread thread = new Thread(() -> site[0] = new CheckoutSite(true), "a\nb" + "x".repeat(1_000));
        thread.start();
        Eventually.so(() -> thread, () -> !thread.isAlive());
        assertThat(site[0].thread()).startsWith("thread 'a\\nbxxx").hasSizeLessThan(150).doesNotContain("\n");
    }
}
