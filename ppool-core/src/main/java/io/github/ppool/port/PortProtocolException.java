package io.github.ppool.port;

import org.jspecify.annotations.Nullable;

/**
 * The program has broken the protocol: its answer is too large or is no answer at all, or it has written an answer to
 * no request. The message begins with {@code protocol_error}. The program is killed.
 */
public final class PortProtocolException extends PortException {

    private static final long serialVersionUID = 1L;

    PortProtocolException(String why, @Nullable Throwable cause) {
        super("protocol_error: " + why, cause);
    }
}
