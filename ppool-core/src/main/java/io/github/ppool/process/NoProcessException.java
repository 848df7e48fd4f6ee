package io.github.ppool.process;

/**
 * The process of a call does not exist, or ended before it could answer. The call has had no effect.
 *
 * <p>Stands for Erlang's error {@code noproc}.
 */
public final class NoProcessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message the failed call and the process
     */
    public NoProcessException(String message) {
        super(message);
    }
}
