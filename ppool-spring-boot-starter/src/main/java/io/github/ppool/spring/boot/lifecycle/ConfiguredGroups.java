package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.settings.GroupReader;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The groups under {@code ppool.groups}: their clients, and their starts, with the application or earlier. */
final class ConfiguredGroups {

    private static final GuardedLog logger = GuardedLog.of(ConfiguredGroups.class);

    private final Pools pools;
    private final Consumer<String> startMember;
    private final Map<String, RestartableGroup<Object>> handles = new LinkedHashMap<>();
    /** A group may be used for the first time by two threads at once. */
    private final ReentrantLock starting = new ReentrantLock();

    /**
     * The groups of the settings; none is started yet.
     *
     * @param startMember starts a pool, if it is not started
     */
    ConfiguredGroups(Map<String, PpoolProperties.Group> groups, Pools pools, Consumer<String> startMember) {
        this.pools = pools;
        this.startMember = startMember;
        for (Map.Entry<String, PpoolProperties.Group> group : groups.entrySet()) {
            String name = group.getKey();
            PoolGroupSpec spec = GroupReader.spec(name, group.getValue());
            handles.put(name, new RestartableGroup<>(spec, () -> start(name)));
        }
    }

    PoolGroup<?> handle(String name) {
        return Objects.requireNonNull(handles.get(name), name);
    }

    /** Starts the groups that no earlier use has started. */
    void startAll() {
        for (String name : handles.keySet()) {
            var unused = start(name);
        }
    }

    private PoolClient<Object> start(String name) {
        RestartableGroup<Object> handle = Objects.requireNonNull(handles.get(name), name);
        handle.spec().members().forEach(startMember);
        starting.lock();
        try {
            if (!handle.isStarted() || pools.group(name).isEmpty()) {
                PoolGroup<Object> group = pools.startGroup(handle.spec());
                handle.follow(group);
                logger.info("started the group '{}' of the pools {}, strategy {}", name,
                        handle.spec().members().toString(), handle.spec().strategy());
            }
            return handle.current() == null ? handle : Objects.requireNonNull(handle.current());
        } finally {
            starting.unlock();
        }
    }

    /** The members have been stopped: callers that still wait are refused. */
    void stopAll() {
        handles.keySet().forEach(pools::stopGroup);
    }
}
