package io.github.ppool.spring.boot.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * The supervisor {@code ppool}, or one at the top of a supervision tree of the application.
 *
 * @param name its name
 * @param pid its process, null if none is known
 * @param alive whether it runs; it does not after it gave up
 */
public record TreeDescriptor(String name, @Nullable String pid, boolean alive) {}
