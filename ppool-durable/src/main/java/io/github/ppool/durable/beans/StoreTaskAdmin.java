package io.github.ppool.durable.beans;

import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EndedTaskView;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.durable.store.TaskStore.Change;
import io.github.ppool.durable.store.TaskStore.Changed;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Operates the tasks of a store, and tells the engine of this node about those that have become ready. */
public final class StoreTaskAdmin implements DurableTaskAdmin {

    private final TaskStore store;
    private final Wakes wakes;

    /**
     * An operator of tasks.
     *
     * @param store the store on the application's connections
     * @param wakes tells the engine
     */
    public StoreTaskAdmin(TaskStore store, Wakes wakes) {
        this.store = store;
        this.wakes = wakes;
    }

    @Override
    public Optional<DurableTaskView> find(long id) {
        return store.find(id);
    }

    @Override
    public List<DurableTaskView> list(TaskQuery query, long after, int limit) {
        return store.list(Objects.requireNonNull(query, "query must not be null"), after, checked(limit));
    }

    @Override
    public List<EndedTaskView> ended(TaskQuery query, long before, int limit) {
        return store.ended(Objects.requireNonNull(query, "query must not be null"), before, checked(limit));
    }

    private static int checked(int limit) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new IllegalArgumentException("limit must be from 1 to " + LARGEST_PAGE + ", got: " + limit);
        }
        return limit;
    }

    @Override
    public Map<String, Map<DurableTaskState, Long>> counts() {
        return store.counts();
    }

    @Override
    public long redrive(TaskQuery query) {
        return change(Change.REDRIVE, query.withState(DurableTaskState.LAID_DOWN), null);
    }

    @Override
    public boolean redrive(long id) {
        return change(Change.REDRIVE, TaskQuery.ALL.withState(DurableTaskState.LAID_DOWN), id) > 0;
    }

    @Override
    public long runNow(TaskQuery query) {
        return change(Change.RUN_NOW, query.withState(DurableTaskState.DELAYED), null);
    }

    @Override
    public boolean runNow(long id) {
        return change(Change.RUN_NOW, TaskQuery.ALL.withState(DurableTaskState.DELAYED), id) > 0;
    }

    @Override
    public long drop(TaskQuery query) {
        return change(Change.DROP, query, null);
    }

    @Override
    public boolean drop(long id) {
        return change(Change.DROP, TaskQuery.ALL, id) > 0;
    }

    @Override
    public long cancel(TaskQuery query) {
        return change(Change.CANCEL, query, null);
    }

    @Override
    public boolean cancel(long id) {
        return change(Change.CANCEL, TaskQuery.ALL, id) > 0;
    }

    private long change(Change change, TaskQuery query, @Nullable Long id) {
        Changed changed = store.change(change, Objects.requireNonNull(query, "query must not be null"), id);
        wakes.ready(changed.pools());
        return changed.count();
    }
}
