package io.github.ppool.genserver;

import io.github.ppool.process.Pid;
import java.time.Duration;

/**
 * The server did not answer in time. It may still carry out the request; its late answer is dropped. Stands for the
 * exit {@code timeout} of {@code gen_server:call/3}.
 */
public final class CallTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Pid server;

    CallTimeoutException(Pid server, Duration timeout) {
        super("server " + server + " did not answer within " + timeout);
        this.server = server;
    }

    /**
     * Returns the server of the call.
     *
     * @return its pid
     */
    public Pid server() {
        return server;
    }
}
