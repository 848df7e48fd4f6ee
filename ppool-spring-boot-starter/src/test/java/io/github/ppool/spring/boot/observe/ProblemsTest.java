package io.github.ppool.spring.boot.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolState;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Rate;
import io.github.ppool.process.ExitReason;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProblemsTest {

    private static final Instant NOW = Instant.parse("2026-11-30T03:00:10Z");

    private final Journal journal = new Journal(new ManualClock(), () -> NOW.minusSeconds(10), false);
    private final Problems problems = new Problems(journal, NOW);

    private static PoolStatus pool(String name, PoolPhase phase, int idle, int starting, int restarting, int queue,
            Duration oldest, @Nullable Throwable failure) {
        return new PoolStatus(name, phase, PoolState.READY, idle, 0, 0, 5, 0, 0, 0, starting, 0, restarting, queue, 10,
                oldest, 0, failure);
    }

    private static PoolStatus calm(PoolPhase phase) {
        return pool("mail", phase, 5, 0, 0, 0, Duration.ZERO, null);
    }

    private Problem only() {
        assertThat(problems.worstFirst()).hasSize(1);
        return problems.worstFirst().getFirst();
    }

    @Test
    void a_calm_pool_has_no_problem() {
        problems.addPool(calm(PoolPhase.RUNNING));
        problems.addPool(calm(PoolPhase.STOPPED));
        assertThat(problems.worstFirst()).isEmpty();
    }

    @Test
    void a_pool_that_has_given_up_is_down_since_then_and_tells_the_class_of_its_failure() {
        journal.add(Subject.pool("mail"), () -> new Note("phase").reason("gave_up"));
        problems.addPool(pool("mail", PoolPhase.GAVE_UP, 0, 0, 0, 0, Duration.ZERO,
                new IllegalStateException("swordfish")));
        assertThat(only()).isEqualTo(new Problem("down", "pool", "mail", "given_up",
                "pool 'mail' has given up; last failure: java.lang.IllegalStateException", 10_000L, null));
    }

    @Test
    void each_other_phase_is_told() {
        for (PoolPhase phase : List.of(PoolPhase.RECOVERING, PoolPhase.SUSPENDED, PoolPhase.DRAINING)) {
            problems.addPool(calm(phase));
        }
        assertThat(problems.worstFirst()).extracting(Problem::what)
                .containsExactlyInAnyOrder("recovering", "suspended", "draining");
        assertThat(problems.worstFirst()).extracting(Problem::level).containsOnly("degraded");
    }

    @Test
    void a_pool_that_makes_no_worker_is_told_and_one_that_just_starts_is_not() {
        problems.addPool(pool("mail", PoolPhase.RUNNING, 0, 5, 0, 0, Duration.ZERO, null));
        assertThat(problems.worstFirst()).isEmpty();
        problems.addPool(pool("mail", PoolPhase.RUNNING, 0, 5, 0, 0, Duration.ZERO, new IllegalStateException()));
        assertThat(only().what()).isEqualTo("creation");
    }

    @Test
    void a_pool_of_the_settings_that_does_not_run_is_told() {
        problems.addNotStarted(Set.of("mail", "fax"), Set.of("mail", "other"));
        assertThat(only()).isEqualTo(new Problem("degraded", "pool", "fax", "not_started",
                "pool 'fax' is configured and does not run", null, null));
    }

    @Test
    void the_worst_come_first_and_then_those_that_wait_longest() {
        problems.addPool(pool("a", PoolPhase.RUNNING, 0, 0, 0, 3, Duration.ofSeconds(2), null));
        problems.addPool(pool("b", PoolPhase.RUNNING, 0, 0, 0, 3, Duration.ofSeconds(20), null));
        problems.addPool(pool("c", PoolPhase.RUNNING, 3, 0, 2, 0, Duration.ZERO, null));
        problems.addPool(pool("d", PoolPhase.RUNNING, 0, 0, 0, 10, Duration.ofSeconds(1), null));
        problems.addPool(pool("e", PoolPhase.GAVE_UP, 0, 0, 0, 0, Duration.ZERO, null));
        problems.addPool(pool("f", PoolPhase.RUNNING, 0, 0, 0, 3, Duration.ofMillis(999), null));
        assertThat(problems.worstFirst()).extracting(Problem::of).containsExactly("e", "d", "c", "b", "a");
        assertThat(problems.worstFirst()).extracting(Problem::what)
                .containsExactly("given_up", "queue_full", "restarting", "queue", "queue");
        assertThat(problems.worstFirst().get(3).waitedMillis()).isEqualTo(20_000);
    }

    @Test
    void a_queue_that_waits_for_the_rate_says_so() {
        PoolStatus full = pool("a", PoolPhase.RUNNING, 3, 0, 0, 3, Duration.ofSeconds(2), null);
        problems.addPool(withRates(full, new PoolStatus.RateUse(Rate.parse("100/1m"), 100, Duration.ofMillis(350),
                Duration.ofMillis(900)), null));
        assertThat(only().text()).isEqualTo("pool 'a' has 3 waiting for the rate 100/1m, the first for 2000 ms");
    }

    @Test
    void a_queue_that_waits_for_its_share_of_a_rate_says_so_and_a_rate_that_is_not_used_up_is_no_reason() {
        PoolStatus full = pool("a", PoolPhase.RUNNING, 3, 0, 0, 3, Duration.ofSeconds(2), null);
        PoolStatus.RateUse free = new PoolStatus.RateUse(Rate.parse("100/1m"), 9, Duration.ZERO, Duration.ZERO);
        problems.addPool(withRates(full, free, new PoolStatus.SharedRateUse("cluster-rate 20/1m", 20, 5, 5,
                Duration.ofMillis(350), Duration.ofMillis(900))));
        problems.addPool(withRates(full, free, null));
        assertThat(problems.worstFirst()).extracting(Problem::text).containsExactly(
                "pool 'a' has 3 waiting for the share in cluster-rate 20/1m, the first for 2000 ms",
                "pool 'a' has 3 waiting, the first for 2000 ms");
    }

    private static PoolStatus withRates(PoolStatus of, PoolStatus.@Nullable RateUse rate,
            PoolStatus.@Nullable SharedRateUse shared) {
        return new PoolStatus(of.name(), of.phase(), of.state(), of.available(), of.overflow(), of.checkedOut(),
                of.size(), of.maxOverflow(), of.minIdle(), of.warmingUp(), of.borrowed(), of.working(), of.starting(),
                of.stopping(), of.waitingToRestart(), of.queueDepth(), of.queueCapacity(), of.oldestWait(), of.queue(),
                of.checkouts(), of.transactions(), of.tasks(), of.leases(), of.orphaned(), of.waitingForPermit(),
                of.noPermit(), rate, shared, of.overruns(), of.lastFailure(), of.lastFailureText());
    }

    @Test
    void a_group_is_down_without_a_member_and_waits_are_told_from_a_second_on() {
        problems.addGroup(
                new GroupRow("mail", "first", true, List.of("a"), List.of(), 3, 999, null, 1, List.of(1L), 0));
        assertThat(problems.worstFirst()).isEmpty();
        problems.addGroup(
                new GroupRow("fax", "first", true, List.of("a"), List.of(), 3, 1000, null, 1, List.of(1L), 0));
        problems.addGroup(
                new GroupRow("sms", "first", false, List.of("a"), List.of("a"), 3, 5, null, 1, List.of(1L), 0));
        assertThat(problems.worstFirst()).containsExactly(
                new Problem("down", "group", "sms", "no_member", "group 'sms' has no member that serves its callers",
                        null, 5L),
                new Problem("waiting", "group", "fax", "queue", "group 'fax' has 3 waiting, the first for 1000 ms",
                        null, 1000L));
    }

    @Test
    void there_are_at_most_a_hundred() {
        for (int i = 0; i < 1_000; i++) {
            problems.addPool(calm(PoolPhase.SUSPENDED));
        }
        assertThat(problems.worstFirst()).hasSize(Problems.MOST);
    }

    private record Trees(boolean gaveUp, Optional<Standby> how) implements SupervisionTrees {
        @Override
        public Set<String> names() {
            return Set.of("loop");
        }

        @Override
        public Optional<Supervisor> supervisor(String name) {
            return Optional.empty();
        }

        @Override
        public boolean hasGivenUp(String name) {
            return gaveUp;
        }

        @Override
        public Optional<Standby> standby(String name) {
            return how;
        }
    }

    @Test
    void a_tree_is_down_or_does_not_run_or_rests() {
        problems.addTree(new Trees(true, Optional.empty()), "loop");
        problems.addTree(new Trees(false, Optional.empty()), "loop");
        problems.addTree(new Trees(false, Optional.of(
                new SupervisionTrees.Standby(true, Optional.of(ExitReason.SHUTDOWN)))), "loop");
        problems.addTree(new Trees(false, Optional.of(new SupervisionTrees.Standby(false, Optional.empty()))), "loop");
        assertThat(problems.worstFirst()).extracting(Problem::what)
                .containsExactlyInAnyOrder("given_up", "not_started", "resting");
        assertThat(problems.worstFirst().getFirst().level()).isEqualTo("down");
    }

    @Test
    void laid_down_tasks_old_backlogs_and_a_silent_store_are_told() {
        problems.addDurable(new Asked.Answer<>(new DurableOperations.Summary(List.of(
                new DurableOperations.Backlog("mail", 7, 0, 0, 1, Duration.ofMinutes(2), Duration.ofHours(1)),
                new DurableOperations.Backlog("fax", 7, 3, 5, 0, Duration.ofSeconds(2), null)), 10_000), true));
        assertThat(problems.worstFirst()).extracting(Problem::what)
                .containsExactly("silent", "laid_down", "backlog");
        assertThat(problems.worstFirst().get(1).text())
                .isEqualTo("1 durable task of pool 'mail' laid down after their last attempt");
        assertThat(problems.worstFirst().get(1).sinceMillis()).isEqualTo(3_600_000);
    }

    @Test
    void lost_leases_and_singletons_without_a_node_are_told() {
        problems.addCluster(new Asked.Answer<>(new ClusterOperations.Status(
                List.of(node("a", true, false, true), node("b", true, false, false), node("c", false, true, false)),
                List.of(),
                List.of(),
                List.of(new ClusterOperations.Singleton("loop", null, null, 3, null, false, List.of()),
                        new ClusterOperations.Singleton("other", "a", "a1", 3, NOW, false, List.of())),
                List.of()),
                false));
        assertThat(problems.worstFirst()).extracting(problem -> problem.of() + " " + problem.what())
                .containsExactly("a lease", "b lease", "loop singleton", "c draining");
        assertThat(problems.worstFirst().getFirst().level()).isEqualTo("down");
    }

    private static ClusterOperations.Node node(String name, boolean expired, boolean draining, boolean self) {
        return new ClusterOperations.Node(name, name + "1", NOW, NOW, expired, draining, self);
    }
}
