package io.github.ppool.durable;

import tools.jackson.databind.JsonNode;

/**
 * Brings payloads of one version up to the next one. A bean; several of them make a chain. A task whose payload no
 * chain brings up to the version of its {@link PoolTask} is not claimed by this node.
 *
 * <p>The workers call it on their processes, several at the same time, so it must be thread-safe. It may block.
 */
public interface PayloadUpgrade {

    /** {@return the name of the tasks} */
    String name();

    /** {@return the version that is read; the upgrade makes the next one} */
    int from();

    /**
     * Upgrades a payload. Called before each attempt, on the process of the worker.
     *
     * @param payload the payload in the version {@link #from}; never null
     * @return the payload in the next version; must not be null
     * @throws RuntimeException if the payload can't be upgraded: the attempt ends with the reason {@code unreadable}
     */
    JsonNode upgrade(JsonNode payload);
}
