package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random callers of a group, on a clock that stands still. Waiters, holders and workers are killed, and stages are
 * cancelled. Members are suspended, stopped and started again, have broken and hanging creations, and direct users.
 *
 * <p>The model is a list of the waiters of the group in their order. After each step: a waiter that was served was
 * served before all waiters behind it; no worker has two holders; the invariants of each member hold. At the end, when
 * all members serve again: each waiter that was not killed or late has its worker, all workers come back, and no place
 * is left in the queue of a member.
 *
 * <p>The dice are printed; {@code -Dmodel.seed=N} throws them again.
 */
class PoolGroupModelTest {

    private static final String[] MEMBERS = {"a", "b", "c"};

    /** A waiter of the group: a client that waits or has its lease, a stage, or a task. */
    private static final class Caller {
        final int number;
        final @Nullable Client<Lease<String>> client;
        final @Nullable CompletableFuture<Lease<String>> stage;
        boolean gone;

        Caller(int number, @Nullable Client<Lease<String>> client, @Nullable CompletableFuture<Lease<String>> stage) {
            this.number = number;
            this.client = client;
            this.stage = stage;
        }

        @Nullable
        Lease<String> lease() {
            if (client != null) {
                return client.result;
            }
            return stage != null && stage.isDone() && !stage.isCompletedExceptionally() ? stage.join() : null;
        }

        boolean isOver() {
            return gone || lease() != null || (client != null && client.done)
                    || (stage != null && stage.isDone());
        }
    }

    private static long seed() {
        return Long.getLong("model.seed", System.nanoTime());
    }

    @RepeatedTest(6)
    void a_group_keeps_its_order_and_loses_no_worker(RepetitionInfo repetition) throws Exception {
        playInSilence(seed() + repetition.getCurrentRepetition(), 150);
    }

    @Test
    @Tag("slow")
    void a_group_keeps_its_promises_for_minutes() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        long first = seed();
        for (int round = 0; System.nanoTime() - end < 0; round++) {
            playInSilence(first + round, 400);
        }
    }

    /**
     * Threads and processes that borrow at the same time, and are killed, interrupted or late at any moment, that of
     * the hand-over included. Afterwards each worker is idle, and the group serves again.
     */
    @RepeatedTest(3)
    void no_worker_is_lost_when_waiters_are_killed_interrupted_or_late(RepetitionInfo repetition) throws Exception {
        long seed = seed() + repetition.getCurrentRepetition();
        System.out.println("PoolGroupModelTest threads, seed " + seed);
        CapturedLog silence = CapturedLog.silence();
        try (ProcessSystem system = new ProcessSystem(); Pools pools = Pools.start(system)) {
            List<PoolClient<Object>> members = new ArrayList<>();
            for (String member : MEMBERS) {
                members.add(pools.startPool(PoolSpec.builder(member, Object::new).size(1).maxOverflow(1)
                        .restart(PoolWorld.AT_ONCE).orphanGrace(Duration.ofSeconds(60)).build()));
            }
            PoolGroup<Object> group = pools.startGroup(PoolGroupSpec.of("mail", MEMBERS)
                    .withStrategy(GroupStrategy.values()[new Random(seed).nextInt(4)]));
            long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            List<Thread> players = new ArrayList<>();
            Map<Object, Thread> holders = new ConcurrentHashMap<>();
            List<String> wrong = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 6; i++) {
                Random dice = new Random(seed * 31 + i);
                players.add(Thread.ofPlatform().inheritInheritableThreadLocals(false).start(() -> {
                    while (System.nanoTime() - end < 0) {
                        borrowOnce(system, group, dice, holders, wrong);
                    }
                }));
            }
            for (Thread player : players) {
                player.join();
            }
            assertThat(wrong).as("seed %s", seed).isEmpty();
            Eventually.so(() -> group + " " + members, () -> group.status().queueDepth() == 0 && members.stream()
                    .allMatch(pool -> pool.status().borrowed() + pool.status().queueDepth() == 0));
            for (PoolClient<Object> pool : members) {
                EngineInvariants.awaitRest(pool);
            }
            for (int i = 0; i < 3; i++) {
                holders.put(group.checkout(Duration.ofSeconds(20)).worker(), Thread.currentThread());
            }
            assertThat(holders).as("seed %s", seed).hasSize(3);
        } finally {
            silence.close();
        }
    }

    private static void borrowOnce(ProcessSystem system, PoolGroup<Object> group, Random dice,
            Map<Object, Thread> holders, List<String> wrong) {
        Duration patience = Duration.ofNanos(1 + dice.nextInt(400_000));
        int pause = dice.nextInt(200_000);
        switch (dice.nextInt(4)) {
            case 0 -> use(group, patience, pause, holders, wrong);
            case 1 -> {
                Pid process = system.spawn(self -> use(group, Duration.ofSeconds(1), pause, holders, wrong));
                LockSupport.parkNanos(dice.nextInt(300_000)); // the kill comes at a random moment
                system.exit(process, ExitReason.KILL);
            }
            case 2 -> {
                Thread other = Thread.ofVirtual().inheritInheritableThreadLocals(false)
                        .start(() -> use(group, Duration.ofSeconds(1), pause, holders, wrong));
                LockSupport.parkNanos(dice.nextInt(300_000)); // the interrupt comes at a random moment
                other.interrupt();
            }
            default -> {
                CompletableFuture<Lease<Object>> stage = group.checkoutAsync(patience).toCompletableFuture();
                stage.thenAccept(Lease::close);
                LockSupport.parkNanos(dice.nextInt(100_000)); // the cancellation comes at a random moment
                stage.cancel(false);
            }
        }
    }

    private static void use(PoolGroup<Object> group, Duration patience, int pause, Map<Object, Thread> holders,
            List<String> wrong) {
        try (Lease<Object> lease = group.checkout(patience)) {
            Object worker = lease.worker();
            Thread other = holders.putIfAbsent(worker, Thread.currentThread());
            if (other != null) {
                wrong.add(worker + " has two holders");
            }
            try {
                LockSupport.parkNanos(pause); // the worker is in use
            } finally {
                if (other == null) {
                    holders.remove(worker);
                }
            }
        } catch (PoolException | LeaseClosedException refused) {
            // late, interrupted or killed
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

    private static final class Play {
        private final GroupWorld world;
        private final Random dice;
        private final PoolGroup<String> group;
        private final List<Caller> waiting = new ArrayList<>();
        private final List<Caller> holders = new ArrayList<>();
        private final List<Client<Lease<String>>> direct = new ArrayList<>();
        private final List<Task<String>> tasks = new ArrayList<>();
        private final List<Integer> begun = new CopyOnWriteArrayList<>();
        private final Map<String, int[]> sizes = new HashMap<>();
        private final String what;
        private int numbers;
        private int tasksHanded;

        Play(GroupWorld world, long seed) {
            this.world = world;
            this.dice = new Random(seed);
            for (String member : MEMBERS) {
                sizes.put(member, new int[]{dice.nextInt(3), dice.nextInt(3)});
                start(member);
            }
            GroupStrategy strategy = GroupStrategy.values()[dice.nextInt(4)];
            this.what = "seed " + seed + ", " + strategy;
            this.group = world.group(strategy, MEMBERS);
            System.out.println("PoolGroupModelTest " + what);
        }

        private void start(String member) {
            int[] size = sizes.get(member);
            world.start(member, spec -> spec.size(size[0]).maxOverflow(size[1] + (size[0] == 0 ? 1 : 0))
                    .creationFailureLimit(2));
        }

        void play(int steps) throws Exception {
            for (int step = 0; step < steps; step++) {
                act(dice.nextInt(22));
                world.world.quiesce();
                look();
            }
            settle();
        }

        private void act(int action) throws Exception {
            String member = MEMBERS[dice.nextInt(MEMBERS.length)];
            switch (action) {
                case 0, 1, 2 -> ask(Duration.ofSeconds(1 + dice.nextInt(20)));
                case 3 -> askAsync(Duration.ofSeconds(1 + dice.nextInt(20)));
                case 4, 5, 6, 7 -> giveBack();
                case 8 -> world.pools.pool(member).ifPresent(pool -> direct.add(world.client(
                        () -> cast(pool).checkout(Duration.ofSeconds(2)))));
                case 9, 10 -> giveBackDirect();
                case 11 -> killWaiter();
                case 12 -> killHolder();
                case 13 -> killWorker();
                case 14 -> world.pools.admin().suspend(member);
                case 15, 16 -> world.pools.admin().resume(member);
                case 17 -> world.server(member).broken = dice.nextBoolean();
                case 18 -> world.server(member).hangs = dice.nextInt(3) == 0;
                case 19 -> stopOrStart(member);
                case 20 -> hand();
                default -> world.world.advance(Duration.ofMillis(1 + dice.nextInt(1500)));
            }
        }

        @SuppressWarnings("unchecked") // the pools of this test have names as workers
        private static PoolClient<String> cast(PoolClient<?> pool) {
            return (PoolClient<String>) pool;
        }

        private void ask(Duration patience) {
            Caller caller = new Caller(numbers++, world.client(() -> group.checkout(patience)), null);
            waiting.add(caller);
        }

        private void askAsync(Duration patience) {
            Caller caller = new Caller(numbers++, null, group.checkoutAsync(patience).toCompletableFuture());
            if (dice.nextInt(4) == 0) {
                caller.stage.cancel(false);
            }
            waiting.add(caller);
        }

        private void hand() {
            int number = tasksHanded++;
            try {
                tasks.add(group.asyncQueueResult(worker -> {
                    begun.add(number);
                    return worker;
                }));
            } catch (PoolException refused) {
                begun.add(number); // all members are down
            }
        }

        private void giveBack() {
            if (!holders.isEmpty()) {
                Lease<String> lease = Objects.requireNonNull(holders.remove(dice.nextInt(holders.size())).lease());
                if (dice.nextInt(8) == 0) {
                    lease.fail(new IllegalStateException("broken"));
                } else {
                    lease.close();
                }
            }
        }

        private void giveBackDirect() {
            direct.removeIf(client -> {
                Lease<String> lease = client.result;
                if (lease != null) {
                    lease.close();
                }
                return client.done;
            });
        }

        private void killWaiter() {
            waiting.stream().filter(caller -> caller.client != null && !caller.isOver()).findAny().ifPresent(caller -> {
                caller.gone = true;
                world.kill(caller.client.pid());
            });
        }

        private void killHolder() {
            holders.stream().filter(caller -> caller.client != null).findAny().ifPresent(caller -> {
                holders.remove(caller);
                world.kill(caller.client.pid());
            });
        }

        private void killWorker() {
            if (!holders.isEmpty()) {
                Lease<String> lease = Objects.requireNonNull(holders.removeFirst().lease());
                world.kill(lease.pid());
                lease.close();
            }
        }

        private void stopOrStart(String member) {
            if (world.pools.pool(member).isPresent()) {
                world.server(member).hangs = false; // else the stop waits for it
                world.world.perform(() -> world.pools.stopPool(member, Duration.ZERO));
            } else {
                start(member);
            }
        }

        /** Moves callers that were served, and checks their order: the clock has stood still since the last look. */
        private void look() {
            boolean served = false;
            for (int i = waiting.size() - 1; i >= 0; i--) {
                Caller caller = waiting.get(i);
                if (caller.lease() != null) {
                    served = true;
                    holders.add(caller);
                    waiting.remove(i);
                } else if (caller.isOver()) {
                    waiting.remove(i);
                } else {
                    assertThat(served).as("a caller behind #%s was served, %s, %s", caller.number, what, group)
                            .isFalse();
                }
            }
            holders.removeIf(caller -> !Objects.requireNonNull(caller.lease()).isOpen());
            List<String> lent = new ArrayList<>();
            holders.forEach(caller -> lent.add(Objects.requireNonNull(caller.lease()).worker()));
            direct.forEach(client -> {
                Lease<String> lease = client.result;
                if (lease != null && lease.isOpen()) {
                    lent.add(lease.worker());
                }
            });
            assertThat(lent).as(what).doesNotHaveDuplicates();
            assertThat(group.status().queueDepth()).as(what).isGreaterThanOrEqualTo(waiting.size());
            world.check();
        }

        /** All members serve again: no caller is left waiting, and no worker is lost. */
        private void settle() throws Exception {
            for (String member : MEMBERS) {
                world.server(member).broken = false;
                world.server(member).hangs = false;
                if (world.pools.pool(member).isEmpty()) {
                    start(member);
                }
                world.pools.admin().resume(member);
            }
            for (int round = 0; round < 200 && (!waiting.isEmpty() || !direct.isEmpty() || !holders.isEmpty()
                    || group.status().queueDepth() > 0); round++) {
                world.world.advance(Duration.ofMillis(500));
                giveBackDirect();
                while (!holders.isEmpty()) {
                    giveBack();
                }
                world.world.quiesce();
                look();
            }
            assertThat(waiting).as(what).isEmpty();
            assertThat(group.status().queueDepth()).as(what).isZero();
            world.world.advance(Duration.ofSeconds(10));
            for (Task<String> task : tasks) {
                assertThat(task.state().isFinal()).as("%s, %s", task, what).isTrue();
            }
            assertThat(begun).as(what).doesNotHaveDuplicates();
            for (String member : MEMBERS) {
                PoolStatus now = world.pools.pool(member).orElseThrow().status();
                assertThat(now.borrowed() + now.working() + now.queueDepth()).as("%s, %s", now, what).isZero();
                assertThat(now.available()).as("%s, %s", now, what).isGreaterThanOrEqualTo(now.size());
            }
            // each member lends each of its workers to the group
            List<Lease<String>> all = new ArrayList<>();
            for (int i = 0; i < group.status().size(); i++) {
                all.add(world.client(() -> group.checkout(Duration.ofSeconds(1))).result());
            }
            assertThat(all).extracting(Lease::worker).as(what).doesNotHaveDuplicates();
            all.forEach(Lease::close);
            world.world.quiesce();
        }
    }
}
