package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.DurableOperations.Ended;
import io.github.ppool.spring.boot.DurableOperations.Filter;
import io.github.ppool.spring.boot.DurableOperations.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** The part of the endpoint for durable tasks. In an application without them it has no content. */
final class DurableControl {

    /** The place of durable tasks at the endpoint. A pool or tree of that name takes it. */
    static final String NAME = "durable";
    /** The view of unfinished tasks. */
    static final String TASKS = "tasks";
    /** The view of tasks that have ended. */
    static final String HISTORY = "history";

    private static final GuardedLog logger = GuardedLog.of(DurableControl.class);
    private static final Pattern ID = Pattern.compile("[0-9]{1,18}");

    private final ObjectProvider<DurableOperations> operations;
    private final Predicate<String> isTaken;

    /**
     * Makes the part.
     *
     * @param operations supplies the durable tasks; called for each request
     * @param isTaken tells if a pool or tree has a name
     */
    DurableControl(ObjectProvider<DurableOperations> operations, Predicate<String> isTaken) {
        this.operations = operations;
        this.isTaken = isTaken;
    }

    /** True if a name in a request means the durable tasks. */
    boolean isNamed(String name) {
        return name.equals(NAME) && !isTaken.test(name) && operations.getIfUnique() != null;
    }

    /** The figures of all pools; null if there are no durable tasks. */
    @Nullable
    DurableDescriptor show() {
        return ask(tasks -> DurableDescriptor.of(tasks.summary()));
    }

    /**
     * One task, or a page of tasks.
     *
     * @param view {@code tasks}, {@code history} or the id of a task
     * @param request the conditions
     * @param after the {@code next} of the page before, or null for the first page
     * @param limit the largest number of tasks
     * @param values whether payloads and the texts of failures are shown
     * @return null if there is no such task
     */
    @Nullable
    EndpointAnswer read(String view, TaskRequest request, @Nullable String after, int limit, boolean values) {
        return switch (view) {
            case TASKS -> page(request.filter(), after, limit, values);
            case HISTORY -> history(request.filter(), after, limit);
            default -> {
                long id = id(view);
                Optional<Task> found = ask(tasks -> tasks.task(id));
                yield found == null ? null : found.map(task -> TaskDescriptor.of(task, values)).orElse(null);
            }
        };
    }

    private @Nullable TasksDescriptor page(Filter filter, @Nullable String after, int limit, boolean values) {
        long from = after == null ? 0 : key(after);
        List<Task> page = ask(tasks -> tasks.tasks(filter, from, limit));
        return page == null
                ? null
                : new TasksDescriptor(page.stream().map(task -> TaskDescriptor.of(task, values)).toList(),
                        page.size() < limit ? null : Long.toString(page.getLast().id()));
    }

    private @Nullable EndedTasksDescriptor history(Filter filter, @Nullable String after, int limit) {
        long before = after == null ? Long.MAX_VALUE : key(after);
        List<Ended> page = ask(tasks -> tasks.history(filter, before, limit));
        return page == null
                ? null
                : new EndedTasksDescriptor(page, page.size() < limit ? null : Long.toString(page.getLast().id()));
    }

    /**
     * Changes a task, or the tasks of a selection.
     *
     * @param view {@code tasks} or the id of a task
     * @param action the action
     * @param request the conditions, for {@code tasks}
     * @param all true if a request without a condition means all tasks
     * @return null if there is no such task
     */
    @Nullable
    TasksChangeDescriptor change(String view, TaskAction action, TaskRequest request, boolean all) {
        if (view.equals(TASKS)) {
            Filter filter = filter(action, request, all);
            Long count = ask(tasks -> tasks.change(action.change(), filter));
            return count == null ? null : new TasksChangeDescriptor(action.key(), null, count > 0, count);
        }
        long id = id(view);
        if (!request.selectsAll() || all) {
            throw Refusal.of("a change of one task must have no condition beside its id, got: " + id);
        }
        Boolean changed = ask(tasks -> tasks.change(action.change(), id));
        if (Boolean.TRUE.equals(changed)) {
            return new TasksChangeDescriptor(action.key(), id, true, 1);
        }
        Optional<Task> found = ask(tasks -> tasks.task(id));
        if (found == null || found.isEmpty()) {
            return null;
        }
        throw Refusal.of(action.key() + " must be for a task that is " + TaskAction.list(action.states()) + ", got: "
                + TaskAction.key(found.get().state()));
    }

    private static Filter filter(TaskAction action, TaskRequest request, boolean all) {
        Filter filter = request.filter();
        if (filter.equals(Filter.ALL) != all) {
            throw Refusal.of(all
                    ? "all must not stand beside a condition, got: true"
                    : action.key() + " must have a condition, or all: true for all tasks");
        }
        if (filter.state() != null && !action.states().contains(filter.state())) {
            throw Refusal.of("state must be " + TaskAction.list(action.states()) + " for " + action.key() + ", got: "
                    + TaskAction.key(filter.state()));
        }
        return filter;
    }

    /** The text of the audit event about a change. */
    static Map<String, @Nullable Object> audited(TasksChangeDescriptor change, TaskRequest request) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put(NAME, change.id() == null ? TASKS : change.id().toString());
        data.put("action", change.action());
        put(data, "pool", request.pool());
        put(data, "name", request.name());
        put(data, "state", request.state());
        put(data, "key", request.key());
        put(data, "partition", request.partition());
        put(data, "reason", request.reason());
        put(data, "enqueuedBefore", request.enqueuedBefore());
        data.put("tasks", Long.toString(change.tasks()));
        return data;
    }

    private static void put(Map<String, @Nullable Object> data, String key, @Nullable String value) {
        if (value != null) {
            data.put(key, value);
        }
    }

    private static long id(String view) {
        if (!ID.matcher(view).matches()) {
            throw Refusal.of("view of durable tasks must be tasks, history or the id of a task, got: " + view);
        }
        return Long.parseLong(view);
    }

    private static long key(String after) {
        if (!ID.matcher(after).matches()) {
            throw Refusal.of("after must be the next of an answer, such as 100, got: " + after);
        }
        return Long.parseLong(after);
    }

    private <T> @Nullable T ask(Function<DurableOperations, T> question) {
        DurableOperations tasks = operations.getIfUnique();
        if (tasks == null) {
            return null;
        }
        try {
            return question.apply(tasks);
        } catch (RuntimeException failed) { // of the database; its text may have an address or a password
            logger.warn("the database of the durable tasks does not answer an operator", failed);
            throw new StoreUnreachableException("the database of the durable tasks", failed);
        }
    }
}
