package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Pools of few names are started and stopped from many threads and processes, platform and virtual ones, which are
 * interrupted and killed meanwhile. Pools of {@link #MEANT} names are stopped by their handles only, so that it is
 * known which pool each stop means.
 *
 * <p>Checked all along: never two live pools of a name. Checked whenever all have come to rest: each pool is stopped,
 * or found by its name; a meant stop has ended its pool and no other; of a start that was refused, interrupted or
 * killed no part is left. At the end no thread and no process is left, and each worker is closed once.
 *
 * <p>The dice are printed; {@code -Dmodel.seed=N} throws them again, though not the turns that the threads took.
 */
class PoolsByNameModelTest {

    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final List<String> MEANT = List.of("a", "b");
    private static final List<String> NAMES = List.of("a", "b", "c");

    private final CapturedLog silence = CapturedLog.silence();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    /** All pools that were started, for all players. */
    private final Queue<PoolClient<?>> started = new ConcurrentLinkedQueue<>();
    /** The pools that a player has set out to stop by their client. */
    private final Set<PoolClient<?>> meant = ConcurrentHashMap.newKeySet();
    private final Queue<CompletableFuture<Boolean>> stopping = new ConcurrentLinkedQueue<>();
    private final Queue<CountDownLatch> killed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger destroyed = new AtomicInteger();

    @AfterEach
    void speakAgain() {
        silence.close();
    }

    private static long seed() {
        return Long.getLong("model.seed", System.nanoTime());
    }

    @RepeatedTest(3)
    void each_stop_ends_the_pool_that_it_means_and_nothing_is_left(RepetitionInfo repetition) throws Exception {
        play(seed() + repetition.getCurrentRepetition(), 6, 8, 25);
    }

    @Test
    @Tag("slow")
    void each_stop_ends_the_pool_that_it_means_and_nothing_is_left_for_minutes() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        long first = seed();
        for (int round = 0; System.nanoTime() - end < 0; round++) {
            play(first + round, 12, 10, 100);
            started.clear();
            meant.clear();
        }
    }

    private void play(long seed, int players, int rounds, int operations) throws Exception {
        String what = "seed " + seed + " players " + players;
        System.out.println("PoolsByNameModelTest " + what);
        Random dice = new Random(seed);
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            for (int round = 0; round < rounds; round++) {
                playRound(pools, players, operations, dice, what);
                comeToRest(what);
                checkAtRest(pools);
                assertThat(violations).as("%s round %s", what, round).isEmpty();
            }
            List<Thread> last = startPlayers(pools, players, operations, dice);
            last.add(Thread.ofPlatform().start(pools::close));
            last.add(Thread.ofVirtual().start(() -> pools.stop(Duration.ofMillis(1))));
            join(last, what);
            comeToRest(what);
            assertThat(pools.names()).as(what).isEmpty();
            assertThat(started).as(what).allMatch(PoolsByNameModelTest::isStopped);
            assertThat(system.awaitThreads(PATIENCE)).as("%s: threads are left", what).isTrue();
            assertThat(eventually(() -> destroyed.get() == made.get())).as("%s: each worker is closed once", what)
                    .isTrue();
            assertThat(violations).as(what).isEmpty();
        }
    }

    private List<Thread> startPlayers(Pools pools, int players, int operations, Random dice) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < players; i++) {
            Random own = new Random(dice.nextLong());
            Thread.Builder kind = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
            threads.add(kind.start(() -> {
                for (int n = 0; n < operations; n++) {
                    operate(pools, own);
                }
            }));
        }
        return threads;
    }

    private void playRound(Pools pools, int players, int operations, Random dice, String what) throws Exception {
        List<Thread> threads = startPlayers(pools, players, operations, dice);
        AtomicBoolean playing = new AtomicBoolean(true);
        Random own = new Random(dice.nextLong());
        Thread trouble = Thread.ofVirtual().start(() -> {
            while (playing.get()) {
                try {
                    Thread.sleep(0, own.nextInt(900_000)); // trouble comes now and then
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                threads.get(own.nextInt(threads.size())).interrupt();
            }
        });
        join(threads, what);
        playing.set(false);
        trouble.join();
    }

    private static void join(List<Thread> threads, String what) throws InterruptedException {
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(120)))
                    .as("%s: %s hangs in %s", what, thread, List.of(thread.getStackTrace())).isTrue();
        }
    }

    // ---- operations

    private void operate(Pools pools, Random random) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        try {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> start(pools, name, random.nextInt(1000));
                case 3, 4 -> stop(pools, name, drain(random));
                case 5 -> {
                    if (!MEANT.contains(name)) {
                        stopping.add(pools.stopPoolAsync(name, drain(random)).toCompletableFuture());
                    }
                }
                case 6 -> use(pools, name, random);
                case 7 -> {
                    int variant = random.nextInt(1000);
                    killSoon(pools, random, () -> start(pools, name, variant));
                }
                case 8 -> {
                    Duration drain = drain(random);
                    killSoon(pools, random, () -> stop(pools, name, drain));
                }
                case 9 -> checkThatOneLives(name);
                default -> throw new AssertionError();
            }
        } catch (InterruptedException e) {
            Thread.interrupted();
        } catch (Throwable thrown) {
            violations.add("a caller was told " + thrown + " at " + List.of(thrown.getStackTrace()));
        }
    }

    private static Duration drain(Random random) {
        return Duration.ofMillis(random.nextInt(4) - 1);
    }

    private PoolSpec<Object> spec(String name, int variant) {
        return PoolSpec.builder(name, new WorkerFactory<Object>() {
            @Override
            public Object create() throws Exception {
                if (variant % 5 == 0) {
                    Thread.sleep(1); // a slow start
                }
                made.incrementAndGet();
                return new Object();
            }

            @Override
            public void destroy(Object worker, @Nullable Throwable cause) throws Exception {
                try {
                    if (variant % 7 == 0) {
                        Thread.sleep(1); // a slow end
                    }
                } finally {
                    destroyed.incrementAndGet();
                }
            }
        }).size(1 + variant % 2).platformThreads(variant % 3 == 0).build();
    }

    private void start(Pools pools, String name, int variant) {
        try {
            started.add(pools.startPool(spec(name, variant)));
        } catch (PoolInterruptedException interrupted) {
            checkFlag(interrupted);
        } catch (PoolStoppedException over) {
            // the pools were closed
        } catch (IllegalStateException taken) {
            if (!String.valueOf(taken.getMessage()).contains("must be free")) {
                throw taken;
            }
        }
    }

    private void stop(Pools pools, String name, Duration drain) {
        try {
            if (!MEANT.contains(name)) {
                var unused = pools.stopPool(name, drain);
                return;
            }
            PoolClient<?> pool = pools.pool(name).orElse(null);
            if (pool == null) {
                return;
            }
            meant.add(pool);
            if (pools.stopPool(pool, drain) && !isStopped(pool)) {
                violations.add("told to be stopped: " + pool);
            }
        } catch (PoolInterruptedException interrupted) {
            checkFlag(interrupted);
        }
    }

    private void checkFlag(PoolInterruptedException told) {
        if (!Thread.interrupted()) {
            violations.add("an interrupt is swallowed: " + told);
        }
    }

    private static void use(Pools pools, String name, Random random) throws InterruptedException {
        Optional<PoolClient<?>> pool = pools.pool(name);
        if (pool.isEmpty()) {
            return;
        }
        try (Lease<?> lease = pool.get().checkout(Duration.ofMillis(2))) {
            Thread.sleep(0, random.nextInt(900_000)); // the holder takes its time
            var unused = lease.isOpen();
        } catch (PoolInterruptedException interrupted) {
            Thread.interrupted();
        } catch (PoolException refused) {
            // also well
        }
    }

    /** A process calls a method, and is killed meanwhile, or just before, or after. */
    private void killSoon(Pools pools, Random random, Runnable action) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        killed.add(ended);
        Pid process = pools.system().spawn(self -> {
            try {
                action.run();
            } catch (ProcessExit exit) {
                throw exit;
            } catch (RuntimeException thrown) {
                violations.add("a process was told " + thrown + " at " + List.of(thrown.getStackTrace()));
            }
        });
        try {
            Thread.sleep(0, random.nextInt(900_000)); // so that it is now here, now there
        } finally {
            pools.system().exit(process, random.nextBoolean() ? ExitReason.KILL : ExitReason.of("enough"));
            pools.system().onThreadEnd(process, (pid, reason) -> ended.countDown());
        }
    }

    // ---- checks

    private static boolean isStopped(PoolClient<?> pool) {
        return pool.status().phase() == PoolPhase.STOPPED;
    }

    /** A pool that was stopped stays so: two that are seen alive, and the first of them once more, lived together. */
    private void checkThatOneLives(String name) {
        List<PoolClient<?>> alive = started.stream().filter(pool -> pool.name().equals(name) && !isStopped(pool))
                .<PoolClient<?>>map(pool -> pool).toList();
        for (PoolClient<?> one : alive) {
            for (PoolClient<?> other : alive) {
                if (one != other && !isStopped(other) && !isStopped(one)) {
                    violations.add("two pools of a name: " + one + " and " + other);
                }
            }
        }
    }

    /** All that was begun is over. */
    private void comeToRest(String what) throws Exception {
        for (CountDownLatch end = killed.poll(); end != null; end = killed.poll()) {
            assertThat(end.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("%s: a killed process hangs", what)
                    .isTrue();
        }
        for (CompletableFuture<Boolean> stop = stopping.poll(); stop != null; stop = stopping.poll()) {
            stop.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Stops and starts with a killed caller come to their ends by themselves, so the test waits for them. */
    private void checkAtRest(Pools pools) throws InterruptedException {
        for (PoolClient<?> pool : started) {
            if (MEANT.contains(pool.name()) && !meant.contains(pool)) {
                if (pool.status().phase() != PoolPhase.RUNNING) {
                    violations.add("hit by the stop of another: " + pool);
                }
            } else if (meant.contains(pool) && !eventually(() -> isStopped(pool))) {
                violations.add("not stopped: " + pool);
            }
            if (!eventually(() -> isStopped(pool) != isFound(pools, pool))) {
                violations.add("stopped and found, or neither: " + pool);
            }
        }
        if (!eventually(() -> started.containsAll(found(pools)))) {
            violations.add("a pool that nobody has started: " + found(pools));
        }
        for (String name : NAMES) {
            checkThatOneLives(name);
            pools.pool(name).ifPresent(this::checkThatItServes);
        }
        started.removeIf(PoolsByNameModelTest::isStopped);
        meant.retainAll(started);
    }

    private void checkThatItServes(PoolClient<?> pool) {
        try (Lease<?> lease = pool.checkout(PATIENCE)) {
            if (!lease.isOpen()) {
                violations.add("a lease that is over: " + pool);
            }
        } catch (PoolException refused) {
            violations.add("at rest, and does not serve: " + refused);
        }
    }

    private static boolean isFound(Pools pools, PoolClient<?> pool) {
        return pools.pool(pool.name()).filter(pool::equals).isPresent();
    }

    private static List<PoolClient<?>> found(Pools pools) {
        List<PoolClient<?>> found = new ArrayList<>();
        NAMES.forEach(name -> pools.pool(name).ifPresent(found::add));
        return found;
    }

    private static boolean eventually(BooleanSupplier state) throws InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!state.getAsBoolean()) {
            if (System.nanoTime() - giveUp > 0) {
                return false;
            }
            Thread.sleep(1); // between two looks at a state that is awaited
        }
        return true;
    }
}
