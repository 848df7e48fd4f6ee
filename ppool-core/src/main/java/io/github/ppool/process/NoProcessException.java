package io.github.ppool.process;

/**
 * The process named in a call does not exist, or ended before it could answer. Nothing was changed by the call.
 *
 * <p>Stands for Erlang's error {@code noproc}.
 */
public final class NoProcessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A new exception.
     *
     * @param message what was asked of whom
     */
    public NoProcessException(String message) {
        super(message);
    }
}
