package io.github.ppool.durable;

import tools.jackson.databind.JsonNode;

/**
 * Brings payloads of one version up to the next one. A bean; several of them make a chain. A task whose payload no
 * chain brings up to the version of its {@link PoolTask} is not claimed by this node.
 */
public interface PayloadUpgrade {

    /** {@return the name of the tasks} */
    String name();

    /** {@return the version that is read; the upgrade makes the next one} */
    int from();

    /**
     * Upgrades a payload. Called before each attempt, on the process of the worker.
     *
     * @param payload the payload in the version {@link #from}
     * @return the payload in the next version
     * @throws RuntimeException if the payload can't be upgraded: the attempt ends with the reason {@code unreadable}
     */
    JsonNode upgrade(JsonNode payload);
}
