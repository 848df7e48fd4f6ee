package io.github.ppool.benchmarks.starter;

import io.github.ppool.spring.boot.endpoint.ObserveDescriptor;
import io.github.ppool.spring.boot.endpoint.PoolEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Three observers of an application. Each asks for a snapshot once a second, as the page does, with one pool in detail,
 * and writes it as JSON. There is no HTTP between them.
 */
final class Viewers implements AutoCloseable {

    private static final int VIEWERS = 3;
    private static final Duration EVERY = Duration.ofSeconds(1);
    /** After looking for so long without a rest, the code is compiled: later looks cost no compiler. */
    private static final long WARM_NANOS = 8_000_000_000L;

    private final PoolEndpoint endpoint;
    private final String pool;
    private final JsonMapper json = JsonMapper.builder().build();
    private final CountDownLatch begun = new CountDownLatch(VIEWERS);
    private final List<Thread> threads;

    Viewers(PoolEndpoint endpoint, String pool) {
        this.endpoint = endpoint;
        this.pool = pool;
        this.threads = IntStream.range(0, VIEWERS)
                .mapToObj(number -> Thread.ofPlatform().daemon(true).name("viewer-" + number).start(this::watch))
                .toList();
    }

    private Viewers(PoolEndpoint endpoint, String pool, List<Thread> threads) {
        this.endpoint = endpoint;
        this.pool = pool;
        this.threads = threads;
    }

    /** Looks without a rest until the compiler has no more to do. */
    static void warmUp(PoolEndpoint endpoint, String pool) {
        Viewers viewer = new Viewers(endpoint, pool, List.of());
        Long since = null;
        long from = System.nanoTime();
        while (System.nanoTime() - from < WARM_NANOS) {
            since = viewer.look(since);
        }
    }

    /** Returns when each of them has the history, and asks only for news from now on. */
    void awaitHistory() throws InterruptedException {
        begun.await();
    }

    private void watch() {
        Long since = null;
        try {
            while (true) {
                since = look(since);
                begun.countDown();
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException closed) {
            // the end
        }
    }

    private Long look(@Nullable Long since) {
        if (!(endpoint.pool("observe", null, null, null, since, pool, 10, null) instanceof ObserveDescriptor seen)) {
            throw new IllegalStateException("there is no snapshot");
        }
        if (json.writeValueAsBytes(seen).length == 0) {
            throw new IllegalStateException("the snapshot is empty");
        }
        return seen.sequence();
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
