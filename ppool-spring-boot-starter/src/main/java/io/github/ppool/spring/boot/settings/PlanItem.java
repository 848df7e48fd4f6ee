package io.github.ppool.spring.boot.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.ConstructorBinding;

/**
 * An element of a restart plan in a configuration: a text, or the object that YAML makes of <code>{stop:
 * reason}</code>.
 */
public final class PlanItem {

    private final String text;

    /**
     * Makes an element of the object in <code>{stop: reason}</code>, which has one property.
     *
     * @param stop the reason
     */
    @ConstructorBinding
    PlanItem(String stop) {
        this((CharSequence) ("{stop: " + stop + "}"));
    }

    // Not a String: Spring Boot would use a constructor with a String to convert a text.
    private PlanItem(CharSequence text) {
        this.text = text.toString();
    }

    /**
     * Makes an element of a text. Spring Boot finds this method by its name.
     *
     * @param text the element, such as {@code 5s}
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
     * Whether the other object is an element with the same text.
     *
     * @param other any object
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
