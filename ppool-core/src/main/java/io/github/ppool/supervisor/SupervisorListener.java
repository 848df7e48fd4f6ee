package io.github.ppool.supervisor;

/**
 * Is told what happens under a supervisor: what metrics and applications build on.
 */
@FunctionalInterface
public interface SupervisorListener {

    /** Does nothing. */
    SupervisorListener NONE = event -> {};

    /**
     * Something has happened. Called in the order of the events, one at a time, and one call happens-before the next,
     * so that a listener of one supervisor may have a state without locks. Called by whoever does what it is told of:
     * the supervisor's process, or the thread that asked an idle supervisor to start or stop a child and does so by
     * itself, before that call returns. Nothing that belongs to a thread can be relied on.
     *
     * <p>Must be short and must not block: the supervisor does nothing else meanwhile. Whatever it throws is logged
     * and otherwise ignored, errors of the virtual machine included. An interrupt that it leaves behind is dropped on
     * whichever thread, unless that is the thread of a process that was ended meanwhile; the context class loader of
     * the thread is put back. It must not wait for the supervisor's answer, which is refused with
     * {@link IllegalStateException}; the methods of {@link Supervisor} that return a stage may be used.
     *
     * @param event what
     */
    void on(SupervisorEvent event);

    /**
     * Whether this listener, or its owner, tells the log itself what becomes of children that crash or can't be
     * started. The supervisor's own lines about that then have level DEBUG. Asked once, when the supervisor starts;
     * what it throws is logged and means false.
     *
     * @return false unless overridden
     */
    default boolean logsCrashes() {
        return false;
    }
}
