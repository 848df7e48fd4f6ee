package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.OwnTime;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseSnapshot;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.LeaseStoreException;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.cluster.store.Permit;
import io.github.ppool.time.MonotonicClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The desk on a store in memory. The test counts its calls and can make them fail. */
@Execution(ExecutionMode.CONCURRENT)
class LeasedPermitDeskTest {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration HEARTBEAT = LEASE.dividedBy(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MemoryLeaseStore memory = new MemoryLeaseStore(MonotonicClock.system());
    private final List<Node> nodes = new ArrayList<>();

    /** A node with its own session wrapper. */
    private final class Node {
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private volatile Predicate<String> failsBefore = call -> false;
        private volatile Predicate<String> failsAfter = call -> false;
        private final NodeLease lease;
        private final LeasedPermitDesk desk;

        Node(String name) {
            LeaseStore store = timeout -> session(memory.open(timeout));
            lease = new NodeLease(store, MonotonicClock.system(), new LeaseSettings(name, LEASE, Duration.ZERO));
            desk = new LeasedPermitDesk(store, lease, MonotonicClock.system());
            desk.start();
            lease.start();
            nodes.add(this);
        }

        private LeaseSession session(LeaseSession behind) {
            return (LeaseSession) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[]{LeaseSession.class}, (proxy, method, arguments) -> {
                        String call = method.getName();
                        calls.add(call);
                        if (failsBefore.test(call)) {
                            throw new LeaseStoreException("broken before " + call, null);
                        }
                        Object answer;
                        try {
                            answer = method.invoke(behind, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                        if (failsAfter.test(call)) {
                            throw new LeaseStoreException("broken after " + call, null);
                        }
                        return answer;
                    });
        }

        void stop() {
            lease.stop();
            desk.stop();
        }

        /** The calls since the last time, without heartbeats. */
        List<String> permitCalls() {
            List<String> seen = calls.stream()
                    .filter(call -> !List.of("renew", "join", "checkSchema", "takeOver", "close").contains(call))
                    .toList();
            calls.clear();
            return seen;
        }
    }

    /** A user that holds the permits it gets. */
    private static class User implements PermitUser {
        private final List<HeldPermit> used = new CopyOnWriteArrayList<>();
        private final AtomicInteger demand = new AtomicInteger();
        private final AtomicInteger busy = new AtomicInteger();
        private final AtomicInteger losses = new AtomicInteger();
        private final AtomicInteger handOvers = new AtomicInteger();
        private volatile PermitAccount account;

        User open(Node node, String name, int limit) {
            account = node.desk.open(name, limit, this);
            return this;
        }

        User demand(int now) {
            demand.set(now);
            account.wantedChanged();
            return this;
        }

        @Override
        public int wanted() {
            return Math.max(0, demand.get() - used.size());
        }

        @Override
        public int idle() {
            return Math.max(0, used.size() - busy.get());
        }

        @Override
        public void available() {
            HeldPermit permit;
            while (wanted() > 0 && (permit = account.poll()) != null) {
                used.add(permit);
            }
        }

        @Override
        public int giveBack(int count) {
            for (int i = 0; i < count; i++) {
                used.remove(used.size() - 1).release();
            }
            return count;
        }

        @Override
        public void handOver() {
            handOvers.incrementAndGet();
        }

        @Override
        public void lost() {
            losses.incrementAndGet();
            used.clear();
        }
    }

    @AfterEach
    void stopAll() {
        nodes.forEach(Node::stop);
    }

    private LeaseSnapshot snapshot() {
        try (LeaseSession session = memory.open(LEASE)) {
            return session.snapshot();
        }
    }

    private long held(String name) {
        return snapshot().permits().stream()
                .filter(row -> row.name().equals(name) && row.holder() != null)
                .count();
    }

    @Test
    void a_request_is_one_statement_and_nothing_follows_it() throws Exception {
        Node node = new Node("one");
        User user = new User().open(node, "a", 2);
        await().atMost(PATIENCE).until(() -> node.calls.contains("prepare"));
        node.permitCalls();
        HeldPermit permit = user.account.acquire();
        assertThat(permit.permit()).isEqualTo(new Permit("a", 0, 1));
        assertThat(permit.isHeld()).isTrue();
        assertThat(node.permitCalls()).containsExactly("acquire");
        Thread.sleep(HEARTBEAT.toMillis() * 2); // no statement follows: an absence has no state to await
        assertThat(node.permitCalls()).isEmpty();
        permit.release();
        permit.release();
        assertThat(permit.isHeld()).isFalse();
        await().atMost(PATIENCE).until(() -> held("a") == 0);
        Thread.sleep(HEARTBEAT.toMillis() * 2); // no statement follows: an absence has no state to await
        assertThat(node.permitCalls()).containsExactly("release");
    }

    @Test
    void a_request_that_comes_during_a_round_is_put_to_the_database_by_the_next_one() throws Exception {
        Node node = new Node("one");
        CompletableFuture<HeldPermit> answer = new CompletableFuture<>();
        CountDownLatch opened = new CountDownLatch(1);
        AtomicReference<PermitAccount> account = new AtomicReference<>();
        AtomicBoolean first = new AtomicBoolean(true);
        PermitUser user = new User() {
            @Override
            public int wanted() {
                if (first.getAndSet(false)) {
                    // The desk is in the middle of its round, and has counted the requests already.
                    Thread asking = Thread.ofPlatform().start(() -> {
                        try {
                            opened.await();
                            answer.complete(account.get().acquire());
                        } catch (InterruptedException | TimeoutException failed) {
                            answer.completeExceptionally(failed);
                        }
                    });
                    await().atMost(PATIENCE)
                            .until(() -> opened.getCount() == 0 && asking.getState() == Thread.State.TIMED_WAITING);
                }
                return 0;
            }
        };
        account.set(node.desk.open("a", 2, user));
        opened.countDown();
        assertThat(answer.get(60, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void while_the_limit_is_used_up_requests_are_refused_without_a_statement() throws Exception {
        Node one = new Node("one");
        Node two = new Node("two");
        User holder = new User().open(one, "a", 2).demand(2);
        holder.busy.set(2);
        await().atMost(PATIENCE).until(() -> held("a") == 2);
        User user = new User().open(two, "a", 2);
        user.demand.set(1);
        assertThat(user.account.acquire()).isNull();
        assertThat(snapshot().wishes()).hasSize(1);
        two.permitCalls();
        for (int i = 0; i < 10_000; i++) {
            assertThat(user.account.acquire()).isNull();
        }
        assertThat(two.permitCalls()).hasSizeLessThan(40);
        // Only the heartbeats look after a wish that no node serves.
        await().atMost(PATIENCE).during(HEARTBEAT.multipliedBy(3)).until(() -> two.permitCalls().isEmpty());
    }

    @Test
    void a_wish_is_served_within_two_heartbeats_by_the_idle_permits_of_another_node() {
        Node one = new Node("one");
        Node two = new Node("two");
        User first = new User().open(one, "a", 10).demand(10);
        await().atMost(PATIENCE).until(() -> first.used.size() == 10);
        first.demand.set(10);
        User second = new User().open(two, "a", 10);
        second.demand(10);
        OwnTime.within(HEARTBEAT.multipliedBy(2), () -> second.used.size() == 5);
        assertThat(first.used).hasSize(5);
    }

    @Test
    void each_newcomer_gets_its_share_within_two_heartbeats() {
        List<User> users = new ArrayList<>();
        for (int count = 1; count <= 4; count++) {
            users.add(new User().open(new Node("n" + count), "a", 12).demand(12));
            int share = 12 / count;
            OwnTime.within(HEARTBEAT.multipliedBy(2).plusMillis(100),
                    () -> users.stream().allMatch(user -> user.used.size() == share));
        }
        // And back: the shares of those that go are divided.
        for (int count = 3; count >= 1; count--) {
            users.remove(count).demand(0).giveBack(12 / (count + 1));
            int share = 12 / count;
            OwnTime.within(HEARTBEAT.multipliedBy(2).plusMillis(100),
                    () -> users.stream().allMatch(user -> user.used.size() == share));
        }
    }

    @Test
    void nothing_goes_to_and_fro_when_each_has_its_share() throws Exception {
        Node one = new Node("one");
        Node two = new Node("two");
        Node three = new Node("three");
        List<User> users = List.of(
                new User().open(one, "a", 10).demand(10),
                new User().open(two, "a", 10).demand(10),
                new User().open(three, "a", 10).demand(10));
        await().atMost(PATIENCE).until(() -> users.stream().allMatch(user -> user.used.size() >= 3) && held("a") == 10);
        List<Long> tokens = snapshot().permits().stream().map(LeaseSnapshot.PermitRow::token).toList();
        Thread.sleep(HEARTBEAT.toMillis() * 6); // no permit moves: an absence has no state to await
        assertThat(snapshot().permits()).extracting(LeaseSnapshot.PermitRow::token).isEqualTo(tokens);
        assertThat(users).allSatisfy(user -> assertThat(user.used.size()).isBetween(3, 4));
    }

    @Test
    void busy_permits_are_given_back_when_they_become_idle() {
        Node one = new Node("one");
        Node two = new Node("two");
        User first = new User().open(one, "a", 4).demand(4);
        await().atMost(PATIENCE).until(() -> first.used.size() == 4);
        first.busy.set(4);
        User second = new User().open(two, "a", 4).demand(4);
        await().atMost(PATIENCE).during(HEARTBEAT.multipliedBy(2)).until(() -> second.used.isEmpty());
        first.busy.set(0);
        OwnTime.within(HEARTBEAT.multipliedBy(2), () -> second.used.size() == 2);
        assertThat(first.used).hasSize(2);
    }

    @Test
    void a_stop_gives_all_back_at_once() {
        Node one = new Node("one");
        Node two = new Node("two");
        User first = new User().open(one, "a", 4).demand(4);
        await().atMost(PATIENCE).until(() -> first.used.size() == 4);
        User second = new User().open(two, "a", 4);
        first.busy.set(4);
        second.demand(4);
        await().atMost(PATIENCE).until(() -> snapshot().wishes().size() == 1);
        one.stop();
        assertThat(first.losses).hasValue(1);
        OwnTime.within(HEARTBEAT.multipliedBy(2), () -> second.used.size() == 4);
    }

    @Test
    void a_lost_lease_loses_all_permits_and_they_come_with_the_next_one() {
        Node one = new Node("one");
        User user = new User().open(one, "a", 4).demand(4);
        await().atMost(PATIENCE).until(() -> user.used.size() == 4);
        HeldPermit before = user.used.get(0);
        one.lease.forfeit(one.lease.held(), "a test");
        assertThat(before.isHeld()).isFalse();
        assertThat(user.losses).hasValue(1);
        before.release();
        // The former incarnation still has them in the database, until its lease ends there.
        OwnTime.within(LEASE.multipliedBy(2), () -> user.used.size() == 4);
        assertThat(user.used).allSatisfy(permit -> assertThat(permit.permit().token()).isEqualTo(2));
    }

    @Test
    void a_permit_whose_answer_was_lost_is_found_again() {
        Node one = new Node("one");
        User user = new User().open(one, "a", 4);
        one.failsAfter = call -> {
            boolean fails = call.equals("acquire");
            if (fails) {
                one.failsAfter = none -> false;
            }
            return fails;
        };
        user.demand(3);
        await().atMost(PATIENCE).until(() -> user.used.size() == 3);
        await().atMost(PATIENCE).during(HEARTBEAT.multipliedBy(3)).until(() -> held("a") == 3);
        assertThat(user.used).extracting(HeldPermit::permit).doesNotHaveDuplicates();
        assertThat(user.losses).hasValue(0);
    }

    @Test
    void a_permit_that_the_database_gave_late_is_found_by_the_heartbeat() {
        Node one = new Node("one");
        User user = new User().open(one, "a", 4).demand(1);
        await().atMost(PATIENCE).until(() -> user.used.size() == 1);
        try (LeaseSession session = memory.open(LEASE)) {
            session.acquire(one.lease.held(), "a", 4, 2, false);
        }
        assertThat(held("a")).isEqualTo(3);
        OwnTime.within(HEARTBEAT.multipliedBy(5), () -> held("a") == 1);
        assertThat(user.losses).hasValue(0);
    }

    @Test
    void a_database_that_has_forgotten_a_permit_ends_the_lease() {
        Node one = new Node("one");
        User user = new User().open(one, "a", 4).demand(2);
        await().atMost(PATIENCE).until(() -> user.used.size() == 2);
        try (LeaseSession session = memory.open(LEASE)) {
            session.release(one.lease.held(), List.of(user.used.get(0).permit()));
        }
        await().atMost(PATIENCE).until(() -> user.losses.get() == 1);
        assertThat(one.lease.self().losses()).isOne();
        await().atMost(PATIENCE).until(() -> user.used.size() == 2);
    }

    @Test
    void a_failed_release_is_sent_again() {
        Node one = new Node("one");
        User user = new User().open(one, "a", 4).demand(2);
        await().atMost(PATIENCE).until(() -> user.used.size() == 2);
        AtomicInteger failures = new AtomicInteger(3);
        one.failsBefore = call -> call.equals("release") && failures.getAndDecrement() > 0;
        user.demand.set(0);
        user.giveBack(2);
        await().atMost(PATIENCE).until(() -> held("a") == 0);
        assertThat(failures).hasNonPositiveValue();
        assertThat(user.losses).hasValue(0);
    }

    @Test
    void a_request_fails_with_the_failure_of_the_database_and_is_served_later() throws Exception {
        Node one = new Node("one");
        User user = new User().open(one, "a", 4);
        await().atMost(PATIENCE).until(() -> one.calls.contains("prepare"));
        one.failsBefore = call -> call.equals("acquire");
        user.demand.set(1);
        assertThatThrownBy(user.account::acquire)
                .isInstanceOf(LeaseStoreException.class)
                .hasMessage("broken before acquire");
        one.failsBefore = call -> false;
        await().atMost(PATIENCE).until(() -> user.used.size() == 1);
    }

    @Test
    void an_interrupted_request_loses_no_permit() throws Exception {
        Node one = new Node("one");
        User user = new User().open(one, "a", 1);
        for (int i = 0; i < 50; i++) {
            Thread asking = Thread.ofVirtual().start(() -> {
                try {
                    HeldPermit permit = user.account.acquire();
                    if (permit != null) {
                        permit.release();
                    }
                } catch (InterruptedException | TimeoutException cut) {
                    return;
                }
            });
            if (i % 2 == 0) {
                Thread.onSpinWait();
            } else {
                Thread.sleep(0, 200_000); // so that the interrupt comes at different steps
            }
            asking.interrupt();
            asking.join();
        }
        OwnTime.within(HEARTBEAT.multipliedBy(3), () -> held("a") == 0);
    }

    @Test
    void a_permit_that_nobody_takes_is_given_back() {
        Node one = new Node("one");
        User user = new User().open(one, "a", 2);
        // The user wants a permit and does not take it.
        user.account.close();
        AtomicInteger offers = new AtomicInteger();
        PermitAccount account = one.desk.open("b", 2, new PermitUser() {
            @Override
            public int wanted() {
                return offers.get() == 0 ? 2 : 0;
            }

            @Override
            public int idle() {
                return 0;
            }

            @Override
            public void available() {
                offers.incrementAndGet();
            }

            @Override
            public int giveBack(int count) {
                return 0;
            }

            @Override
            public void lost() {}
        });
        await().atMost(PATIENCE).until(() -> held("b") == 2);
        OwnTime.within(HEARTBEAT.multipliedBy(3), () -> held("b") == 0);
        assertThat(account.poll()).isNull();
    }

    @Test
    void a_closed_account_gives_back_its_wish_and_what_no_user_has_taken() throws Exception {
        Node one = new Node("one");
        Node two = new Node("two");
        User holder = new User().open(one, "a", 1).demand(1);
        holder.busy.set(1);
        await().atMost(PATIENCE).until(() -> holder.used.size() == 1);
        User user = new User().open(two, "a", 1).demand(1);
        await().atMost(PATIENCE).until(() -> snapshot().wishes().size() == 1);
        user.account.close();
        user.account.close();
        await().atMost(PATIENCE).until(() -> snapshot().wishes().isEmpty());
        assertThat(user.account.acquire()).isNull();
        holder.account.close();
        assertThat(held("a")).isOne();
        holder.used.get(0).release();
        await().atMost(PATIENCE).until(() -> held("a") == 0);
        User again = new User().open(one, "a", 1);
        assertThat(again.account.acquire()).isNotNull();
    }

    @Test
    void a_draining_node_gives_idle_permits_back_hands_singletons_over_and_acquires_nothing() throws Exception {
        Node one = new Node("one");
        Node two = new Node("two");
        User first = new User().open(one, "a", 4).demand(3);
        User single = new User().open(one, "singleton:x", 1).demand(1);
        await().atMost(PATIENCE).until(() -> first.used.size() == 3 && single.used.size() == 1);
        try (LeaseSession session = memory.open(LEASE)) {
            session.drain("one", true);
        }
        await().atMost(PATIENCE).until(() -> single.handOvers.get() > 0);
        assertThat(first.account.acquire()).isNull();
        User second = new User().open(two, "a", 4).demand(4);
        await().atMost(PATIENCE).until(() -> second.used.size() == 4);
        assertThat(first.used).isEmpty();
    }

    @Test
    void a_singleton_never_moves_because_another_node_wants_it_but_is_handed_over_on_request() {
        Node one = new Node("one");
        Node two = new Node("two");
        User first = new User().open(one, "singleton:x", 1).demand(1);
        await().atMost(PATIENCE).until(() -> first.used.size() == 1);
        User second = new User().open(two, "singleton:x", 1).demand(1);
        await().atMost(PATIENCE).during(HEARTBEAT.multipliedBy(3))
                .until(() -> second.used.isEmpty() && first.handOvers.get() == 0);
        try (LeaseSession session = memory.open(LEASE)) {
            session.requestHandOver("singleton:x");
        }
        await().atMost(PATIENCE).until(() -> first.handOvers.get() > 0);
        first.demand(0);
        first.giveBack(1);
        OwnTime.within(HEARTBEAT.multipliedBy(2), () -> second.used.size() == 1);
        assertThat(second.used.get(0).permit().token()).isEqualTo(2);
    }

    @Test
    void wrong_accounts_are_refused() {
        Node one = new Node("one");
        User user = new User().open(one, "a", 1);
        assertThatThrownBy(() -> one.desk.open("a", 1, user))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the permits a have an open account on this node");
        assertThatThrownBy(() -> one.desk.open("b", 0, user))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit must be at least 1, got: 0");
        assertThatThrownBy(() -> one.desk.open("x".repeat(201), 1, user))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("name must be of 1 to 200 characters, got 201");
    }
}
