package io.github.ppool.spring.boot.endpoint;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request to the endpoint for an action, with the value of each parameter or null. */
record ChangeRequest(
        String pool,
        String action,
        @Nullable Integer size,
        @Nullable Integer maxOverflow,
        @Nullable Duration drain,
        @Nullable String child,
        @Nullable String plan,
        @Nullable String worker,
        @Nullable String settings) {

    /** The id of the child; the request is refused if it has none. */
    String requiredChild() {
        return required("child", child);
    }

    /** The text of the plan; the request is refused if it has none. */
    String requiredPlan() {
        return required("plan", plan);
    }

    private String required(String key, @Nullable String value) {
        if (value == null) {
            throw Refusal.of(action + " must have a " + key);
        }
        return value;
    }
}
