package io.github.ppool.durable.engine;

import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EndedTaskView;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.spring.boot.DurableOperations;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The durable tasks for the operator's endpoint of the starter. Any thread may call the methods; they ask the database.
 */
public final class DurableConsole implements DurableOperations {

    private final DurableTaskAdmin admin;
    private final TaskStore store;

    /**
     * A console.
     *
     * @param admin shows and changes tasks
     * @param store counts them
     */
    public DurableConsole(DurableTaskAdmin admin, TaskStore store) {
        this.admin = Objects.requireNonNull(admin, "admin must not be null");
        this.store = Objects.requireNonNull(store, "store must not be null");
    }

    @Override
    public Summary summary() {
        return new Summary(
                store.backlog(BacklogWatch.MOST).entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(pool -> backlog(pool.getKey(), pool.getValue()))
                        .toList(),
                BacklogWatch.MOST);
    }

    private static Backlog backlog(String pool, TaskStore.Backlog figures) {
        return new Backlog(
                pool,
                figures.ready(),
                figures.claimed(),
                figures.delayed(),
                figures.laidDown(),
                figures.oldestReady(),
                figures.oldestLaidDown());
    }

    @Override
    public Optional<Task> task(long id) {
        return admin.find(id).map(DurableConsole::task);
    }

    @Override
    public List<Task> tasks(Filter filter, long after, int limit) {
        return admin.list(query(filter), after, limit).stream().map(DurableConsole::task).toList();
    }

    @Override
    public List<Ended> history(Filter filter, long before, int limit) {
        return admin.ended(query(filter), before, limit).stream().map(DurableConsole::ended).toList();
    }

    @Override
    public boolean change(Change change, long id) {
        return switch (change) {
            case REDRIVE -> admin.redrive(id);
            case RUN_NOW -> admin.runNow(id);
            case DROP -> admin.drop(id);
            case CANCEL -> admin.cancel(id);
        };
    }

    @Override
    public long change(Change change, Filter filter) {
        TaskQuery query = query(filter);
        return switch (change) {
            case REDRIVE -> admin.redrive(query);
            case RUN_NOW -> admin.runNow(query);
            case DROP -> admin.drop(query);
            case CANCEL -> admin.cancel(query);
        };
    }

    private static TaskQuery query(Filter filter) {
        return new TaskQuery(
                filter.pool(),
                filter.name(),
                state(filter.state()),
                filter.key(),
                filter.partition(),
                filter.reason(),
                filter.enqueuedBefore());
    }

    private static @Nullable DurableTaskState state(@Nullable State state) {
        return state == null ? null : switch (state) {
            case READY -> DurableTaskState.READY;
            case CLAIMED -> DurableTaskState.CLAIMED;
            case LAID_DOWN -> DurableTaskState.LAID_DOWN;
            case DELAYED -> DurableTaskState.DELAYED;
        };
    }

    private static Task task(DurableTaskView view) {
        return new Task(
                view.id(),
                view.pool(),
                view.name(),
                view.version(),
                state(view.state()),
                view.priority(),
                view.key(),
                view.partition(),
                view.enqueuedAt(),
                view.readyAt(),
                view.attempts(),
                view.node(),
                view.claimedAt(),
                view.reason(),
                view.failure(),
                view.percent(),
                view.progress(),
                view.cancelled(),
                view.payload());
    }

    private static State state(DurableTaskState state) {
        return switch (state) {
            case READY -> State.READY;
            case CLAIMED -> State.CLAIMED;
            case LAID_DOWN -> State.LAID_DOWN;
            case DELAYED -> State.DELAYED;
        };
    }

    private static Ended ended(EndedTaskView view) {
        return new Ended(
                view.id(),
                view.pool(),
                view.name(),
                view.version(),
                view.key(),
                view.enqueuedAt(),
                view.endedAt(),
                view.attempts(),
                view.outcome().name().toLowerCase(Locale.ROOT),
                view.reason());
    }
}
