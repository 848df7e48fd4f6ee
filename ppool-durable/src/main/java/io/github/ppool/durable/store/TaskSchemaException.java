package io.github.ppool.durable.store;

import org.jspecify.annotations.Nullable;

/** Reports that the tables of the tasks are missing, or have another version. */
public class TaskSchemaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String platform;
    private final @Nullable Integer found;
    private final int expected;

    /**
     * A new exception.
     *
     * @param message the problem, without secrets
     * @param platform the platform of the script, such as {@code postgresql}
     * @param found the version of the tables; null if there is none
     * @param expected the version that this library needs
     * @param cause the failure; null if there is none
     */
    public TaskSchemaException(
            String message, String platform, @Nullable Integer found, int expected, @Nullable Throwable cause) {
        super(message, cause);
        this.platform = platform;
        this.found = found;
        this.expected = expected;
    }

    /** {@return the platform of the script} */
    public String platform() {
        return platform;
    }

    /** {@return the version of the tables; null if there is none} */
    public @Nullable Integer found() {
        return found;
    }

    /** {@return the version that this library needs} */
    public int expected() {
        return expected;
    }
}
