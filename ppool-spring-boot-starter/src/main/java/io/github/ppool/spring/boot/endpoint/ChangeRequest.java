package io.github.ppool.spring.boot.endpoint;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request to the endpoint for an action, with the value of each parameter or null. */
record ChangeRequest(
        String pool,
        String action,
        @Nullable String path,
        @Nullable Integer size,
        @Nullable Integer maxOverflow,
        @Nullable Duration drain,
        @Nullable String child,
        @Nullable String plan,
        @Nullable String worker,
        @Nullable String settings,
        @Nullable String singleton,
        @Nullable String node,
        @Nullable String on,
        @Nullable String name,
        @Nullable String payload,
        @Nullable Duration within) {

    /** The id of the child; the request is refused if it has none. */
    String requiredChild() {
        return required("child", child);
    }

    /** The text of the plan; the request is refused if it has none. */
    String requiredPlan() {
        return required("plan", plan);
    }

    /** The name of the singleton; the request is refused if it has none. */
    String requiredSingleton() {
        return required("singleton", singleton);
    }

    /** The name of the node; the request is refused if it has none. */
    String requiredNode() {
        return required("node", node);
    }

    /** The name of the pool of a broadcast; the request is refused if it has none. */
    String requiredOn() {
        return required("pool (on)", on);
    }

    /** The name of the broadcast; the request is refused if it has none. */
    String requiredName() {
        return required("name", name);
    }

    private String required(String key, @Nullable String value) {
        if (value == null) {
            throw Refusal.of(action + " must have a " + key);
        }
        return value;
    }
}
