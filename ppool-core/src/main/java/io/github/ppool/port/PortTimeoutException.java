package io.github.ppool.port;

import java.time.Duration;

/**
 * The program has not answered in time. The program is killed, so a late answer never reaches the next request. Stands
 * for the {@code timeout} of a call to the owner of an Erlang port.
 */
public final class PortTimeoutException extends PortException {

    private static final long serialVersionUID = 1L;

    PortTimeoutException(String program, Duration timeout) {
        super("timeout: " + program + " has not answered within " + timeout, null);
    }
}
