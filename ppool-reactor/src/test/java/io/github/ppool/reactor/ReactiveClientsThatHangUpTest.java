package io.github.ppool.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The code of docs/webflux.md, with subscribers that cancel at any moment. The moments come from a seed. */
@Timeout(120)
class ReactiveClientsThatHangUpTest {

    private static final int THREADS = 4;
    private static final int EACH = 400;

    private final ProcessSystem system = new ProcessSystem();
    private final AtomicInteger leaks = new AtomicInteger();
    private final AtomicInteger usedByTwo = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final Pools pools;
    private final PoolClient<Connection> pool;
    private final ReactivePool<Connection> smtp;

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

        /** It leaves the connection when it ends, and before a cancellation returns. */
        Mono<String> send(String mail) {
            return Mono.defer(() -> {
                begin();
                AtomicBoolean over = new AtomicBoolean();
                Runnable leave = () -> {
                    synchronized (over) { // the second thread waits for the first
                        if (over.compareAndSet(false, true)) {
                            end();
                        }
                    }
                };
                return Mono.delay(Duration.ofMillis(1)).map(tick -> "sent " + mail)
                        .doOnTerminate(leave).doOnCancel(leave);
            });
        }

        String sendAndWait(String mail) {
            begin();
            try {
                LockSupport.parkNanos(500_000); // stands for a blocking exchange
                return "sent " + mail;
            } finally {
                end();
            }
        }
    }

    ReactiveClientsThatHangUpTest() throws InterruptedException {
        pools = Pools.start(system);
        pool = pools.startPool(PoolSpec.builder("smtp", Connection::new).size(4).maxOverflow(0)
                .queueCapacity(THREADS * EACH).checkoutTimeout(Duration.ofSeconds(30))
                .listener(new PoolListener() {
                    @Override
                    public void leaseLeaked(String name, Pid worker, Throwable taken) {
                        leaks.incrementAndGet();
                    }
                }).build());
        smtp = ReactivePool.of(pool);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    private void hangUp(long seed, Supplier<Publisher<String>> request) throws InterruptedException {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            clients.add(Thread.ofPlatform().start(() -> {
                for (int turn = 0; turn < EACH; turn++) {
                    Disposable client = Flux.from(request.get())
                            .subscribe(answer -> answers.incrementAndGet(), unused -> {});
                    LockSupport.parkNanos(random.nextInt(4_000_000)); // the moment of the cancellation
                    client.dispose();
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        await().atMost(Duration.ofSeconds(50)).untilAsserted(() -> {
            assertThat(pool.status().available()).isEqualTo(4);
            assertThat(pool.status().queueDepth()).isZero();
        });
        assertThat(leaks).as("seed " + seed).hasValue(0);
        assertThat(usedByTwo).as("seed " + seed).hasValue(0);
        assertThat(answers).as("some subscribers were served, seed " + seed).hasPositiveValue();
    }

    // tag::transaction[]
    Mono<String> send(String mail) {
        return smtp.transaction(connection -> connection.send(mail));
    }
    // end::transaction[]

    @Test
    void a_transaction() throws Exception {
        assertThat(send("welcome").block()).isEqualTo("sent welcome");
        hangUp(1, () -> send("welcome"));
    }

    // tag::many[]
    Flux<String> sendAll(List<String> mails) {
        return smtp.transactionMany(connection -> Flux.fromIterable(mails).concatMap(connection::send));
    }
    // end::many[]

    @Test
    void a_transaction_of_many_elements() throws Exception {
        assertThat(sendAll(List.of("a", "b")).collectList().block()).containsExactly("sent a", "sent b");
        hangUp(2, () -> sendAll(List.of("a", "b")));
    }

    // tag::cancelling[]
    Mono<String> sendUnlessCancelled(String mail) {
        return smtp.cancelling().transaction(connection -> connection.send(mail));
    }
    // end::cancelling[]

    @Test
    void a_transaction_that_is_cancelled_with_its_subscriber() throws Exception {
        hangUp(3, () -> sendUnlessCancelled("welcome"));
    }

    // tag::task[]
    Mono<String> sendAndWait(String mail) {
        return smtp.task(connection -> connection.sendAndWait(mail));
    }
    // end::task[]

    @Test
    void a_task() throws Exception {
        hangUp(4, () -> sendAndWait("welcome"));
    }

    @Test
    void the_pool_as_a_scheduler() {
        // tag::scheduler[]
        Scheduler reports = ReactivePool.of(pool).scheduler();
        Mono<String> report = Mono.fromCallable(() -> "a report").subscribeOn(reports);
        // end::scheduler[]
        assertThat(report.block(Duration.ofSeconds(30))).isEqualTo("a report");
    }
}
