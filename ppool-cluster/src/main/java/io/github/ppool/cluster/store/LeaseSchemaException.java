package io.github.ppool.cluster.store;

import org.jspecify.annotations.Nullable;

/** Reports that the tables of the store are missing, or are of another version than this one needs. */
public class LeaseSchemaException extends LeaseStoreException {

    private static final long serialVersionUID = 1L;

    private final String platform;
    private final @Nullable Integer found;
    private final int expected;

    /**
     * A new exception.
     *
     * @param message the rule and the value
     * @param platform the platform of the database, such as {@code postgresql}, which names the script
     * @param found the version of the tables; null if they are missing
     * @param expected the version that this library needs
     * @param cause the failure; null if there is none
     */
    public LeaseSchemaException(
            String message, String platform, @Nullable Integer found, int expected, @Nullable Throwable cause) {
        super(message, cause);
        this.platform = platform;
        this.found = found;
        this.expected = expected;
    }

    /** {@return the platform of the database, such as {@code postgresql}} */
    public String platform() {
        return platform;
    }

    /** {@return the version of the tables; null if they are missing} */
    public @Nullable Integer found() {
        return found;
    }

    /** {@return the version that this library needs} */
    public int expected() {
        return expected;
    }
}
