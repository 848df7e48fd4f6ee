package io.github.ppool.spring.boot.metrics;

import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.TreesListener;
import io.github.ppool.supervisor.SupervisorEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The meters of the application's supervision trees. They are made when a tree is started and removed when it is
 * stopped. Gauges are computed from the events of the supervisors; no supervisor is asked. Trees of the same name in
 * several contexts with the same registry share their meters, as pools do: see {@link PoolMetrics}.
 *
 * <p>All methods may be called from any thread.
 */
public final class TreeMetrics implements TreesListener {

    static final String UP = "ppool.tree.up";
    static final String CHILDREN = "ppool.tree.children";
    static final String EXITS = "ppool.tree.exits";
    static final String RESTARTS = "ppool.tree.restarts";

    private final MeterRegistry registry;
    private final SharedMeters shared;
    private final ObjectProvider<SupervisionTrees> trees;
    private final ConcurrentHashMap<String, Tree> byName = new ConcurrentHashMap<>();

    /** The state of a tree: its children that run, by the events. It is also the user of the meters. */
    private static final class Tree {
        private final Set<Pid> children = ConcurrentHashMap.newKeySet();
    }

    /**
     * Makes metrics without any meter.
     *
     * @param registry the registry of the meters
     * @param trees supplies the supervision trees when a gauge is read
     */
    public TreeMetrics(MeterRegistry registry, ObjectProvider<SupervisionTrees> trees) {
        this.registry = registry;
        this.shared = SharedMeters.of(registry);
        this.trees = trees;
    }

    @Override
    public void treeStarting(String tree) {
        Tags tags = Tags.of("tree", tree);
        byName.compute(tree, (name, known) -> {
            Tree started = known == null ? new Tree() : known;
            shared.read(registry, started, SharedMeters.id(UP, tags), (to, user, all) -> Gauge
                    .builder(UP, () -> isUp(tree) ? 1 : 0)
                    .strongReference(true)
                    .tags(all)
                    .description("1 while the supervisor at the top of the tree runs")
                    .register(to));
            shared.read(registry, started, SharedMeters.id(CHILDREN, tags), (to, user, all) -> Gauge
                    .builder(CHILDREN, () -> user.children.stream().filter(Pid::isAlive).count())
                    .strongReference(true)
                    .tags(all)
                    .description("Children that run directly under the supervisor at the top of the tree")
                    .baseUnit("children")
                    .register(to));
            return started;
        });
    }

    private boolean isUp(String tree) {
        SupervisionTrees all = trees.getIfUnique();
        return all != null && all.supervisor(tree).isPresent();
    }

    @Override
    public void treeStopped(String tree) {
        byName.computeIfPresent(tree, (name, stopped) -> {
            shared.leave(registry, stopped);
            return null;
        });
    }

    @Override
    public void supervised(String tree, SupervisorEvent event) {
        switch (event) {
            case SupervisorEvent.ChildStarted(Pid supervisor, String id, Pid pid, int restarts) -> {
                children(tree).add(pid);
                if (restarts > 0) {
                    count(tree, RESTARTS, "Restarts of children", "restarted");
                }
            }
            case SupervisorEvent.ChildExited exited -> {
                children(tree).remove(exited.pid());
                count(tree, EXITS, "Children that ended by themselves",
                        exited.reason().isOrderly() ? "ended" : "crashed");
            }
            case SupervisorEvent.ChildStopped stopped -> children(tree).remove(stopped.pid());
            case SupervisorEvent.RestartScheduled later -> count(tree, RESTARTS, "Restarts of children", "delayed");
            case SupervisorEvent.ChildStartFailed failed -> count(tree, RESTARTS, "Restarts of children", "failed");
            case SupervisorEvent.GaveUp gaveUp -> count(tree, RESTARTS, "Restarts of children", "gave_up");
        }
    }

    private Set<Pid> children(String tree) {
        Tree known = byName.get(tree);
        return known == null ? ConcurrentHashMap.newKeySet() : known.children;
    }

    /**
     * Counts an event. A tree that is stopped meanwhile gets no meter, because that meter would stay. Registration and
     * removal exclude each other.
     */
    private void count(String tree, String name, String description, String outcome) {
        Tags tags = Tags.of("tree", tree, "outcome", outcome);
        byName.computeIfPresent(tree, (key, known) -> {
            shared.share(registry, known, SharedMeters.id(name, tags), Counter.class,
                    (to, all) -> Counter.builder(name).tags(all).description(description).register(to))
                    .increment();
            return known;
        });
    }
}
