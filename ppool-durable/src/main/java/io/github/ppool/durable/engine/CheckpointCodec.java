package io.github.ppool.durable.engine;

/** Writes and reads the states of checkpoints as JSON. Any thread may call. */
public interface CheckpointCodec {

    /**
     * Writes a state.
     *
     * @param state the state
     * @return JSON
     * @throws IllegalArgumentException if the state can't be written, or is longer than the longest payload
     */
    String write(Object state);

    /**
     * Reads a state.
     *
     * @param json a text of {@link #write}
     * @param type the class of the state
     * @param <T> the type of the state
     * @return the state
     * @throws IllegalArgumentException if the state is not of that type
     */
    <T> T read(String json, Class<T> type);
}
