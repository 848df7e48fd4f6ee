package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.ClusterBroadcast;
import io.github.ppool.cluster.ClusterBroadcast.End;
import io.github.ppool.cluster.ClusterBroadcast.NodeOutcome;
import io.github.ppool.cluster.ClusterBroadcasts;
import io.github.ppool.cluster.ClusterUnavailableException;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.LeaseStoreException;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.pool.Broadcast;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.ManualClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Desks of several nodes on a store in memory, by a clock that the test moves. */
@Timeout(180)
class BroadcastDeskTest {

    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);
    private static final BroadcastKey RELOAD = new BroadcastKey("mail", "reload");
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ManualClock clock = new ManualClock();
    private final MemoryLeaseStore memory = new MemoryLeaseStore(clock);
    private final List<Node> nodes = new ArrayList<>();
    private final ProcessSystem system = new ProcessSystem();
    private final Pid worker = system.spawn(self -> {});

    /** A node: its lease, its desk, and the answers of its workers. */
    private final class Node {
        volatile boolean away;
        final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
        final Map<BroadcastKey, BroadcastRunner> runners = new ConcurrentHashMap<>();
        final NodeLease lease;
        final BroadcastDesk desk;

        Node(String name) {
            LeaseStore store = timeout -> {
                if (away) {
                    throw new LeaseStoreException("away", null);
                }
                LeaseSession session = memory.open(timeout);
                return (LeaseSession) Proxy.newProxyInstance(getClass().getClassLoader(),
                        new Class<?>[]{LeaseSession.class}, (proxy, method, arguments) -> {
                            if (away && !method.getName().equals("close")) {
                                throw new LeaseStoreException("away", null);
                            }
                            calls.computeIfAbsent(method.getName(), unused -> new AtomicInteger()).incrementAndGet();
                            try {
                                return method.invoke(session, arguments);
                            } catch (InvocationTargetException thrown) {
                                throw thrown.getTargetException();
                            }
                        });
            };
            this.lease = new NodeLease(store, clock, new LeaseSettings(name, LEASE, Duration.ZERO));
            this.desk = new BroadcastDesk(store, lease, clock, runners::get);
            nodes.add(this);
        }

        Node start() {
            lease.start();
            desk.start();
            return this;
        }

        void stop() {
            desk.stop();
            lease.stop();
        }

        Node runs(BroadcastKey key, BroadcastRunner runner) {
            runners.put(key, runner);
            return this;
        }

        Node answers(Broadcast.End... ends) {
            return runs(RELOAD, (payload, within) -> CompletableFuture.completedFuture(of(ends)));
        }

        CompletableFuture<ClusterBroadcast> send() {
            return desk.send(RELOAD, "{}", WITHIN).toCompletableFuture();
        }

        int calls(String method) {
            AtomicInteger count = calls.get(method);
            return count == null ? 0 : count.get();
        }
    }

    private Broadcast<?> of(Broadcast.End... ends) {
        return new Broadcast<>(Arrays.stream(ends)
                .map(end -> new Broadcast.Outcome<>("mail", worker, end, null,
                        end == Broadcast.End.FAILED ? new IllegalStateException("no\u0000 file \ud800") : null))
                .toList());
    }

    @AfterEach
    void stopAll() {
        nodes.forEach(node -> node.away = true);
        nodes.forEach(Node::stop);
        system.close();
    }

    private int steps;
    private final Map<Node, Integer> renewed = new HashMap<>();

    /** Moves the clock on by a fifth of a heartbeat, no faster than the heartbeats of the nodes can follow. */
    private void step() {
        if (steps++ % 5 == 0) {
            renewed.clear();
            nodes.stream().filter(node -> !node.away && node.lease.held() != null)
                    .forEach(node -> renewed.put(node, node.calls("renew")));
        }
        clock.advance(HEARTBEAT.dividedBy(5));
        if (steps % 5 == 0) {
            await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2))
                    .until(() -> renewed.entrySet().stream().allMatch(entry -> entry.getKey().away
                            || entry.getKey().lease.held() == null
                            || entry.getKey().calls("renew") > entry.getValue()));
        }
    }

    private void stepUntil(BooleanSupplier condition) {
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20)).until(() -> {
            if (condition.getAsBoolean()) {
                return true;
            }
            step();
            return condition.getAsBoolean();
        });
    }

    /** Moves the clock on until a broadcast has ended. */
    private ClusterBroadcast awaitEnd(CompletableFuture<ClusterBroadcast> sent) {
        stepUntil(sent::isDone);
        return sent.join();
    }

    private void pass(Duration time) {
        long until = clock.nanoTime() + time.toNanos();
        while (clock.nanoTime() - until < 0) {
            step();
        }
    }

    private static NodeOutcome of(ClusterBroadcast result, String node) {
        return result.nodes().stream().filter(outcome -> outcome.node().equals(node)).findFirst().orElseThrow();
    }

    @Test
    void each_node_runs_it_once_and_the_sender_gets_the_numbers_of_each() {
        AtomicInteger ran = new AtomicInteger();
        Node first = new Node("a").start().answers(Broadcast.End.DONE, Broadcast.End.DONE);
        Node second = new Node("b").start().runs(RELOAD, (payload, within) -> {
            ran.incrementAndGet();
            assertThat(payload).isEqualTo("{}");
            assertThat(within).isEqualTo(WITHIN);
            return CompletableFuture.completedFuture(
                    of(Broadcast.End.DONE, Broadcast.End.FAILED, Broadcast.End.ENDED, Broadcast.End.LATE));
        });
        new Node("c").start();
        ClusterBroadcast result = awaitEnd(first.send());
        assertThat(result.pool()).isEqualTo("mail");
        assertThat(result.name()).isEqualTo("reload");
        assertThat(result.open()).isFalse();
        assertThat(result.isDoneByAll()).isFalse();
        assertThat(result.nodes()).extracting(NodeOutcome::node).containsExactly("a", "b", "c");
        assertThat(of(result, "a").isDone()).isTrue();
        assertThat(of(result, "a").done()).isEqualTo(2);
        NodeOutcome b = of(result, "b");
        assertThat(List.of(b.done(), b.failed(), b.ended(), b.late())).containsExactly(1, 1, 1, 1);
        assertThat(b.end()).isEqualTo(End.ANSWERED);
        assertThat(b.failure()).isEqualTo("java.lang.IllegalStateException: no  file ?");
        assertThat(of(result, "c").end()).isEqualTo(End.NO_HANDLER);
        pass(LEASE);
        assertThat(ran).hasValue(1);
        assertThat(first.desk.sentCount()).isOne();
        assertThat(second.desk.begunCount()).isOne();
        second.answers(Broadcast.End.DONE);
        assertThat(of(awaitEnd(first.send()), "b").isDone()).isTrue();
    }

    @Test
    void this_node_begins_at_once_and_another_one_at_its_next_heartbeat() {
        Node first = new Node("a").start();
        List<String> begun = new CopyOnWriteArrayList<>();
        first.runs(RELOAD, (payload, within) -> {
            begun.add("a");
            return CompletableFuture.completedFuture(of());
        });
        new Node("b").start().runs(RELOAD, (payload, within) -> {
            begun.add("b");
            return CompletableFuture.completedFuture(of());
        });
        CompletableFuture<ClusterBroadcast> sent = first.send();
        await().until(() -> begun.contains("a"));
        assertThat(begun).containsExactly("a");
        stepUntil(() -> begun.contains("b"));
        assertThat(awaitEnd(sent).isDoneByAll()).isTrue();
    }

    @Test
    void code_of_the_application_has_the_context_class_loader_of_the_thread_that_made_the_desk() {
        Thread test = Thread.currentThread();
        ClassLoader before = test.getContextClassLoader();
        ClassLoader own = new ClassLoader(before) {
        };
        Node node;
        test.setContextClassLoader(own);
        try {
            node = new Node("a");
        } finally {
            test.setContextClassLoader(before);
        }
        List<ClassLoader> seen = new CopyOnWriteArrayList<>();
        node.start().runs(RELOAD, (payload, within) -> {
            seen.add(Thread.currentThread().getContextClassLoader());
            return CompletableFuture.completedFuture(of());
        });
        awaitEnd(node.send().whenComplete(
                (result, failure) -> seen.add(Thread.currentThread().getContextClassLoader())));
        assertThat(seen).containsExactly(own, own);
    }

    @Test
    void a_node_without_broadcasts_sends_no_statement_for_them() {
        Node first = new Node("a").start().answers(Broadcast.End.DONE);
        Node second = new Node("b").start().answers(Broadcast.End.DONE);
        stepUntil(() -> second.calls("renew") > 10 && first.calls("renew") > 10);
        assertThat(second.calls).containsOnlyKeys("checkSchema", "join", "renew");
        awaitEnd(first.send());
        // A heartbeat that comes before the answer makes another question; StatementsTest has the exact numbers.
        assertThat(second.calls("broadcasts")).isPositive();
        assertThat(second.calls("answerBroadcast")).isOne();
        assertThat(second.calls).doesNotContainKeys("sendBroadcast", "broadcastAnswers", "endBroadcast");
        assertThat(first.calls("sendBroadcast")).isOne();
        assertThat(first.calls("answerBroadcast")).isOne();
        assertThat(first.calls("endBroadcast")).isOne();
    }

    @Test
    void a_node_that_dies_within_it_is_lost_and_one_that_never_answers_is_late() {
        Node first = new Node("a").start().answers(Broadcast.End.DONE);
        CountDownLatch begun = new CountDownLatch(1);
        Node second = new Node("b").start().runs(RELOAD, (payload, within) -> {
            begun.countDown();
            return new CompletableFuture<>();
        });
        Node third = new Node("c").start().runs(RELOAD, (payload, within) -> new CompletableFuture<>());
        CompletableFuture<ClusterBroadcast> sent = first.send();
        stepUntil(() -> begun.getCount() == 0);
        second.away = true;
        pass(LEASE.multipliedBy(2));
        assertThat(sent).isNotDone();
        assertThat(third.lease.held()).isNotNull();
        long from = clock.nanoTime();
        ClusterBroadcast result = awaitEnd(sent);
        assertThat(Duration.ofNanos(clock.nanoTime() - from)).isLessThan(LEASE.plus(WITHIN).multipliedBy(2));
        assertThat(of(result, "a").end()).isEqualTo(End.ANSWERED);
        assertThat(of(result, "b").end()).isEqualTo(End.NODE_LOST);
        assertThat(of(result, "c").end()).isEqualTo(End.LATE);
    }

    @Test
    void a_node_that_has_lost_all_but_the_dead_one_ends_as_soon_as_that_lease_has_ended() {
        Node first = new Node("a").start().answers(Broadcast.End.DONE);
        Node second = new Node("b").start();
        second.away = true;
        CompletableFuture<ClusterBroadcast> sent = first.send();
        long from = clock.nanoTime();
        ClusterBroadcast result = awaitEnd(sent);
        assertThat(of(result, "b").end()).isEqualTo(End.NODE_LOST);
        assertThat(Duration.ofNanos(clock.nanoTime() - from)).isLessThan(LEASE.plus(WITHIN));
    }

    @Test
    void whatever_the_work_of_a_node_throws_is_its_answer() {
        Node first = new Node("a").start().runs(RELOAD, (payload, within) -> {
            throw new IllegalStateException("the pool 'mail' does not run");
        });
        new Node("b").start().runs(RELOAD, (payload, within) -> CompletableFuture.failedFuture(
                new CompletionException(new StackOverflowError("deep"))));
        new Node("c").start().runs(RELOAD, (payload, within) -> {
            throw new AssertionError("x".repeat(100_000));
        });
        ClusterBroadcast result = awaitEnd(first.send());
        assertThat(result.nodes()).extracting(NodeOutcome::end).containsOnly(End.REFUSED);
        assertThat(of(result, "a").failure()).isEqualTo(
                "java.lang.IllegalStateException: the pool 'mail' does not run");
        assertThat(of(result, "b").failure()).isEqualTo("java.lang.StackOverflowError: deep");
        assertThat(of(result, "c").failure()).hasSize(BroadcastText.LONGEST_FAILURE + 1).endsWith("…");
    }

    @Test
    void work_that_blocks_keeps_no_other_broadcast_waiting() {
        CountDownLatch block = new CountDownLatch(1);
        BroadcastKey other = new BroadcastKey("mail", "other");
        Node first = new Node("a").start()
                .runs(RELOAD, (payload, within) -> {
                    block.await();
                    return CompletableFuture.completedFuture(of(Broadcast.End.DONE));
                })
                .runs(other, (payload, within) -> CompletableFuture.completedFuture(of(Broadcast.End.DONE)));
        CompletableFuture<ClusterBroadcast> blocked = first.send();
        // A dependent that blocks runs on a thread of its own, too.
        CompletableFuture<ClusterBroadcast> second = first.desk.send(other, null, WITHIN).toCompletableFuture();
        CountDownLatch dependentBlocks = new CountDownLatch(1);
        CompletableFuture<Void> dependent = second.thenAccept(result -> awaitQuietly(dependentBlocks));
        awaitEnd(second);
        assertThat(awaitEnd(first.desk.send(other, null, WITHIN).toCompletableFuture()).isDoneByAll()).isTrue();
        assertThat(blocked).isNotDone();
        assertThat(dependent).isNotDone();
        dependentBlocks.countDown();
        block.countDown();
        assertThat(awaitEnd(blocked).isDoneByAll()).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nodes_that_join_later_are_not_asked() {
        Node first = new Node("a").start();
        CompletableFuture<Broadcast<?>> slow = new CompletableFuture<>();
        first.runs(RELOAD, (payload, within) -> slow);
        CompletableFuture<ClusterBroadcast> sent = first.send();
        await().until(() -> first.desk.begunCount() == 1);
        Node later = new Node("later").start().answers(Broadcast.End.DONE);
        stepUntil(() -> later.calls("renew") > 3);
        slow.complete(of(Broadcast.End.DONE));
        assertThat(awaitEnd(sent).nodes()).extracting(NodeOutcome::node).containsExactly("a");
        assertThat(later.calls).doesNotContainKey("broadcasts");
    }

    @Test
    void a_store_that_is_away_for_a_time_delays_a_broadcast_and_loses_no_answer() {
        Node first = new Node("a").start();
        CompletableFuture<Broadcast<?>> slow = new CompletableFuture<>();
        first.runs(RELOAD, (payload, within) -> slow);
        first.away = true;
        CompletableFuture<ClusterBroadcast> sent = first.send();
        pass(Duration.ofSeconds(6));
        assertThat(sent).isNotDone();
        first.away = false;
        stepUntil(() -> first.desk.begunCount() == 1);
        first.away = true;
        slow.complete(of(Broadcast.End.DONE));
        pass(Duration.ofSeconds(3));
        first.away = false;
        assertThat(awaitEnd(sent).isDoneByAll()).isTrue();
    }

    @Test
    void a_store_that_stays_away_ends_it_with_an_exception() {
        Node first = new Node("a").start().answers(Broadcast.End.DONE);
        first.away = true;
        CompletableFuture<ClusterBroadcast> sent = first.send();
        assertThatThrownBy(() -> awaitEnd(sent)).hasCauseInstanceOf(ClusterUnavailableException.class)
                .hasMessageContaining("has not taken the broadcast within a lease");
        first.away = false;
        stepUntil(() -> first.lease.held() != null);
        CompletableFuture<ClusterBroadcast> second = first.runs(RELOAD, (payload, within) -> new CompletableFuture<>())
                .send();
        stepUntil(() -> first.desk.begunCount() == 1);
        first.away = true;
        assertThatThrownBy(() -> awaitEnd(second)).hasCauseInstanceOf(ClusterUnavailableException.class)
                .hasMessageContaining("has not told the answers to the broadcast in time");
    }

    @Test
    void a_stop_ends_what_waits_and_tells_the_answers_that_are_there() {
        Node first = new Node("a").start().runs(RELOAD, (payload, within) -> new CompletableFuture<>());
        Node second = new Node("b").start();
        CompletableFuture<ClusterBroadcast> sent = first.send();
        await().until(() -> first.desk.begunCount() == 1);
        first.stop();
        assertThatThrownBy(() -> sent.get()).hasCauseInstanceOf(ClusterUnavailableException.class)
                .hasMessageContaining("this node stops");
        assertThatThrownBy(() -> first.send().get()).hasCauseInstanceOf(ClusterUnavailableException.class)
                .hasMessageContaining("this node is not started");
        second.answers(Broadcast.End.DONE);
        CompletableFuture<ClusterBroadcast> next = second.send();
        assertThat(awaitEnd(next).nodes()).extracting(NodeOutcome::node).containsExactly("b");
        first.start();
        first.answers(Broadcast.End.DONE);
        assertThat(awaitEnd(first.send()).isDoneByAll()).isTrue();
    }

    @Test
    void too_many_at_the_same_time_are_refused() {
        Node first = new Node("a").start().runs(RELOAD, (payload, within) -> new CompletableFuture<>());
        for (int i = 0; i < ClusterBroadcasts.MOST_OPEN; i++) {
            assertThat(first.send()).isNotCompletedExceptionally();
        }
        assertThatThrownBy(first::send).isInstanceOf(IllegalStateException.class)
                .hasMessage("at most 100 broadcasts of a node wait for answers at the same time, and the broadcast"
                        + " 'reload' on the pool 'mail' would be one more");
    }

    @Test
    void more_nodes_than_a_broadcast_asks_are_refused() {
        Node first = new Node("a").start();
        try (LeaseSession session = memory.open(HEARTBEAT)) {
            for (int i = 0; i < ClusterBroadcasts.MOST_NODES; i++) {
                session.join(NodeId.ofNew("n" + i), LEASE, false);
            }
        }
        CompletableFuture<ClusterBroadcast> sent = first.send();
        assertThatThrownBy(() -> awaitEnd(sent)).hasCauseInstanceOf(ClusterUnavailableException.class)
                .hasMessageContaining("a broadcast asks at most 1000 nodes, and 1001 have a lease");
    }

    @Test
    void the_rows_are_removed_after_some_minutes_by_any_node() {
        Node first = new Node("a").start().answers(Broadcast.End.DONE);
        Node second = new Node("b").start().answers(Broadcast.End.DONE);
        awaitEnd(first.send());
        first.stop();
        assertThat(all()).isOne();
        pass(BroadcastDesk.KEPT.plus(LEASE));
        assertThat(all()).isOne();
        stepUntil(() -> all() == 0);
        pass(HEARTBEAT.multipliedBy(3));
        assertThat(second.calls("removeBroadcasts")).isPositive();
    }

    private int all() {
        try (LeaseSession session = memory.open(HEARTBEAT)) {
            return session.allBroadcasts().size();
        }
    }

    @Test
    void names_are_checked() {
        assertThatThrownBy(() -> new BroadcastKey(" ", "x")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pool must have 1 to 200 characters, and no control characters or surrogates, got: ' '");
        assertThatThrownBy(() -> new BroadcastKey("a\u0000", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BroadcastKey("x".repeat(201), "x")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("… (201 characters)'");
        assertThatThrownBy(() -> new BroadcastKey("mail", "re load")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must have 1 to 100 letters, digits and - _ ., got: 're load'");
        assertThatThrownBy(() -> new BroadcastKey("mail", "x".repeat(101)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new BroadcastKey("mail", "x".repeat(100)).name()).hasSize(100);
    }

    @Test
    void an_answer_of_a_newer_library_is_a_refusal() {
        NodeOutcome outcome = BroadcastText.outcome(
                new io.github.ppool.cluster.store.BroadcastAnswer(NodeId.ofNew("a"), "FUTURE 1 2", false), false);
        assertThat(outcome.end()).isEqualTo(End.REFUSED);
        assertThat(outcome.failure()).isEqualTo("the answer can't be read: FUTURE 1 2");
    }
}
