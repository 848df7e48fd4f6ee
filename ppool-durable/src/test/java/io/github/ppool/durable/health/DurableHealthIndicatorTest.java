package io.github.ppool.durable.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ppool.cluster.ClusterSelf;
import io.github.ppool.durable.engine.BacklogWatch;
import io.github.ppool.durable.engine.CountingStore;
import io.github.ppool.durable.engine.EngineProblem;
import io.github.ppool.durable.store.TaskStore.Backlog;
import io.github.ppool.spring.boot.health.PoolsHealthContributor;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** Each status of the health of durable tasks, and its details. */
class DurableHealthIndicatorTest {

    private static final Duration LEASE = Duration.ofSeconds(15);

    private final CountingStore store = new CountingStore();
    private boolean running = true;
    private boolean held = true;
    private List<EngineProblem> problems = List.of();

    private Health health() {
        return health(new DurableHealthProperties(1, Duration.ofHours(1)));
    }

    private Health health(DurableHealthProperties limits) {
        return new DurableHealthIndicator(() -> running, () -> problems,
                () -> new ClusterSelf("a", "1", held, false, LEASE, Duration.ZERO, 0, 0, null),
                new BacklogWatch(store.store(), new ManualClock()), limits).health();
    }

    private void waiting(long ready, long laidDown, Duration oldestReady) {
        store.answer = () -> Map.of("smtp",
                new Backlog(ready, laidDown, 0, 0, oldestReady, laidDown == 0 ? null : Duration.ofMinutes(2)));
    }

    private static EngineProblem failing(Duration since) {
        return new EngineProblem("claims of smtp", "SQLException: jdbc:secret", since, 3);
    }

    @Test
    void up_while_tasks_are_run_in_time() {
        waiting(3, 0, Duration.ofSeconds(2));
        Health health = health();
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .containsEntry("running", true)
                .containsEntry("lease", "held")
                .containsEntry("database", "reachable")
                .containsEntry("laidDown", 0L)
                .containsEntry("pools",
                        Map.of("smtp", Map.of("ready", 3L, "laidDown", 0L, "oldestReadyMillis", 2000L)))
                .doesNotContainKey("problems");
    }

    @Test
    void down_without_a_lease() {
        held = false;
        assertThat(health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(health().getDetails()).containsEntry("lease", "lost");
    }

    @Test
    void up_without_a_lease_where_no_tasks_are_to_run() {
        held = false;
        running = false;
        assertThat(health().getStatus()).isEqualTo(Status.UP);
        assertThat(health().getDetails()).containsEntry("running", false);
    }

    @Test
    void degraded_while_the_database_fails_and_down_beyond_a_lease() {
        problems = List.of(failing(LEASE));
        assertThat(health().getStatus()).isEqualTo(PoolsHealthContributor.DEGRADED);
        problems = List.of(failing(LEASE.plusMillis(1)));
        Health health = health();
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails())
                .containsEntry("database", "failing")
                .containsEntry("problems",
                        List.of(Map.of("step", "claims of smtp", "sinceMillis", 15_001L, "failures", 3)));
        assertThat(health.getDetails().toString()).doesNotContain("secret");
    }

    @Test
    void degraded_while_the_figures_can_not_be_read() {
        store.answer = () -> {
            throw new IllegalStateException("no route to jdbc:secret");
        };
        Health health = health();
        assertThat(health.getStatus()).isEqualTo(PoolsHealthContributor.DEGRADED);
        assertThat(health.getDetails()).containsEntry("database", "failing").doesNotContainKey("pools");
        assertThat(health.getDetails().toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({"1, 0, UP", "1, 1, DEGRADED", "5, 4, UP", "5, 5, DEGRADED", "0, 100, UP"})
    void degraded_from_a_number_of_laid_down_tasks_on(int limit, long laidDown, String status) {
        waiting(0, laidDown, null);
        Health health = health(new DurableHealthProperties(limit, Duration.ZERO));
        assertThat(health.getStatus()).isEqualTo(new Status(status));
        assertThat(health.getDetails()).containsEntry("laidDown", laidDown);
        assertThat(health.getDetails().toString()).matches(
                laidDown > 0 ? ".*oldestLaidDownMillis=120000.*" : ".*laidDown=0.*");
    }

    @ParameterizedTest
    @CsvSource({"PT1H, PT59M59S, UP", "PT1H, PT1H, DEGRADED", "PT0S, P9D, UP"})
    void degraded_from_an_age_of_ready_tasks_on(Duration limit, Duration oldest, String status) {
        waiting(1, 0, oldest);
        assertThat(health(new DurableHealthProperties(0, limit)).getStatus()).isEqualTo(new Status(status));
    }

    @Test
    void negative_limits_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DurableHealthProperties(-1, Duration.ZERO))
                .withMessage("management.health.ppool.durable.laid-down must not be negative, got: -1");
        assertThatIllegalArgumentException().isThrownBy(() -> new DurableHealthProperties(1, Duration.ofMillis(-1)))
                .withMessage("management.health.ppool.durable.oldest-ready must not be negative, got: PT-0.001S");
    }
}
