package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.HostileExceptions;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transaction with a stage as its action: the worker comes back when that stage has ended, and no race loses it. */
@Timeout(60)
class AsyncTransactionTest {

    private final CapturedLog log = CapturedLog.open();
    private final ProcessSystem system = new ProcessSystem();
    private final AtomicInteger leaks = new AtomicInteger();
    private final AtomicInteger crashes = new AtomicInteger();
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

    private PoolSpec.Builder<StringBuilder> spec(int size) {
        return PoolSpec.builder("p", () -> new StringBuilder()).size(size).maxOverflow(0)
                .checkoutTimeout(Duration.ofSeconds(20))
                .restart(PoolWorld.AT_ONCE)
                .listener(new PoolListener() {
                    @Override
                    public void leaseLeaked(String pool, Pid worker, Throwable taken) {
                        leaks.incrementAndGet();
                    }

                    @Override
                    public void workerExited(String pool, Pid worker, ExitReason reason) {
                        if (!reason.isOrderly()) {
                            crashes.incrementAndGet();
                        }
                    }
                });
    }

    private PoolClient<StringBuilder> pool(int size) throws Exception {
        PoolClient<StringBuilder> pool = pools.startPool(spec(size).build());
        assertAllIdle(pool); // so a borrowed worker is there at once
        return pool;
    }

    private static <T> T result(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(50, TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletionStage<?> stage) throws Exception {
        return result(stage.handle((value, thrown) -> thrown));
    }

    private static void assertAllIdle(PoolClient<?> pool) {
        Eventually.so(pool::status, () -> pool.status().available() == pool.status().size());
        assertThat(pool.status()).returns(0, PoolStatus::borrowed).returns(0, PoolStatus::queueDepth);
    }

    // ---- the end of the inner stage

    @Test
    void the_worker_is_lent_until_the_inner_stage_ends_and_is_back_before_the_result_is_there() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletionStage<String> stage = pool
                .transactionAsync(worker -> inner.thenApply(text -> text + worker.length()));
        assertThat(pool.status()).returns(1, PoolStatus::borrowed);
        CompletionStage<Integer> idle = stage.thenApply(text -> pool.status().available());
        inner.complete("length ");
        assertThat(result(stage)).isEqualTo("length 0");
        assertThat(result(idle)).isOne();
    }

    @Test
    void a_stage_that_has_ended_already_gives_its_result() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        for (int i = 0; i < 100; i++) {
            int number = i;
            int got = result(pool.transactionAsync(worker -> CompletableFuture.completedFuture(number)));
            assertThat(got).isEqualTo(number);
        }
        assertThat(result(pool.<@Nullable String>transactionAsync(
                worker -> CompletableFuture.completedFuture(null)))).isNull();
        assertAllIdle(pool);
        assertThat(crashes).hasValue(0);
    }

    @Test
    void an_exception_of_the_inner_stage_comes_without_its_envelope_and_the_worker_comes_back() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        IOException broken = new IOException("broken pipe");
        assertThat(failure(pool.transactionAsync(worker -> CompletableFuture.failedFuture(broken)))).isSameAs(broken);
        assertThat(failure(pool.transactionAsync(worker -> CompletableFuture.supplyAsync(() -> {
            throw new CompletionException(new CompletionException(broken));
        }).thenApply(value -> value)))).isSameAs(broken);
        CompletionException alone = new CompletionException("no cause", null);
        assertThat(failure(pool.transactionAsync(worker -> CompletableFuture.failedFuture(alone)))).isSameAs(alone);
        assertAllIdle(pool);
    }

    @Test
    void crash_on_judges_the_exception_itself() throws Exception {
        PoolClient<StringBuilder> pool = pools.startPool(spec(1).crashOn(IOException.class::isInstance).build());
        StringBuilder first = pool.transactionResult(worker -> worker);
        assertThat(failure(pool.transactionAsync(worker -> CompletableFuture.failedFuture(
                new IllegalStateException("bad input"))))).hasMessage("bad input");
        assertThat(pool.<StringBuilder, RuntimeException>transactionResult(worker -> worker)).isSameAs(first);
        assertThat(failure(pool.transactionAsync(worker -> CompletableFuture.runAsync(() -> {
            throw new CompletionException(new IOException("broken pipe"));
        }).thenApply(value -> value)))).isInstanceOf(IOException.class);
        assertThat(pool.<StringBuilder, RuntimeException>transactionResult(worker -> worker)).isNotSameAs(first);
        assertThat(failure(pool.transactionAsync(worker -> {
            throw new IOException("no connection");
        }))).hasMessage("no connection");
        Eventually.so(crashes::get, () -> crashes.get() == 2);
    }

    @Test
    void a_cancelled_inner_stage_ends_the_transaction() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> stage = pool.transactionAsync(worker -> inner).toCompletableFuture();
        inner.cancel(true);
        assertThat(failure(stage)).isInstanceOf(CancellationException.class);
        assertThat(stage).isCancelled();
        assertAllIdle(pool);
    }

    @Test
    void an_exception_that_answers_nothing_is_passed_on_and_the_worker_comes_back() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        for (Throwable evil : List.of(new HostileExceptions.ThrowingException(),
                new HostileExceptions.EndlessException())) {
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletionStage<String> stage = pool.transactionAsync(worker -> inner);
            inner.completeExceptionally(evil);
            assertThat(failure(stage)).isNotNull();
        }
        assertAllIdle(pool);
    }

    // ---- the function

    @Test
    void a_function_that_throws_or_returns_null_has_failed_and_the_worker_comes_back() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        Error error = new AssertionError("wrong");
        assertThat(failure(pool.transactionAsync(worker -> {
            throw error;
        }))).isSameAs(error);
        assertThat(failure(pool.transactionAsync(worker -> nothing())))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the function of a transaction must return a stage, got: null");
        assertThat(failure(pool.transactionAsync(worker -> CompletableFuture.completedFuture(
                HostileExceptions.overflow(0))))).isInstanceOf(StackOverflowError.class);
        assertAllIdle(pool);
        assertThatThrownBy(() -> pool.transactionAsync(TestNull.of())).hasMessage("function must not be null");
        assertThatThrownBy(() -> pool.transactionAsync(TestNull.of(), worker -> nothing()))
                .hasMessage("timeout must not be null");
    }

    @SuppressWarnings("NullAway") // a careless caller may do this
    private static CompletionStage<String> nothing() {
        return null;
    }

    private static final class TestNull {
        @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
        static <T> T of() {
            return null;
        }
    }

    /** A stage that does as it likes when it is asked to tell its end. */
    @SuppressWarnings("unchecked")
    private static CompletionStage<String> hostile(BiConsumer<BiConsumer<Object, Object>, Integer> whenComplete) {
        return (CompletionStage<String>) Proxy.newProxyInstance(AsyncTransactionTest.class.getClassLoader(),
                new Class<?>[]{CompletionStage.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("whenComplete")) {
                        whenComplete.accept((BiConsumer<Object, Object>) arguments[0], 0);
                    }
                    return null;
                });
    }

    @Test
    @SuppressWarnings("NullAway") // a stage passes null for the missing part
    void a_stage_that_tells_its_end_twice_ends_once() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        AtomicBoolean once = new AtomicBoolean();
        Queue<BiConsumer<Object, Object>> later = new ConcurrentLinkedQueue<>();
        String got = result(pool.transactionAsync(worker -> hostile((told, unused) -> {
            told.accept("first", null);
            told.accept(null, new IOException("second"));
            later.add(told);
            once.set(true);
        })));
        assertThat(got).isEqualTo("first");
        assertThat(once).isTrue();
        try (Lease<StringBuilder> lease = pool.checkout()) {
            later.remove().accept("third", null);
            assertThat(lease.isOpen()).isTrue();
            assertThat(pool.status().borrowed()).isOne();
        }
        assertThat(crashes).hasValue(0);
    }

    @Test
    @SuppressWarnings("NullAway") // as above
    void a_worker_whose_stage_cannot_tell_its_end_crashes_since_it_may_be_in_use() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        StringBuilder first = pool.transactionResult(worker -> worker);
        IllegalStateException refuses = new IllegalStateException("ask me not");
        assertThat(failure(pool.transactionAsync(worker -> hostile((told, unused) -> {
            throw refuses;
        })))).isSameAs(refuses);
        assertThat(pool.<StringBuilder, RuntimeException>transactionResult(worker -> worker)).isNotSameAs(first);
        String got = result(pool.transactionAsync(worker -> hostile((told, unused) -> {
            told.accept("done", null);
            throw refuses;
        })));
        assertThat(got).as("it has told its end before").isEqualTo("done");
        assertAllIdle(pool);
        Eventually.so(crashes::get, () -> crashes.get() == 1); // the listener is told on a thread of its own
    }

    // ---- the caller gives up

    @Test
    void a_caller_that_cancels_in_the_queue_leaves_it_and_the_function_is_not_called() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        AtomicInteger called = new AtomicInteger();
        try (Lease<StringBuilder> held = pool.checkout()) {
            CompletableFuture<Integer> stage = pool.transactionAsync(
                    worker -> CompletableFuture.completedFuture(called.incrementAndGet())).toCompletableFuture();
            assertThat(pool.status().queueDepth()).isOne();
            assertThat(stage.cancel(true)).isTrue();
            assertThat(pool.status().queueDepth()).isZero();
            assertThat(held.isOpen()).isTrue();
        }
        assertAllIdle(pool);
        assertThat(called).hasValue(0);
    }

    @Test
    void a_caller_that_cancels_has_the_inner_future_cancelled_and_the_worker_comes_back_when_that_has_ended()
            throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        AtomicInteger cancelled = new AtomicInteger();
        CompletableFuture<String> inner = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                cancelled.incrementAndGet();
                return false; // it needs its time
            }
        };
        CompletableFuture<String> stage = pool.transactionAsync(worker -> inner).toCompletableFuture();
        assertThat(stage.cancel(true)).isTrue();
        assertThat(cancelled).hasValue(1);
        assertThat(pool.status().borrowed()).as("the inner work goes on").isOne();
        assertThat(pool.tryCheckout()).isEmpty();
        inner.complete("at last");
        assertAllIdle(pool);
        assertThat(stage).isCancelled();
    }

    @Test
    void a_future_that_is_done_before_it_stops_its_work_keeps_the_worker_until_the_call_that_cancels_it_returns()
            throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        AtomicInteger borrowed = new AtomicInteger();
        CompletableFuture<String> inner = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                boolean cancelled = super.cancel(mayInterrupt);
                borrowed.set(pool.status().borrowed()); // here it stops the work that uses the worker
                return cancelled;
            }
        };
        assertThat(pool.transactionAsync(worker -> inner).toCompletableFuture().cancel(true)).isTrue();
        assertThat(borrowed).hasValue(1);
        assertAllIdle(pool);
    }

    @Test
    void any_end_from_outside_is_that_of_a_caller_that_gives_up() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        CompletableFuture<String> first = new CompletableFuture<>();
        assertThat(failure(pool.transactionAsync(worker -> first).toCompletableFuture()
                .orTimeout(20, TimeUnit.MILLISECONDS))).isInstanceOf(TimeoutException.class);
        assertThat(failure(first)).isInstanceOf(CancellationException.class);
        assertAllIdle(pool);
        CompletableFuture<String> second = new CompletableFuture<>();
        assertThat(pool.transactionAsync(worker -> second).toCompletableFuture().complete("enough")).isTrue();
        assertThat(second).isCancelled();
        assertAllIdle(pool);
    }

    @Test
    void a_stage_that_cannot_be_cancelled_keeps_the_worker_until_its_work_is_done() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<StringBuilder> stage = pool.transactionAsync(worker -> CompletableFuture.supplyAsync(() -> {
            await(goOn);
            return worker.append("still in use");
        }, task -> Thread.ofVirtual().start(task)).minimalCompletionStage()).toCompletableFuture();
        stage.cancel(true);
        assertThat(pool.status().borrowed()).isOne();
        goOn.countDown();
        assertThat(pool.<String, RuntimeException>transactionResult(StringBuilder::toString))
                .isEqualTo("still in use");
        assertThat(log.messages(ch.qos.logback.classic.Level.ERROR)).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    @Test
    void a_caller_that_cancels_while_the_function_runs_has_its_stage_cancelled_as_soon_as_it_is_there()
            throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<String> inner = new CompletableFuture<>();
        Lease<StringBuilder> held = pool.checkout();
        CompletableFuture<String> stage = pool.transactionAsync(worker -> {
            entered.countDown();
            goOn.await();
            return inner;
        }).toCompletableFuture();
        Thread giver = Thread.ofVirtual().start(held::close);
        entered.await();
        stage.cancel(true);
        assertThat(inner).isNotDone();
        assertThat(pool.status().borrowed()).isOne();
        goOn.countDown();
        assertThat(failure(inner)).isInstanceOf(CancellationException.class);
        giver.join();
        assertAllIdle(pool);
    }

    @Test
    void a_future_that_throws_when_it_is_cancelled_is_logged_and_its_end_counts() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        CompletableFuture<String> inner = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                throw new IllegalStateException("never");
            }
        };
        CompletableFuture<String> stage = pool.transactionAsync(worker -> inner).toCompletableFuture();
        assertThat(stage.cancel(true)).isTrue();
        assertThat(log.messages(ch.qos.logback.classic.Level.ERROR)).singleElement().asString()
                .isEqualTo("The stage of a transaction, which is to be cancelled, failed");
        assertThat(pool.status().borrowed()).isOne();
        inner.complete("done");
        assertAllIdle(pool);
    }

    @Test
    void however_granting_cancelling_and_completing_meet_no_worker_is_lost_or_had_by_two() throws Exception {
        PoolClient<StringBuilder> pool = pool(3);
        AtomicInteger violations = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            long seed = caller;
            callers.add(Thread.ofPlatform().start(() -> {
                Random random = new Random(seed);
                for (int i = 0; i < 2_000; i++) {
                    turn(pool, random, violations);
                }
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertAllIdle(pool);
        assertThat(violations).hasValue(0);
        assertThat(leaks).hasValue(0);
        assertThat(crashes).hasValue(0);
    }

    /** Work that has left the worker before it tells its end, also if it is cancelled. */
    private static final class Work extends CompletableFuture<String> {

        private final AtomicInteger violations;
        private @Nullable StringBuilder used;
        private boolean over;

        Work(AtomicInteger violations) {
            this.violations = violations;
        }

        synchronized Work use(StringBuilder worker) {
            if (!worker.isEmpty()) {
                violations.incrementAndGet();
            }
            if (!over) {
                used = worker.append("in use");
            }
            return this;
        }

        private synchronized boolean leave() {
            if (over) {
                return false;
            }
            over = true;
            if (used != null) {
                used.setLength(0);
            }
            return true;
        }

        void finish(String result) {
            if (leave()) {
                complete(result);
            }
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            return leave() && super.cancel(mayInterrupt);
        }
    }

    private static void turn(PoolClient<StringBuilder> pool, Random random, AtomicInteger violations) {
        Work work = new Work(violations);
        int how = random.nextInt(4);
        if (how == 0) {
            work.finish("before it has begun");
        }
        CompletableFuture<String> stage = pool.transactionAsync(work::use).toCompletableFuture();
        Thread other = how == 1 ? Thread.ofVirtual().start(() -> work.finish("by another thread")) : null;
        for (int spin = random.nextInt(200); spin > 0; spin--) {
            Thread.onSpinWait();
        }
        if (how == 2) {
            stage.cancel(true);
        } else if (how == 3) {
            stage.complete("from outside");
        }
        work.finish("in the end");
        if (other != null) {
            stage.join();
        }
    }

    // ---- time-outs, refusals and ends

    @Test
    void without_a_worker_the_stage_ends_with_what_a_checkout_would_throw_and_the_function_is_not_called()
            throws Exception {
        PoolClient<StringBuilder> pool = pools.startPool(spec(1).queueCapacity(1).build());
        try (Lease<StringBuilder> held = pool.checkout()) {
            AtomicInteger called = new AtomicInteger();
            WorkerFunction<StringBuilder, CompletionStage<Integer>, RuntimeException> counts = worker -> {
                return CompletableFuture.completedFuture(called.incrementAndGet());
            };
            assertThat(failure(pool.transactionAsync(Duration.ZERO, counts)))
                    .isInstanceOf(CheckoutTimeoutException.class);
            CompletionStage<Integer> waits = pool.transactionAsync(Duration.ofMillis(50), counts);
            assertThat(failure(pool.transactionAsync(counts)))
                    .isInstanceOfSatisfying(PoolRejectedException.class,
                            rejected -> assertThat(rejected.isQueueFull()).isTrue())
                    .hasMessageContaining("transactionAsync was refused: queue-capacity 1 is reached");
            assertThat(failure(waits)).isInstanceOf(CheckoutTimeoutException.class);
            assertThat(called).hasValue(0);
            assertThat(held.isOpen()).isTrue();
        }
        pools.stopPool(pool, Duration.ofSeconds(20));
        assertThat(failure(pool.transactionAsync(worker -> CompletableFuture.completedFuture(1))))
                .isInstanceOf(PoolStoppedException.class);
    }

    @Test
    void the_worker_of_a_process_that_ends_is_lent_until_the_inner_stage_has_ended() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        for (ExitReason reason : List.of(ExitReason.NORMAL, ExitReason.KILL)) {
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<CompletionStage<String>> begun = new CompletableFuture<>();
            Pid caller = system.spawn(self -> {
                begun.complete(pool.transactionAsync(worker -> inner));
                if (reason != ExitReason.NORMAL) {
                    self.receive();
                }
            });
            CompletionStage<String> stage = begun.get(50, TimeUnit.SECONDS);
            system.exit(caller, reason);
            Eventually.so(() -> caller, () -> !caller.isAlive());
            assertThat(pool.status().borrowed()).isOne();
            assertThat(pool.tryCheckout()).isEmpty();
            inner.complete("done");
            assertThat(result(stage)).isEqualTo("done");
            assertAllIdle(pool);
        }
    }

    @Test
    void a_worker_that_dies_meanwhile_is_replaced_and_the_stage_ends_as_its_inner_one_does() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<Pid> process = new CompletableFuture<>();
        try (Lease<StringBuilder> lease = pool.checkout()) {
            process.complete(lease.pid());
        }
        CompletionStage<String> stage = pool.transactionAsync(worker -> inner);
        system.exit(process.join(), ExitReason.KILL);
        pool.transaction(worker -> {});
        assertThat(stage.toCompletableFuture()).isNotDone();
        inner.complete("well");
        assertThat(result(stage)).isEqualTo("well");
        assertAllIdle(pool);
    }

    @Test
    void a_function_and_what_depends_on_the_stage_run_neither_on_a_timer_nor_under_the_lock() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        PoolClient<StringBuilder> other = pools.startPool(PoolSpec.builder("other", () -> new StringBuilder())
                .size(1).maxOverflow(0).checkoutTimeout(Duration.ofSeconds(20)).build());
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger blocked = new AtomicInteger();
        Lease<StringBuilder> held = pool.checkout();
        List<CompletionStage<?>> stages = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            stages.add(pool.transactionAsync(Duration.ofMillis(20), worker -> CompletableFuture.completedFuture("no"))
                    .whenComplete((value, thrown) -> {
                        blocked.incrementAndGet();
                        await(release);
                    }));
        }
        Eventually.so(blocked::get, () -> blocked.get() == 4);
        Lease<StringBuilder> elsewhere = other.checkout();
        assertThat(failure(other.checkoutAsync(Duration.ofMillis(1)))).isInstanceOf(CheckoutTimeoutException.class);
        elsewhere.close();
        held.close();
        CompletionStage<Integer> status = pool.transactionAsync(
                worker -> CompletableFuture.completedFuture(pool.status().borrowed()));
        assertThat(result(status)).isOne();
        release.countDown();
        assertThat(stages).hasSize(4);
    }

    // ---- the stack

    @Test
    void stages_that_end_at_once_are_served_one_after_the_other_however_many_wait() throws Exception {
        PoolClient<StringBuilder> pool = pools.startPool(spec(1).queueCapacity(100_000).build());
        AtomicInteger called = new AtomicInteger();
        List<CompletionStage<Integer>> stages = new ArrayList<>();
        Lease<StringBuilder> held = pool.checkout();
        for (int i = 0; i < 20_000; i++) {
            stages.add(pool.transactionAsync(worker -> CompletableFuture.completedFuture(called.incrementAndGet())));
        }
        held.close();
        for (CompletionStage<Integer> stage : stages) {
            result(stage);
        }
        assertThat(called).hasValue(20_000);
        assertAllIdle(pool);
    }

    /** Where there is too little stack even for the future itself, the garbage collector finds the lease. */
    @Test
    void a_stage_that_ends_where_hardly_any_stack_is_left_loses_no_worker() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        result(pool.transactionAsync(worker -> CompletableFuture.completedFuture("loads the classes")));
        AtomicInteger told = new AtomicInteger();
        for (int frames = 0; frames < 400; frames += 20) {
            completeDeepDown(pool, frames, told);
            Eventually.so(pool::status, () -> {
                if (pool.status().available() == 0) {
                    System.gc();
                }
                return pool.status().available() == 1;
            });
        }
        assertThat(told.get()).as("hardly any is enough").isGreaterThan(5);
    }

    private static void completeDeepDown(PoolClient<StringBuilder> pool, int frames, AtomicInteger told)
            throws InterruptedException {
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletionStage<?> unused = pool.transactionAsync(worker -> inner)
                .thenAccept(value -> told.incrementAndGet());
        Thread thread = new Thread(null, () -> dive(inner, frames), "diver", 512 * 1024);
        thread.start();
        thread.join();
    }

    /** Completes the future so many frames above the end of the stack; returns how many frames above it is. */
    private static int dive(CompletableFuture<String> inner, int frames) {
        int above;
        try {
            above = dive(inner, frames) + 1;
        } catch (StackOverflowError deepest) {
            above = 0;
        }
        if (above == frames) {
            inner.complete("deep");
        }
        return above;
    }

    @Test
    void a_thread_that_is_interrupted_meanwhile_stays_so() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        CompletionStage<String> stage = pool.transactionAsync(worker -> {
            Thread.currentThread().interrupt();
            return CompletableFuture.completedFuture("done");
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result(stage)).isEqualTo("done");
    }

    @Test
    void a_stage_that_is_dropped_before_it_has_ended_loses_no_worker() throws Exception {
        PoolClient<StringBuilder> pool = pool(1);
        drop(pool);
        Eventually.so(pool::status, () -> {
            System.gc();
            return leaks.get() == 1;
        });
        pool.transaction(worker -> {});
        assertThatThrownBy(() -> result(pool.transactionAsync(worker -> new CompletableFuture<String>())
                .toCompletableFuture().orTimeout(10, TimeUnit.MILLISECONDS))).isInstanceOf(ExecutionException.class);
        assertAllIdle(pool);
    }

    private static void drop(PoolClient<StringBuilder> pool) {
        CompletionStage<String> unused = pool.transactionAsync(worker -> new CompletableFuture<>());
    }
}
