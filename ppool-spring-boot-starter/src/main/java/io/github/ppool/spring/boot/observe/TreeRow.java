package io.github.ppool.spring.boot.observe;

import org.jspecify.annotations.Nullable;

/**
 * A supervision tree in a snapshot.
 *
 * @param name the name of the tree
 * @param pid the process of its supervisor; null if it does not run here
 * @param running true if it runs here
 * @param standby true for a tree of the cluster that stands by; otherwise null
 * @param restarts the number of crashes of its children since the tree was started
 */
public record TreeRow(
        String name, @Nullable String pid, boolean running, @Nullable Boolean standby, long restarts) {}
