package io.github.ppool.spring.boot;

import io.github.ppool.supervisor.SupervisorEvent;

/** A bean that is told of the application's supervision trees, see {@link SupervisionTrees}. */
public interface TreesListener {

    /**
     * A tree is about to be started. Called on the thread that starts it; what it throws keeps the application from starting.
     *
     * @param tree its name
     */
    default void treeStarting(String tree) {}

    /**
     * A tree was stopped, or could not be started.
     *
     * @param tree its name
     */
    default void treeStopped(String tree) {}

    /**
     * Something happened under the supervisor at the top of a tree; what happens under supervisors below it is told to the listeners
     * of their own specifications. Called on the supervisor's process: must be short and must not call the supervisor. What it
     * throws is logged.
     *
     * @param tree the name of the tree
     * @param event what
     */
    default void supervised(String tree, SupervisorEvent event) {}
}
