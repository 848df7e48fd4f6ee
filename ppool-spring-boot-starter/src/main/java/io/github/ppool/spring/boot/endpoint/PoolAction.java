package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.pool.PoolAdmin;
import io.github.ppool.spring.boot.endpoint.PoolAction.Body.OnCluster;
import io.github.ppool.spring.boot.endpoint.PoolAction.Body.OnEachPool;
import io.github.ppool.spring.boot.endpoint.PoolAction.Body.OnName;
import io.github.ppool.spring.boot.endpoint.PoolAction.Body.OnPool;
import io.github.ppool.spring.boot.endpoint.PoolAction.Body.OnSupervisor;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The actions of the endpoint on a pool, on a group of pools, on the children of a pool or a supervision tree, and on
 * the cluster.
 *
 * <p>A new action is a new constant. Dispatch, messages, audit events and the tables in the documentation are made from
 * the constants. The name of an action in a request is the name of its constant in lower case.
 */
enum PoolAction {
    START(
            name(PoolStart::start),
            use("starts a pool of the settings or of a `PoolSpec` bean that was stopped"),
            use("starts a new pool, or a configured one with other sizes", ActionParameter.WORKER, ActionParameter.SIZE,
                    ActionParameter.MAX_OVERFLOW),
            use("the same; `settings` is YAML as below the name of a pool in `ppool.pools`, checked by the same rules."
                    + " `ppool.defaults` hold for it too", ActionParameter.SETTINGS)),
    SUSPEND(
            eachPool(PoolAdmin::suspend),
            use("hands out no more workers until `resume`")),
    RESUME(
            eachPool(PoolAdmin::resume),
            use("hands out workers again, and makes those again that a plan has given up or put off")),
    RESTART(
            eachPool(PoolAdmin::restartPool),
            use("starts a pool again that has given up")),
    RESIZE(
            pool(PoolControl::resize),
            use("changes the number of workers; a number that is left out stays as it is", ActionParameter.SIZE,
                    ActionParameter.MAX_OVERFLOW)),
    STOP(
            pool((control, request) -> control.pools()
                    .stopPool(request.pool(), Objects.requireNonNullElse(request.drain(), Duration.ZERO))),
            use("stops it; without `drain` at once", ActionParameter.DRAIN)),
    RESTART_CHILD(
            supervisor((children, supervisor, request) -> children
                    .answer(request, supervisor.restartChild(request.requiredChild()))),
            use("starts a child that does not run; for one with a plan a delayed restart is overtaken",
                    ActionParameter.CHILD)),
    TERMINATE_CHILD(
            supervisor(ChildControl::terminate),
            use("stops a child, which stays down until it is restarted", ActionParameter.CHILD)),
    DELETE_CHILD(
            supervisor(ChildControl::delete),
            use("forgets a child that does not run; a pool makes another worker when it needs one",
                    ActionParameter.CHILD)),
    CHANGE_PLAN(
            supervisor(ChildControl::changePlan),
            use("gives a child another plan, until its supervisor is restarted; not for a child with a restart type,"
                    + " and without `delete` for a pool's worker", ActionParameter.CHILD, ActionParameter.PLAN)),
    TRACE_ON(
            supervisor((children, supervisor, request) -> children.trace(request, supervisor, true)),
            use("logs the requests, answers and decisions of the supervisor")),
    TRACE_OFF(
            supervisor((children, supervisor, request) -> children.trace(request, supervisor, false)),
            use("logs it no longer")),
    HAND_OVER(
            cluster(ClusterControl::handOver),
            use("the node that has a singleton stops it, and another node that wants it gets it",
                    ActionParameter.SINGLETON)),
    DRAIN(
            cluster(ClusterControl::drain),
            use("a node hands over its singletons, gives the permits of idle workers back, and wants neither until"
                    + " `undrain`", ActionParameter.NODE)),
    UNDRAIN(
            cluster(ClusterControl::undrain),
            use("a drained node takes part again", ActionParameter.NODE)),
    BROADCAST(
            cluster(ClusterControl::broadcast),
            use("each node runs its `@PoolBroadcast` method of that name on each worker of the pool",
                    ActionParameter.ON, ActionParameter.NAME),
            use("the same with a payload, which is JSON in a text, and with the time of the workers",
                    ActionParameter.ON, ActionParameter.NAME, ActionParameter.PAYLOAD, ActionParameter.WITHIN));

    private final Body body;
    private final List<Use> uses;

    PoolAction(Body body, Use... uses) {
        this.body = body;
        this.uses = List.of(uses);
    }

    /** The implementation of an action. Its subtype says on which object it acts. */
    sealed interface Body {

        /** Acts on the name of a pool, which need not exist. */
        @FunctionalInterface
        non-sealed interface OnName extends Body {

            /** Returns false if no pool of the name is known. */
            boolean run(PoolStart start, ChangeRequest request);
        }

        /** Acts on a pool that exists. */
        @FunctionalInterface
        non-sealed interface OnPool extends Body {

            /** Returns false if the action changed nothing. */
            boolean run(PoolControl control, ChangeRequest request);
        }

        /** Acts on a pool that exists, or on each member of a group. */
        @FunctionalInterface
        non-sealed interface OnEachPool extends Body {

            /** Returns false if the action changed nothing of the pool of this name. */
            boolean run(PoolAdmin admin, String pool);
        }

        /** Acts on the supervisor of a pool or of a supervision tree. */
        @FunctionalInterface
        non-sealed interface OnSupervisor extends Body {

            /** Returns null if the supervisor has no such child. */
            @Nullable
            ChangeDescriptor run(ChildControl children, Supervisor supervisor, ChangeRequest request)
                    throws InterruptedException;
        }

        /** Acts on the cluster, in an application that has one. */
        @FunctionalInterface
        non-sealed interface OnCluster extends Body {

            /** Returns false if the cluster has no such node, singleton or broadcast, or nothing was to be changed. */
            boolean run(ClusterControl cluster, ChangeRequest request);
        }
    }

    /**
     * One use of an action: a row of the table in the documentation.
     *
     * @param help the effect of the action, in Markdown
     * @param parameters the parameters in the example
     */
    record Use(String help, List<ActionParameter> parameters) {}

    private static Use use(String help, ActionParameter... parameters) {
        return new Use(help, List.of(parameters));
    }

    private static Body name(OnName body) {
        return body;
    }

    private static Body pool(OnPool body) {
        return body;
    }

    private static Body eachPool(OnEachPool body) {
        return body;
    }

    private static Body supervisor(OnSupervisor body) {
        return body;
    }

    private static Body cluster(OnCluster body) {
        return body;
    }

    /** The action with a name; empty if no action has it. */
    static Optional<PoolAction> named(String name) {
        return Arrays.stream(values()).filter(action -> action.key().equals(name)).findAny();
    }

    /** The names of actions as a message lists them: separated by commas, and {@code or} before the last. */
    static String list(Predicate<PoolAction> which) {
        return list(Arrays.stream(values()).filter(which).map(PoolAction::key).toList());
    }

    /** Names as a message lists them: separated by commas, and {@code or} before the last. */
    static String list(List<String> names) {
        int last = names.size() - 1;
        return last == 0 ? names.getFirst() : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
    }

    /** The name of the action in a request. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The implementation. */
    Body body() {
        return body;
    }

    /** True if the action acts on a supervisor, and therefore on supervision trees too. */
    boolean isOnSupervisor() {
        return body instanceof OnSupervisor;
    }

    /** True if the action acts on each member, when the request names a group. */
    boolean isOnGroup() {
        return body instanceof OnEachPool;
    }

    /** True if the action acts on the cluster. */
    boolean isOnCluster() {
        return body instanceof OnCluster;
    }

    /** The uses of the action, in the order of the documentation. */
    List<Use> uses() {
        return uses;
    }

    /** All parameters of the action, each once. Other parameters of a request have no effect. */
    List<ActionParameter> parameters() {
        Stream<ActionParameter> path = isOnSupervisor() ? Stream.of(ActionParameter.PATH) : Stream.of();
        return Stream.concat(path, uses.stream().flatMap(use -> use.parameters().stream())).distinct().toList();
    }
}
