package com.example.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.test.cluster.ClusterTester;
import io.github.ppool.test.cluster.TestNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop of the cluster over nodes in one JVM, and a time that the test moves. */
@Timeout(120)
class FeedClusterTest {

    private static final Duration LEASE = Duration.ofSeconds(15);

    // tag::cluster[]
    private final ClusterTester cluster = ClusterTester.create(); // a lease of 15 s, and a time that stands still

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void the_feed_goes_on_at_another_node_within_one_point_two_leases() {
        TestNode first = cluster.start("first", FeedApplication.class);
        cluster.awaitHolder("feed", "first");
        TestNode second = cluster.start("second", FeedApplication.class);
        cluster.advance(Duration.ofMinutes(1));
        assertThat(cluster.holder("feed")).contains("first");
        assertThat(tokens(second)).isEmpty();

        first.kill();
        cluster.advance(Duration.ofSeconds(18));

        cluster.awaitHolder("feed", "second");
        await().until(() -> tokens(second).contains(2L));
        assertThat(tokens(first)).containsOnly(1L);
    }
    // end::cluster[]

    private static List<Long> tokens(TestNode node) {
        return node.bean(FeedApplication.Work.class).tokens;
    }

    private static boolean runs(TestNode node) {
        return node.bean(SupervisionTrees.class).standby("feed").isEmpty();
    }

    @Test
    void an_orderly_stop_hands_it_over_without_a_wait_for_the_lease() {
        TestNode first = cluster.start("first", FeedApplication.class);
        cluster.awaitHolder("feed", "first");
        TestNode second = cluster.start("second", FeedApplication.class);
        first.stop();
        cluster.advance(LEASE.dividedBy(5));
        cluster.awaitHolder("feed", "second");
        assertThat(cluster.token("feed")).isEqualTo(2);
        await().until(() -> runs(second));
    }

    @Test
    void a_node_that_is_cut_off_ends_its_loop_before_another_one_may_begin() {
        TestNode first = cluster.start("first", FeedApplication.class);
        cluster.awaitHolder("feed", "first");
        TestNode second = cluster.start("second", FeedApplication.class);
        first.cut();
        cluster.advance(LEASE.multipliedBy(4).dividedBy(5));
        await().until(() -> !runs(first));
        assertThat(first.holdsLease()).isFalse();
        assertThat(runs(second)).isFalse();
        cluster.advance(LEASE.multipliedBy(2).dividedBy(5));
        cluster.awaitHolder("feed", "second");

        first.heal();
        cluster.advance(LEASE);
        await().until(first::holdsLease);
        assertThat(runs(first)).isFalse();
        assertThat(cluster.holder("feed")).contains("second");
    }

    @Test
    void a_short_cut_is_noticed_by_no_loop() {
        TestNode first = cluster.start("first", FeedApplication.class);
        cluster.awaitHolder("feed", "first");
        cluster.start("second", FeedApplication.class);
        first.cut();
        cluster.advance(LEASE.dividedBy(2));
        first.heal();
        cluster.advance(LEASE.multipliedBy(2));
        assertThat(cluster.token("feed")).isOne();
        assertThat(runs(first)).isTrue();
    }

    @Test
    void a_frozen_node_finds_its_lease_lost_when_it_goes_on_and_its_token_is_the_smaller_one() {
        TestNode first = cluster.start("first", FeedApplication.class);
        cluster.awaitHolder("feed", "first");
        TestNode second = cluster.start("second", FeedApplication.class);
        first.freeze();
        cluster.advance(LEASE.multipliedBy(2));
        cluster.awaitHolder("feed", "second");
        assertThat(runs(first)).isTrue(); // it can't know
        first.thaw();
        await().until(() -> !runs(first));
        await().until(() -> tokens(second).contains(2L));
        assertThat(tokens(first)).containsOnly(1L);
    }

    @Test
    void an_operator_hands_the_loop_over_and_the_token_grows() {
        TestNode first = cluster.start("first", FeedApplication.class);
        cluster.awaitHolder("feed", "first");
        TestNode second = cluster.start("second", FeedApplication.class);
        assertThat(first.bean(Cluster.class).handOver("feed")).isTrue();
        cluster.advance(LEASE.multipliedBy(2).dividedBy(5));
        cluster.awaitHolder("feed", "second");
        await().until(() -> runs(second) && !runs(first));
        assertThat(cluster.token("feed")).isEqualTo(2);
        assertThat(first.bean(Cluster.class).handOver("other")).isFalse();
    }

    @Test
    void a_hand_over_without_another_node_comes_back() {
        TestNode only = cluster.start("only", FeedApplication.class);
        cluster.awaitHolder("feed", "only");
        assertThat(only.bean(Cluster.class).handOver("feed")).isTrue();
        cluster.advance(LEASE);
        cluster.awaitHolder("feed", "only");
        assertThat(cluster.token("feed")).isEqualTo(2);
    }

    @Test
    void a_drained_node_gives_the_loop_away_and_does_not_want_it() {
        TestNode first = cluster.start("first", FeedApplication.class);
        cluster.awaitHolder("feed", "first");
        TestNode second = cluster.start("second", FeedApplication.class);
        assertThat(second.bean(Cluster.class).drain("first")).isOne();
        cluster.advance(LEASE);
        cluster.awaitHolder("feed", "second");
        second.bean(Cluster.class).handOver("feed");
        cluster.advance(LEASE);
        cluster.awaitHolder("feed", "second");
        second.bean(Cluster.class).undrain("first");
        cluster.advance(LEASE);
        second.bean(Cluster.class).handOver("feed");
        cluster.advance(LEASE);
        cluster.awaitHolder("feed", "first");
    }

    @Test
    void a_loop_that_gives_up_here_goes_on_elsewhere_and_comes_back_after_a_rest() {
        TestNode first = cluster.start("first", FeedApplication.class);
        cluster.awaitHolder("feed", "first");
        TestNode second = cluster.start("second", FeedApplication.class);
        first.bean(FeedApplication.Work.class).fails = true;
        // until the loop gives up, the first node gives it back, and the second one asks for it
        cluster.advance(LEASE.multipliedBy(2));
        cluster.awaitHolder("feed", "second");
        SupervisionTrees trees = first.bean(SupervisionTrees.class);
        assertThat(trees.standby("feed").orElseThrow().resting()).isTrue();
        assertThat(trees.hasGivenUp("feed")).isFalse();
        first.bean(FeedApplication.Work.class).fails = false;
        cluster.advance(Duration.ofSeconds(61));
        assertThat(trees.standby("feed").orElseThrow().resting()).isFalse();
        second.stop();
        cluster.advance(LEASE);
        cluster.awaitHolder("feed", "first");
    }

    private static final String[] LIMITED = {"ppool.pools.smtp.worker=connectionFactory", "ppool.pools.smtp.size=2",
            "ppool.pools.smtp.max-overflow=2", "ppool.pools.smtp.cluster-limit=3"};

    private static int connections(TestNode node) {
        return node.bean(AtomicInteger.class).get();
    }

    @Test
    void a_limited_pool_has_no_more_workers_over_all_nodes_than_its_limit() {
        TestNode first = cluster.start("first", FeedApplication.class, LIMITED);
        await().until(() -> connections(first) == 2);
        TestNode second = cluster.start("second", FeedApplication.class, LIMITED);
        await().until(() -> {
            cluster.advance(Duration.ofSeconds(1));
            return connections(first) + connections(second) == 3;
        });
        assertThat(cluster.held("smtp", "first") + cluster.held("smtp", "second")).isEqualTo(3);

        first.stop();
        await().until(() -> {
            cluster.advance(Duration.ofSeconds(1));
            return connections(second) == 2;
        });
        assertThat(cluster.held("smtp", "first")).isZero();
    }

    @Test
    void a_lost_lease_ends_the_workers_of_a_limited_pool() {
        TestNode first = cluster.start("first", FeedApplication.class, LIMITED);
        await().until(() -> connections(first) == 2);
        first.cut();
        cluster.advance(LEASE.multipliedBy(4).dividedBy(5));
        await().until(() -> connections(first) == 0);
        first.heal();
        await().until(() -> {
            cluster.advance(Duration.ofSeconds(1));
            return connections(first) == 2;
        });
    }
}
