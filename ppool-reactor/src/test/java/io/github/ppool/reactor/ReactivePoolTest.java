package io.github.ppool.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

@Timeout(60)
class ReactivePoolTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger validated = new AtomicInteger();

    /** A worker that knows the uses of it. */
    private static final class Connection {

        private final AtomicInteger sent = new AtomicInteger();

        Mono<String> send(String mail) {
            return Mono.fromCallable(() -> {
                sent.incrementAndGet();
                return "sent " + mail;
            });
        }
    }

    private final class Connections implements WorkerFactory<Connection> {

        @Override
        public Connection create() {
            made.incrementAndGet();
            return new Connection();
        }

        @Override
        public boolean validate(Connection worker) {
            validated.incrementAndGet();
            return true;
        }
    }

    ReactivePoolTest() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    private PoolSpec.Builder<Connection> smtp() {
        return PoolSpec.builder("smtp", new Connections()).size(1).maxOverflow(0).checkoutTimeout(LONG);
    }

    private PoolClient<Connection> start() throws InterruptedException {
        return start(smtp());
    }

    /** With its worker: else it comes on another thread, later than the subscription. */
    private PoolClient<Connection> start(PoolSpec.Builder<Connection> spec) throws InterruptedException {
        PoolClient<Connection> pool = pools.startPool(spec.build());
        awaitIdle(pool);
        return pool;
    }

    private static void awaitIdle(PoolClient<?> pool) {
        await().atMost(LONG).untilAsserted(() -> assertThat(pool.status().available()).isOne());
    }

    // ---- the moment of a cancellation

    /** A source with a second step between the mapper and its subscription while the subscriber cancels. */
    private static final class TwoSteps {

        private final CountDownLatch between = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        Flux<String> send(Connection connection) {
            return Flux.just("first", "second")
                    .publishOn(Schedulers.boundedElastic())
                    .concatMap(mail -> {
                        Mono<String> step = connection.send(mail);
                        if (mail.equals("second")) {
                            between.countDown();
                            awaitUninterruptibly(goOn);
                        }
                        return step;
                    }, 0);
        }

        /** The thread of a scheduler is interrupted by a cancellation. */
        private static void awaitUninterruptibly(CountDownLatch latch) {
            boolean interrupted = false;
            while (true) {
                try {
                    latch.await();
                    break;
                } catch (InterruptedException cancelled) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The reason of this module, and of a warning in docs/webflux.md: Reactor does so by its design. */
    @Test
    void using_when_lets_a_step_use_a_worker_that_is_lent_to_another() throws Exception {
        PoolClient<Connection> pool = start();
        TwoSteps steps = new TwoSteps();
        Disposable client = Flux.usingWhen(
                Mono.fromFuture(() -> pool.checkoutAsync().toCompletableFuture()),
                lease -> steps.send(lease.worker()),
                lease -> Mono.fromRunnable(lease::close))
                .subscribe();
        steps.between.await();
        client.dispose();
        try (Lease<Connection> other = pool.checkout()) {
            assertThat(other.worker().sent).hasValue(1);
            steps.goOn.countDown();
            await().atMost(LONG).untilAsserted(() -> assertThat(other.worker().sent).hasValue(2));
        }
    }

    @Test
    void a_transaction_of_many_keeps_its_worker_until_each_step_has_ended() throws Exception {
        PoolClient<Connection> pool = start();
        TwoSteps steps = new TwoSteps();
        List<String> heard = new ArrayList<>();
        Disposable client = ReactivePool.of(pool).transactionMany(steps::send).subscribe(heard::add);
        steps.between.await();
        client.dispose();
        CompletableFuture<Lease<Connection>> next = pool.checkoutAsync().toCompletableFuture();
        assertThat(pool.status().available()).isZero();
        assertThat(next).isNotDone();
        steps.goOn.countDown();
        try (Lease<Connection> other = next.get(50, TimeUnit.SECONDS)) {
            assertThat(other.worker().sent).as("both steps are over").hasValue(2);
        }
        assertThat(heard).containsExactly("sent first");
    }

    @Test
    void a_transaction_goes_on_to_its_end_after_its_subscriber_has_cancelled() throws Exception {
        PoolClient<Connection> pool = start();
        Sinks.One<String> answer = Sinks.one();
        Disposable client = ReactivePool.of(pool).transaction(connection -> answer.asMono()).subscribe();
        client.dispose();
        assertThat(answer.currentSubscriberCount()).isOne();
        assertThat(pool.status().available()).isZero();
        answer.tryEmitValue("sent");
        awaitIdle(pool);
        assertThat(validated).as("it is no failure").hasValue(0);
    }

    @Test
    void a_subscriber_that_cancels_in_the_queue_leaves_it_and_its_work_is_never_called() throws Exception {
        PoolClient<Connection> pool = start();
        AtomicInteger called = new AtomicInteger();
        Lease<Connection> lease = pool.checkout();
        Disposable one = ReactivePool.of(pool).transaction(connection -> {
            called.incrementAndGet();
            return connection.send("a");
        }).subscribe();
        Disposable many = ReactivePool.of(pool).transactionMany(connection -> {
            called.incrementAndGet();
            return connection.send("b");
        }).subscribe();
        Disposable task = ReactivePool.of(pool).task(connection -> called.incrementAndGet()).subscribe();
        assertThat(pool.status().queueDepth()).isEqualTo(3);
        one.dispose();
        many.dispose();
        task.dispose();
        assertThat(pool.status().queueDepth()).isZero();
        lease.close();
        awaitIdle(pool);
        assertThat(called).hasValue(0);
    }

    // ---- the view that cancels

    @Test
    void the_cancelling_view_ends_endless_work_and_its_worker_is_validated() throws Exception {
        PoolClient<Connection> pool = start();
        AtomicBoolean cancelled = new AtomicBoolean();
        Disposable client = ReactivePool.of(pool).cancelling()
                .transactionMany(connection -> Flux.<String>never().doOnCancel(() -> cancelled.set(true)))
                .subscribe();
        assertThat(pool.status().available()).isZero();
        client.dispose();
        awaitIdle(pool);
        assertThat(cancelled).isTrue();
        assertThat(validated).hasValue(1);
        assertThat(made).hasValue(1);
    }

    @Test
    void the_worker_of_cancelled_work_crashes_if_the_pool_says_so() throws Exception {
        PoolClient<Connection> pool = start(smtp().crashOn(failure -> failure instanceof CancellationException));
        ReactivePool.of(pool).cancelling().transaction(connection -> Mono.never()).subscribe().dispose();
        await().atMost(LONG).untilAsserted(() -> assertThat(made).hasValue(2));
        awaitIdle(pool);
    }

    @Test
    void a_publisher_that_throws_when_it_is_cancelled_keeps_no_worker() throws Exception {
        PoolClient<Connection> pool = start();
        Disposable client = ReactivePool.of(pool).cancelling()
                .transactionMany(connection -> subscriber -> subscriber.onSubscribe(new BaseSubscriber<String>() {
                    @Override
                    protected void hookOnCancel() {
                        throw new IllegalStateException("no cancellation, on purpose");
                    }

                    @Override
                    protected void hookOnError(Throwable failure) {
                        throw new IllegalStateException("no cancellation, on purpose");
                    }
                }))
                .subscribe();
        try {
            client.dispose();
        } catch (IllegalStateException purpose) {
            assertThat(purpose).hasMessageContaining("on purpose");
        }
        awaitIdle(pool);
    }

    /** Reactor passes such an error on to the source and signals it to no subscriber. */
    @Test
    void a_subscriber_that_throws_a_fatal_error_keeps_no_worker() throws Exception {
        PoolClient<Connection> pool = start();
        AtomicBoolean cancelled = new AtomicBoolean();
        Sinks.Many<String> source = Sinks.many().unicast().onBackpressureBuffer();
        var unused = ReactivePool.of(pool)
                .transactionMany(connection -> source.asFlux().doOnCancel(() -> cancelled.set(true)))
                .subscribe(element -> {
                    throw new NoClassDefFoundError("on purpose");
                });
        assertThat(pool.status().available()).isZero();
        assertThatThrownBy(() -> source.tryEmitNext("one")).isInstanceOf(NoClassDefFoundError.class)
                .hasMessage("on purpose");
        awaitIdle(pool);
        assertThat(cancelled).as("the source does not go on with the worker").isTrue();
    }

    // ---- results and failures

    @Test
    void each_subscription_borrows_for_itself_and_the_worker_is_back_before_the_result() throws Exception {
        PoolClient<Connection> pool = start();
        Mono<Integer> idle = ReactivePool.of(pool).transaction(connection -> connection.send("a"))
                .map(sent -> pool.status().available());
        assertThat(pool.status().available()).isOne();
        assertThat(idle.block(LONG)).isOne();
        assertThat(idle.block(LONG)).isOne();
        try (Lease<Connection> lease = pool.checkout()) {
            assertThat(lease.worker().sent).hasValue(2);
        }
        assertThat(ReactivePool.of(pool).transaction(connection -> Mono.empty()).blockOptional(LONG)).isEmpty();
        assertThat(ReactivePool.of(pool).transactionMany(connection -> Flux.range(1, 3)).collectList().block(LONG))
                .containsExactly(1, 2, 3);
    }

    @Test
    void a_failure_reaches_the_subscriber_and_crashes_the_worker_if_it_speaks_of_a_broken_one() throws Exception {
        PoolClient<Connection> pool = start();
        IOException reset = new IOException("connection reset");
        assertThatThrownBy(() -> ReactivePool.of(pool).transaction(connection -> Mono.error(reset)).block(LONG))
                .hasCause(reset);
        await().atMost(LONG).untilAsserted(() -> assertThat(made).hasValue(2));
        assertThatThrownBy(() -> ReactivePool.of(pool).transactionMany(connection -> {
            throw new IllegalStateException("no publisher, on purpose");
        }).blockLast(LONG)).hasMessage("no publisher, on purpose");
        awaitIdle(pool);
        assertThat(made).hasValue(2);
    }

    @Test
    @SuppressWarnings("NullAway") // null on purpose
    void work_that_returns_no_publisher_fails_and_keeps_no_worker() throws Exception {
        PoolClient<Connection> pool = start();
        assertThatThrownBy(() -> ReactivePool.of(pool).transaction(connection -> null).block(LONG))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the work must return a publisher, got: null");
        assertThatThrownBy(() -> ReactivePool.of(pool).transactionMany(connection -> subscriber -> {
            throw new IllegalStateException("no subscription, on purpose");
        }).blockLast(LONG)).hasMessage("no subscription, on purpose");
        awaitIdle(pool);
        assertThatThrownBy(() -> ReactivePool.of(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactivePool.of(pool).transaction(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactivePool.of(pool).transactionMany(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactivePool.of(pool).task(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactivePool.of(pool).withCheckoutTimeout(null))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void the_wait_for_a_worker_has_the_limit_of_the_view() throws Exception {
        PoolClient<Connection> pool = start();
        ReactivePool<Connection> view = ReactivePool.of(pool).withCheckoutTimeout(Duration.ZERO);
        try (Lease<Connection> lease = pool.checkout()) {
            assertThatThrownBy(() -> view.transaction(connection -> connection.send("a")).block(LONG))
                    .isInstanceOf(CheckoutTimeoutException.class);
            assertThatThrownBy(() -> view.cancelling().transactionMany(connection -> connection.send("a"))
                    .blockLast(LONG)).isInstanceOf(CheckoutTimeoutException.class);
            assertThat(lease.worker().sent).hasValue(0);
        }
    }

    @Test
    void the_context_of_the_subscriber_reaches_the_work() throws Exception {
        ReactivePool<Connection> pool = ReactivePool.of(start());
        Mono<String> user = Mono.deferContextual(context -> Mono.just(context.get("user")));
        assertThat(pool.transaction(connection -> user).contextWrite(Context.of("user", "ada")).block(LONG))
                .isEqualTo("ada");
        assertThat(pool.transactionMany(connection -> user).contextWrite(Context.of("user", "ada")).blockLast(LONG))
                .isEqualTo("ada");
    }

    @Test
    void a_slow_subscriber_keeps_no_worker() throws Exception {
        PoolClient<Connection> pool = start();
        LinkedBlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        BaseSubscriber<Integer> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(Integer element) {
                heard.add(element);
            }
        };
        ReactivePool.of(pool).transactionMany(connection -> Flux.range(1, 1_000)).subscribe(slow);
        awaitIdle(pool);
        assertThat(heard).containsExactly(1);
        slow.requestUnbounded();
        assertThat(heard).hasSize(1_000);
    }

    // ---- tasks and the scheduler

    @Test
    void blocking_work_runs_as_a_task_on_the_thread_of_the_worker() throws Exception {
        PoolClient<Connection> pool = start();
        ReactivePool<Connection> view = ReactivePool.of(pool);
        Mono<Thread> thread = view.task(connection -> Thread.currentThread());
        assertThat(thread.block(LONG)).isNotSameAs(Thread.currentThread()).isSameAs(thread.block(LONG));
        assertThat(view.task(connection -> null).blockOptional(LONG)).isEmpty();
        IOException reset = new IOException("connection reset");
        assertThatThrownBy(() -> view.task(connection -> {
            throw reset;
        }).block(LONG)).hasCause(reset);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Disposable client = view.task(connection -> {
            running.countDown();
            end.await();
            return connection.sent.incrementAndGet();
        }).subscribe();
        running.await();
        client.dispose();
        end.countDown();
        try (Lease<Connection> lease = pool.checkout()) {
            assertThat(lease.worker().sent).as("a task that runs goes on").hasValue(1);
        }
    }

    @Test
    void a_pool_is_a_scheduler_for_publish_on() throws Exception {
        PoolClient<Connection> pool = start();
        Scheduler scheduler = ReactivePool.of(pool).scheduler();
        Thread worker = ReactivePool.of(pool).task(connection -> Thread.currentThread()).block(LONG);
        List<Integer> order = Flux.range(1, 1_000)
                .publishOn(scheduler)
                .doOnNext(element -> assertThat(Thread.currentThread()).isSameAs(worker))
                .collectList()
                .block(LONG);
        assertThat(order).hasSize(1_000).isSorted();
        assertThat(Mono.fromCallable(Thread::currentThread).subscribeOn(scheduler).block(LONG)).isSameAs(worker);
        assertThatThrownBy(() -> Mono.delay(Duration.ofMillis(1), scheduler).block(LONG))
                .isInstanceOf(RejectedExecutionException.class);
        scheduler.dispose();
        awaitIdle(pool);
    }

    @Test
    void the_refusal_of_a_full_pool_is_signalled_with_its_reason() throws Exception {
        PoolClient<Connection> pool = start(smtp().queueCapacity(0));
        Scheduler scheduler = ReactivePool.of(pool).scheduler();
        try (Lease<Connection> lease = pool.checkout()) {
            assertThatThrownBy(() -> Mono.just(1).publishOn(scheduler).block(LONG))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasRootCauseInstanceOf(PoolRejectedException.class);
            assertThatThrownBy(() -> ReactivePool.of(pool).task(connection -> 1).block(LONG))
                    .isInstanceOf(PoolRejectedException.class);
            assertThatThrownBy(() -> ReactivePool.of(pool).transaction(connection -> connection.send("a")).block(LONG))
                    .isInstanceOf(PoolRejectedException.class);
            assertThat(lease.isOpen()).isTrue();
        }
    }
}
