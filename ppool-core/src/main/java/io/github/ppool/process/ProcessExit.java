package io.github.ppool.process;

/**
 * Unwinds the thread of a process that has ended or is ending. Do not catch it; if caught it does not keep the process
 * alive: one that was ended by a signal is dead already, and each further call of its {@link ProcessContext} throws
 * this again.
 *
 * <p>It is an {@link Error} so that {@code catch (Exception e)} in a worker's code does not swallow the worker's end.
 */
public final class ProcessExit extends Error {

    private static final long serialVersionUID = 1L;

    private final transient ExitReason reason;

    ProcessExit(ExitReason reason) {
        super(null, reason.cause().orElse(null), false, false);
        this.reason = reason;
    }

    /**
     * Put together when somebody asks: every process that is ended from outside throws one of these, and nobody reads
     * it.
     */
    @Override
    public String getMessage() {
        return "process exit: " + reason;
    }

    /**
     * Why the process ends.
     *
     * @return the reason
     */
    public ExitReason reason() {
        return reason;
    }
}
