package io.github.ppool.supervisor;

/** Is told of the events of a supervisor. Metrics and applications build on it. */
@FunctionalInterface
public interface SupervisorListener {

    /** Does nothing. */
    SupervisorListener NONE = event -> {};

    /**
     * Called for each event, in the order of the events, one at a time. One call happens-before the next, so a listener
     * of one supervisor may have state without locks. The calling thread is the supervisor's process, or the thread
     * that runs a request of an idle supervisor by itself. So the listener must not rely on thread-locals.
     *
     * <p>The call must be short and must not block: the supervisor does nothing else meanwhile. Anything that it throws
     * is logged and otherwise ignored, errors of the virtual machine included. An interrupt that it leaves behind is
     * dropped, unless the calling thread belongs to a process that was ended meanwhile. The context class loader of the
     * thread is restored. The listener must not wait for the supervisor's answer: it gets an {@link
     * IllegalStateException}. It may use the methods of {@link Supervisor} that return a stage.
     *
     * @param event the event
     */
    void on(SupervisorEvent event);

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
