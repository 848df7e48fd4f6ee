package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;

/**
 * The server had ended, or ended before it answered. The request may have been carried out, unless the reason is {@link
 * ExitReason#NOPROC}. Stands for the exit of the caller of {@code gen_server:call/3}.
 */
public final class ServerExitedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ExitReason reason;

    ServerExitedException(Pid server, ExitReason reason) {
        super("server " + server + " ended without an answer: " + reason, reason.cause().orElse(null));
        this.reason = reason;
    }

    /**
     * Returns the exit reason of the server.
     *
     * @return the reason; {@link ExitReason#NOPROC} if the server had ended before the call
     */
    public ExitReason reason() {
        return reason;
    }
}
