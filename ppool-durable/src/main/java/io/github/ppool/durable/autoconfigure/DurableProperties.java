package io.github.ppool.durable.autoconfigure;

import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.durable.beans.DurableStartException;
import io.github.ppool.durable.engine.EngineSettings;
import io.github.ppool.guard.VisibleText;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * The settings under {@code ppool.durable}.
 *
 * @param enabled Whether there are durable tasks. If not, there are no queues either.
 * @param run Whether this application runs the tasks that it has methods for. If not, it hands tasks over and operates
 *     them.
 * @param initializeSchema Whether the tables are created at the start: embedded for an H2 database of this JVM only,
 *     always, or never.
 * @param poll Shortest and longest pause between two looks for tasks of other nodes. The pauses double while there are
 *     none. This node learns of its own tasks at once.
 * @param history Age up to which ended tasks are kept. 0 keeps none.
 * @param ageing Time that one step of a priority is worth: a task is served before those of the next lower priority
 *     that are up to so much older.
 * @param longestPayload Largest payload and largest state of a checkpoint, as JSON. At most 16MB.
 */
@ConfigurationProperties(prefix = "ppool.durable", ignoreUnknownFields = false)
record DurableProperties(
        @DefaultValue("true") Boolean enabled,
        @DefaultValue("true") Boolean run,
        @DefaultValue("embedded") SchemaMode initializeSchema,
        @DefaultValue("50ms..1s") String poll,
        @DefaultValue("0") Duration history,
        @DefaultValue("1m") Duration ageing,
        @DefaultValue("1MB") DataSize longestPayload) {

    private static final Pattern RANGE = Pattern.compile("\\s*([^.\\s]{1,30})\\s*(?:\\.\\.\\s*([^.\\s]{1,30})\\s*)?");
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST_POLL = Duration.ofHours(1);
    private static final Duration LONGEST_TIME = Duration.ofDays(3_653);
    private static final DataSize MOST = DataSize.ofMegabytes(16);

    /** The settings of the engine, checked. */
    EngineSettings engineSettings() {
        if (history.isNegative() || history.compareTo(LONGEST_TIME) > 0) {
            throw wrong("history", "must be from 0 to 3653d, got: " + simple(history), "7d keeps a week.");
        }
        if (ageing.compareTo(SHORTEST) < 0 || ageing.compareTo(LONGEST_TIME) > 0) {
            throw wrong("ageing", "must be from 1ms to 3653d, got: " + simple(ageing),
                    "1m fits most applications.");
        }
        Matcher range = RANGE.matcher(poll);
        if (!range.matches()) {
            throw wrongPoll("must be two durations with two points between them");
        }
        Duration shortest = duration(range.group(1));
        Duration longest = range.group(2) == null ? shortest : duration(range.group(2));
        if (shortest.compareTo(SHORTEST) < 0 || longest.compareTo(LONGEST_POLL) > 0) {
            throw wrongPoll("must be within 1ms and 1h");
        }
        if (longest.compareTo(shortest) < 0) {
            throw wrongPoll("must begin with the shorter duration");
        }
        return new EngineSettings(shortest, longest, history, ageing);
    }

    /** The largest payload, checked. */
    DataSize checkedLongestPayload() {
        if (longestPayload.toBytes() < 1 || longestPayload.compareTo(MOST) > 0) {
            throw wrong("longest-payload", "must be from 1B to 16MB, got: " + longestPayload,
                    "Store large data elsewhere, and hand over its name.");
        }
        return longestPayload;
    }

    private Duration duration(String text) {
        try {
            return DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException | ArithmeticException noDuration) {
            throw wrongPoll("must be two durations with two points between them");
        }
    }

    private DurableStartException wrongPoll(String rule) {
        String value = VisibleText.of(poll.length() <= 100 ? poll : poll.substring(0, 100) + "…");
        return wrong("poll", rule + ", got: " + value, "Write for example 50ms..1s.");
    }

    /** A duration in milliseconds; as in ISO-8601 if it is finer or very long. */
    private static String simple(Duration duration) {
        boolean inMillis = duration.getNano() % 1_000_000 == 0
                && duration.compareTo(LONGEST_TIME) <= 0
                && duration.compareTo(LONGEST_TIME.negated()) >= 0;
        return inMillis ? DurationStyle.SIMPLE.print(duration) : duration.toString();
    }

    private static DurableStartException wrong(String key, String rule, String remedy) {
        return new DurableStartException("The setting ppool.durable." + key + " " + rule + ".", remedy, null);
    }
}
