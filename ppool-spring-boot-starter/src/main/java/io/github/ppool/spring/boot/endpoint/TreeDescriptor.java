package io.github.ppool.spring.boot.endpoint;

/**
 * The supervisor {@code ppool}.
 *
 * @param pid its process
 * @param alive whether it runs; it does not after it gave up
 */
public record TreeDescriptor(String pid, boolean alive) {}
