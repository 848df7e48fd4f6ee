package io.github.ppool.supervisor;

/**
 * Is told what happens under a supervisor: what metrics and applications build on.
 */
@FunctionalInterface
public interface SupervisorListener {

    /** Does nothing. */
    SupervisorListener NONE = event -> {};

    /**
     * Something has happened. Called on the supervisor's process, in the order of the events: must be short and must not block,
     * nor call the supervisor. What it throws is logged and otherwise ignored.
     *
     * @param event what
     */
    void on(SupervisorEvent event);
}
