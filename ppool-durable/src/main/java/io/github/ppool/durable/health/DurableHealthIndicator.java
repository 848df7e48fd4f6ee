package io.github.ppool.durable.health;

import io.github.ppool.cluster.ClusterSelf;
import io.github.ppool.durable.engine.BacklogWatch;
import io.github.ppool.durable.engine.BacklogWatch.Figures;
import io.github.ppool.durable.engine.EngineProblem;
import io.github.ppool.durable.store.TaskStore.Backlog;
import io.github.ppool.spring.boot.health.PoolsHealthContributor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of the durable tasks on this node. The status is
 *
 * <ul>
 *   <li>{@code DOWN} if this node can't run durable tasks: it holds no lease, or the database has failed for longer
 *       than a lease,
 *   <li>{@link PoolsHealthContributor#DEGRADED} if the database fails, if too many tasks are laid down, or if a ready
 *       task is too old,
 *   <li>{@code UP} otherwise, also if the application is set not to run tasks.
 * </ul>
 *
 * <p>Neither the liveness nor the readiness of Spring Boot has this indicator as a member, unless the application adds
 * it. The details have no text of an exception.
 *
 * <p>Any thread may call the methods. They wait for the database for at most a second.
 */
public final class DurableHealthIndicator implements HealthIndicator {

    private final BooleanSupplier running;
    private final Supplier<List<EngineProblem>> problems;
    private final Supplier<ClusterSelf> lease;
    private final BacklogWatch backlog;
    private final DurableHealthProperties limits;

    /**
     * An indicator.
     *
     * @param running tells if this node runs tasks
     * @param problems the steps that fail at present
     * @param lease the lease of this node
     * @param backlog the unfinished tasks
     * @param limits the limits
     */
    public DurableHealthIndicator(
            BooleanSupplier running,
            Supplier<List<EngineProblem>> problems,
            Supplier<ClusterSelf> lease,
            BacklogWatch backlog,
            DurableHealthProperties limits) {
        this.running = Objects.requireNonNull(running, "running must not be null");
        this.problems = Objects.requireNonNull(problems, "problems must not be null");
        this.lease = Objects.requireNonNull(lease, "lease must not be null");
        this.backlog = Objects.requireNonNull(backlog, "backlog must not be null");
        this.limits = Objects.requireNonNull(limits, "limits must not be null");
    }

    @Override
    public Health health() {
        boolean runs = running.getAsBoolean();
        ClusterSelf self = lease.get();
        List<EngineProblem> failing = problems.get();
        Figures figures = backlog.latest();
        Health.Builder health = Health.status(status(runs, self, failing, figures))
                .withDetail("running", runs)
                .withDetail("lease", self.held() ? "held" : "lost")
                .withDetail("database", failing.isEmpty() && figures.failure() == null ? "reachable" : "failing");
        if (!failing.isEmpty()) {
            health.withDetail("problems", failing.stream().map(DurableHealthIndicator::problem).toList());
        }
        if (figures.known()) {
            health.withDetail("laidDown", laidDown(figures));
            Map<String, Map<String, Object>> pools = new TreeMap<>();
            figures.pools().forEach((pool, tasks) -> pools.put(pool, details(tasks)));
            health.withDetail("pools", pools);
        }
        return health.build();
    }

    private Status status(boolean runs, ClusterSelf self, List<EngineProblem> failing, Figures figures) {
        if (runs && !self.held()) {
            return Status.DOWN;
        }
        if (failing.stream().anyMatch(problem -> problem.since().compareTo(self.lease()) > 0)) {
            return Status.DOWN;
        }
        return !failing.isEmpty() || figures.failure() != null || isTooMuch(figures)
                ? PoolsHealthContributor.DEGRADED
                : Status.UP;
    }

    private boolean isTooMuch(Figures figures) {
        boolean tooMany = limits.laidDown() > 0 && laidDown(figures) >= limits.laidDown();
        Duration oldest = limits.oldestReady();
        return tooMany || (!oldest.isZero() && figures.pools().values().stream()
                .anyMatch(pool -> pool.oldestReady() != null && pool.oldestReady().compareTo(oldest) >= 0));
    }

    private static long laidDown(Figures figures) {
        return figures.pools().values().stream().mapToLong(Backlog::laidDown).sum();
    }

    private static Map<String, Object> problem(EngineProblem problem) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("step", problem.step());
        details.put("sinceMillis", problem.since().toMillis());
        details.put("failures", problem.failures());
        return details;
    }

    private static Map<String, Object> details(Backlog tasks) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("ready", tasks.ready());
        details.put("laidDown", tasks.laidDown());
        if (tasks.oldestReady() != null) {
            details.put("oldestReadyMillis", tasks.oldestReady().toMillis());
        }
        if (tasks.oldestLaidDown() != null) {
            details.put("oldestLaidDownMillis", tasks.oldestLaidDown().toMillis());
        }
        return details;
    }
}
