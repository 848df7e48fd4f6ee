package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Prints the cost of a supervisor with very many children. With {@code -Dscale.children=N} another number than a
 * million. Bounds are wide: they are to catch a cost that grows with the number of children or restarts, not a slow
 * machine.
 */
@Tag("scale")
class SupervisorScaleTest {

    private static final int CHILDREN = Integer.getInteger("scale.children", 1_000_000);
    private static final int PAGE = 1000;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final ProcessSystem system = new ProcessSystem();
    private final Semaphore restarted = new Semaphore(0);
    private final Logger log = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor.scale");

    /** The least that a server can be. */
    private static final class Idle implements GenServer<String, String, String> {
        @Override
        public String handleCall(String request, ReplyTo<String> from, ServerContext self) {
            return request;
        }
    }

    @BeforeEach
    void tenThousandCrashesNeedNotBeRead() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        log.setLevel(null);
        system.close();
        assertThat(system.awaitThreads(LONG)).isTrue();
    }

    private Supervisor startEmpty() throws InterruptedException {
        ChildSpec template = ChildSpec.of("idle", ChildStart.genServer(SpawnOptions.DEFAULT, Idle::new));
        return Supervisor.start(system, SupervisorSpec.simpleOneForOne("scale", template)
                .intensity(100_000, Duration.ofSeconds(1))
                .listener(event -> {
                    if (event instanceof SupervisorEvent.ChildStarted started && started.restarts() > 0) {
                        restarted.release();
                    }
                }));
    }

    @Test
    void a_million_children_start_crash_singly_are_listed_by_pages_and_stop() throws InterruptedException {
        long empty = usedHeap();
        Supervisor supervisor = startEmpty();
        List<Pid> some = new ArrayList<>();

        long begin = System.nanoTime();
        for (int number = 0; number < CHILDREN; number++) {
            ChildResult result = supervisor.startChild((Object) number);
            if (number % (CHILDREN / 100) == 0) {
                some.add(((ChildResult.Started) result).pid());
            }
        }
        print("start %,d children: %s, %.1f us each", CHILDREN, since(begin), micros(begin) / CHILDREN);
        print("heap per child: %,d bytes, heap limit %,d MiB",
                (usedHeap() - empty) / CHILDREN, Runtime.getRuntime().maxMemory() >> 20);
        assertThat(supervisor.countChildren()).isEqualTo(new ChildCounts(1, CHILDREN, 0, CHILDREN));

        begin = System.nanoTime();
        int listed = 0;
        long slowest = 0;
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            long pageBegin = System.nanoTime();
            ChildPage page = supervisor.whichChildren(next.getAsLong(), PAGE);
            slowest = Math.max(slowest, System.nanoTime() - pageBegin);
            listed += page.children().size();
            next = page.next();
        }
        print("list all by pages of %,d: %s, slowest page %,d us", PAGE, since(begin), slowest / 1000);
        assertThat(listed).isEqualTo(CHILDREN);

        begin = System.nanoTime();
        for (Pid pid : some) {
            system.exit(pid, ExitReason.of("boom"));
            awaitRestart();
        }
        print("crash %d of them one by one: %.0f us each until restarted", some.size(), micros(begin) / some.size());
        assertThat(supervisor.countChildren().active()).isEqualTo(CHILDREN);

        begin = System.nanoTime();
        assertThat(supervisor.stop(LONG)).isTrue();
        print("stop: %s", since(begin));
        assertThat(system.awaitThreads(LONG)).isTrue();
        print("until the last thread has ended: %s", since(begin));
    }

    @Test
    void the_ten_thousandth_restart_costs_what_the_first_did() throws InterruptedException {
        Supervisor supervisor = startEmpty();
        supervisor.startChild("crash");
        double warmUp = restarts(supervisor, 2000);
        double first = restarts(supervisor, 1000);
        restarts(supervisor, 8000);
        double last = restarts(supervisor, 1000);
        print("a restart: %.1f us (warming up %.1f us), after 10,000 more %.1f us, ratio %.2f", first, warmUp, last,
                last / first);
        assertThat(last).isLessThan(5 * first);
    }

    @Test
    void all_children_of_a_hundred_thousand_are_listed_and_counted() throws InterruptedException {
        int many = Math.min(CHILDREN, 100_000);
        Supervisor supervisor = startEmpty();
        for (int number = 0; number < many; number++) {
            supervisor.startChild((Object) number);
        }
        for (int round = 0; round < 3; round++) {
            long begin = System.nanoTime();
            assertThat(supervisor.whichChildren()).hasSize(many);
            double list = micros(begin);
            begin = System.nanoTime();
            assertThat(supervisor.countChildren().active()).isEqualTo(many);
            print("of %,d children: which_children %.1f ms, count_children %.3f ms", many, list / 1000,
                    micros(begin) / 1000);
        }
    }

    /** The time of one, in microseconds. */
    private double restarts(Supervisor supervisor, int times) throws InterruptedException {
        long begin = System.nanoTime();
        for (int time = 0; time < times; time++) {
            Pid pid = supervisor.whichChildren(0, 1).children().getFirst().pid();
            system.exit(pid, ExitReason.of("boom"));
            awaitRestart();
        }
        return micros(begin) / times;
    }

    private void awaitRestart() throws InterruptedException {
        assertThat(restarted.tryAcquire(1, TimeUnit.MINUTES)).as("restarted within a minute").isTrue();
    }

    private static long usedHeap() throws InterruptedException {
        long used = Long.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            System.gc();
            Thread.sleep(100); // the collector's time
            used = Math.min(used, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return used;
    }

    private static double micros(long beginNanos) {
        return (System.nanoTime() - beginNanos) / 1e3;
    }

    private static Duration since(long beginNanos) {
        return Duration.ofMillis((System.nanoTime() - beginNanos) / 1_000_000);
    }

    private static void print(String format, Object... arguments) {
        System.out.println("scale: " + String.format(format, arguments));
    }
}
