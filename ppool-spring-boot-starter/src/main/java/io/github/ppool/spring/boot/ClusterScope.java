package io.github.ppool.spring.boot;

import java.time.Duration;

/**
 * Decides on which node of a cluster each tree of {@link Scope#CLUSTER} runs. The module {@code ppool-cluster} has a
 * bean of this type. Without such a bean an application with a tree of that scope does not start.
 */
public interface ClusterScope {

    /**
     * The tree may run on this node from now on, whenever this scope starts it. Called once for each tree when the
     * application starts. Must not block.
     *
     * @param tree the tree, which does not run yet
     */
    void enter(ClusterTree tree);

    /**
     * The application stops. This scope starts the tree no more, stops it if it runs here, and then lets another node
     * have it. Called once for each tree that has entered, on different threads for different trees.
     *
     * @param tree the tree
     * @param atMost the longest time to block; zero and negative do not wait
     * @throws InterruptedException if the calling thread is interrupted; the tree may still run
     */
    void leave(ClusterTree tree, Duration atMost) throws InterruptedException;
}
