package io.github.ppool.spring.boot.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.HistoryMode;
import io.github.ppool.spring.boot.ObservedPools;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The history of pools that run, with a clock for its samples that stands still. */
class HistoryTest {

    private final ManualClock clock = new ManualClock();
    private final ProcessSystem system = new ProcessSystem();
    private final WaitMeter waits = new WaitMeter();
    private final Journal journal = new Journal(clock, () -> Instant.EPOCH, false);
    private final Pools pools;

    HistoryTest() throws InterruptedException {
        pools = new ObservedPools(Pools.start(system), List::of, () -> List.of(new PoolJournal(journal, waits)),
                List::of);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    private History history(HistoryMode mode) {
        return new History(() -> pools, clock, waits, journal, mode);
    }

    private PoolClient<StringBuilder> start(String name) {
        return pools.startPool(PoolSpec.builder(name, StringBuilder::new).size(1).maxOverflow(0).build());
    }

    /** The threads of applications that other tests have left running. */
    private final Set<Thread> others = threads();

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ppool-history")).collect(Collectors.toSet());
    }

    private long samplers() {
        return threads().stream().filter(thread -> !others.contains(thread)).count();
    }

    @Test
    void nothing_is_kept_and_no_thread_runs_until_an_observer_looks() throws Exception {
        PoolClient<StringBuilder> mail = start("mail");
        try (History history = history(HistoryMode.WHILE_OBSERVED)) {
            history.poolStarted(mail);
            assertThat(history.isKept()).isFalse();
            assertThat(samplers()).isZero();
            history.look();
            history.look();
            assertThat(history.isKept()).isTrue();
            await().until(() -> history.read("mail", (known, last) -> known.samples(0, 1)) != null);
            assertThat(samplers()).isOne();
        }
        await().until(() -> samplers() == 0);
    }

    @Test
    void it_is_dropped_some_minutes_after_the_last_look_and_begins_anew_with_the_next() {
        start("mail");
        try (History history = history(HistoryMode.WHILE_OBSERVED)) {
            history.look();
            await().until(() -> history.sequence() == 1);
            clock.advance(History.KEPT.minusSeconds(1));
            await().until(() -> history.sequence() == 300);
            assertThat(history.isKept()).isTrue();
            clock.advance(Duration.ofSeconds(2));
            await().until(() -> !history.isKept() && samplers() == 0);
            assertThat(history.<Samples>read("mail", (known, last) -> known.samples(0, 1))).isNull();
            assertThat(pools.admin().taskWaits("mail", false).orElseThrow().groups()).isEmpty();
            history.look();
            await().until(() -> history.sequence() == 302);
            assertThat(history.<Samples>read("mail", (known, last) -> known.samples(0, 1)).from()).isEqualTo(302);
        }
    }

    @Test
    void always_begins_with_the_first_pool_and_needs_no_look() {
        try (History history = history(HistoryMode.ALWAYS)) {
            assertThat(history.isKept()).isFalse();
            history.poolStarted(start("mail"));
            assertThat(history.isKept()).isTrue();
            clock.advance(Duration.ofHours(1));
            await().until(() -> history.sequence() > 3_000);
            assertThat(history.isKept()).isTrue();
        }
        await().until(() -> samplers() == 0);
    }

    @Test
    void never_is_never() {
        try (History history = history(HistoryMode.NEVER)) {
            history.poolStarted(start("mail"));
            history.look();
            assertThat(history.isKept()).isFalse();
            assertThat(history.sequence()).isZero();
        }
    }

    @Test
    void a_closed_history_begins_no_more() {
        History history = history(HistoryMode.ALWAYS);
        history.close();
        history.look();
        assertThat(history.isKept()).isFalse();
    }

    @Test
    void one_sample_is_taken_in_a_second_whoever_asks_for_it() {
        start("mail");
        try (History history = history(HistoryMode.NEVER)) {
            history.sample();
            history.sample();
            clock.advance(Duration.ofSeconds(1));
            history.sample();
            assertThat(history.<Samples>read("mail", (known, last) -> known.samples(0, 1)).points()).isEqualTo(2);
        }
    }

    @Test
    void the_waits_of_borrowers_are_exact_and_those_of_others_are_zero() throws Exception {
        PoolClient<StringBuilder> mail = start("mail");
        try (History history = history(HistoryMode.WHILE_OBSERVED)) {
            history.look();
            await().until(() -> history.sequence() == 1);
            Lease<StringBuilder> held = mail.checkout();
            AtomicBoolean served = new AtomicBoolean();
            Thread borrower = Thread.ofVirtual().start(() -> {
                mail.checkout().close();
                served.set(true);
            });
            await().until(() -> mail.status().queueDepth() == 1);
            Thread.sleep(Duration.ofMillis(30)); // the wait that is measured
            held.close();
            borrower.join();
            assertThat(served).isTrue();
            clock.advance(Duration.ofSeconds(1));
            await().until(() -> history.sequence() == 2);
            assertThat(history.<PoolHistory.Now>read("mail", (known, last) -> known.now()).p99Micros())
                    .isGreaterThanOrEqualTo(29_000);
        }
    }

    @Test
    void a_pool_that_is_gone_has_no_history() {
        start("mail");
        start("fax");
        try (History history = history(HistoryMode.NEVER)) {
            history.sample();
            pools.stopPool("fax", Duration.ZERO);
            clock.advance(Duration.ofSeconds(1));
            history.sample();
            assertThat(history.<Samples>read("fax", (known, last) -> known.samples(0, 1))).isNull();
            assertThat(history.<Samples>read("mail", (known, last) -> known.samples(0, 1))).isNotNull();
        }
    }

    @Test
    void pools_that_fail_do_not_end_the_thread() {
        AtomicBoolean fails = new AtomicBoolean(true);
        start("mail");
        try (History history = new History(() -> {
            if (fails.get()) {
                throw new IllegalStateException("not yet");
            }
            return pools;
        }, clock, waits, journal, HistoryMode.WHILE_OBSERVED)) {
            history.look();
            fails.set(false);
            clock.advance(Duration.ofSeconds(1));
            await().until(() -> history.sequence() >= 2);
        }
    }
}
