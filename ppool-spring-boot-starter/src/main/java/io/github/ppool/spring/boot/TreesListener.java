package io.github.ppool.spring.boot;

import io.github.ppool.supervisor.SupervisorEvent;

/** A bean that is told of the application's supervision trees, see {@link SupervisionTrees}. */
public interface TreesListener {

    /**
     * A tree is about to be started. Called on the thread that starts it; what it throws keeps the application from
     * starting.
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
     * Something happened under the supervisor at the top of a tree; what happens under supervisors below it is told to
     * the listeners of their own specifications. Called in the order of the events, one at a time: must be short, must
     * not block and must not wait for the supervisor's answer. Called on the supervisor's process, or on the thread
     * that starts or stops a child of an idle supervisor, within that call and within a transaction that the thread may
     * have: see {@link io.github.ppool.supervisor.SupervisorListener#on}. What it throws is logged.
     *
     * @param tree the name of the tree
     * @param event what
     */
    default void supervised(String tree, SupervisorEvent event) {}
}
