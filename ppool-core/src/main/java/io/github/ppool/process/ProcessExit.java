package io.github.ppool.process;

/**
 * Unwinds the thread of a process that has ended or is ending. Code must not catch it. A catch does not keep the
 * process alive: a process that was ended by a signal is dead already, and each further call of its {@link
 * ProcessContext} throws this error again.
 *
 * <p>It is an {@link Error}, so {@code catch (Exception e)} in a worker's code does not swallow the worker's end.
 */
public final class ProcessExit extends Error {

    private static final long serialVersionUID = 1L;

    private final transient ExitReason reason;

    ProcessExit(ExitReason reason) {
        super(null, reason.cause().orElse(null), false, false);
        this.reason = reason;
    }

    /** Built on demand: every process that is ended from outside throws one of these, and hardly any is read. */
    @Override
    public String getMessage() {
        return "process exit: " + reason;
    }

    /**
     * Returns the exit reason of the process.
     *
     * @return the reason
     */
    public ExitReason reason() {
        return reason;
    }
}
