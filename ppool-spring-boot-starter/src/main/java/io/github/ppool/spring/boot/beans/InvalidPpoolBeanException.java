package io.github.ppool.spring.boot.beans;

import org.jspecify.annotations.Nullable;

/** A bean that the application declares for ppool can't work. */
public final class InvalidPpoolBeanException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    public InvalidPpoolBeanException(String rule, String remedy, @Nullable Throwable cause) {
        super(rule, cause);
        this.remedy = remedy;
    }

    /** What to do about it, as a sentence with a full stop. */
    String remedy() {
        return remedy;
    }
}
