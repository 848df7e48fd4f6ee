package io.github.ppool.durable.autoconfigure;

import io.github.ppool.durable.store.TaskStore;
import org.jspecify.annotations.Nullable;

/**
 * The store of the engine, on connections of its own.
 *
 * @param store the store
 * @param connections are closed with the application; null if the store has none
 */
record OwnStore(TaskStore store, @Nullable KeptConnections connections) implements AutoCloseable {

    @Override
    public void close() {
        if (connections != null) {
            connections.close();
        }
    }
}
