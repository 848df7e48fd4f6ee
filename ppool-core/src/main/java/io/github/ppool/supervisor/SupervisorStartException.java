package io.github.ppool.supervisor;

import io.github.ppool.process.ExitReason;

/** A supervisor could not be started. The children that had been started are stopped again. */
public final class SupervisorStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ExitReason reason;

    SupervisorStartException(String name, ExitReason reason) {
        super("supervisor '" + name + "' could not be started: " + reason, reason.cause().orElse(null));
        this.reason = reason;
    }

    /**
     * Returns the reason of the failure.
     *
     * @return usually <code>{shutdown, {failed_to_start_child, Id, Reason}}</code>, see {@link FailedToStartChild}
     */
    public ExitReason reason() {
        return reason;
    }
}
