package io.github.ppool.spring.boot.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Publishers that use a pool, and subscribers that cancel at any moment, as the HTTP server of WebFlux does when a
 * client hangs up. The moments come from a seed.
 */
@Timeout(120)
class ClientsThatHangUpTest {

    private static final int THREADS = 8;
    private static final int EACH = 400;

    private final ProcessSystem system = new ProcessSystem();
    private final AtomicInteger leaks = new AtomicInteger();
    private final AtomicInteger usedByTwo = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private Pools pools;
    private PoolClient<Connection> pool;

    /** A worker that notices when two use it. */
    final class Connection {

        private final AtomicBoolean inUse = new AtomicBoolean();

        private void begin() {
            if (!inUse.compareAndSet(false, true)) {
                usedByTwo.incrementAndGet();
            }
        }

        private void end() {
            if (!inUse.compareAndSet(true, false)) {
                usedByTwo.incrementAndGet();
            }
        }

        /** A reactive client: it has left the connection when it tells its end, and when it is cancelled. */
        Mono<String> send(String mail) {
            return Mono.defer(() -> {
                begin();
                Runnable leave = once(this::end);
                return Mono.delay(Duration.ofMillis(2))
                        .map(tick -> "sent " + mail)
                        .doOnTerminate(leave)
                        .doOnCancel(leave);
            });
        }

        /** A blocking client: it goes on when it is cancelled. */
        String sendAndWait(String mail) {
            begin();
            try {
                LockSupport.parkNanos(1_000_000);
                done.incrementAndGet();
                return "sent " + mail;
            } finally {
                end();
            }
        }
    }

    /** Whichever thread comes second waits for the first. */
    private static Runnable once(Runnable end) {
        AtomicBoolean over = new AtomicBoolean();
        return () -> {
            synchronized (over) {
                if (over.compareAndSet(false, true)) {
                    end.run();
                }
            }
        };
    }

    @BeforeEach
    void start() throws InterruptedException {
        pools = Pools.start(system);
        pool = pools.startPool(PoolSpec.builder("smtp", Connection::new)
                .size(4)
                .maxOverflow(0)
                .queueCapacity(THREADS * EACH)
                .checkoutTimeout(Duration.ofSeconds(20))
                .listener(new PoolListener() {
                    @Override
                    public void leaseLeaked(String name, Pid worker, Throwable taken) {
                        leaks.incrementAndGet();
                    }
                })
                .build());
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    /** Subscribes again and again, and cancels at once, later, or hardly before the answer. */
    private void hangUp(long seed, Supplier<Mono<String>> request) throws InterruptedException {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            clients.add(Thread.ofPlatform().start(() -> {
                for (int turn = 0; turn < EACH; turn++) {
                    Disposable client = request.get().subscribe(
                            answer -> answers.incrementAndGet(), unused -> {});
                    LockSupport.parkNanos(random.nextInt(5_000_000));
                    client.dispose();
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private void assertAllWorkersAreBackAndNoneIsLost() {
        await().atMost(Duration.ofSeconds(50)).untilAsserted(() -> {
            assertThat(pool.status().available()).isEqualTo(4);
            assertThat(pool.status().queueDepth()).isZero();
        });
        assertThat(leaks).hasValue(0);
        assertThat(usedByTwo).hasValue(0);
        assertThat(answers.get()).as("some were not cancelled").isBetween(1, THREADS * EACH - 1);
    }

    // tag::reactive-client[]
    Mono<String> send(String mail) {
        return Mono.fromFuture(() -> pool
                .transactionAsync(connection -> connection.send(mail).toFuture())
                .toCompletableFuture());
    }
    // end::reactive-client[]

    @Test
    void a_transaction_of_a_reactive_client_loses_no_worker() throws Exception {
        assertThat(send("welcome").block(Duration.ofSeconds(50))).isEqualTo("sent welcome");
        hangUp(1, () -> send("welcome"));
        assertAllWorkersAreBackAndNoneIsLost();
    }

    // tag::blocking-client[]
    Mono<String> sendAndWait(String mail) {
        return Mono.fromFuture(() -> pool
                .transactionAsync(connection -> Mono.fromCallable(() -> connection.sendAndWait(mail))
                        .subscribeOn(Schedulers.boundedElastic())
                        .toFuture()
                        .minimalCompletionStage())
                .toCompletableFuture());
    }
    // end::blocking-client[]

    @Test
    void a_transaction_of_a_blocking_client_lends_the_worker_until_the_work_is_done() throws Exception {
        assertThat(sendAndWait("welcome").block(Duration.ofSeconds(50))).isEqualTo("sent welcome");
        hangUp(2, () -> sendAndWait("welcome"));
        assertAllWorkersAreBackAndNoneIsLost();
    }

    // tag::task[]
    Mono<String> handOver(String mail) {
        return Mono.fromCompletionStage(() -> pool
                .asyncQueueResult(connection -> connection.sendAndWait(mail))
                .result());
    }
    // end::task[]

    @Test
    void a_task_of_a_client_that_hangs_up_is_done() throws Exception {
        assertThat(handOver("welcome").block(Duration.ofSeconds(50))).isEqualTo("sent welcome");
        int before = done.get();
        hangUp(5, () -> handOver("welcome"));
        await().atMost(Duration.ofSeconds(50)).until(() -> done.get() == before + THREADS * EACH);
        assertThat(pool.status().queueDepth()).isZero();
        assertThat(usedByTwo).hasValue(0);
    }

    // tag::stream[]
    Flux<String> stream(List<String> mails) {
        return Flux.create(sink -> pool
                .transactionAsync(connection -> Flux.fromIterable(mails)
                        .concatMap(connection::send)
                        .doOnNext(sink::next)
                        .takeUntil(sent -> sink.isCancelled())
                        .then()
                        .toFuture())
                .whenComplete((sent, failure) -> {
                    if (failure == null) {
                        sink.complete();
                    } else {
                        sink.error(failure);
                    }
                }));
    }
    // end::stream[]

    @Test
    void a_stream_in_a_transaction_loses_no_worker() throws Exception {
        assertThat(stream(List.of("a", "b")).collectList().block(Duration.ofSeconds(50)))
                .containsExactly("sent a", "sent b");
        hangUp(3, () -> stream(List.of("a", "b")).last());
        assertAllWorkersAreBackAndNoneIsLost();
    }

    /** Not documented as a way: the step may begin after the end of its lease, so two may use one worker. */
    Flux<String> withLease(List<String> mails) {
        return Flux.usingWhen(
                Mono.fromFuture(() -> pool.checkoutAsync().toCompletableFuture()),
                lease -> Flux.fromIterable(mails).concatMap(mail -> lease.worker().send(mail)),
                lease -> Mono.fromRunnable(lease::close))
                .doOnDiscard(Lease.class, lease -> lease.close());
    }

    @Test
    void a_pipeline_whose_leases_are_closed_when_they_are_discarded_gives_its_workers_back() throws Exception {
        assertThat(withLease(List.of("a", "b")).collectList().block(Duration.ofSeconds(50)))
                .containsExactly("sent a", "sent b");
        hangUp(6, () -> withLease(List.of("a")).last());
        await().atMost(Duration.ofSeconds(50)).untilAsserted(() -> assertThat(pool.status().available()).isEqualTo(4));
    }

    /** As one may write it at first: whichever leases are lost is a matter of luck, and so is their number. */
    @Test
    void leases_that_a_publisher_loses_because_it_does_not_close_what_is_discarded_are_found() throws Exception {
        hangUp(4, () -> Mono.usingWhen(
                Mono.fromCompletionStage(() -> pool.checkoutAsync()),
                lease -> lease.worker().send("lost"),
                lease -> Mono.fromRunnable(lease::close)));
        await().atMost(Duration.ofSeconds(50)).untilAsserted(() -> {
            System.gc();
            assertThat(pool.status().available()).isEqualTo(4);
        });
        assertThat(usedByTwo).hasValue(0);
    }

    @Test
    void a_stage_that_reactor_has_dropped_with_its_lease_is_found() {
        lose();
        await().atMost(Duration.ofSeconds(50)).untilAsserted(() -> {
            System.gc();
            assertThat(leaks).hasValue(1);
        });
        await().untilAsserted(() -> assertThat(pool.status().available()).isEqualTo(4));
    }

    /** A publisher of a resource that the operator behind it drops. */
    private @Nullable Object lose() {
        return Mono.fromFuture(() -> pool.checkoutAsync().toCompletableFuture())
                .filter(lease -> !lease.isOpen())
                .block(Duration.ofSeconds(50));
    }
}
