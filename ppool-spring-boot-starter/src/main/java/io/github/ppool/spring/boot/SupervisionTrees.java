package io.github.ppool.spring.boot;

import io.github.ppool.process.ExitReason;
import io.github.ppool.supervisor.Supervisor;
import java.util.Optional;
import java.util.Set;

/**
 * The supervision trees of the application. Each bean that is a {@link io.github.ppool.supervisor.SupervisorSpec} makes
 * one, and so does each bean that is {@link Supervised}. The trees are children of the supervisor {@code ppool}, as the
 * pools are.
 *
 * <p>The trees start after the pools and before the web server, in the order of the beans. They stop after the web
 * server and before the pools, in reverse order. Each tree is a bulkhead, as each pool is: a tree that ends too often
 * stays down, and the others go on. Only pools that
 * {@linkplain io.github.ppool.pool.Pools#sharedIntensity share an intensity} share it with the trees too.
 *
 * <p>A tree of {@link Scope#CLUSTER} runs on one node at a time, and gives up on none for good.
 *
 * <p>All methods may be called from any thread and do not block.
 */
public interface SupervisionTrees {

    /**
     * The names of the trees, which are the names of their beans.
     *
     * @return a snapshot in the order of their start; empty before the trees are started and after they were stopped
     */
    Set<String> names();

    /**
     * The supervisor at the top of a tree. The handle is good until that supervisor ends. A restarted supervisor is
     * another one, so call this method again instead of keeping the handle.
     *
     * @param name the name of the bean
     * @return empty if no tree has the name, or its supervisor does not run at the moment
     */
    Optional<Supervisor> supervisor(String name);

    /**
     * Whether a tree has given up: its supervisor has ended too often and is not restarted by itself. A tree with a
     * supervisor that is about to be restarted has not given up.
     *
     * @param name the name of the bean
     * @return false if no tree has the name; if not overridden, true for each tree with a supervisor that does not run
     */
    default boolean hasGivenUp(String name) {
        return names().contains(name) && supervisor(name).isEmpty();
    }

    /**
     * Whether a tree of {@link Scope#CLUSTER} does not run on this node, because another node has it or is about to get
     * it. Such a tree is in {@link #names()} as any other. While it stands by, its {@linkplain #supervisor supervisor}
     * has no children.
     *
     * @param name the name of the bean
     * @return empty if no tree has the name, if the tree runs here, or if its scope is {@link Scope#NODE}
     */
    default Optional<Standby> standby(String name) {
        return Optional.empty();
    }

    /**
     * A tree of the cluster that does not run on this node.
     *
     * @param resting true if it has given up here a short while ago, and this node leaves it to the others for a time
     * @param lastExit the reason of its last end on this node by itself; empty if it has not ended by itself
     */
    record Standby(boolean resting, Optional<ExitReason> lastExit) {}
}
