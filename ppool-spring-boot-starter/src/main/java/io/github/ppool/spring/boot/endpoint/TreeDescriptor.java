package io.github.ppool.spring.boot.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * The supervisor {@code ppool}, or the supervisor at the top of a supervision tree.
 *
 * @param name the name of the tree
 * @param pid the process of the supervisor; null if it is not known
 * @param alive true if the supervisor runs; false after it gave up
 * @param standby true for a tree of the cluster that does not run on this node; otherwise null
 */
public record TreeDescriptor(String name, @Nullable String pid, boolean alive, @Nullable Boolean standby) {}
