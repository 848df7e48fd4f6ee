package io.github.ppool.spring.boot;

import io.github.ppool.supervisor.SupervisorEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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

    /**
     * An event of a supervisor below the top of a tree. Only supervisors that
     * {@link io.github.ppool.supervisor.ChildStart#supervisor} starts tell their events. Otherwise as
     * {@link #supervised}: the events of one supervisor come in their order, one at a time; those of several may
     * overlap.
     *
     * @param tree the name of the tree
     * @param path the ids on the way from the top to the supervisor, with slashes between them. A slash within an id is
     *     written {@code %2F}, and a percent sign {@code %25}
     * @param event the event
     */
    default void supervisedBelow(String tree, String path, SupervisorEvent event) {}

    /**
     * Called with the next step after the end or the failed start of a child, at any depth. The call follows that for
     * the event; otherwise as {@link #supervisedBelow}.
     *
     * @param tree the name of the tree
     * @param path the ids on the way from the top to the child, as in {@link #supervisedBelow}
     * @param follows the decision in words, such as {@code restarts in 5s, attempt 3}
     * @param in the time until the next start, zero for at once; null if the child stays down
     */
    default void decided(String tree, String path, String follows, @Nullable Duration in) {}
}
