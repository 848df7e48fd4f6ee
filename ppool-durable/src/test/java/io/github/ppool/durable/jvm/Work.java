package io.github.ppool.durable.jvm;

import io.github.ppool.durable.store.NewTask;
import java.time.Duration;

/**
 * The payload of a test's task.
 *
 * @param id the id of the order that the task belongs to
 * @param millis the time of an attempt
 * @param failures the number of attempts that fail before one succeeds
 */
record Work(String id, int millis, int failures) {

    static final String POOL = "work";

    /** JSON: a text. */
    String payload() {
        return "\"" + id + "|" + millis + "|" + failures + "\"";
    }

    static Work read(String payload) {
        String[] parts = payload.substring(1, payload.length() - 1).split("\\|");
        return new Work(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    NewTask task(String kind, int version) {
        return new NewTask(
                POOL, kind, version, null, null, 0, Duration.ofMinutes(1), null, null, payload(), null);
    }

    NewTask taskLater(String kind, Duration delay) {
        return new NewTask(POOL, kind, 1, null, null, 0, Duration.ofMinutes(1), delay, null, payload(), null);
    }
}
