package io.github.ppool.cluster.engine;

import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.ClusterScope;
import io.github.ppool.spring.boot.ClusterTree;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The loops of the cluster on this node. A loop is a permit of limit one under the name of its tree with a prefix. The
 * node that has the permit runs the tree. Any thread may call the methods.
 */
public final class Singletons implements ClusterScope {

    /** Stands before the name of a tree in the name of its permit. The name of a pool can't contain the colon. */
    public static final String PREFIX = "singleton:";

    /** The time for which a node does not want a loop that has given up there. */
    public static final Duration REST = Duration.ofMinutes(1);

    private final PermitDesk desk;
    private final ProcessSystem system;
    private final Duration lease;
    private final Duration rest;
    private final ConcurrentHashMap<String, Singleton> all = new ConcurrentHashMap<>();

    /**
     * No loop yet.
     *
     * @param desk the permits of this node
     * @param system the process system of the trees
     * @param lease the length of the lease
     * @param rest the time for which this node does not want a loop that has given up here
     */
    public Singletons(PermitDesk desk, ProcessSystem system, Duration lease, Duration rest) {
        this.desk = Objects.requireNonNull(desk, "desk must not be null");
        this.system = Objects.requireNonNull(system, "system must not be null");
        this.lease = Objects.requireNonNull(lease, "lease must not be null");
        this.rest = Objects.requireNonNull(rest, "rest must not be null");
    }

    @Override
    public void enter(ClusterTree tree) {
        Singleton singleton = new Singleton(tree, system, lease, rest);
        if (all.putIfAbsent(tree.name(), singleton) != null) {
            throw new IllegalStateException("the tree '" + tree.name() + "' has entered already");
        }
        singleton.open(desk);
    }

    @Override
    public void leave(ClusterTree tree, Duration atMost) throws InterruptedException {
        Singleton singleton = all.remove(tree.name());
        if (singleton != null) {
            singleton.leave(atMost);
        }
    }

    /**
     * The names of the loops that this node runs or would run.
     *
     * @return a snapshot
     */
    public Collection<String> names() {
        return List.copyOf(all.keySet());
    }

    /**
     * Whether a loop runs on this node, as far as this node knows.
     *
     * @param name the name of its tree
     * @return false for an unknown name, and from the moment on when the lease is lost
     */
    public boolean holds(String name) {
        Singleton singleton = all.get(name);
        return singleton != null && singleton.holds();
    }
}
