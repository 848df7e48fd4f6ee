package io.github.ppool.spring.boot.endpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of an operator's action.
 *
 * @param pool the name of the pool, the group or the tree
 * @param action the name of the action
 * @param path the ids on the way from the supervisor of the pool or tree to the one below it that the action was about;
 *     null for the former
 * @param child the id of the child that the action was about; null for an action on a pool
 * @param changed true if the action had an effect; {@code resume} has no effect for a pool that runs, for example
 * @param failure the reason why a child could not be started, or why members of a group refused, an exception by its
 *     class alone; null if none failed
 * @param members the members of the group that the action changed; null for any other action
 */
public record ChangeDescriptor(
        String pool,
        String action,
        @Nullable String path,
        @Nullable String child,
        boolean changed,
        @Nullable String failure,
        @Nullable List<String> members)
        implements
            EndpointAnswer {

    /** The result of an action on a target that is not below a supervisor. */
    static ChangeDescriptor of(ChangeRequest request, boolean changed) {
        return new ChangeDescriptor(request.pool(), request.action(), null, null, changed, null, null);
    }

    /** The result of an action on a supervisor or a child of it, which the request names. */
    static ChangeDescriptor below(ChangeRequest request, boolean changed, @Nullable String failure) {
        return new ChangeDescriptor(
                request.pool(), request.action(), request.path(), request.child(), changed, failure, null);
    }

    /** The result of an action on the members of a group. */
    static ChangeDescriptor ofGroup(ChangeRequest request, List<String> members, @Nullable String failure) {
        return new ChangeDescriptor(
                request.pool(), request.action(), null, null, !members.isEmpty(), failure, List.copyOf(members));
    }
}
