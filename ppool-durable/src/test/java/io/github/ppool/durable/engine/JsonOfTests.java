package io.github.ppool.durable.engine;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Checkpoints by Jackson. */
final class JsonOfTests implements CheckpointCodec {

    private final JsonMapper mapper = JsonMapper.builder().build();

    @Override
    public String write(Object state) {
        return mapper.writeValueAsString(state);
    }

    @Override
    public <T> T read(String json, Class<T> type) {
        try {
            return mapper.readValue(json, type);
        } catch (JacksonException failed) {
            throw new IllegalArgumentException("the state must be a " + type.getSimpleName() + ", got: " + json,
                    failed);
        }
    }
}
