package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.pool.engine.KeysOf;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random tasks with keys of a group, on a clock that stands still. Meanwhile members die, are suspended, resumed,
 * stopped and started again, can't make workers, and lend workers to others.
 *
 * <p>The model of a key is a list of its tasks in the order of their hand-over. Checked all along: no two tasks of a
 * key run at once, over all members; no first attempt begins before that of an earlier task of the key; and while a
 * task waits for its next attempt with {@code key-blocks}, no later task of its key begins. At the end, when all
 * members serve again: each task has its outcome, and no key is left.
 *
 * <p>The dice are printed; {@code -Dmodel.seed=N} throws them again.
 */
class PoolGroupKeysModelTest {

    private static final String[] MEMBERS = {"a", "b", "c"};

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    /** A key as the model sees it; the turn itself guards the fields that are not atomic. */
    private final class Line {
        private final Object key;
        private final AtomicReference<@Nullable String> running = new AtomicReference<>();
        private final List<Handed> handed = new ArrayList<>();
        private int lastBegun = -1;

        Line(Object key) {
            this.key = key;
        }

        void begin(Handed task) {
            String before = running.compareAndExchange(null, task.toString());
            if (before != null) {
                violations.add(task + " runs beside " + before);
            }
            if (task.begun++ == 0 && task.number <= lastBegun) {
                violations.add(task + " has begun after #" + lastBegun);
            }
            lastBegun = Math.max(lastBegun, task.number);
            for (int i = 0; i < task.number; i++) {
                Handed earlier = handed.get(i);
                if (earlier.blocks && earlier.begun > 0 && !earlier.isOver()) {
                    violations.add(task + " has begun before the next attempt of " + earlier);
                }
            }
        }

        void end() {
            running.set(null);
        }
    }

    /** A task, with a count of its attempts. */
    private static final class Handed {
        final Line line;
        final int number;
        final boolean blocks;
        /** Written by the task that has the turn. */
        int begun;
        volatile @Nullable Task<?> task;

        Handed(Line line, int number, boolean blocks) {
            this.line = line;
            this.number = number;
            this.blocks = blocks;
        }

        boolean isOver() {
            Task<?> known = task;
            return known != null && known.state().isFinal();
        }

        @Override
        public String toString() {
            return line.key + " #" + number;
        }
    }

    private static long seed() {
        return Long.getLong("model.seed", System.nanoTime());
    }

    @RepeatedTest(8)
    void keys_keep_their_order_over_members_that_die(RepetitionInfo repetition) throws Exception {
        playInSilence(seed() + repetition.getCurrentRepetition(), 120);
    }

    @Test
    @Tag("slow")
    void keys_keep_their_order_for_minutes() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        long first = seed();
        for (int round = 0; System.nanoTime() - end < 0; round++) {
            playInSilence(first + round, 300);
        }
    }

    private void playInSilence(long seed, int steps) throws Exception {
        CapturedLog silence = CapturedLog.silence(); // most events here are logged
        try (GroupWorld world = new GroupWorld()) {
            new Play(world, seed).play(steps);
        } finally {
            silence.close();
        }
    }

    private final class Play {
        private final GroupWorld world;
        private final Random dice;
        private final PoolGroup<String> group;
        private final List<Line> lines = new ArrayList<>();
        private final List<Handed> tasks = new ArrayList<>();
        private final List<PoolWorld.Client<Lease<String>>> direct = new ArrayList<>();
        private final Map<String, Integer> sizes = new HashMap<>();
        private final String what;

        Play(GroupWorld world, long seed) {
            this.world = world;
            this.dice = new Random(seed);
            for (String member : MEMBERS) {
                sizes.put(member, 1 + dice.nextInt(2));
                start(member);
            }
            for (int i = 0; i < 1 + dice.nextInt(4); i++) {
                lines.add(new Line(i % 2 == 0 ? "key " + i : List.of(i)));
            }
            GroupStrategy strategy = GroupStrategy.values()[dice.nextInt(4)];
            this.what = "seed " + seed + ", " + strategy;
            this.group = world.group(strategy, MEMBERS);
            System.out.println("PoolGroupKeysModelTest " + what);
        }

        private void start(String member) {
            world.start(member, spec -> spec.size(sizes.get(member)).creationFailureLimit(2).queueCapacity(30));
        }

        void play(int steps) throws Exception {
            for (int step = 0; step < steps; step++) {
                act(dice.nextInt(20));
                world.world.quiesce();
                assertThat(violations).as(what).isEmpty();
                world.check();
                EngineInvariants.checkAtRest(group);
            }
            settle();
        }

        private void act(int action) throws Exception {
            String member = MEMBERS[dice.nextInt(MEMBERS.length)];
            switch (action) {
                case 0, 1, 2, 3, 4, 5 -> hand();
                case 6 -> borrow(member);
                case 7 -> direct.forEach(client -> {
                    Lease<String> lease = client.result;
                    if (lease != null) {
                        lease.close();
                    }
                });
                case 8 -> any().ifPresent(Task::cancel);
                case 9, 10 -> tasks.stream().filter(task -> !task.isOver()).findAny()
                        .ifPresent(task -> task.task.exit(ExitReason.KILL));
                case 11 -> world.pools.admin().suspend(member);
                case 12, 13 -> world.pools.admin().resume(member);
                case 14 -> stopOrStart(member);
                case 15 -> world.server(member).broken = !world.server(member).broken;
                default -> world.world.advance(Duration.ofMillis(1 + dice.nextInt(400)));
            }
        }

        private Optional<Task<?>> any() {
            return tasks.isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(tasks.get(dice.nextInt(tasks.size())).task);
        }

        private void borrow(String member) {
            world.pools.pool(member).ifPresent(pool -> {
                @SuppressWarnings("unchecked") // a worker is its name
                PoolClient<String> known = (PoolClient<String>) pool;
                direct.add(world.client(() -> known.checkout(Duration.ofSeconds(1))));
            });
        }

        private void hand() throws Exception {
            Line line = lines.get(dice.nextInt(lines.size()));
            boolean blocks = dice.nextBoolean();
            TaskOptions options = TaskOptions.key(line.key).withKeyBlocks(blocks).withSticky(dice.nextBoolean())
                    .withPriority(dice.nextInt(3));
            if (dice.nextBoolean()) {
                options = options.withRestart(PoolWorld.policy("[restart, 100ms]"));
            }
            if (dice.nextInt(6) == 0) {
                options = options.withDeadline(Duration.ofMillis(1 + dice.nextInt(1_000)));
            }
            if (dice.nextInt(4) == 0) {
                runNow(line, options, blocks);
                return;
            }
            Handed handed = new Handed(line, line.handed.size(), blocks);
            Duration takes = Duration.ofMillis(dice.nextInt(3) * 100L);
            int failures = dice.nextInt(3);
            try {
                line.handed.add(handed);
                tasks.add(handed);
                handed.task = group.tasks(options).asyncQueueResult(worker -> work(handed, worker, takes, failures));
            } catch (PoolException refused) {
                line.handed.remove(handed);
                tasks.remove(handed);
            }
        }

        private void runNow(Line line, TaskOptions options, boolean blocks) throws Exception {
            Handed handed = new Handed(line, line.handed.size(), blocks);
            Duration takes = Duration.ofMillis(dice.nextInt(3) * 100L);
            line.handed.add(handed);
            try {
                handed.task = world.world.perform(() -> group.tasks(options)
                        .runResult(worker -> work(handed, worker, takes, 0))).orElse(null);
            } catch (PoolException refused) {
                // no member serves
            }
            if (handed.task == null) {
                line.handed.remove(handed);
            } else {
                tasks.add(handed);
            }
        }

        private String work(Handed handed, String worker, Duration takes, int failures)
                throws InterruptedException {
            handed.line.begin(handed);
            try {
                ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
                if (!takes.isZero()) {
                    self.sleep(takes);
                }
                if (handed.begun <= failures) {
                    throw new IllegalStateException("try again");
                }
                return worker;
            } finally {
                handed.line.end();
            }
        }

        private void stopOrStart(String member) throws Exception {
            if (world.pools.pool(member).isPresent()) {
                world.world.perform(() -> world.pools.stopPool(member, Duration.ZERO));
            } else {
                start(member);
            }
        }

        /** All members serve again. */
        private void settle() {
            for (String member : MEMBERS) {
                world.server(member).broken = false;
                if (world.pools.pool(member).isEmpty()) {
                    start(member);
                }
                world.pools.admin().resume(member);
            }
            for (int round = 0; round < 400 && !tasks.stream().allMatch(Handed::isOver); round++) {
                direct.forEach(client -> {
                    Lease<String> lease = client.result;
                    if (lease != null) {
                        lease.close();
                    }
                });
                world.world.advance(Duration.ofMillis(200));
            }
            assertThat(violations).as(what).isEmpty();
            assertThat(tasks).as(what).allMatch(Handed::isOver);
            assertThat(group.status().queueDepth()).as(what).isZero();
            assertThat(KeysOf.count(group)).as("%s: keys are left", what).isZero();
            EngineInvariants.checkAtRest(group);
        }
    }
}
