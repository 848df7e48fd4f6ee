package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.ClusterBroadcast;
import io.github.ppool.cluster.ClusterBroadcasts;
import io.github.ppool.cluster.engine.BroadcastDesk;
import io.github.ppool.cluster.engine.BroadcastKey;
import io.github.ppool.cluster.engine.BroadcastSender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Checks a broadcast before it is sent, and writes its payload. */
final class CheckedBroadcasts implements ClusterBroadcasts, BroadcastSender {

    private final BroadcastDesk desk;
    private final BroadcastMethods methods;
    private final BroadcastPayloads payloads;

    CheckedBroadcasts(BroadcastDesk desk, BroadcastMethods methods, BroadcastPayloads payloads) {
        this.desk = desk;
        this.methods = methods;
        this.payloads = payloads;
    }

    @Override
    public CompletionStage<ClusterBroadcast> send(
            String pool, String name, @Nullable Object payload, Duration within) {
        Objects.requireNonNull(pool, "pool must not be null");
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(within, "within must not be null");
        BroadcastKey key = new BroadcastKey(pool, name);
        Duration time = checked(within);
        return desk.send(key, payload == null ? null : checked(payloads.write(payload)), time);
    }

    /** Sends a payload that an operator has written. The endpoint tells its outcome. */
    @Override
    public boolean sendJson(String pool, String name, @Nullable String json, @Nullable Duration within) {
        BroadcastKey key = new BroadcastKey(pool, name);
        Duration time = checked(within == null ? USUAL_TIME : within);
        if (methods.apply(key) == null) {
            return false;
        }
        if (json != null) {
            payloads.check(checked(json));
        }
        var unused = desk.send(key, json, time);
        return true;
    }

    private static Duration checked(Duration within) {
        if (within.compareTo(Duration.ofMillis(1)) < 0 || within.compareTo(LONGEST_TIME) > 0) {
            throw new IllegalArgumentException("within must be from 1ms to 1d, got: " + DurationText.of(within));
        }
        return within;
    }

    static IllegalArgumentException tooLong(String length) {
        return new IllegalArgumentException(
                "payload must have at most " + LONGEST_PAYLOAD + " characters as JSON, got: " + length);
    }

    private static String checked(String json) {
        if (json.length() > LONGEST_PAYLOAD) {
            throw tooLong(Integer.toString(json.length()));
        }
        if (json.indexOf(0) >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(json)) {
            throw new IllegalArgumentException(
                    "payload must be a text of Unicode, and it has half a pair of surrogates or the character zero");
        }
        return json;
    }
}
