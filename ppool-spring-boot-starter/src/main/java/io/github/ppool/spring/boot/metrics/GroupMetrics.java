package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.GroupStatus;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.spring.boot.PoolsListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of groups of pools. They are made when a group is started and removed when it is stopped. Each reading
 * asks the group for its status. The members have the meters of all pools beside these.
 *
 * <p>All methods may be called from any thread.
 */
public final class GroupMetrics implements PoolsListener {

    static final String WAITING = "ppool.group.waiting";
    static final String UP = "ppool.group.members.up";
    static final String KEYS = "ppool.group.keys";
    static final String SCHEDULED = "ppool.group.tasks.scheduled";
    static final String MEMBERS = "ppool.group.members";
    static final String SERVED = "ppool.group.served";
    static final String REFUSED = "ppool.group.refused";

    private final MeterRegistry registry;
    private final SharedMeters shared;
    private final ConcurrentHashMap<String, PoolGroup<?>> groups = new ConcurrentHashMap<>();

    /**
     * Makes metrics without any meter.
     *
     * @param registry the registry of the meters
     */
    public GroupMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.shared = SharedMeters.of(registry);
    }

    @Override
    public void groupStarted(PoolGroup<?> group) {
        groups.compute(group.name(), (name, known) -> {
            if (known != null) {
                shared.leave(registry, known);
            }
            Tags tags = Tags.of("group", name);
            gauge(group, WAITING, tags, "Callers and tasks that wait for a worker of the group", "callers",
                    of -> of.groupStatus().total().queueDepth());
            gauge(group, KEYS, tags, "Keys with tasks of the group", "keys", of -> of.backlog(0, 0).keys());
            gauge(group, SCHEDULED, tags, "Tasks of the group whose time has not come", null,
                    of -> of.backlog(0, 0).scheduled());
            gauge(group, UP, tags, "Members of the group that can serve callers", "pools",
                    of -> of.groupStatus().members().stream().filter(GroupStatus.Member::isUp).count());
            counter(group, REFUSED, tags, "Callers and tasks that the group refused, time-outs included",
                    GroupStatus::refused);
            for (String member : group.spec().members()) {
                gauge(group, MEMBERS, tags.and("pool", member),
                        "Always 1: the membership of a pool in a group, to be joined with the meters of pools", null,
                        of -> 1);
                counter(group, SERVED, tags.and("pool", member),
                        "Callers and tasks that got a worker through the group",
                        status -> status.members().stream().filter(found -> found.pool().equals(member))
                                .mapToLong(GroupStatus.Member::served).sum());
            }
            return group;
        });
    }

    private void gauge(PoolGroup<?> group, String name, Tags tags, String description, @Nullable String unit,
            ToDoubleFunction<PoolGroup<?>> value) {
        shared.read(registry, group, SharedMeters.id(name, tags), (to, user, all) -> Gauge
                .builder(name, () -> value.applyAsDouble(user))
                .strongReference(true)
                .tags(all)
                .description(description)
                .baseUnit(unit)
                .register(to));
    }

    private void counter(PoolGroup<?> group, String name, Tags tags, String description,
            ToDoubleFunction<GroupStatus> value) {
        shared.read(registry, group, SharedMeters.id(name, tags), (to, user, all) -> FunctionCounter
                .builder(name, user, of -> value.applyAsDouble(of.groupStatus()))
                .tags(all)
                .description(description)
                .baseUnit("callers")
                .register(to));
    }

    @Override
    public void groupStopped(String name) {
        groups.computeIfPresent(name, (key, stopped) -> {
            shared.leave(registry, stopped);
            return null;
        });
    }
}
