package io.github.ppool.spring.boot.observe;

import org.jspecify.annotations.Nullable;

/**
 * The application.
 *
 * @param name its name: {@code spring.application.name}, or {@code application}
 * @param upMillis the time since it was started
 * @param java the version of the virtual machine
 * @param ppool the version of ppool; null if it is not known
 * @param node the name of this node of the cluster; null without a cluster
 */
public record ApplicationRow(
        String name, long upMillis, String java, @Nullable String ppool, @Nullable String node) {}
