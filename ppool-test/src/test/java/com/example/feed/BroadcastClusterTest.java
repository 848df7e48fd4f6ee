package com.example.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.ClusterBroadcast;
import io.github.ppool.cluster.ClusterBroadcast.End;
import io.github.ppool.cluster.ClusterBroadcast.NodeOutcome;
import io.github.ppool.cluster.ClusterBroadcasts;
import io.github.ppool.cluster.PoolBroadcast;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.test.cluster.ClusterTester;
import io.github.ppool.test.cluster.TestNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.Configuration;

/** A broadcast over several nodes, on a clock that the test moves. */
@Timeout(120)
class BroadcastClusterTest {

    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);

    private final ClusterTester cluster = ClusterTester.withLease(LEASE);

    @Configuration(proxyBeanMethods = false)
    static class Application extends FeedApplication {
        final AtomicInteger reloaded = new AtomicInteger();

        @PoolBroadcast(pool = "smtp", name = "reload")
        void reload(Object connection) {
            assertThat(connection).isNotNull();
            reloaded.incrementAndGet();
        }
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private TestNode start(String name) {
        TestNode node = cluster.start(name, Application.class, "ppool.pools.smtp.worker=connectionFactory",
                "ppool.pools.smtp.size=2");
        await().until(() -> node.context().getBean("smtp", PoolClient.class).status().available() == 2);
        return node;
    }

    private static CompletableFuture<ClusterBroadcast> send(TestNode node) {
        return node.bean(ClusterBroadcasts.class).send("smtp", "reload", null, Duration.ofSeconds(30))
                .toCompletableFuture();
    }

    private static int reloaded(TestNode node) {
        return node.bean(Application.class).reloaded.get();
    }

    @Test
    void it_reaches_all_workers_within_a_heartbeat() {
        TestNode first = start("first");
        TestNode second = start("second");
        CompletableFuture<ClusterBroadcast> sent = send(first);
        await().until(() -> reloaded(first) == 2);
        assertThat(reloaded(second)).isZero();
        cluster.advance(HEARTBEAT);
        await().until(() -> reloaded(second) == 2);
        await().until(() -> {
            cluster.advance(Duration.ofMillis(100));
            return sent.isDone();
        });
        assertThat(sent.join().isDoneByAll()).isTrue();
        assertThat(sent.join().nodes()).extracting(NodeOutcome::done).containsExactly(2, 2);
    }

    @Test
    void a_node_that_dies_before_is_lost_and_the_sender_waits_for_no_longer_than_its_lease() {
        TestNode first = start("first");
        TestNode second = start("second");
        second.kill();
        CompletableFuture<ClusterBroadcast> sent = send(first);
        cluster.advance(LEASE.dividedBy(2));
        assertThat(sent).isNotDone();
        cluster.advance(LEASE.dividedBy(2).plus(HEARTBEAT));
        await().until(sent::isDone);
        assertThat(sent.join().nodes()).extracting(NodeOutcome::end).containsExactly(End.ANSWERED, End.NODE_LOST);
        assertThat(sent.join().isDoneByAll()).isFalse();
    }
}
