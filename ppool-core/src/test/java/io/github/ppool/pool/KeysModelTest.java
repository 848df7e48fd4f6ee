package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.pool.engine.KeysOf;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random tasks with random keys from many threads, under kills, cancellations, deadlines, time-outs, failures,
 * suspensions and resizes. The sequential model of a key is a list: the tasks that were handed over under the key's own
 * lock, in that order. Checked all along: no two tasks of a key at once, and no first attempt before that of an earlier
 * task of the key. Checked at the end: each task has one outcome, each accepted task that was not refused, cancelled or
 * killed has run, and no key is left.
 *
 * <p>The dice are printed; {@code -Dmodel.seed=N} throws them again, though not the turns of the threads.
 */
class KeysModelTest {

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    /** A key as the model sees it. */
    private final class Line {
        private final String name;
        private final ReentrantLock handingOver = new ReentrantLock();
        private final AtomicReference<@Nullable Thread> holder = new AtomicReference<>();
        /** Guarded by the turn itself: the pool has to make its changes visible to the next task of the key. */
        private int lastBegun = -1;
        private int plain;
        /** Guarded by {@link #handingOver}. */
        private int next;

        Line(String name) {
            this.name = name;
        }

        void run(int number, boolean first, long nanos, boolean heeds) throws InterruptedException {
            Thread before = holder.compareAndExchange(null, Thread.currentThread());
            if (before != null) {
                violations.add(name + " is run by two threads at once: #" + number);
            }
            try {
                if (first && number <= lastBegun) {
                    violations.add(name + ": #" + number + " has begun after #" + lastBegun);
                }
                lastBegun = Math.max(lastBegun, number);
                int seen = plain;
                if (!heeds) {
                    Mischief.workWithoutHeed(nanos);
                } else if (nanos > 0) {
                    Thread.sleep(Duration.ofNanos(nanos)); // the task takes its time
                }
                if (plain != seen) {
                    violations.add(name + " changed under #" + number);
                }
                plain = seen + 1;
            } finally {
                holder.set(null);
            }
        }
    }

    private record Booked(Task<Integer> task, AtomicInteger runs, boolean mustRun) {}

    private static long seed() {
        return Long.getLong("model.seed", System.nanoTime());
    }

    @RepeatedTest(4)
    void keys_keep_their_promises(RepetitionInfo repetition) throws Exception {
        playInSilence(seed() + repetition.getCurrentRepetition(), 6, 250);
    }

    @Test
    @Tag("slow")
    void keys_keep_their_promises_for_minutes() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        long first = seed();
        for (int round = 0; System.nanoTime() - end < 0; round++) {
            playInSilence(first + round, 12, 2000);
        }
    }

    private void playInSilence(long seed, int players, int operations) throws Exception {
        CapturedLog silence = CapturedLog.silence(); // most events here are logged
        try {
            play(seed, players, operations);
        } finally {
            silence.close();
        }
    }

    private void play(long seed, int players, int operations) throws Exception {
        Random dice = new Random(seed);
        boolean retries = dice.nextBoolean();
        boolean blocks = dice.nextBoolean();
        int keys = 1 + dice.nextInt(12);
        String what = "seed " + seed + ", keys " + keys + ", retries " + retries + ", blocks " + blocks;
        System.out.println("KeysModelTest " + what);
        ShedRule shed = ShedRule.values()[dice.nextInt(3)];
        boolean dropsLate = dice.nextInt(3) == 0;
        boolean sheds = dropsLate || shed != ShedRule.NEWEST;
        PoolSpec.Builder<Object> spec = PoolSpec.builder("pool", Object::new)
                .size(dice.nextInt(4))
                .maxOverflow(1 + dice.nextInt(3))
                .queueCapacity(10 + dice.nextInt(100))
                .strategy(PoolStrategy.values()[dice.nextInt(3)])
                .restart(PoolWorld.policy("[restart, 1ms]"))
                .keyBlocks(blocks)
                .queue(QueueOrder.values()[dice.nextInt(3)])
                .shed(shed)
                .maxWaitTarget(dropsLate ? Duration.ofMillis(2) : null)
                .maxWaitInterval(Duration.ofMillis(1))
                .sticky(dice.nextBoolean())
                .surviveOn(UnsupportedOperationException.class::isInstance)
                .orphanGrace(Duration.ofSeconds(60))
                .platformThreads(dice.nextInt(4) == 0);
        if (retries) {
            spec.taskRestart(RestartPolicy.of(RestartPlan.parse("[restart, 1ms, 2ms]")));
        }
        if (dice.nextInt(3) == 0) {
            spec.maxUses(10);
        }
        if (dice.nextInt(3) == 0) {
            spec.overflowTtl(Duration.ofMillis(1));
        }
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(spec.build());
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < keys; i++) {
                lines.add(new Line("key " + i));
            }
            Queue<Booked> tasks = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < players; i++) {
                Random own = new Random(dice.nextLong());
                Thread.Builder kind = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
                threads.add(kind.start(() -> {
                    for (int n = 0; n < operations; n++) {
                        operate(pool, lines, tasks, own, retries, sheds);
                        if (n % 16 == 0) {
                            check(pool);
                        }
                    }
                }));
            }
            AtomicBoolean playing = new AtomicBoolean(true);
            Thread trouble = Thread.ofVirtual().start(() -> {
                Random own = new Random(seed + 1);
                while (playing.get()) {
                    trouble(pools, own);
                }
            });
            for (Thread thread : threads) {
                assertThat(thread.join(Duration.ofSeconds(120))).as("%s: %s hangs; %s", what, thread, pool).isTrue();
            }
            playing.set(false);
            trouble.join();
            pools.admin().resize("pool", 2, 2);
            pools.admin().resume("pool");
            for (Booked booked : tasks) {
                checkOutcome(booked, pool, retries);
            }
            Eventually.so(() -> what + ": keys are left of " + pool, () -> KeysOf.count(pool) == 0);
            EngineInvariants.awaitRest(pool);
            assertThat(pool.status().queueDepth()).isZero();
            assertThat(violations).as(what).isEmpty();
        }
    }

    private void check(PoolClient<Object> pool) {
        try {
            EngineInvariants.check(pool);
        } catch (AssertionError broken) {
            violations.add(broken.getMessage());
        }
    }

    private static void trouble(Pools pools, Random random) {
        try {
            switch (random.nextInt(4)) {
                case 0 -> {
                    pools.admin().suspend("pool");
                    Thread.sleep(0, random.nextInt(300_000)); // so that some tasks come meanwhile
                    pools.admin().resume("pool");
                }
                case 1 -> pools.admin().resize("pool", random.nextInt(4), 1 + random.nextInt(3));
                default -> Thread.sleep(1); // trouble is to be rarer than work
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void operate(PoolClient<Object> pool, List<Line> lines, Queue<Booked> tasks, Random random,
            boolean retries, boolean sheds) {
        Line line = lines.get(random.nextInt(lines.size()));
        int fate = random.nextInt(14);
        AtomicInteger runs = new AtomicInteger();
        long nanos = random.nextInt(3) == 0 ? random.nextInt(300_000) : 0;
        TaskOptions options = TaskOptions.key(random.nextBoolean() ? line.name : new String(line.name.toCharArray()));
        options = switch (random.nextInt(8)) {
            case 0 -> options.withDeadline(Duration.ofMillis(random.nextInt(3)));
            case 1 -> options.withTimeout(Duration.ofMillis(1));
            case 2 -> options.withPriority(random.nextInt(3) - 1);
            case 3 -> options.withKeyBlocks(random.nextBoolean());
            default -> options;
        };
        boolean calm = fate > 4 && options.deadline() == null && options.timeout() == null;
        int way = random.nextInt(6);
        Task<Integer> task;
        line.handingOver.lock();
        try {
            boolean later = way == 1;
            int number = later ? -1 : line.next; // its place is known when its time has come
            WorkerFunction<Object, Integer, Exception> work = worker -> {
                boolean first = runs.getAndIncrement() == 0 && !later;
                line.run(number, first, fate == 1 ? 2_000_000 : nanos, fate != 1);
                switch (fate) {
                    case 2 -> throw new IllegalStateException("the worker dies of it");
                    case 3 -> throw new UnsupportedOperationException("the worker survives it");
                    default -> {
                        return number;
                    }
                }
            };
            task = switch (way) {
                case 0 -> pool.tasks(options).runResult(work).orElse(null);
                case 1 -> pool.tasks(options).scheduleResult(Duration.ofNanos(1 + random.nextInt(2_000_000)), work);
                // syncQueue returns when the task has begun: the lock of the line would keep others away too long
                default -> pool.tasks(options).asyncQueueResult(work);
            };
            if (task != null) {
                line.next += later ? 0 : 1;
                tasks.add(new Booked(task, runs, calm && fate > 5 && !later && !sheds)); // later the queue may be full
            }
        } catch (PoolException refused) {
            return;
        } finally {
            line.handingOver.unlock();
        }
        if (task == null) {
            return;
        }
        switch (fate) {
            case 0, 1 -> task.exit(random.nextBoolean() ? ExitReason.KILL : ExitReason.of("enough"));
            case 4, 5 -> task.cancel();
            default -> {
                // it goes its way
            }
        }
    }

    private void checkOutcome(Booked booked, PoolClient<Object> pool, boolean retries) {
        Task<Integer> task = booked.task;
        Eventually.so(() -> "no outcome: " + task + " of " + pool, () -> task.state().isFinal());
        int runs = booked.runs.get();
        Map<TaskState, Boolean> agree = new HashMap<>();
        agree.put(TaskState.DONE, runs >= 1);
        agree.put(TaskState.FAILED, true);
        agree.put(TaskState.CANCELLED, runs == 0 || retries);
        agree.put(TaskState.REJECTED, runs == 0 || retries);
        if (!agree.getOrDefault(task.state(), false) || runs > task.attempts() || (runs > 1 && !retries)) {
            violations.add(task + " has run " + runs + " times in " + task.attempts() + " attempts");
        }
        if (booked.mustRun && task.state() != TaskState.DONE && task.state() != TaskState.FAILED) {
            violations.add(task + " was not run");
        }
    }
}
