package io.github.ppool.durable.beans;

import io.github.ppool.durable.engine.CheckpointCodec;
import io.github.ppool.durable.engine.UnreadablePayloadException;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.LimitedText;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.GenericTypeResolver;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes and reads payloads and checkpoints with the application's mapper. The messages of its exceptions have no part
 * of a payload.
 */
public final class JsonPayloads implements CheckpointCodec {

    /** The length of a text that is too long is told up to so many times the longest one. */
    private static final int TOLD_TIMES = 4;

    private final JsonMapper mapper;
    private final DataSize longest;

    /**
     * A codec.
     *
     * @param mapper the mapper of the application
     * @param longest the longest text in bytes of UTF-8
     */
    public JsonPayloads(JsonMapper mapper, DataSize longest) {
        this.mapper = mapper;
        this.longest = longest;
    }

    JavaType typeOf(TaskMethod method) {
        int index = method.parameters().indexOf(TaskMethod.Parameter.PAYLOAD);
        return mapper.constructType(index < 0
                ? Void.class
                : GenericTypeResolver.resolveType(
                        method.method().getGenericParameterTypes()[index], method.type()));
    }

    JavaType typeOf(java.lang.reflect.Type type) {
        return mapper.constructType(type);
    }

    /**
     * Writes a payload.
     *
     * @throws IllegalArgumentException if it is null, can't be written, or is too long
     */
    @Nullable
    String payload(String name, JavaType type, @Nullable Object payload) {
        if (type.hasRawClass(Void.class)) {
            if (payload != null) {
                throw new IllegalArgumentException("payload of '" + name + "' must be null, because its method has"
                        + " none; got a " + payload.getClass().getName());
            }
            return null;
        }
        if (payload == null) {
            throw new IllegalArgumentException("payload of '" + name + "' must not be null");
        }
        return checked("payload of '" + name + "'", write("payload of '" + name + "'", type, payload));
    }

    private String write(String what, @Nullable JavaType type, Object value) {
        LimitedText text = new LimitedText(longest.toBytes() * TOLD_TIMES);
        try {
            (type == null ? mapper.writer() : mapper.writerFor(type)).writeValue(text, value);
            return text.toString();
        } catch (JacksonException | ClassCastException | StackOverflowError failed) {
            if (text.isFull()) {
                throw tooLong(what, "more than " + text.limit());
            }
            throw new IllegalArgumentException(what + " must be a value that Jackson writes as JSON: "
                    + value.getClass().getName() + where(failed), failed);
        }
    }

    private String checked(String what, String json) {
        if (json.equals("null")) {
            throw new IllegalArgumentException(what + " must not be written as null");
        }
        long bytes = bytes(json, longest.toBytes());
        if (bytes > longest.toBytes()) {
            throw tooLong(what, Long.toString(bytes));
        }
        return json;
    }

    private IllegalArgumentException tooLong(String what, String bytes) {
        return new IllegalArgumentException(what + " must have at most " + longest.toBytes()
                + " bytes (ppool.durable.longest-payload), got: " + bytes);
    }

    /** The number of bytes in UTF-8; only an estimate if that is clearly below the limit. */
    private static long bytes(String text, long limit) {
        if (text.length() <= limit / 3) {
            return text.length();
        }
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char at = text.charAt(i);
            // Each half of a pair counts two of its four bytes.
            bytes += at < 0x80 ? 1 : at < 0x800 || Character.isSurrogate(at) ? 2 : 3;
        }
        return bytes;
    }

    /**
     * Reads the payload of a row, upgraded to the version of its method.
     *
     * @throws UnreadablePayloadException if it can't be read or upgraded
     */
    Object read(ClaimedTask row, JavaType type, int version, UpgradeChain upgrades) {
        String json = row.payload();
        if (json == null) {
            throw unreadable(row, "there is none, and the method has one", null);
        }
        Object payload;
        try {
            if (row.version() == version) {
                payload = mapper.readerFor(type).readValue(json);
            } else {
                JsonNode upgraded = upgrades.upgrade(mapper.readTree(json), row.version());
                payload = mapper.treeToValue(upgraded, type);
            }
        } catch (UpgradeChain.FailedException failed) {
            throw unreadable(row, String.valueOf(failed.getMessage()), failed.getCause());
        } catch (JacksonException | StackOverflowError failed) {
            throw unreadable(row, "Jackson can't read it as " + type.toCanonical() + where(failed), bare(failed));
        } catch (RuntimeException failed) {
            throw unreadable(row, "reading it as " + type.toCanonical() + " failed", failed);
        }
        if (payload == null) {
            throw unreadable(row, "it is null", null);
        }
        return payload;
    }

    private static UnreadablePayloadException unreadable(ClaimedTask row, String rule, @Nullable Throwable cause) {
        return new UnreadablePayloadException(
                "the payload of '" + row.name() + "', version " + row.version() + ", can't be used: " + rule,
                Objects.requireNonNullElseGet(cause, () -> new IllegalArgumentException("no payload")));
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
        return " (" + failed.getClass().getSimpleName() + (path == null || path.isEmpty() || path.equals("UNKNOWN")
                ? ""
                : " at " + ForeignText.of(path)) + ")"; // a key of a map may be long
    }

    @Override
    public String write(Object state) {
        return checked("state of the checkpoint", write("state of the checkpoint", null, state));
    }

    @Override
    public <T> T read(String json, Class<T> type) {
        T state;
        try {
            state = mapper.readValue(json, type);
        } catch (JacksonException | StackOverflowError failed) {
            throw new IllegalArgumentException(
                    "state of the checkpoint can't be read as " + type.getName() + where(failed), failed);
        }
        if (state == null) {
            throw new IllegalArgumentException("state of the checkpoint can't be read as " + type.getName());
        }
        return state;
    }
}
