package io.github.ppool.pool.engine;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.pool.GroupStatus;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.process.ProcessSystem;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The groups of a tree, by their names. Any thread. */
final class Groups {

    private final ProcessSystem system;
    private final Function<String, @Nullable PoolEngine<?>> find;
    private final PoolThreads.Supply supply;
    private final Map<String, EngineGroup<?>> all = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * No groups.
     *
     * @param find finds the engine of a pool by its name; null if there is none at the moment
     */
    Groups(ProcessSystem system, Function<String, @Nullable PoolEngine<?>> find, PoolThreads.Supply supply) {
        this.system = system;
        this.find = find;
        this.supply = supply;
    }

    @SuppressWarnings("unchecked") // the caller of startGroup names the type of the workers
    <W> PoolGroup<W> start(PoolGroupSpec spec) {
        for (String member : spec.members()) {
            if (find.apply(member) == null) {
                throw new IllegalArgumentException("members must be pools of this tree, but there is "
                        + (all.containsKey(member) ? "a group '" : "no pool '") + ForeignText.of(member) + "'");
            }
        }
        EngineGroup<W> group = new EngineGroup<>(spec, system, name -> (PoolEngine<W>) find.apply(name), supply);
        requireFree(all.putIfAbsent(spec.name(), group) == null, "group", spec);
        // looked at after the group can be found, as startPool looks for groups
        if (find.apply(spec.name()) != null) {
            all.remove(spec.name(), group);
            requireFree(false, "pool", spec);
        }
        if (closed) {
            stop(spec.name());
            GroupStatus now = group.groupStatus();
            throw new PoolStoppedException("startGroup was refused: the pools were stopped", now.total(), null);
        }
        return group;
    }

    private static void requireFree(boolean free, String taken, PoolGroupSpec spec) {
        if (!free) {
            throw new IllegalStateException("name of a group must be free, but there is a " + taken + " '"
                    + ForeignText.of(spec.name()) + "' already");
        }
    }

    boolean stop(String name) {
        EngineGroup<?> group = all.remove(name);
        if (group != null) {
            group.close();
        }
        return group != null;
    }

    Optional<PoolGroup<?>> find(String name) {
        return Optional.ofNullable(all.get(name));
    }

    Set<String> names() {
        return new TreeSet<>(all.keySet());
    }

    /** All pools have been stopped: callers that still wait are refused, and no more groups are started. */
    void close() {
        closed = true;
        all.keySet().forEach(this::stop);
    }
}
