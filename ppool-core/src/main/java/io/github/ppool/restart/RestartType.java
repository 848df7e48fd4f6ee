package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** When a child that ended is restarted: OTP's {@code restart} key of a child specification. */
public enum RestartType {
    /** Restarted after every end. */
    PERMANENT,
    /** Restarted after a crash: any end but {@code normal}, {@code shutdown} and {@code {shutdown, X}}. */
    TRANSIENT,
    /** Never restarted, and forgotten by its supervisor when it ends. */
    TEMPORARY;

    /**
     * Whether a child of this type is restarted after it ended with {@code reason}.
     *
     * @param reason why it ended
     */
    public boolean restartsAfter(ExitReason reason) {
        return switch (this) {
            case PERMANENT -> true;
            case TRANSIENT -> !reason.isOrderly();
            case TEMPORARY -> false;
        };
    }

    /**
     * Reads OTP's word for a restart type, upper or lower case.
     *
     * @param text {@code permanent}, {@code transient} or {@code temporary}
     * @throws IllegalArgumentException if it is another word
     */
    public static RestartType parse(String text) {
        for (RestartType type : values()) {
            if (type.name().equalsIgnoreCase(text)) {
                return type;
            }
        }
        String known = Arrays.stream(values()).map(RestartType::toString).collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                "restart type must be one of " + known + ", got: " + ShortText.of(text));
    }

    /** OTP's word, which {@link #parse} reads back. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
