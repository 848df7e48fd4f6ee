package io.github.ppool.spring.boot.beans;

import org.jspecify.annotations.Nullable;

/** Reports a bean of the application that ppool can't use. */
public final class InvalidPpoolBeanException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * A new exception.
     *
     * @param rule the rule that the bean breaks
     * @param remedy the advice to the user
     * @param cause the reason, if there is one
     */
    public InvalidPpoolBeanException(String rule, String remedy, @Nullable Throwable cause) {
        super(rule, cause);
        this.remedy = remedy;
    }

    /** The remedy, as a sentence with a full stop. */
    String remedy() {
        return remedy;
    }
}
