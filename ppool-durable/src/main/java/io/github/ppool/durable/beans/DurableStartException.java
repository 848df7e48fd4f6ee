package io.github.ppool.durable.beans;

import org.jspecify.annotations.Nullable;

/** Reports that durable tasks can't work, with a remedy. No engine was started. */
public final class DurableStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * A new exception.
     *
     * @param description the problem, as a sentence with a full stop
     * @param remedy the advice to the user, as a sentence with a full stop
     * @param cause the failure; null if there is none
     */
    public DurableStartException(String description, String remedy, @Nullable Throwable cause) {
        super(description, cause);
        this.remedy = remedy;
    }

    /** {@return the advice to the user} */
    public String remedy() {
        return remedy;
    }
}
