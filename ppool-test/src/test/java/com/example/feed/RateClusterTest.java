package com.example.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.test.cluster.ClusterTester;
import io.github.ppool.test.cluster.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rate over several nodes, on a clock that the test moves. */
@Timeout(120)
class RateClusterTest {

    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final int PERMITS = 40;
    private static final String[] RATED = {"ppool.pools.smtp.worker=connectionFactory", "ppool.pools.smtp.size=1",
            "ppool.pools.smtp.max-overflow=0", "ppool.pools.smtp.cluster-rate=40/10s"};

    private final ClusterTester cluster = ClusterTester.withLease(LEASE);
    /** The time of each hand-out of all nodes. */
    private final List<Long> begun = new ArrayList<>();

    @AfterEach
    void close() {
        cluster.close();
        for (int i = PERMITS; i < begun.size(); i++) {
            assertThat(begun.get(i) - begun.get(i - PERMITS)).isGreaterThanOrEqualTo(PERIOD.toNanos());
        }
    }

    private static PoolClient<?> smtp(TestNode node) {
        return node.context().getBean("smtp", PoolClient.class);
    }

    private static int share(TestNode node) {
        PoolStatus.SharedRateUse use = smtp(node).status().sharedRate();
        assertThat(use).isNotNull();
        return use.share();
    }

    /** Takes as many as the node gives at once. */
    private int takeAll(TestNode node) {
        int taken = 0;
        while (true) {
            Lease<?> lease = smtp(node).tryCheckout().orElse(null);
            if (lease == null) {
                return taken;
            }
            lease.close();
            begun.add(cluster.clock().nanoTime());
            taken++;
        }
    }

    private void awaitShare(TestNode node, int share) {
        await().until(() -> {
            cluster.advance(Duration.ofMillis(500));
            return share(node) == share;
        });
    }

    private TestNode start(String name) {
        TestNode node = cluster.start(name, FeedApplication.class, RATED);
        await().until(() -> smtp(node).status().available() == 1);
        return node;
    }

    @Test
    void idle_nodes_share_the_rate_and_the_one_with_demand_gets_it() {
        TestNode first = start("first");
        awaitShare(first, PERMITS);
        TestNode second = start("second");
        awaitShare(second, PERMITS / 2);
        assertThat(takeAll(first) + takeAll(second)).isEqualTo(PERMITS);
        assertThat(takeAll(second)).isZero();
        await().until(() -> {
            cluster.advance(Duration.ofMillis(500));
            takeAll(second);
            return share(second) > PERMITS * 3 / 4;
        });
        assertThat(second.bean(Cluster.class).rates()).singleElement()
                .satisfies(rate -> assertThat(rate.pool()).isEqualTo("smtp"))
                .satisfies(rate -> assertThat(rate.nodes()).extracting("node").containsExactly("first", "second"));
    }

    @Test
    void a_node_that_is_cut_off_begins_nothing_after_its_share_and_leaves_it_to_the_other() {
        TestNode first = start("first");
        TestNode second = start("second");
        awaitShare(second, PERMITS / 2);
        awaitShare(first, PERMITS / 2);
        first.cut();
        cluster.advance(LEASE.multipliedBy(4).dividedBy(5));
        assertThat(share(first)).isZero();
        assertThat(takeAll(first)).isZero();
        await().until(() -> {
            cluster.advance(Duration.ofMillis(500));
            takeAll(second);
            return share(second) == PERMITS;
        });
        first.heal();
        await().until(() -> {
            cluster.advance(Duration.ofMillis(500));
            takeAll(second);
            return takeAll(first) > 0;
        });
    }

    @Test
    void a_frozen_node_begins_nothing_with_its_old_share_when_it_goes_on() {
        TestNode first = start("first");
        awaitShare(first, PERMITS);
        TestNode second = start("second");
        awaitShare(second, PERMITS / 2);
        first.freeze();
        await().until(() -> {
            cluster.advance(Duration.ofMillis(500));
            takeAll(second);
            return share(second) == PERMITS;
        });
        cluster.advance(PERIOD);
        assertThat(takeAll(second)).isEqualTo(PERMITS);
        first.thaw();
        assertThat(takeAll(first)).isZero();
    }

    @Test
    void an_orderly_stop_leaves_unused_permits_at_once() {
        TestNode first = start("first");
        awaitShare(first, PERMITS);
        assertThat(takeAll(first)).isEqualTo(PERMITS);
        cluster.advance(PERIOD);
        for (int i = 0; i < 10; i++) {
            smtp(first).tryCheckout().orElseThrow().close();
            begun.add(cluster.clock().nanoTime());
        }
        TestNode second = start("second");
        first.stop();
        int taken = 0;
        for (int i = 0; i < 10; i++) { // for less than a period
            cluster.advance(Duration.ofMillis(600));
            taken += takeAll(second);
        }
        assertThat(taken).isEqualTo(PERMITS - 10);
    }
}
