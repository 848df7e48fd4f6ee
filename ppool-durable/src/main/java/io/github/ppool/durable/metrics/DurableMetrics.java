package io.github.ppool.durable.metrics;

import io.github.ppool.durable.engine.AttemptListener;
import io.github.ppool.durable.engine.BacklogWatch;
import io.github.ppool.durable.engine.DurableFigures;
import io.github.ppool.durable.engine.EngineProblem;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.TaskStore.Backlog;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of durable tasks: the work of this node, and the tasks that wait in the database. The end of the context
 * removes these meters.
 *
 * <p>All methods may be called from any thread.
 */
public final class DurableMetrics implements AttemptListener, AutoCloseable {

    static final String ENDED = "ppool.durable.ended";
    static final String WAIT = "ppool.durable.wait";
    static final String CLAIMS = "ppool.durable.claims";
    static final String CLAIMED = "ppool.durable.claimed";
    static final String RUNNING = "ppool.durable.running";
    static final String PREFETCH = "ppool.durable.prefetch";
    static final String GIVEN_BACK = "ppool.durable.given.back";
    static final String LOST = "ppool.durable.lost";
    static final String PROBLEMS = "ppool.durable.problems";
    static final String BACKLOG = "ppool.durable.backlog";
    static final String OLDEST = "ppool.durable.backlog.oldest";

    private final MeterRegistry registry;
    private final Supplier<Map<String, DurableFigures>> figures;
    private final BacklogWatch backlog;
    private final Collection<Meter> meters = new ConcurrentLinkedQueue<>();
    private final Map<Tags, Timer> ends = new ConcurrentHashMap<>();
    private final Map<Tags, Timer> waits = new ConcurrentHashMap<>();

    /**
     * Registers the meters.
     *
     * @param registry the registry of the meters
     * @param figures the work of this node, by the name of the pool; the pools are those of the first answer
     * @param problems the steps that fail at present
     * @param backlog the tasks that wait in the database
     */
    public DurableMetrics(
            MeterRegistry registry,
            Supplier<Map<String, DurableFigures>> figures,
            Supplier<List<EngineProblem>> problems,
            BacklogWatch backlog) {
        this.registry = Objects.requireNonNull(registry, "registry must not be null");
        this.figures = Objects.requireNonNull(figures, "figures must not be null");
        this.backlog = Objects.requireNonNull(backlog, "backlog must not be null");
        Objects.requireNonNull(problems, "problems must not be null");
        meters.add(Gauge.builder(PROBLEMS, problems, failing -> failing.get().size())
                .description("Steps of the engine that fail at present")
                .register(registry));
        figures.get().keySet().forEach(this::register);
    }

    private void register(String pool) {
        Tags tags = Tags.of("pool", pool);
        count(CLAIMS, tags.and("result", "tasks"), "Claims", pool, now -> now.claims() - now.emptyClaims());
        count(CLAIMS, tags.and("result", "empty"), "Claims", pool, DurableFigures::emptyClaims);
        count(GIVEN_BACK, tags, "Tasks that were given back before they had begun", pool, DurableFigures::givenBack);
        count(LOST, tags, "Attempts of dead nodes that this node has decided about", pool, DurableFigures::lost);
        gauge(CLAIMED, tags, "Tasks that this node has claimed", pool, DurableFigures::claimed);
        gauge(RUNNING, tags, "Attempts that run on this node", pool, DurableFigures::running);
        gauge(PREFETCH, tags, "Tasks that this node claims beyond the places of the pool", pool,
                DurableFigures::prefetch);
        waiting(pool, "ready", Backlog::ready);
        waiting(pool, "claimed", Backlog::claimed);
        waiting(pool, "delayed", Backlog::delayed);
        waiting(pool, "laid_down", Backlog::laidDown);
        oldest(pool, "ready", Backlog::oldestReady);
        oldest(pool, "laid_down", Backlog::oldestLaidDown);
    }

    private void count(String name, Tags tags, String description, String pool,
            ToDoubleFunction<DurableFigures> count) {
        meters.add(FunctionCounter.builder(name, figures, now -> of(now, pool, count))
                .tags(tags)
                .description(description)
                .register(registry));
    }

    private void gauge(String name, Tags tags, String description, String pool,
            ToDoubleFunction<DurableFigures> value) {
        meters.add(Gauge.builder(name, figures, now -> of(now, pool, value))
                .tags(tags)
                .description(description)
                .baseUnit("tasks")
                .register(registry));
    }

    private static double of(
            Supplier<Map<String, DurableFigures>> figures, String pool, ToDoubleFunction<DurableFigures> value) {
        DurableFigures now = figures.get().get(pool);
        return now == null ? Double.NaN : value.applyAsDouble(now);
    }

    private void waiting(String pool, String state, ToDoubleFunction<Backlog> count) {
        meters.add(Gauge.builder(BACKLOG, backlog, watch -> count(watch.latest(), pool, count))
                .tags("pool", pool, "state", state)
                .description("Unfinished tasks of all nodes, counted up to " + BacklogWatch.MOST)
                .baseUnit("tasks")
                .register(registry));
    }

    private static double count(BacklogWatch.Figures figures, String pool, ToDoubleFunction<Backlog> count) {
        Backlog tasks = figures.pools().get(pool);
        return !figures.known() ? Double.NaN : tasks == null ? 0 : count.applyAsDouble(tasks);
    }

    private void oldest(String pool, String state, Function<Backlog, @Nullable Duration> age) {
        meters.add(Gauge.builder(OLDEST, backlog, watch -> seconds(watch.latest(), pool, age))
                .tags("pool", pool, "state", state)
                .description("Age of the oldest task in this state, 0 if there is none")
                .baseUnit("seconds")
                .register(registry));
    }

    private static double seconds(
            BacklogWatch.Figures figures, String pool, Function<Backlog, @Nullable Duration> age) {
        if (!figures.known()) {
            return Double.NaN;
        }
        Backlog tasks = figures.pools().get(pool);
        Duration oldest = tasks == null ? null : age.apply(tasks);
        return oldest == null ? 0 : oldest.toNanos() / 1e9;
    }

    @Override
    public void begun(ClaimedTask row, Duration waited) {
        timer(waits, WAIT, tags(row), "Time from the readiness of a task to the begin of its attempt").record(waited);
    }

    @Override
    public void ended(ClaimedTask row, End end, @Nullable String reason, Duration ran) {
        Tags tags = tags(row).and(Tag.of("outcome", end.name().toLowerCase(Locale.ROOT)));
        timer(ends, ENDED, tags, "Attempts that have ended, and their time").record(ran);
    }

    private static Tags tags(ClaimedTask row) {
        return Tags.of("pool", row.pool(), "task", row.name());
    }

    private Timer timer(Map<Tags, Timer> known, String name, Tags tags, String description) {
        return known.computeIfAbsent(tags, missing -> {
            Timer made = Timer.builder(name).tags(missing).description(description).register(registry);
            meters.add(made);
            return made;
        });
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
