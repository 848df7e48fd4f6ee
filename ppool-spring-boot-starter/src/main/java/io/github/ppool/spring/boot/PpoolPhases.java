package io.github.ppool.spring.boot;

import org.springframework.context.SmartLifecycle;

/**
 * The phases of Spring's life cycle in which ppool's parts start and stop: lower ones start earlier and stop later. For a {@link
 * SmartLifecycle} of the application that has to be there before the pools, or be gone before they stop.
 *
 * <p>The web server accepts requests and stops in {@code DEFAULT_PHASE - 2048}; its graceful shutdown comes before that.
 */
public final class PpoolPhases {

    /** The pools. */
    public static final int POOLS = SmartLifecycle.DEFAULT_PHASE - 2048 - 1024;

    /** The supervision trees, which may use the pools and may be used by the web server's requests. */
    public static final int TREES = POOLS + 512;

    private PpoolPhases() {}
}
