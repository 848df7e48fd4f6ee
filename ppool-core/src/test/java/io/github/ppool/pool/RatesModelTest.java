package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * Random callers and tasks of a pool with rates. On a clock that stands still each of them begins at the very
 * millisecond at which a plain reference lets it begin: a list of waiters, and a list of all beginnings. With the real
 * clock and many threads, under kills and cancellations: never more begin than the rate permits, and none is forgotten.
 *
 * <p>The dice are printed; {@code -Dmodel.seed=N} throws them again.
 */
class RatesModelTest {

    /** One that waits in the reference. */
    private static final class Waiting {
        private final String name;
        private final @Nullable String key;
        private final int priority;
        private final int number;

        private Waiting(String name, @Nullable String key, int priority, int number) {
            this.name = name;
            this.key = key;
            this.priority = priority;
            this.number = number;
        }
    }

    /** As many workers as are asked for, and work that takes no time: only rates let callers wait. */
    private static final class Reference {
        private final Rate rate;
        private final Rate keyRate;
        /** The keys in front of the queue, and the tasks behind the first one of each key. */
        private final List<Waiting> queue = new ArrayList<>();
        private final Map<String, List<Waiting>> chains = new HashMap<>();
        private final Map<String, List<Long>> begunByKey = new HashMap<>();
        private final List<Long> begun = new ArrayList<>();
        private final List<String> served = new ArrayList<>();
        private int entered;
        private final Map<Waiting, Integer> entries = new HashMap<>();

        Reference(Rate rate, Rate keyRate) {
            this.rate = rate;
            this.keyRate = keyRate;
        }

        private static boolean permits(Rate rate, List<Long> begun, long now) {
            return begun.stream().filter(begin -> begin > now - rate.period().toMillis()).count() < rate.permits();
        }

        void add(Waiting waiting, long now) {
            if (waiting.key == null) {
                enter(waiting);
            } else {
                chains.computeIfAbsent(waiting.key, key -> new ArrayList<>()).add(waiting);
            }
            serve(now);
        }

        private void enter(Waiting waiting) {
            entries.put(waiting, entered++);
            queue.add(waiting);
        }

        void remove(Waiting waiting, long now) {
            queue.remove(waiting);
            if (waiting.key != null) {
                chains.get(waiting.key).remove(waiting);
            }
            serve(now);
        }

        /** Serves all that may be served now. Keys that are due at the same time go on in the order of their times. */
        void serve(long now) {
            boolean more = true;
            while (more) {
                more = false;
                for (Map.Entry<String, List<Waiting>> chain : dueChains(now)) {
                    enter(chain.getValue().getFirst());
                }
                Waiting next = queue.stream().min(Comparator.<Waiting>comparingInt(each -> -each.priority)
                        .thenComparingInt(entries::get)).orElse(null);
                if (next != null && permits(rate, begun, now)) {
                    begin(next, now);
                    more = true;
                }
            }
        }

        private List<Map.Entry<String, List<Waiting>>> dueChains(long now) {
            return chains.entrySet().stream()
                    .filter(chain -> !chain.getValue().isEmpty() && !queue.contains(chain.getValue().getFirst())
                            && permits(keyRate, begunByKey.getOrDefault(chain.getKey(), List.of()), now))
                    .toList();
        }

        private void begin(Waiting next, long now) {
            queue.remove(next);
            begun.add(now);
            served.add(next.name + " at " + now);
            if (next.key != null) {
                begunByKey.computeIfAbsent(next.key, key -> new ArrayList<>()).add(now);
                chains.get(next.key).remove(next);
            }
        }
    }

    private static long seed() {
        return Long.getLong("model.seed", System.nanoTime());
    }

    @RepeatedTest(8)
    void each_one_begins_at_the_millisecond_of_the_reference(RepetitionInfo repetition) {
        long seed = seed() + repetition.getCurrentRepetition();
        Random dice = new Random(seed);
        Rate rate = Rate.of(1 + dice.nextInt(4), Duration.ofMillis(50 + dice.nextInt(500)));
        Rate keyRate = Rate.of(1 + dice.nextInt(2), Duration.ofMillis(50 + dice.nextInt(500)));
        boolean keyed = repetition.getCurrentRepetition() % 2 == 0;
        String what = "seed " + seed + ", rate " + rate + (keyed ? ", key-rate " + keyRate : "");
        System.out.println("RatesModelTest " + what);
        try (PoolWorld world = new PoolWorld()) {
            PoolClient<Worker> pool = world.start(spec -> spec.size(keyed ? 1 : 3).queueCapacity(1_000_000)
                    .checkoutTimeout(Duration.ofDays(1)).rate(rate).keyRate(keyRate));
            Reference reference = new Reference(rate, keyRate);
            List<String> served = new CopyOnWriteArrayList<>();
            long origin = world.world.clock().nanoTime();
            Map<Waiting, Runnable> waiting = new HashMap<>();
            for (int i = 0; i < 120; i++) {
                long now = (world.world.clock().nanoTime() - origin) / 1_000_000;
                // two keys that are due at the same millisecond would have no order, so there is one
                String key = keyed && dice.nextInt(3) > 0 ? "key" : null;
                Waiting one = new Waiting("w" + i, key, key == null ? dice.nextInt(2) : 0, i);
                Runnable note = () -> served.add(one.name + " at " + (world.world.clock().nanoTime() - origin)
                        / 1_000_000);
                switch (dice.nextInt(5)) {
                    case 0, 1 -> {
                        TaskOptions options = TaskOptions.DEFAULT.withPriority(one.priority);
                        Task<?> task = pool.tasks(key == null ? options : TaskOptions.key(key))
                                .asyncQueue(worker -> note.run());
                        waiting.put(one, () -> assertThat(task.cancel()).as(what).isTrue());
                        world.world.quiesce();
                        reference.add(one, now);
                    }
                    case 2 -> {
                        Waiting borrower = new Waiting(one.name, null, 0, i);
                        PoolWorld.Client<String> client = world.client(() -> {
                            pool.transaction(worker -> note.run());
                            return borrower.name;
                        });
                        waiting.put(borrower, () -> world.kill(client.pid()));
                        reference.add(borrower, now);
                    }
                    case 3 -> {
                        List<Waiting> left = waiting.keySet().stream()
                                .filter(each -> reference.served.stream().noneMatch(
                                        text -> text.startsWith(each.name + " ")))
                                .sorted(Comparator.comparingInt(each -> each.number))
                                .toList();
                        if (!left.isEmpty()) {
                            Waiting gone = left.get(dice.nextInt(left.size()));
                            waiting.remove(gone).run();
                            world.world.quiesce();
                            reference.remove(gone, now);
                        }
                    }
                    default -> advance(world, reference, origin, 1 + dice.nextInt(300));
                }
                assertThat(inOrder(served, keyed)).as(what)
                        .containsExactlyElementsOf(inOrder(reference.served, keyed));
                EngineInvariants.checkAtRest(pool);
            }
            advance(world, reference, origin, 120_000);
            assertThat(inOrder(served, keyed)).as(what)
                    .containsExactlyElementsOf(inOrder(reference.served, keyed));
            assertThat(pool.status().queueDepth()).as(what).isZero();
        }
    }

    /** Several workers begin at the same millisecond in any order; a single one in that of the queue. */
    private static List<String> inOrder(List<String> served, boolean oneWorker) {
        return oneWorker
                ? served
                : served.stream().sorted(Comparator.<String>comparingLong(
                        text -> Long.parseLong(text.substring(text.indexOf(" at ") + 4)))
                        .thenComparing(Comparator.naturalOrder())).toList();
    }

    private static void advance(PoolWorld world, Reference reference, long origin, long millis) {
        long from = (world.world.clock().nanoTime() - origin) / 1_000_000;
        for (long now = from + 1; now <= from + millis; now++) {
            reference.serve(now);
        }
        world.advance(Duration.ofMillis(millis));
    }

    @RepeatedTest(3)
    void many_threads_never_begin_more_than_the_rate_permits_and_none_is_forgotten(RepetitionInfo repetition)
            throws Exception {
        CapturedLog silence = CapturedLog.silence(); // the crashes of workers are logged
        try {
            play(seed() + repetition.getCurrentRepetition());
        } finally {
            silence.close();
        }
    }

    private void play(long seed) throws Exception {
        Random dice = new Random(seed);
        Rate rate = Rate.of(20 + dice.nextInt(50), Duration.ofMillis(20));
        Rate limit = dice.nextBoolean() ? rate : rate.withBurst(5);
        String what = "seed " + seed + ", rate " + limit;
        System.out.println("RatesModelTest " + what);
        Queue<String> violations = new ConcurrentLinkedQueue<>();
        Queue<Task<?>> tasks = new ConcurrentLinkedQueue<>();
        AtomicLong begun = new AtomicLong();
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(PoolSpec.builder("pool", Object::new)
                    .size(dice.nextInt(3))
                    .maxOverflow(2)
                    .strategy(PoolStrategy.values()[dice.nextInt(3)])
                    .queueCapacity(50)
                    .restart(PoolWorld.policy("[restart]"))
                    .rate(limit)
                    .keyRate(Rate.of(5, Duration.ofMillis(10)))
                    .build());
            AtomicBoolean playing = new AtomicBoolean(true);
            List<Thread> threads = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < 6; i++) {
                Random own = new Random(dice.nextLong());
                Thread.Builder kind = (i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform())
                        .inheritInheritableThreadLocals(false);
                threads.add(kind.start(() -> {
                    for (int n = 0; n < 300; n++) {
                        operate(pool, pools, tasks, begun, own);
                        try {
                            EngineInvariants.check(pool);
                        } catch (AssertionError broken) {
                            violations.add(String.valueOf(broken.getMessage()));
                        }
                    }
                }));
            }
            Thread watch = Thread.ofPlatform().inheritInheritableThreadLocals(false).start(() -> {
                while (playing.get()) {
                    PoolStatus.RateUse use = pool.status().rate();
                    if (use == null || use.used() > limit.permits()) {
                        violations.add("used " + use);
                    }
                    LockSupport.parkNanos(100_000); // between two looks
                }
            });
            for (Thread thread : threads) {
                assertThat(thread.join(Duration.ofSeconds(60))).as("%s: %s hangs; %s", what, thread, pool).isTrue();
            }
            for (Task<?> task : tasks) {
                Eventually.so(() -> what + ": no outcome: " + task + " of " + pool, () -> task.state().isFinal());
            }
            long elapsed = System.nanoTime() - start;
            playing.set(false);
            watch.join();
            Eventually.so(() -> what + ": " + pool, () -> pool.status().queueDepth() == 0
                    && pool.status().borrowed() == 0);
            long windows = elapsed / limit.period().toNanos() + 2; // the first one, and one that has just begun
            assertThat(pool.status().checkouts()).as(what).isLessThanOrEqualTo(windows * limit.permits());
            assertThat(begun).as(what).hasValueLessThanOrEqualTo(pool.status().checkouts());
            EngineInvariants.awaitRest(pool);
            assertThat(violations).as(what).isEmpty();
        }
    }

    private static void operate(PoolClient<Object> pool, Pools pools, Queue<Task<?>> tasks, AtomicLong begun,
            Random random) {
        try {
            switch (random.nextInt(12)) {
                case 0 -> pool.tryCheckout().ifPresent(lease -> {
                    begun.incrementAndGet();
                    lease.close();
                });
                case 1 -> pool.run(worker -> begun.incrementAndGet()).ifPresent(tasks::add);
                case 2 -> {
                    Task<?> task = pool.asyncQueue(worker -> begun.incrementAndGet());
                    task.cancel();
                    tasks.add(task);
                }
                case 3 -> tasks.add(pool.asyncQueue(worker -> {
                    begun.incrementAndGet();
                    throw new IllegalStateException("the worker dies of it");
                }));
                case 4 -> tasks.add(pool.tasks(TaskOptions.key("key " + random.nextInt(3))).asyncQueue(
                        worker -> begun.incrementAndGet()));
                case 5 -> {
                    pools.admin().suspend("pool");
                    pools.admin().resume("pool");
                }
                case 6 -> pools.admin().resize("pool", random.nextInt(3), 2);
                case 7 -> pool.checkout(Duration.ofNanos(random.nextInt(1_000_000))).close();
                case 8 -> pool.checkoutAsync(Duration.ofMillis(random.nextInt(3))).thenAccept(Lease::close);
                case 9 -> tasks.add(pool.tasks(TaskOptions.DEFAULT.withDeadline(Duration.ofMillis(1)))
                        .asyncQueue(worker -> begun.incrementAndGet()));
                default -> tasks.add(pool.asyncQueue(worker -> begun.incrementAndGet()));
            }
        } catch (PoolException refused) {
            // a full queue, or a wait that was too long: told to the caller, which comes again
        }
    }

    @Test
    void the_reference_itself_lets_no_more_begin_than_the_rate() {
        Reference reference = new Reference(Rate.of(2, Duration.ofMillis(10)), Rate.of(1, Duration.ofMillis(15)));
        for (int i = 0; i < 3; i++) {
            reference.add(new Waiting("k" + i, "key", 0, i), 0);
            reference.add(new Waiting("w" + i, null, 0, i), 0);
        }
        for (long now = 1; now < 50; now++) {
            reference.serve(now);
        }
        assertThat(reference.served).containsExactly("k0 at 0", "w0 at 0", "w1 at 10", "w2 at 10", "k1 at 20",
                "k2 at 35");
    }
}
