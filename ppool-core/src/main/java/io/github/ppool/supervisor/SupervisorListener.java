package io.github.ppool.supervisor;

import io.github.ppool.process.Pid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Is told of the events of a supervisor. Metrics and applications build on it. */
@FunctionalInterface
public interface SupervisorListener {

    /** Ignores all events. */
    SupervisorListener NONE = event -> {};

    /**
     * Called for each event, in the order of the events, one at a time. One call happens-before the next, so a listener
     * of one supervisor may have state without locks. The calling thread is the supervisor's process, or the thread
     * that runs a request of an idle supervisor by itself. So the listener must not rely on thread-locals.
     *
     * <p>The call must be short and must not block: the supervisor serves no request meanwhile. Any exception of it
     * is logged and otherwise ignored, errors of the virtual machine included. An interrupt that it leaves behind is
     * dropped, unless the calling thread belongs to a process that was ended meanwhile. The context class loader of the
     * thread is restored. The listener must not wait for the supervisor's answer: it gets an {@link
     * IllegalStateException}. It may use the methods of {@link Supervisor} that return a stage.
     *
     * @param event the event
     */
    void on(SupervisorEvent event);

    /**
     * Called after the event about the end or the failed start of a child, with the next step. Otherwise as {@link
     * #on}. A stop by the supervisor, and an end of a kind that is expected, have no next step, and are not told.
     *
     * @param supervisor the supervisor
     * @param id the id of the child; that of the template for {@link Strategy#SIMPLE_ONE_FOR_ONE}
     * @param follows the decision in words, such as {@code restarts in 5s, attempt 3} or
     *     {@code stays down: its plan says wait}
     * @param in the time until the next start, zero for at once; null if the child stays down
     */
    default void decided(Pid supervisor, String id, String follows, @Nullable Duration in) {}

    /**
     * Returns a listener for a supervisor below. It is called in addition to the listener of that supervisor's own
     * specification, and after it. Asked at each start of a child that {@link ChildStart#supervisor} starts, on the
     * supervisor's process. An exception is logged, and counts as no listener.
     *
     * @param id the id of the child
     * @return the listener; by default none
     */
    default SupervisorListener below(String id) {
        return NONE;
    }

    /**
     * Returns true if the listener, or its owner, logs crashes and failed starts of children itself. The supervisor's
     * own lines about them then have level DEBUG. Called once, when the supervisor starts; an exception is logged and
     * counts as false.
     *
     * @return false unless overridden
     */
    default boolean logsCrashes() {
        return false;
    }
}
