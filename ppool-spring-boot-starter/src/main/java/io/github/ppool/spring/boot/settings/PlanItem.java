package io.github.ppool.spring.boot.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.ConstructorBinding;

/**
 * An element of a restart plan as it stands in a configuration: its text, or what YAML makes of
 * <code>{stop: reason}</code>.
 */
public final class PlanItem {

    private final String text;

    /**
     * What YAML makes of <code>{stop: reason}</code>: an object with one property.
     *
     * @param stop the reason
     */
    @ConstructorBinding
    PlanItem(String stop) {
        this((CharSequence) ("{stop: " + stop + "}"));
    }

    // Not a String: Spring Boot would take that one for the constructor of a text.
    private PlanItem(CharSequence text) {
        this.text = text.toString();
    }

    /**
     * An element that is a text. Found by name when a text is converted.
     *
     * @param text such as {@code 5s}
     * @return the element
     */
    public static PlanItem valueOf(String text) {
        return new PlanItem((CharSequence) text);
    }

    /**
     * The text of the element, as {@link io.github.ppool.restart.RestartPlan} defines it.
     *
     * @return the text
     */
    @Override
    public String toString() {
        return text;
    }

    /**
     * Whether the other object is an element of the same text.
     *
     * @param other any
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PlanItem item && item.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
