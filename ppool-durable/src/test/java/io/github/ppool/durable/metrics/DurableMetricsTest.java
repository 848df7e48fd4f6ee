package io.github.ppool.durable.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.engine.AttemptListener.End;
import io.github.ppool.durable.engine.BacklogWatch;
import io.github.ppool.durable.engine.CountingStore;
import io.github.ppool.durable.engine.DurableFigures;
import io.github.ppool.durable.engine.EngineProblem;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.TaskStore.Backlog;
import io.github.ppool.time.ManualClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The meters of durable tasks. */
class DurableMetricsTest {

    private static final ClaimedTask TASK = new ClaimedTask(7, "smtp", "send-mail", 1, null, null, 0, Instant.EPOCH,
            Duration.ZERO, 1, 0, null, null, null, null);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CountingStore store = new CountingStore();
    private Map<String, DurableFigures> figures = Map.of("smtp", new DurableFigures(4, 2, 8, 10, 3, 20, 15, 5, 1, 0, 0,
            6, 2, 0, Duration.ZERO, Duration.ZERO));
    private List<EngineProblem> problems = List.of();

    private DurableMetrics metrics() {
        return new DurableMetrics(
                registry, () -> figures, () -> problems, new BacklogWatch(store.store(), new ManualClock()));
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    @Test
    void what_this_node_does() {
        try (DurableMetrics metrics = metrics()) {
            assertThat(gauge("ppool.durable.claimed", "pool", "smtp")).isEqualTo(4);
            assertThat(gauge("ppool.durable.running", "pool", "smtp")).isEqualTo(2);
            assertThat(gauge("ppool.durable.prefetch", "pool", "smtp")).isEqualTo(8);
            assertThat(count("ppool.durable.claims", "pool", "smtp", "result", "empty")).isEqualTo(3);
            assertThat(count("ppool.durable.claims", "pool", "smtp", "result", "tasks")).isEqualTo(7);
            assertThat(count("ppool.durable.given.back", "pool", "smtp")).isEqualTo(6);
            assertThat(count("ppool.durable.lost", "pool", "smtp")).isEqualTo(2);
            assertThat(gauge("ppool.durable.problems")).isZero();
            problems = List.of(new EngineProblem("claims of smtp", "", Duration.ZERO, 1));
            assertThat(gauge("ppool.durable.problems")).isEqualTo(1);
            figures = Map.of();
            assertThat(gauge("ppool.durable.claimed", "pool", "smtp")).isNaN();
            assertThat(metrics).isNotNull();
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void each_attempt_by_pool_task_and_outcome() {
        try (DurableMetrics metrics = metrics()) {
            metrics.begun(TASK, Duration.ofMillis(30));
            metrics.begun(TASK, Duration.ofMillis(10));
            metrics.ended(TASK, End.AGAIN, "IOException", Duration.ofMillis(5));
            metrics.ended(TASK, End.SUCCEEDED, null, Duration.ofMillis(7));
            metrics.ended(TASK, End.SUCCEEDED, null, Duration.ofMillis(9));
            Timer waits = registry.get("ppool.durable.wait").tags("pool", "smtp", "task", "send-mail").timer();
            assertThat(waits.count()).isEqualTo(2);
            assertThat(waits.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(40);
            Timer succeeded = registry.get("ppool.durable.ended")
                    .tags("pool", "smtp", "task", "send-mail", "outcome", "succeeded").timer();
            assertThat(succeeded.count()).isEqualTo(2);
            assertThat(succeeded.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(16);
            assertThat(registry.get("ppool.durable.ended").tags("outcome", "again").timer().count()).isEqualTo(1);
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void what_waits_in_the_database_with_one_question_for_all_of_them() {
        store.answer = () -> Map.of("smtp",
                new Backlog(3, 1, 9, 2, Duration.ofMillis(1500), Duration.ofMinutes(1)));
        try (DurableMetrics metrics = metrics()) {
            assertThat(store.asked).hasValue(0);
            assertThat(gauge("ppool.durable.backlog", "pool", "smtp", "state", "ready")).isEqualTo(3);
            assertThat(gauge("ppool.durable.backlog", "pool", "smtp", "state", "claimed")).isEqualTo(2);
            assertThat(gauge("ppool.durable.backlog", "pool", "smtp", "state", "delayed")).isEqualTo(9);
            assertThat(gauge("ppool.durable.backlog", "pool", "smtp", "state", "laid_down")).isEqualTo(1);
            assertThat(gauge("ppool.durable.backlog.oldest", "pool", "smtp", "state", "ready")).isEqualTo(1.5);
            assertThat(gauge("ppool.durable.backlog.oldest", "pool", "smtp", "state", "laid_down")).isEqualTo(60);
            assertThat(store.asked).hasValue(1);
            assertThat(metrics).isNotNull();
        }
    }

    @Test
    void a_pool_without_tasks_has_none_and_an_unknown_backlog_is_no_number() {
        try (DurableMetrics metrics = metrics()) {
            assertThat(gauge("ppool.durable.backlog", "pool", "smtp", "state", "ready")).isZero();
            assertThat(gauge("ppool.durable.backlog.oldest", "pool", "smtp", "state", "ready")).isZero();
            assertThat(metrics).isNotNull();
        }
        store.answer = () -> {
            throw new IllegalStateException("away");
        };
        try (DurableMetrics metrics = metrics()) {
            assertThat(gauge("ppool.durable.backlog", "pool", "smtp", "state", "ready")).isNaN();
            assertThat(gauge("ppool.durable.backlog.oldest", "pool", "smtp", "state", "ready")).isNaN();
            assertThat(metrics).isNotNull();
        }
    }
}
