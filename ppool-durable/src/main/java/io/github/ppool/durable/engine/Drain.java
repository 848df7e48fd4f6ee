package io.github.ppool.durable.engine;

import io.github.ppool.durable.engine.HandlerRun.Ran;
import io.github.ppool.durable.store.Claim;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.durable.store.TaskStore.Progress;
import io.github.ppool.pool.PoolClient;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs ready tasks on the calling thread, within its transaction. For tests. */
final class Drain {

    /** A task that is run so often in one call would never end. */
    private static final int MOST_ATTEMPTS = 1_000;

    private static final int BATCH = 100;

    private final Parts parts;
    private final Function<String, Optional<? extends PoolClient<?>>> pools;
    private final HandlerRun runs;
    private final Plans plans;
    private final Results results;
    private final Schedules schedules;
    private final UUID substitute = UUID.randomUUID();

    Drain(Parts parts, Function<String, Optional<? extends PoolClient<?>>> pools, HandlerRun runs, Plans plans,
            Results results, Schedules schedules) {
        this.parts = parts;
        this.pools = pools;
        this.runs = runs;
        this.plans = plans;
        this.results = results;
        this.schedules = schedules;
    }

    /** The course of a call. */
    private static final class Course {
        private final Map<Long, Integer> attempts = new HashMap<>();
        private int all;
    }

    int run(Collection<PoolFeed> feeds) {
        Course course = new Course();
        int before;
        schedules.fireDue(parts.application());
        do {
            before = course.all;
            stage();
            feeds.forEach(feed -> run(feed, course));
        } while (course.all > before);
        return course.all;
    }

    private void stage() {
        TaskStore.Staged staged;
        do {
            staged = parts.application().stage(Stager.BATCH);
        } while (staged.next() != null && staged.next().isZero());
    }

    private void run(PoolFeed feed, Course course) {
        UUID held = parts.hold().held();
        UUID node = held == null ? substitute : held;
        PoolClient<?> pool = pools.apply(feed.pool()).orElse(null);
        if (pool == null || feed.kinds().isEmpty()) {
            return;
        }
        Claim claim = new Claim(node, feed.pool(), feed.kinds(), BATCH, parts.pools().apply(feed.pool()).rates());
        List<ClaimedTask> tasks = parts.application().claim(claim).tasks();
        while (!tasks.isEmpty()) {
            for (ClaimedTask row : tasks) {
                run(pool, Objects.requireNonNull(feed.handlers().get(row.name())), row, node, course);
            }
            tasks = parts.application().claim(claim).tasks();
        }
    }

    private void run(PoolClient<?> pool, TaskHandler handler, ClaimedTask row, UUID node, Course course) {
        if (course.attempts.merge(row.id(), 1, Integer::sum) > MOST_ATTEMPTS) {
            throw new IllegalStateException(
                    "the plan of the pool " + row.pool() + " has run the task " + row.name() + " "
                            + row.id() + " " + MOST_ATTEMPTS + " times without a pause");
        }
        course.all++;
        TaskInAttempt task = new TaskInAttempt(parts, row, node, handler.transactional(), () -> true);
        long begin = parts.clock().nanoTime();
        Ran ran = pool.<Ran, RuntimeException>transactionResult(
                worker -> runs.run(handler, node, row, task, worker, transactions()));
        long took = parts.clock().nanoTime() - begin;
        end(row, node, ran, task.progress(), took);
    }

    /** Within the caller's transaction, an attempt is nested: the changes of a failed one are undone. */
    private @Nullable TransactionOperations transactions() {
        TransactionOperations usual = parts.transactions();
        if (!(usual instanceof TransactionTemplate template)
                || template.getTransactionManager() == null
                || !TransactionSynchronizationManager.isActualTransactionActive()) {
            return usual;
        }
        TransactionTemplate nested = new TransactionTemplate(template.getTransactionManager(), template);
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        return nested;
    }

    private void end(ClaimedTask row, UUID node, Ran ran, @Nullable Progress progress, long took) {
        switch (ran.kind()) {
            case COMMITTED -> results.drained(row, null, took);
            case RETURNED -> {
                parts.application().complete(node, List.of(row.id()));
                results.drained(row, null, took);
            }
            case NOT_OURS -> results.voided(row, null);
            default -> {
                Throwable failure = Objects.requireNonNull(ran.failure());
                FailureRecord end = ran.kind() == HandlerRun.Kind.UNREADABLE
                        ? FailureRecord.unreadable(failure)
                        : FailureRecord.of(failure);
                var decision = plans.afterFailure(row, end, progress, took);
                parts.application().fail(node, List.of(decision));
                results.drained(row, decision, took);
            }
        }
    }
}
