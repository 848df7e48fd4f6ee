package io.github.ppool.port;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The program behind a port could not be started, or the port can't be used any more. A transaction with this exception
 * crashes its worker by default, because it is an {@link IOException}. The subclasses tell the kinds apart.
 */
public class PortException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message the reason
     * @param cause the failure behind it; null if there is none
     */
    PortException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
