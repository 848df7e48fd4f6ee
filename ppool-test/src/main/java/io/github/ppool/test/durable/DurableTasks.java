package io.github.ppool.test.durable;

import io.github.ppool.durable.DurableClock;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.engine.DurableEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The durable tasks of a test: a bean by {@link AutoConfigureDurableTasks}. The test looks at the tasks that were
 * handed over, and decides when to run them.
 *
 * <p>All methods run on the calling thread, and on its transaction if there is one. They block for the database.
 */
public final class DurableTasks {

    private final DurableEngine engine;
    private final DurableTaskAdmin admin;
    private final JsonMapper json;
    private final @Nullable DurableClock clock;

    /**
     * The tasks of an application.
     *
     * @param engine runs tasks
     * @param admin shows tasks
     * @param json reads payloads
     * @param clock the clock of the tasks; null if it is the database's
     */
    public DurableTasks(
            DurableEngine engine, DurableTaskAdmin admin, JsonMapper json, @Nullable DurableClock clock) {
        this.engine = Objects.requireNonNull(engine, "engine must not be null");
        this.admin = Objects.requireNonNull(admin, "admin must not be null");
        this.json = Objects.requireNonNull(json, "json must not be null");
        this.clock = clock;
    }

    /**
     * Runs all ready tasks one after the other, and the tasks that these hand over, until none is ready. Delayed tasks
     * whose time has come are ready. After a failure the plan of the pool decides; the call itself does not fail.
     *
     * @return the number of attempts, 0 if no task was ready
     */
    public int drain() {
        return engine.drain();
    }

    /**
     * Moves the clock of the tasks on, and runs the tasks that are ready then.
     *
     * @param time the time
     * @return the number of attempts
     * @throws IllegalArgumentException if the time is negative
     * @throws IllegalStateException if the clock is not manual
     */
    public int advance(Duration time) {
        if (!(clock instanceof ManualDurableClock manual)) {
            throw new IllegalStateException("advance needs @AutoConfigureDurableTasks(manualClock = true)");
        }
        manual.advance(time);
        return drain();
    }

    /**
     * The time of the tasks.
     *
     * @return the time of the manual clock, or of this machine
     */
    public Instant now() {
        return clock == null ? Instant.now() : clock.now();
    }

    /**
     * The unfinished tasks of a name, with their payloads.
     *
     * @param name the name of the tasks
     * @return a new list in the order of the hand-over; at most {@link DurableTaskAdmin#LARGEST_PAGE}
     */
    public List<DurableTaskView> enqueued(String name) {
        return with(TaskQuery.ALL.withName(name));
    }

    /**
     * The laid-down tasks of a name, with their payloads.
     *
     * @param name the name of the tasks
     * @return a new list in the order of the hand-over; at most {@link DurableTaskAdmin#LARGEST_PAGE}
     */
    public List<DurableTaskView> laidDown(String name) {
        return with(TaskQuery.ALL.withName(name).withState(DurableTaskState.LAID_DOWN));
    }

    private List<DurableTaskView> with(TaskQuery query) {
        List<DurableTaskView> tasks = new ArrayList<>();
        for (DurableTaskView task : admin.list(query, 0, DurableTaskAdmin.LARGEST_PAGE)) {
            admin.find(task.id()).ifPresent(tasks::add);
        }
        return tasks;
    }

    /**
     * The payloads of the unfinished tasks of a name.
     *
     * @param name the name of the tasks
     * @param type the class of the payloads
     * @param <P> the type of the payloads
     * @return a new list in the order of the hand-over; tasks without a payload are left out
     * @throws tools.jackson.core.JacksonException if a payload is not of the class
     */
    public <P> List<P> payloads(String name, Class<P> type) {
        List<P> payloads = new ArrayList<>();
        for (DurableTaskView task : enqueued(name)) {
            if (task.payload() != null) {
                payloads.add(json.readValue(task.payload(), type));
            }
        }
        return payloads;
    }
}
