package io.github.ppool.spring.boot;

import io.github.ppool.supervisor.SupervisorEvent;

/** A bean that is notified of the events of the application's supervision trees, see {@link SupervisionTrees}. */
public interface TreesListener {

    /**
     * A tree is about to start. Called on the thread that starts it. An exception makes the start of the application
     * fail.
     *
     * @param tree the name of the tree
     */
    default void treeStarting(String tree) {}

    /**
     * A tree was stopped, or could not be started. An exception is logged.
     *
     * @param tree the name of the tree
     */
    default void treeStopped(String tree) {}

    /**
     * An event of the supervisor at the top of a tree. Events of the supervisors below it go to the listeners of their
     * own specifications. Called in the order of the events, one at a time.
     *
     * <p>The listener must be short, must not block and must not wait for an answer of the supervisor. It is called on
     * the supervisor's process, or on the thread that starts or stops a child of an idle supervisor. In the second case
     * it is called within that operation, and within a transaction that the thread may have, see
     * {@link io.github.ppool.supervisor.SupervisorListener#on}. An exception is logged.
     *
     * @param tree the name of the tree
     * @param event the event
     */
    default void supervised(String tree, SupervisorEvent event) {}
}
