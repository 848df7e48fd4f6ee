package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.cluster.store.Claim;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseSnapshot.PermitRow;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Permit;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple3;
import org.jspecify.annotations.Nullable;

/**
 * A model of lease, permit and take-over. Each statement of a node may reach the store late, and each answer may come
 * late or never. A node may be paused between any two steps, also between its look at the clock and the act that
 * follows. Statements happen in any order that these delays allow.
 *
 * <p>These properties must hold in each run:
 *
 * <ul>
 *   <li>A permit has two nodes that believe in it only while one of them is paused, or acts on a look at its clock from
 *       before a pause: never does a node that runs see itself as the holder after the database has given the permit to
 *       another one.
 *   <li>Tokens of a slot only grow, and an effect that is guarded by the token never goes back.
 *   <li>When all goes well again, every permit can be had: none is lost.
 * </ul>
 */
class LeaseModelTest {

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration VALID = Duration.ofSeconds(8);
    private static final String NAME = "a";
    private static final int LIMIT = 2;
    private static final int NODES = 3;

    /** A step of a node: its kind, and after how many milliseconds its statement and its answer arrive. */
    enum Step {
        HEARTBEAT, LOST_HEARTBEAT, TAKE_OVER, ACQUIRE, LOST_ACQUIRE, RELEASE, LEAVE, CRASH, PAUSE, EFFECT, STALE_EFFECT
    }

    /** A statement on its way. */
    private record Flight(long at, Runnable arrives) {}

    private static final class Node {
        private final String name;
        private @Nullable NodeId id;
        private long until;
        private final Set<Permit> believed = new HashSet<>();
        private final Map<Permit, Long> looked = new HashMap<>();
        private long pausedUntil;

        Node(String name) {
            this.name = name;
        }
    }

    private static final class World {
        private final ManualClock clock = new ManualClock();
        private final MemoryLeaseStore store = new MemoryLeaseStore(clock);
        private final LeaseSession session = store.open(LEASE);
        private final List<Node> nodes = new ArrayList<>();
        private final List<Flight> flights = new ArrayList<>();
        private final Map<Integer, Long> greatest = new HashMap<>();
        private final Map<Integer, Long> written = new HashMap<>();

        World() {
            session.prepare(NAME, LIMIT);
            for (int i = 0; i < NODES; i++) {
                nodes.add(new Node("n" + i));
            }
        }

        long now() {
            return clock.nanoTime();
        }

        /** Sends a statement that arrives after a while; its answer takes as long again. */
        <T> void send(long delayNanos, java.util.function.Supplier<T> statement, @Nullable Consumer<T> answer) {
            flights.add(new Flight(now() + delayNanos, () -> {
                T result = statement.get();
                if (answer != null) {
                    flights.add(new Flight(now() + delayNanos, () -> answer.accept(result)));
                }
            }));
        }

        /** Lets time go on, and statements and answers arrive in their order. */
        void advance(long nanos) {
            long end = now() + nanos;
            while (true) {
                Flight next = null;
                for (Flight flight : flights) {
                    if (flight.at() <= end && (next == null || flight.at() < next.at())) {
                        next = flight;
                    }
                }
                if (next == null) {
                    break;
                }
                flights.remove(next);
                clock.advance(Duration.ofNanos(Math.max(0, next.at() - now())));
                next.arrives().run();
                check();
            }
            clock.advance(Duration.ofNanos(end - now()));
            check();
        }

        /** A node that is not paused fences itself as soon as its deadline has passed. */
        boolean holdsLease(Node node) {
            return node.id != null && now() - node.until < 0;
        }

        void step(int number, Step step, long delay) {
            Node node = nodes.get(number);
            if (now() < node.pausedUntil && step != Step.PAUSE) {
                return;
            }
            if (node.id != null && !holdsLease(node)) {
                node.id = null;
                node.believed.clear();
            }
            NodeId id = node.id;
            long sent = now();
            if (id == null && step != Step.CRASH && step != Step.PAUSE) {
                NodeId fresh = NodeId.ofNew(node.name);
                send(delay, () -> {
                    session.join(fresh, LEASE, false);
                    return true;
                }, joined -> {
                    if (node.id == null && now() - (sent + VALID.toNanos()) < 0) {
                        node.id = fresh;
                        node.until = sent + VALID.toNanos();
                    }
                });
                return;
            }
            switch (step) {
                case HEARTBEAT -> send(delay, () -> session.renew(id, LEASE), news -> {
                    if (!id.equals(node.id) || !holdsLease(node)) {
                        return;
                    }
                    if (news.isEmpty()) {
                        node.id = null;
                        node.believed.clear();
                    } else {
                        node.until = Math.max(node.until, sent + VALID.toNanos());
                    }
                });
                case LOST_HEARTBEAT -> send(delay, () -> session.renew(id, LEASE), null);
                case TAKE_OVER -> send(delay, () -> session.takeOver(2, Duration.ZERO), null);
                case ACQUIRE -> send(delay, () -> acquire(id), permits -> {
                    if (id.equals(node.id) && holdsLease(node)) {
                        node.believed.addAll(permits);
                    }
                });
                case LOST_ACQUIRE -> send(delay, () -> acquire(id), null);
                case RELEASE -> {
                    List<Permit> back = List.copyOf(node.believed);
                    node.believed.clear();
                    send(delay, () -> session.release(id, back), null);
                }
                case LEAVE -> {
                    node.id = null;
                    node.believed.clear();
                    send(delay, () -> {
                        session.leave(id);
                        return true;
                    }, null);
                }
                case CRASH -> {
                    node.id = null;
                    node.believed.clear();
                }
                case PAUSE -> {
                    // It has looked at its clock just before, and acts on that when it goes on.
                    if (holdsLease(node)) {
                        node.believed.forEach(permit -> node.looked.put(permit, now()));
                    }
                    node.pausedUntil = Math.max(node.pausedUntil, now() + delay * 10);
                }
                case EFFECT -> node.believed.forEach(this::effect);
                case STALE_EFFECT -> {
                    node.looked.keySet().forEach(this::effect);
                    node.looked.clear();
                }
                default -> throw new AssertionError(step);
            }
        }

        private List<Permit> acquire(NodeId node) {
            List<Permit> given = session.acquire(node, NAME, LIMIT, 1, false);
            for (Permit permit : given) {
                assertThat(permit.token()).as("tokens grow").isGreaterThan(greatest.getOrDefault(permit.slot(), 0L));
                greatest.put(permit.slot(), permit.token());
            }
            return given;
        }

        /** The target refuses a token that is smaller than the last one. */
        private void effect(Permit permit) {
            if (permit.token() >= written.getOrDefault(permit.slot(), 0L)) {
                written.put(permit.slot(), permit.token());
            }
        }

        /** Checks the properties of each moment. */
        void check() {
            Map<Integer, NodeId> holders = new HashMap<>();
            Map<Integer, Long> tokens = new HashMap<>();
            for (PermitRow row : session.snapshot().permits()) {
                tokens.put(row.slot(), row.token());
                if (row.holder() != null) {
                    holders.put(row.slot(), row.holder());
                }
            }
            Set<Integer> seen = new HashSet<>();
            for (Node node : nodes) {
                if (!holdsLease(node)) {
                    continue;
                }
                for (Permit permit : node.believed) {
                    assertThat(holders.get(permit.slot())).as("holder of %s", permit).isEqualTo(node.id);
                    assertThat(tokens.get(permit.slot())).isEqualTo(permit.token());
                    assertThat(seen.add(permit.slot())).as("one believer in %s", permit).isTrue();
                }
            }
            // A guarded target never has a token that was not given, and never goes back: see effect.
            written.forEach((slot, token) -> assertThat(token).isLessThanOrEqualTo(tokens.get(slot)));
        }

        /** When all goes well again, every permit can be had. */
        void settle() {
            flights.removeIf(flight -> flight.at() - now() > LEASE.toNanos() * 100);
            advance(LEASE.toNanos() * 3);
            advance(LEASE.toNanos() * 3);
            session.takeOver(100, Duration.ZERO);
            assertThat(session.claims(NAME)).extracting(Claim::held).isEmpty();
            NodeId last = NodeId.ofNew("last");
            session.join(last, LEASE, false);
            assertThat(session.acquire(last, NAME, LIMIT, LIMIT, false)).hasSize(LIMIT).allSatisfy(
                    permit -> assertThat(permit.token()).isGreaterThan(greatest.getOrDefault(permit.slot(), 0L)));
        }
    }

    @Property(tries = 3000)
    void nothing_is_held_twice_and_nothing_is_lost(
            @ForAll("runs") List<Tuple3<Integer, Step, Tuple.Tuple2<Long, Long>>> run) {
        World world = new World();
        for (Tuple3<Integer, Step, Tuple.Tuple2<Long, Long>> step : run) {
            world.step(step.get1(), step.get2(), step.get3().get1() * 1_000_000);
            world.check();
            world.advance(step.get3().get2() * 1_000_000);
        }
        world.settle();
    }

    @Provide
    Arbitrary<List<Tuple3<Integer, Step, Tuple.Tuple2<Long, Long>>>> runs() {
        Arbitrary<Step> steps = Arbitraries.frequency(
                Tuple.of(8, Step.HEARTBEAT),
                Tuple.of(2, Step.LOST_HEARTBEAT),
                Tuple.of(4, Step.TAKE_OVER),
                Tuple.of(8, Step.ACQUIRE),
                Tuple.of(1, Step.LOST_ACQUIRE),
                Tuple.of(3, Step.RELEASE),
                Tuple.of(1, Step.LEAVE),
                Tuple.of(1, Step.CRASH),
                Tuple.of(2, Step.PAUSE),
                Tuple.of(4, Step.EFFECT),
                Tuple.of(2, Step.STALE_EFFECT));
        Arbitrary<Long> delays = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.longs().between(0, 50)),
                Tuple.of(2, Arbitraries.longs().between(0, 3000)),
                Tuple.of(1, Arbitraries.longs().between(0, 15_000)));
        Arbitrary<Long> gaps = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.longs().between(0, 200)),
                Tuple.of(2, Arbitraries.longs().between(0, 2500)),
                Tuple.of(1, Arbitraries.longs().between(0, 12_000)));
        return Combinators.combine(
                Arbitraries.integers().between(0, NODES - 1),
                steps,
                Combinators.combine(delays, gaps).as(Tuple::of))
                .as(Tuple::of)
                .list()
                .ofMinSize(5)
                .ofMaxSize(60);
    }
}
