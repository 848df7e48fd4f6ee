package io.github.ppool.spring.boot.endpoint;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request to the endpoint for an action, with the value of each {@link ActionParameter} or null. */
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
        return required(ActionParameter.CHILD, child);
    }

    /** The text of the plan; the request is refused if it has none. */
    String requiredPlan() {
        return required(ActionParameter.PLAN, plan);
    }

    private String required(ActionParameter parameter, @Nullable String value) {
        if (value == null) {
            throw PoolControl.refused(action + " must have a " + parameter.key());
        }
        return value;
    }
}
