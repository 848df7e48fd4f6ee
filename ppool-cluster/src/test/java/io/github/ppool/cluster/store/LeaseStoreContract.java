package io.github.ppool.cluster.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.store.LeaseSnapshot.PermitRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The rules of a store, for each kind of store. */
abstract class LeaseStoreContract {

    static final Duration LEASE = Duration.ofSeconds(60);
    private static final String NAME = "pool:smtp";

    final NodeId one = NodeId.ofNew("one");
    final NodeId two = NodeId.ofNew("two");
    LeaseStore store;
    LeaseSession session;

    abstract LeaseStore newStore();

    /** Lets time pass for the store. */
    abstract void pass(Duration time);

    @BeforeEach
    void open() {
        store = newStore();
        session = store.open(TestDatabases.TIMEOUT);
        session.checkSchema();
    }

    @AfterEach
    void close() {
        session.close();
    }

    private void joinBoth() {
        session.join(one, LEASE, false);
        session.join(two, LEASE, false);
        session.prepare(NAME, 3);
    }

    private List<Permit> acquire(NodeId node, int count) {
        return session.acquire(node, NAME, 3, count, false);
    }

    @Test
    void permits_have_one_holder_each_and_a_token_that_grows_with_each_holder() {
        joinBoth();
        List<Permit> first = acquire(one, 2);
        assertThat(first).extracting(Permit::slot).containsExactlyInAnyOrder(0, 1);
        assertThat(first).extracting(Permit::token).containsOnly(1L);
        assertThat(acquire(two, 2)).containsExactly(new Permit(NAME, 2, 1));
        assertThat(acquire(two, 1)).isEmpty();
        assertThat(session.held(one)).containsExactlyInAnyOrderElementsOf(first);
        assertThat(session.release(one, first)).isEqualTo(2);
        assertThat(acquire(two, 1)).containsExactly(new Permit(NAME, 0, 2));
        assertThat(session.held(one)).isEmpty();
    }

    @Test
    void a_permit_is_released_once_and_by_its_holder_only() {
        joinBoth();
        List<Permit> held = acquire(one, 1);
        assertThat(session.release(two, held)).isZero();
        List<Permit> wrong = List.of(new Permit(NAME, 0, 7), new Permit(NAME, 99, 1), new Permit("no", 0, 1));
        assertThat(session.release(one, wrong)).isZero();
        assertThat(session.held(one)).isEqualTo(held);
        assertThat(session.release(one, held)).isOne();
        assertThat(session.release(one, held)).isZero();
        assertThat(session.release(one, List.of())).isZero();
    }

    @Test
    void a_lease_that_is_renewed_goes_on_and_one_that_is_over_never_comes_back() {
        joinBoth();
        pass(LEASE.minusSeconds(10));
        assertThat(session.renew(one, LEASE)).isPresent();
        pass(Duration.ofSeconds(20));
        assertThat(session.renew(two, LEASE)).isEmpty();
        assertThat(session.renew(one, LEASE)).hasValueSatisfying(news -> assertThat(news.expired()).isOne());
        assertThat(acquire(two, 1)).isEmpty();
        session.wish(two, Map.of(NAME, 1));
        assertThat(session.claims(NAME)).isEmpty();
        assertThat(session.renew(NodeId.ofNew("nobody"), LEASE)).isEmpty();
    }

    @Test
    void a_heartbeat_tells_when_the_first_lease_of_another_node_ends() {
        session.join(one, LEASE, false);
        assertThat(session.renew(one, LEASE).orElseThrow().soonestMillis()).isEqualTo(Renewal.NO_OTHER);
        session.join(two, LEASE, false);
        session.join(NodeId.ofNew("three"), LEASE.multipliedBy(2), false);
        pass(Duration.ofSeconds(20));
        assertThat(session.renew(one, LEASE).orElseThrow().soonestMillis()).isBetween(30_000L, 40_000L);
        pass(Duration.ofSeconds(50));
        session.join(NodeId.ofNew("four"), LEASE, false);
        NodeId five = NodeId.ofNew("five");
        session.join(five, LEASE, false);
        assertThat(session.renew(five, LEASE).orElseThrow().soonestMillis()).isBetween(1_000L, 10_000L);
    }

    @Test
    void dead_nodes_are_taken_over_in_batches_the_first_expired_first() {
        joinBoth();
        NodeId three = NodeId.ofNew("three");
        session.join(three, LEASE.plusSeconds(100), false);
        acquire(one, 2);
        pass(Duration.ofSeconds(10));
        session.renew(one, LEASE);
        pass(LEASE);
        assertThat(session.takeOver(1, Duration.ZERO)).containsExactly(two);
        assertThat(session.takeOver(5, Duration.ZERO)).containsExactly(one);
        assertThat(session.takeOver(5, Duration.ZERO)).isEmpty();
        assertThat(session.snapshot().nodes()).extracting(LeaseSnapshot.NodeRow::node).containsExactly(three);
        assertThat(session.snapshot().permits()).extracting(PermitRow::holder).containsOnlyNulls();
        assertThat(session.release(one, List.of(new Permit(NAME, 0, 1)))).isZero();
        assertThat(session.acquire(three, NAME, 3, 3, false)).hasSize(3);
    }

    @Test
    void the_permits_of_a_dead_node_rest() {
        joinBoth();
        acquire(one, 2);
        pass(Duration.ofSeconds(50));
        session.renew(two, LEASE);
        pass(Duration.ofSeconds(20));
        assertThat(session.takeOver(5, Duration.ofSeconds(30))).containsExactly(one);
        session.wish(two, Map.of(NAME, 3));
        assertThat(acquire(two, 3)).containsExactly(new Permit(NAME, 2, 1));
        assertThat(session.renew(two, LEASE).orElseThrow().available()).isEmpty();
        assertThat(session.snapshot().permits()).extracting(PermitRow::rests).containsExactly(true, true, false);
        pass(Duration.ofSeconds(31));
        assertThat(session.renew(two, LEASE).orElseThrow().available()).containsExactly(NAME);
        assertThat(session.snapshot().permits()).extracting(PermitRow::rests).containsOnly(false);
        assertThat(acquire(two, 3)).hasSize(2);
    }

    @Test
    void a_node_that_leaves_gives_back_all_at_once() {
        joinBoth();
        acquire(one, 3);
        session.wish(one, Map.of(NAME, 1));
        session.leave(one);
        session.leave(one);
        assertThat(acquire(two, 3)).hasSize(3).extracting(Permit::token).containsOnly(2L);
        assertThat(session.snapshot().wishes()).isEmpty();
        assertThat(session.renew(one, LEASE)).isEmpty();
    }

    @Test
    void a_node_joins_once() {
        joinBoth();
        assertThatThrownBy(() -> session.join(one, LEASE, false)).isInstanceOf(LeaseStoreException.class);
    }

    @Test
    void wishes_reach_the_holders_and_free_permits_the_wishers() {
        joinBoth();
        acquire(one, 3);
        session.wish(two, Map.of(NAME, 2, "pool:other", 1));
        assertThat(session.renew(one, LEASE)).hasValueSatisfying(news -> {
            assertThat(news.draining()).isFalse();
            assertThat(news.expired()).isZero();
            assertThat(news.held()).isEqualTo(3);
            assertThat(news.contested()).containsExactly(NAME);
            assertThat(news.available()).isEmpty();
            assertThat(news.handOvers()).isEmpty();
        });
        assertThat(session.claims(NAME))
                .containsExactlyInAnyOrder(new Claim(one, 3, 0, false), new Claim(two, 0, 2, false));
        assertThat(session.renew(two, LEASE).orElseThrow().available()).isEmpty();
        session.release(one, List.of(new Permit(NAME, 1, 1)));
        assertThat(session.renew(two, LEASE).orElseThrow().available()).containsExactly(NAME);
        session.wish(two, Map.of(NAME, 0));
        session.wish(two, Map.of());
        assertThat(session.renew(two, LEASE).orElseThrow().available()).isEmpty();
        assertThat(session.renew(one, LEASE).orElseThrow().contested()).isEmpty();
        assertThat(session.snapshot().wishes())
                .containsExactly(new LeaseSnapshot.WishRow("pool:other", two, 1));
        session.wish(two, Map.of("pool:other", 5));
        assertThat(session.snapshot().wishes())
                .containsExactly(new LeaseSnapshot.WishRow("pool:other", two, 5));
    }

    @Test
    void nothing_is_acquired_past_the_wish_of_another_node_unless_it_is_its_turn() {
        joinBoth();
        session.wish(two, Map.of(NAME, 1));
        assertThat(session.acquire(one, NAME, 3, 1, true)).isEmpty();
        assertThat(session.acquire(two, NAME, 3, 1, true)).hasSize(1);
        assertThat(session.acquire(one, NAME, 3, 1, false)).hasSize(1);
    }

    @Test
    void a_smaller_limit_of_one_node_counts_what_all_nodes_hold() {
        joinBoth();
        acquire(one, 2);
        assertThat(session.acquire(two, NAME, 2, 2, false)).isEmpty();
        session.release(one, List.of(new Permit(NAME, 1, 1)));
        assertThat(session.acquire(two, NAME, 2, 2, false)).hasSize(1);
        session.prepare(NAME, 5);
        session.prepare(NAME, 2);
        assertThat(session.acquire(two, NAME, 5, 9, false)).hasSize(3);
    }

    @Test
    void a_ledger_is_replaced_once_for_each_version() {
        LedgerRow none = session.ledger("smtp");
        assertThat(none).returns(0L, LedgerRow::version).returns("", LedgerRow::text);
        assertThat(session.replaceLedger("smtp", 3, "early")).isFalse();
        assertThat(session.replaceLedger("smtp", 0, "one")).isTrue();
        assertThat(session.replaceLedger("smtp", 0, "again")).isFalse();
        assertThat(session.ledger("smtp")).returns(1L, LedgerRow::version).returns("one", LedgerRow::text);
        assertThat(session.replaceLedger("smtp", 1, "two\nlines")).isTrue();
        assertThat(session.replaceLedger("smtp", 1, "late")).isFalse();
        assertThat(session.ledger("smtp")).returns(2L, LedgerRow::version).returns("two\nlines", LedgerRow::text);
        assertThat(session.replaceLedger("other", 0, "x".repeat(100_000))).isTrue();
        assertThat(session.ledgers()).containsOnlyKeys("other", "smtp");
        assertThat(session.ledgers().get("smtp").text()).isEqualTo("two\nlines");
        assertThat(session.ledger("smtp").nowMicros()).isGreaterThanOrEqualTo(none.nowMicros());
        assertThatThrownBy(() -> session.replaceLedger("other", 1, "x".repeat(LeaseSession.LONGEST_LEDGER + 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("ledger must have at most");
    }

    @RepeatedTest(3)
    void of_nodes_that_replace_a_ledger_at_once_one_succeeds() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (long version = 0; version < 5; version++) {
                long present = version;
                CyclicBarrier together = new CyclicBarrier(4);
                List<Callable<Boolean>> all = IntStream.range(0, 4).<Callable<Boolean>>mapToObj(i -> () -> {
                    try (LeaseSession own = store.open(TestDatabases.TIMEOUT)) {
                        together.await();
                        return own.replaceLedger("smtp", present, "by " + i);
                    }
                }).toList();
                int done = 0;
                for (Future<Boolean> each : threads.invokeAll(all)) {
                    done += each.get() ? 1 : 0;
                }
                assertThat(done).as("version %d", version).isOne();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(session.ledger("smtp").version()).isEqualTo(5);
    }

    @Test
    void a_hand_over_is_asked_of_the_holder_until_it_has_released() {
        joinBoth();
        assertThat(session.requestHandOver(NAME)).isZero();
        List<Permit> held = acquire(one, 1);
        assertThat(session.requestHandOver(NAME)).isOne();
        assertThat(session.renew(one, LEASE).orElseThrow().handOvers()).containsExactly(NAME);
        assertThat(session.renew(one, LEASE).orElseThrow().handOvers()).containsExactly(NAME);
        assertThat(session.renew(two, LEASE).orElseThrow().handOvers()).isEmpty();
        session.release(one, held);
        acquire(one, 1);
        assertThat(session.renew(one, LEASE).orElseThrow().handOvers()).isEmpty();
    }

    private static BroadcastRequest broadcast(String payload) {
        return new BroadcastRequest(UUID.randomUUID(), "smtp", "reload", payload, Duration.ofMillis(1500));
    }

    private int send(BroadcastRequest broadcast) {
        return session.sendBroadcast(broadcast, LEASE, LEASE.multipliedBy(3), 10);
    }

    @Test
    void a_broadcast_asks_each_node_with_a_lease_and_its_first_answer_counts() {
        joinBoth();
        BroadcastRequest reload = broadcast("{\"a\": \"ä\"}");
        BroadcastRequest bare = broadcast(null);
        assertThat(session.renew(one, LEASE).orElseThrow().asked()).isFalse();
        assertThat(send(reload)).isEqualTo(2);
        assertThat(send(bare)).isEqualTo(2);
        NodeId late = NodeId.ofNew("late");
        session.join(late, LEASE, false);
        assertThat(session.renew(one, LEASE).orElseThrow().asked()).isTrue();
        assertThat(session.renew(late, LEASE).orElseThrow().asked()).isFalse();
        assertThat(session.broadcasts(one)).containsExactly(reload, bare);
        assertThat(session.broadcasts(late)).isEmpty();
        assertThat(session.answerBroadcast(reload.id(), one, "done")).isTrue();
        assertThat(session.answerBroadcast(reload.id(), one, "again")).isFalse();
        assertThat(session.answerBroadcast(reload.id(), late, "mine")).isFalse();
        assertThat(session.answerBroadcast(UUID.randomUUID(), one, "of none")).isFalse();
        assertThat(session.broadcasts(one)).containsExactly(bare);
        assertThat(session.broadcastAnswers(reload.id())).containsExactly(
                new BroadcastAnswer(one, "done", false), new BroadcastAnswer(two, null, false));
        assertThat(session.renew(one, LEASE).orElseThrow().asked()).isTrue();
        session.answerBroadcast(bare.id(), one, "x".repeat(BroadcastRequest.LONGEST_ANSWER));
        assertThat(session.renew(one, LEASE).orElseThrow().asked()).isFalse();
    }

    @Test
    void a_broadcast_is_recorded_once_and_only_for_as_many_nodes_as_its_sender_permits() {
        joinBoth();
        BroadcastRequest reload = broadcast("1");
        assertThat(session.sendBroadcast(reload, LEASE, LEASE, 1)).isEqualTo(2);
        assertThat(session.broadcasts(one)).isEmpty();
        assertThat(session.allBroadcasts()).isEmpty();
        assertThat(send(reload)).isEqualTo(2);
        assertThat(session.answerBroadcast(reload.id(), one, "done")).isTrue();
        assertThat(send(reload)).isEqualTo(2);
        assertThat(session.broadcasts(one)).isEmpty();
        assertThat(session.broadcasts(two)).containsExactly(reload);
        assertThat(session.allBroadcasts()).hasSize(1);
    }

    @Test
    void a_node_that_has_left_or_lost_its_lease_is_lost_for_a_broadcast_and_its_answer_stays() {
        joinBoth();
        NodeId three = NodeId.ofNew("three");
        session.join(three, LEASE, false);
        BroadcastRequest reload = broadcast("1");
        send(reload);
        session.answerBroadcast(reload.id(), two, "done");
        session.leave(two);
        pass(LEASE.multipliedBy(2).dividedBy(3));
        session.renew(one, LEASE);
        pass(LEASE.dividedBy(2));
        assertThat(session.broadcastAnswers(reload.id())).containsExactlyInAnyOrder(
                new BroadcastAnswer(one, null, false), new BroadcastAnswer(two, "done", true),
                new BroadcastAnswer(three, null, true));
        session.takeOver(10, Duration.ZERO);
        assertThat(session.broadcastAnswers(reload.id())).extracting(BroadcastAnswer::lost)
                .containsExactly(false, true, true);
    }

    @Test
    void no_node_begins_a_broadcast_that_is_ended_or_too_old_and_any_node_removes_it_later() {
        joinBoth();
        BroadcastRequest ended = broadcast("1");
        send(ended);
        BroadcastRequest old = broadcast("2");
        send(old);
        session.endBroadcast(ended.id());
        session.endBroadcast(UUID.randomUUID());
        assertThat(session.broadcasts(one)).containsExactly(old);
        assertThat(session.allBroadcasts()).extracting(BroadcastRow::open).containsExactlyInAnyOrder(false, true);
        pass(LEASE.multipliedBy(2).dividedBy(3));
        session.renew(one, LEASE);
        pass(LEASE.dividedBy(2));
        assertThat(session.broadcasts(one)).isEmpty();
        assertThat(session.answerBroadcast(old.id(), one, "late")).isTrue();
        assertThat(session.allBroadcasts()).filteredOn(row -> row.id().equals(old.id())).singleElement()
                .satisfies(row -> {
                    assertThat(row.pool()).isEqualTo("smtp");
                    assertThat(row.name()).isEqualTo("reload");
                    assertThat(row.answers()).extracting(BroadcastAnswer::answer).containsExactly("late", null);
                });
        assertThat(session.renew(one, LEASE).orElseThrow().outdated()).isFalse();
        assertThat(session.removeBroadcasts()).isZero();
        pass(LEASE.multipliedBy(3));
        NodeId later = NodeId.ofNew("later");
        session.join(later, LEASE, false);
        assertThat(session.renew(later, LEASE).orElseThrow().outdated()).isTrue();
        assertThat(session.removeBroadcasts()).isEqualTo(2);
        assertThat(session.renew(later, LEASE).orElseThrow().outdated()).isFalse();
        assertThat(session.allBroadcasts()).isEmpty();
        assertThat(session.broadcastAnswers(old.id())).isEmpty();
    }

    @Test
    void the_draining_mark_is_by_name() {
        joinBoth();
        NodeId twin = NodeId.ofNew("one");
        session.join(twin, LEASE, true);
        acquire(one, 1);
        assertThat(session.renew(twin, LEASE).orElseThrow().draining()).isTrue();
        assertThat(session.drain("one", true)).isEqualTo(2);
        assertThat(session.drain("nobody", true)).isZero();
        assertThat(session.renew(one, LEASE).orElseThrow().draining()).isTrue();
        assertThat(session.renew(two, LEASE).orElseThrow().draining()).isFalse();
        assertThat(session.claims(NAME)).containsExactly(new Claim(one, 1, 0, true));
        session.drain("one", false);
        assertThat(session.renew(one, LEASE).orElseThrow().draining()).isFalse();
    }

    @Test
    void a_snapshot_has_everything_in_order() {
        joinBoth();
        session.prepare("a", 1);
        acquire(two, 1);
        session.wish(one, Map.of("b", 1, "a", 2));
        LeaseSnapshot snapshot = session.snapshot();
        assertThat(snapshot.nodes()).extracting(LeaseSnapshot.NodeRow::node).containsExactly(one, two);
        assertThat(snapshot.nodes()).allSatisfy(row -> {
            assertThat(row.expired()).isFalse();
            assertThat(row.draining()).isFalse();
            assertThat(Duration.between(row.since(), row.expires())).isEqualTo(LEASE);
        });
        assertThat(snapshot.permits()).extracting(PermitRow::name).containsExactly("a", NAME, NAME, NAME);
        PermitRow held = snapshot.permits().get(1);
        assertThat(held.holder()).isEqualTo(two);
        assertThat(held.since()).isNotNull();
        assertThat(held.token()).isOne();
        assertThat(snapshot.permits().get(2).holder()).isNull();
        assertThat(snapshot.permits().get(2).since()).isNull();
        assertThat(snapshot.wishes())
                .containsExactly(new LeaseSnapshot.WishRow("a", one, 2), new LeaseSnapshot.WishRow("b", one, 1));
    }

    @Test
    void a_closed_session_fails_and_closes_again() {
        session.close();
        assertThatThrownBy(() -> session.renew(one, LEASE)).isInstanceOf(LeaseStoreException.class);
        session.close();
    }

    /** Nodes acquire, release, die and are taken over at the same time. */
    @RepeatedTest(5)
    void whatever_happens_at_the_same_time_no_permit_has_two_holders_and_none_is_lost() throws Exception {
        int nodes = 6;
        int limit = 4;
        session.prepare(NAME, limit);
        CyclicBarrier start = new CyclicBarrier(nodes);
        List<Callable<List<Permit>>> work = IntStream.range(0, nodes).<Callable<List<Permit>>>mapToObj(number -> () -> {
            List<Permit> had = new ArrayList<>();
            try (LeaseSession own = store.open(TestDatabases.TIMEOUT)) {
                NodeId node = NodeId.ofNew("n" + number);
                own.join(node, LEASE, false);
                start.await();
                for (int i = 0; i < 40; i++) {
                    own.renew(node, LEASE);
                    List<Permit> got = own.acquire(node, NAME, limit, 1 + i % 2, false);
                    had.addAll(got);
                    assertThat(own.claims(NAME).stream().mapToInt(Claim::held).sum()).isLessThanOrEqualTo(limit);
                    if (i % 10 == 9) {
                        // The node dies with its permits; another life goes on.
                        own.drain("n" + number, true);
                        if (i % 20 == 9) {
                            own.leave(node);
                        } else {
                            pass(LEASE.multipliedBy(2));
                        }
                        node = NodeId.ofNew("n" + number);
                        own.join(node, LEASE, false);
                    } else {
                        own.release(node, got);
                    }
                    own.takeOver(2, Duration.ZERO);
                }
                own.leave(node);
            }
            return had;
        }).toList();
        List<Permit> all = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(nodes);
        try {
            for (Future<List<Permit>> done : threads.invokeAll(work)) {
                all.addAll(done.get());
            }
        } finally {
            threads.shutdownNow();
        }
        pass(LEASE.multipliedBy(10));
        session.takeOver(100, Duration.ZERO);
        // No permit was given twice with one token, no token left out, and none is still held.
        assertThat(all).doesNotHaveDuplicates();
        Map<Integer, Long> greatest = new HashMap<>();
        all.forEach(permit -> greatest.merge(permit.slot(), permit.token(), Math::max));
        assertThat(session.snapshot().permits()).hasSize(limit).allSatisfy(row -> {
            assertThat(row.holder()).isNull();
            assertThat(row.token()).isEqualTo(greatest.getOrDefault(row.slot(), 0L));
        });
        assertThat(all).hasSize((int) greatest.values().stream().mapToLong(Long::longValue).sum());
        NodeId last = NodeId.ofNew("last");
        session.join(last, LEASE, false);
        assertThat(session.acquire(last, NAME, limit, limit, false)).hasSize(limit);
    }
}
