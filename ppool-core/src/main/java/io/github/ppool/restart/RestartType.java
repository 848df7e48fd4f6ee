package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The rule for the restart of an ended child: OTP's {@code restart} key of a child specification. */
public enum RestartType {
    /** The child is restarted after every end. */
    PERMANENT,
    /** The child is restarted after a crash: any end but {@code normal}, {@code shutdown} and {@code {shutdown, X}}. */
    TRANSIENT,
    /** The child is never restarted, and its supervisor forgets it when it ends. */
    TEMPORARY;

    /**
     * Returns true if a child of this type is restarted after an end.
     *
     * @param reason the exit reason
     * @return true for a restart
     */
    public boolean restartsAfter(ExitReason reason) {
        return switch (this) {
            case PERMANENT -> true;
            case TRANSIENT -> !reason.isOrderly();
            case TEMPORARY -> false;
        };
    }

    /**
     * Reads OTP's word for a restart type, in upper or lower case.
     *
     * @param text {@code permanent}, {@code transient} or {@code temporary}
     * @return the type
     * @throws IllegalArgumentException if the text is another word
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
