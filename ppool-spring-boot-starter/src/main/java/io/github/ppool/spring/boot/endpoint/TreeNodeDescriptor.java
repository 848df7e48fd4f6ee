package io.github.ppool.spring.boot.endpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process in the answer of {@code tree}.
 *
 * @param path the way to it from the top, for the parameter {@code path}
 * @param child the child as {@code which_children} shows it; null for the top of the walk
 * @param pid the process; null if it does not run
 * @param total the number of its children; null unless it is a supervisor that has answered
 * @param silent true for a supervisor that did not answer in time; otherwise null
 * @param next the key of the first child that is not shown, for {@code which_children}; null if all are shown
 * @param children its children; null unless it is a supervisor that was asked and has answered
 */
public record TreeNodeDescriptor(
        String path,
        @Nullable ChildDescriptor child,
        @Nullable String pid,
        @Nullable Integer total,
        @Nullable Boolean silent,
        @Nullable String next,
        @Nullable List<TreeNodeDescriptor> children) {}
