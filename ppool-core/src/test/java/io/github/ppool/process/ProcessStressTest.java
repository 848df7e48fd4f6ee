package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Short storms on the real clock, each from a seed that is printed; {@code -Dstress.seed=N} plays one again. */
@Timeout(60)
class ProcessStressTest {

    private static final ExitReason BOOM = ExitReason.of("boom");

    private final long seed = Long.getLong("stress.seed", System.nanoTime());
    private final ProcessSystem system = new ProcessSystem();

    @BeforeEach
    void tellSeed() {
        System.out.println("ProcessStressTest: -Dstress.seed=" + seed);
    }

    @AfterEach
    void close() throws InterruptedException {
        system.close();
        assertThat(system.awaitThreads(Duration.ofSeconds(50))).as("no thread is left").isTrue();
        assertThat(system.orphanCount()).isZero();
    }

    @Test
    void manySendersLoseNothingAndEachKeepsItsOrder() {
        record Numbered(int sender, int number) {}
        int senders = 16;
        int each = 5_000;
        CompletableFuture<Integer> received = new CompletableFuture<>();
        Pid receiver = system.spawn(self -> {
            Random random = new Random(seed);
            int[] next = new int[senders];
            int count = 0;
            try {
                while (count < senders * each) {
                    // now and then a selective receive, with or without a limit, in the middle of the flood
                    int wanted = random.nextInt(senders);
                    Object message = switch (random.nextInt(8)) {
                        case 0 -> self.receive(it -> it instanceof Numbered(int sender, int number) && sender == wanted,
                                Duration.ofNanos(random.nextInt(20_000)));
                        case 1 -> self.receive(Duration.ofNanos(random.nextInt(20_000)));
                        default -> self.receive();
                    };
                    if (message instanceof Numbered(int sender, int number)) {
                        assertThat(number).isEqualTo(next[sender]++);
                        count++;
                    }
                }
                received.complete(count);
            } catch (AssertionError e) {
                received.completeExceptionally(e);
            }
        });
        for (int i = 0; i < senders; i++) {
            int sender = i;
            SpawnOptions options = i % 4 == 0 ? SpawnOptions.DEFAULT.onPlatformThread() : SpawnOptions.DEFAULT;
            system.spawn(self -> IntStream.range(0, each).forEach(n -> receiver.send(new Numbered(sender, n))),
                    options);
        }
        assertThat(received.join()).isEqualTo(senders * each);
    }

    @Test
    void wakeUpsAreNotLostBetweenTwoThatTakeTurns() {
        int rounds = 20_000;
        CompletableFuture<Integer> over = new CompletableFuture<>();
        Pid pong = system.spawn(self -> {
            while (true) {
                ((Pid) self.receive()).send("pong");
            }
        });
        system.spawn(self -> {
            int round = 0;
            for (; round < rounds; round++) {
                pong.send(self.self());
                // a limit that is often about to be over: the time-out, too, must not swallow the wake-up
                while (self.receive(Duration.ofNanos(round % 64 * 500L)) == null) {
                    Thread.onSpinWait();
                }
            }
            over.complete(round);
        });
        assertThat(over.join()).isEqualTo(rounds);
    }

    @Test
    void everyoneWhoIsLinkedOrWatchesHearsExactlyOnce() throws InterruptedException {
        for (int storm = 0; storm < 40; storm++) {
            storm(new Random(seed + storm));
        }
    }

    private void storm(Random random) throws InterruptedException {
        int victims = 30;
        int observers = 6;
        List<Pid> prey = new ArrayList<>();
        for (int i = 0; i < victims; i++) {
            prey.add(system.spawn(self -> self.receive()));
        }
        CountDownLatch begin = new CountDownLatch(1);
        List<CompletableFuture<String>> reports = new ArrayList<>();
        for (int i = 0; i < observers; i++) {
            CompletableFuture<String> report = new CompletableFuture<>();
            reports.add(report);
            long own = random.nextLong();
            system.spawn(self -> {
                begin.await();
                report.complete(observe(self, prey, new Random(own)));
            }, SpawnOptions.DEFAULT.trappingExits());
        }
        for (int i = 0; i < 3; i++) {
            long own = random.nextLong();
            system.spawn(self -> {
                begin.await();
                Random order = new Random(own);
                for (int n = 0; n < victims; n++) {
                    self.exit(prey.get(order.nextInt(victims)), order.nextBoolean() ? BOOM : ExitReason.KILL);
                }
                prey.forEach(pid -> self.exit(pid, ExitReason.KILL));
            });
        }
        begin.countDown();
        assertThat(reports).allSatisfy(report -> assertThat(report.join()).isEmpty());
    }

    /** Links, unlinks, monitors and demonitors while the others die; returns the wrong messages. */
    private static String observe(ProcessContext self, List<Pid> prey, Random random) throws InterruptedException {
        int expected = 0;
        for (Pid pid : prey) {
            self.link(pid);
            Monitor monitor = self.monitor(pid);
            expected += 2;
            if (random.nextBoolean()) {
                self.unlink(pid);
                boolean heard = self.receive(it -> it instanceof Exit exit && exit.from().equals(pid),
                        Duration.ZERO) != null;
                if (random.nextBoolean()) {
                    self.link(pid); // again: heard again
                } else {
                    expected--;
                    if (random.nextInt(4) == 0) {
                        Thread.yield();
                    }
                    if (self.receive(it -> it instanceof Exit exit && exit.from().equals(pid),
                            Duration.ofNanos(random.nextInt(50_000))) != null) {
                        return "an Exit of " + pid + " after unlink; before: " + heard;
                    }
                }
            }
            if (random.nextBoolean()) {
                self.demonitor(monitor);
                expected--;
                if (self.receive(it -> it instanceof Down down && down.monitor() == monitor,
                        Duration.ofNanos(random.nextInt(50_000))) != null) {
                    return "a Down of " + pid + " after demonitor";
                }
            }
        }
        for (int i = 0; i < expected; i++) {
            if (self.receive(Duration.ofSeconds(10)) == null) {
                return "only " + i + " of " + expected;
            }
        }
        Object more = self.receive(Duration.ofMillis(1));
        return more == null ? "" : "more than " + expected + ": " + more;
    }

    @Test
    void linksMadeAndUnmadeFromBothSidesStayWhole() {
        for (int round = 0; round < 1_500; round++) {
            CompletableFuture<Pid> first = new CompletableFuture<>();
            CountDownLatch over = new CountDownLatch(2);
            long own = seed + round;
            ProcessBody[] bodies = new ProcessBody[1];
            CompletableFuture<Pid> second = new CompletableFuture<>();
            bodies[0] = self -> {
                Pid other = (self.self().equals(first.join()) ? second : first).join();
                Random random = new Random(own ^ self.self().id());
                for (int i = 0; i < 6; i++) {
                    if (random.nextBoolean()) {
                        self.link(other);
                    } else {
                        self.unlink(other);
                    }
                }
                over.countDown();
                self.receive();
            };
            first.complete(system.spawn(bodies[0]));
            second.complete(system.spawn(bodies[0]));
            assertThat(over).satisfies(CountDownLatch::await);
            boolean there = system.info(first.join()).links().contains(second.join());
            boolean back = system.info(second.join()).links().contains(first.join());
            assertThat(there).as("round %s: a link lies in both or in none", round).isEqualTo(back);
            system.exit(first.join(), BOOM);
            assertThat(second.join().isAlive()).isEqualTo(!there);
            system.exit(second.join(), BOOM);
        }
    }

    @Test
    void aNameHasOneHolderAtMostAndIsFreeWhenTheHolderIsDead() throws InterruptedException {
        int threads = 6;
        AtomicInteger taken = new AtomicInteger();
        AtomicLong wrong = new AtomicLong();
        CountDownLatch over = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            long own = seed + i;
            system.spawn(self -> {
                Random random = new Random(own);
                for (int n = 0; n < 1_500; n++) {
                    Pid pid = system.spawn(ProcessContext::receive);
                    boolean mine = false;
                    try {
                        system.register("name", pid);
                        mine = true;
                        taken.incrementAndGet();
                    } catch (IllegalArgumentException someoneElses) {
                        // fine
                    }
                    if (random.nextInt(8) == 0) {
                        system.unregister("name");
                    }
                    system.exit(pid, ExitReason.KILL);
                    if (mine && system.whereis("name").filter(pid::equals).isPresent()) {
                        wrong.incrementAndGet();
                    }
                    if (!system.info(pid).registeredName().isEmpty()) {
                        wrong.incrementAndGet();
                    }
                }
                over.countDown();
            });
        }
        over.await();
        assertThat(wrong).hasValue(0);
        assertThat(taken).hasPositiveValue();
        assertThat(system.whereis("name")).isEmpty();
    }

    @Test
    void aKillAtAnyMomentOfAStartLeavesNobodyWaiting() {
        AtomicInteger started = new AtomicInteger();
        int rounds = 3_000;
        CompletableFuture<String> over = new CompletableFuture<>();
        system.spawn(self -> {
            self.trapExits(true);
            for (int round = 0; round < rounds; round++) {
                Random random = new Random(seed + round);
                int spins = random.nextInt(200);
                StartResult result = self.startLink(child -> {
                    Pid pid = child.self();
                    system.spawn(killer -> {
                        for (int i = 0; i < spins; i++) {
                            Thread.onSpinWait();
                        }
                        killer.exit(pid, ExitReason.KILL);
                    });
                    if (random.nextBoolean()) {
                        Thread.yield();
                    }
                    return InitResult.ok(ProcessContext::receive);
                }, SpawnOptions.DEFAULT);
                if (result instanceof StartResult.Started(Pid pid, Object info)) {
                    started.incrementAndGet();
                    Object end = self.receive(Duration.ofSeconds(10));
                    if (!new Exit(pid, ExitReason.KILLED).equals(end)) {
                        over.complete("round " + round + ": " + end);
                        return;
                    }
                }
                Object more = self.receive(Duration.ZERO);
                if (more != null || !system.info(self.self()).links().isEmpty()) {
                    over.complete("round " + round + " left " + more);
                    return;
                }
            }
            over.complete("");
        });
        assertThat(over.join()).isEmpty();
        System.out.println("ProcessStressTest: " + started + " of " + rounds + " starts came before the kill");
    }
}
