package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseStoreException;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.RateShare;
import io.github.ppool.time.ManualClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/**
 * Random nodes with one rate: they come, leave, die and pause, their exchanges fail before and after the store has done
 * them, and their demand changes. In no period more begin than the rate permits.
 *
 * <p>The seed is printed; {@code -Drates.seed=N} takes it again.
 */
class RateModelTest {

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final long HEARTBEAT = LEASE.dividedBy(5).toNanos();

    private final ManualClock clock = new ManualClock();
    private final MemoryLeaseStore store = new MemoryLeaseStore(clock);
    private final List<Long> begun = new ArrayList<>();

    /** The share of a pool, by the words of its contract: each permit has the time of its last use. */
    private final class Share implements RateShare {
        private final Rate rate;
        private final List<Long> permits = new ArrayList<>();
        private long until = clock.nanoTime();
        private int waiting;
        private boolean isShort;

        Share(Rate rate) {
            this.rate = rate;
        }

        @Override
        public String pool() {
            return "smtp";
        }

        private long start() {
            return clock.nanoTime() - rate.period().toNanos();
        }

        /** Begins one, if the share permits it. */
        boolean begin() {
            permits.sort(null);
            if (clock.nanoTime() - until >= 0 || permits.isEmpty() || permits.getFirst() > start()) {
                isShort = true;
                return false;
            }
            permits.set(0, clock.nanoTime());
            begun.add(clock.nanoTime());
            return true;
        }

        @Override
        public Use use() {
            Use use = new Use(permits.size(), (int) permits.stream().filter(last -> last > start()).count(), waiting,
                    isShort);
            isShort = waiting > 0;
            return use;
        }

        @Override
        public void grant(int count, long untilNanos) {
            until = untilNanos;
            for (int i = 0; i < count; i++) {
                permits.add(start());
            }
        }

        @Override
        public List<Used> giveBack(int count) {
            permits.sort(null);
            List<Used> given = new ArrayList<>();
            while (given.size() < count && !permits.isEmpty()) {
                given.add(new Used(1, permits.removeFirst()));
            }
            return given;
        }
    }

    /** A node: its exchanges are called by hand. */
    private final class Node {
        private final Share share;
        private final RateAccount account;
        private final LeaseSession behind = store.open(LEASE);
        private int demand;
        private double failures;
        private long pausedUntil = clock.nanoTime();

        Node(String name, Rate rate) {
            share = new Share(rate);
            account = new RateAccount("smtp", share, rate, clock, new LeaseSettings(name, LEASE, Duration.ZERO));
        }

        private LeaseSession session(Random random) {
            return (LeaseSession) Proxy.newProxyInstance(getClass().getClassLoader(),
                    new Class<?>[]{LeaseSession.class}, (proxy, method, arguments) -> {
                        fail(random);
                        Object answer;
                        try {
                            answer = method.invoke(behind, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                        fail(random);
                        return answer;
                    });
        }

        private void fail(Random random) {
            if (random.nextDouble() < failures) {
                throw new LeaseStoreException("broken", null);
            }
        }

        void act(Random random) {
            if (clock.nanoTime() - pausedUntil < 0) {
                return;
            }
            share.waiting = demand;
            while (share.waiting > 0 && share.begin()) {
                share.waiting--;
            }
            if (clock.nanoTime() - account.dueNanos() >= 0) {
                exchange(random);
            }
            while (share.waiting > 0 && share.begin()) {
                share.waiting--;
            }
            if (share.waiting > 0) {
                account.want();
            }
        }

        private void exchange(Random random) {
            try {
                account.exchange(session(random));
            } catch (LeaseStoreException broken) {
                assertThat(broken).hasMessage("broken");
            }
        }

        void leave(Random random) {
            for (int i = 0; i < 50; i++) {
                try {
                    account.giveAllBack(session(random));
                    return;
                } catch (LeaseStoreException broken) {
                    assertThat(broken).hasMessage("broken");
                }
            }
        }
    }

    private void assertNoPeriodHasMoreThan(Rate rate) {
        for (int i = rate.permits(); i < begun.size(); i++) {
            assertThat(begun.get(i) - begun.get(i - rate.permits()))
                    .as("beginnings %d and %d of %s", i - rate.permits(), i, rate)
                    .isGreaterThanOrEqualTo(rate.period().toNanos());
        }
    }

    @RepeatedTest(40)
    void no_period_has_more_than_the_rate_whatever_happens() {
        long seed = Long.getLong("rates.seed", System.nanoTime());
        Random random = new Random(seed);
        System.out.println("seed " + seed);
        Rate rate = Rate.of(1 + random.nextInt(30), Duration.ofMillis(500 + random.nextInt(30_000)));
        List<Node> nodes = new ArrayList<>();
        double failures = random.nextInt(3) == 0 ? 0.2 : 0;
        for (int step = 0; step < 3_000; step++) {
            clock.advance(Duration.ofNanos((long) (random.nextDouble() * HEARTBEAT / 3)));
            int dice = random.nextInt(200);
            if (nodes.isEmpty() || (dice < 3 && nodes.size() < 5)) {
                Node node = new Node("n" + step, rate);
                node.failures = failures;
                nodes.add(node);
            } else if (dice < 4) {
                nodes.remove(random.nextInt(nodes.size())); // kill -9
            } else if (dice < 5) {
                nodes.remove(random.nextInt(nodes.size())).leave(random);
            } else if (dice < 7) {
                nodes.get(random.nextInt(nodes.size())).pausedUntil = clock.nanoTime()
                        + (long) (random.nextDouble() * 3 * LEASE.toNanos());
            } else if (dice < 40) {
                nodes.get(random.nextInt(nodes.size())).demand = random.nextInt(4) == 0
                        ? 0
                        : random.nextInt(2 * rate.permits());
            }
            for (Node node : nodes) {
                node.act(random);
            }
        }
        assertThat(begun).isNotEmpty();
        assertNoPeriodHasMoreThan(rate);
    }

    private void run(List<Node> nodes, long nanos) {
        Random none = new Random(0);
        long end = clock.nanoTime() + nanos;
        while (clock.nanoTime() - end < 0) {
            clock.advance(Duration.ofMillis(20));
            nodes.forEach(node -> node.act(none));
        }
    }

    @Test
    void one_node_with_demand_has_all_within_two_heartbeats() {
        Rate rate = Rate.parse("40/1s");
        Node idle = new Node("idle", rate);
        Node busy = new Node("busy", rate);
        run(List.of(idle), HEARTBEAT);
        assertThat(idle.account.figures().share()).isEqualTo(40);
        run(List.of(idle, busy), 2 * HEARTBEAT);
        assertThat(idle.account.figures().share()).isEqualTo(20);
        busy.demand = 100;
        run(List.of(idle, busy), 2 * HEARTBEAT);
        assertThat(busy.account.figures().share()).isEqualTo(40);
        assertNoPeriodHasMoreThan(rate);
    }

    @Test
    void nodes_with_demand_differ_by_one_and_use_all_of_the_rate() {
        Rate rate = Rate.parse("50/1s");
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Node node = new Node("n" + i, rate);
            node.demand = 100;
            nodes.add(node);
        }
        run(nodes, 4 * HEARTBEAT);
        assertThat(nodes).extracting(node -> node.account.figures().share())
                .allSatisfy(share -> assertThat(share).isBetween(16, 17));
        int before = begun.size();
        run(nodes, 10 * Duration.ofSeconds(1).toNanos());
        assertThat(begun.size() - before).isBetween(480, 500);
        assertNoPeriodHasMoreThan(rate);
    }

    @Test
    void an_answer_that_was_lost_gives_nothing_twice_and_loses_nothing() {
        Rate rate = Rate.parse("10/1s");
        Node node = new Node("n", rate);
        Random before = new Random(0);
        node.failures = 1;
        node.exchange(before); // fails before its first read
        node.failures = 0;
        try (LeaseSession session = store.open(LEASE)) {
            LeaseSession losing = (LeaseSession) Proxy.newProxyInstance(getClass().getClassLoader(),
                    new Class<?>[]{LeaseSession.class}, (proxy, method, arguments) -> {
                        Object answer = method.invoke(session, arguments);
                        if (method.getName().equals("replaceLedger")) {
                            throw new LeaseStoreException("broken", null);
                        }
                        return answer;
                    });
            try {
                node.account.exchange(losing);
                throw new AssertionError("the answer was not lost");
            } catch (LeaseStoreException lost) {
                assertThat(node.share.permits).isEmpty();
            }
        }
        node.exchange(before);
        assertThat(node.share.permits).hasSize(10);
    }
}
