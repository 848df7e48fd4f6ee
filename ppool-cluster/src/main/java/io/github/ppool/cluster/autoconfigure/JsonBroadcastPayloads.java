package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.ClusterBroadcasts;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.LimitedText;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Payloads in JSON, by the application's mapper. */
final class JsonBroadcastPayloads implements BroadcastPayloads {

    /** The length of a payload that is too long is told up to here. */
    private static final int TOLD = 4 * ClusterBroadcasts.LONGEST_PAYLOAD;

    private final JsonMapper mapper;

    JsonBroadcastPayloads(JsonMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public String write(Object payload) {
        LimitedText text = new LimitedText(TOLD);
        try {
            mapper.writeValue(text, payload);
            return text.toString();
        } catch (JacksonException | StackOverflowError failed) {
            if (text.isFull()) {
                throw CheckedBroadcasts.tooLong("more than " + TOLD);
            }
            throw new IllegalArgumentException("payload must be a value that Jackson writes as JSON, got a "
                    + payload.getClass().getName() + where(failed), bare(failed));
        }
    }

    @Override
    public @Nullable Object read(String json, Type type) {
        try {
            return mapper.readValue(json, mapper.constructType(type));
        } catch (JacksonException | StackOverflowError failed) {
            throw new IllegalArgumentException(
                    "payload can't be read as " + type.getTypeName() + where(failed), bare(failed));
        }
    }

    /** The failure without its message, which may have a part of the payload. */
    private static Throwable bare(Throwable failed) {
        IllegalArgumentException bare = new IllegalArgumentException(failed.getClass().getName());
        bare.setStackTrace(failed.getStackTrace());
        return bare;
    }

    /** The class of a failure and the field, without the value in its message. */
    private static String where(Throwable failed) {
        String path = failed instanceof JacksonException jackson ? jackson.getPathReference() : "";
        return " (" + failed.getClass().getSimpleName()
                + (path == null || path.isEmpty() || path.equals("UNKNOWN") ? "" : " at " + ForeignText.of(path))
                + ")"; // a key of a map may be long
    }
}
