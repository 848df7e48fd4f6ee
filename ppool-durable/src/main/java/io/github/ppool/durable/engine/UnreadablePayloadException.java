package io.github.ppool.durable.engine;

/** Reports that the payload of a task can't be read. The attempt ends with the reason {@code unreadable}. */
public final class UnreadablePayloadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A new exception.
     *
     * @param message the name, the version and the rule, without the payload
     * @param cause the failure of Jackson or of an upgrade
     */
    public UnreadablePayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
