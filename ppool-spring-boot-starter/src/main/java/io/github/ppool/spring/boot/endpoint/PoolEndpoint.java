package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.observe.Observer;
import io.github.ppool.spring.boot.observe.PidText;
import io.github.ppool.spring.boot.observe.PoolDetail;
import io.github.ppool.supervisor.ChildCounts;
import io.github.ppool.supervisor.ChildPage;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.context.ApplicationEventPublisher;

/**
 * The actuator endpoint of pools and supervision trees. Read operations show all pools, one pool, and the answers of
 * OTP's {@code which_children} and {@code count_children} for the supervisor of a pool or a
 * {@link SupervisionTrees tree}.
 *
 * <p>The write operation changes them. It needs {@code management.endpoint.ppool.access=unrestricted}. Each change is
 * published as an {@code AuditApplicationEvent}.
 *
 * <p>The answers contain no text of a worker: neither its {@code toString} nor the message of an
 * exception.
 */
@Endpoint(id = "ppool", defaultAccess = Access.READ_ONLY)
public class PoolEndpoint {

    /** The number of children on a page unless the request sets another limit. */
    static final int PAGE = 100;
    /** The largest number of children on a page. */
    static final int LARGEST_PAGE = 1_000;

    private final Pools pools;
    private final ObjectProvider<SupervisionTrees> trees;
    private final PoolStart starts;
    private final PoolControl control;
    private final ChildControl children;
    private final ClusterControl cluster;
    private final DurableControl durable;
    private final TreeControl tree;
    private final ObserveControl observing;
    private final PpoolEndpointProperties properties;

    /**
     * Makes the endpoint.
     *
     * @param pools the pools to show and to change
     * @param trees supplies the supervision trees; called for each request
     * @param starts supplies the starts of pools at run time; called for each request
     * @param cluster supplies the cluster, if the application has one; called for each request
     * @param durable supplies the durable tasks, if the application has them; called for each request
     * @param properties the settings of the endpoint
     * @param observer makes the snapshots for pages that show the application live
     * @param access supplies the access to endpoints, which tells pages if this one takes actions
     * @param events publishes the audit events
     */
    public PoolEndpoint(
            Pools pools,
            ObjectProvider<SupervisionTrees> trees,
            ObjectProvider<PoolStarts> starts,
            ObjectProvider<ClusterOperations> cluster,
            ObjectProvider<DurableOperations> durable,
            PpoolEndpointProperties properties,
            Observer observer,
            ObjectProvider<EndpointAccessResolver> access,
            ApplicationEventPublisher events) {
        this.pools = pools;
        this.trees = trees;
        this.starts = new PoolStart(starts, this::isTree);
        this.control = new PoolControl(pools, events);
        this.children = new ChildControl(pools);
        this.cluster = new ClusterControl(cluster, this::isTaken);
        this.durable = new DurableControl(durable, this::isTaken);
        this.tree = new TreeControl(pools, trees, this::supervisor, this::isTaken);
        this.observing = new ObserveControl(observer, () -> isWritable(access.getIfUnique()), this::isTaken);
        this.properties = properties;
    }

    private static boolean isWritable(@Nullable EndpointAccessResolver access) {
        return access != null
                && access.accessFor(EndpointId.of("ppool"), Access.READ_ONLY) == Access.UNRESTRICTED;
    }

    boolean exists(String name) {
        return pools.pool(name).isPresent() || isTree(name);
    }

    private boolean isTaken(String name) {
        return pools.pool(name).isPresent() || isTree(name) || pools.group(name).isPresent();
    }

    private boolean isTree(String name) {
        SupervisionTrees all = trees.getIfUnique();
        return all != null && all.names().contains(name) && pools.pool(name).isEmpty();
    }

    private Optional<Supervisor> supervisor(String name) {
        SupervisionTrees all = trees.getIfUnique();
        return isTree(name) && all != null
                ? all.supervisor(name)
                : pools.supervisor(name).map(pid -> Supervisor.of(pools.system(), pid));
    }

    /**
     * All pools in short, the supervision trees and the groups of pools.
     *
     * @return the pools in alphabetical order
     */
    @ReadOperation
    public PoolsDescriptor pools() {
        List<PoolDescriptor> all = pools.names().stream()
                .flatMap(name -> Optional.ofNullable(descriptor(name, 0)).stream())
                .toList();
        Pid root = pools.supervisor();
        return new PoolsDescriptor(
                new TreeDescriptor("ppool", PidText.of(root), root.isAlive(), null),
                pools.system().orphanCount(),
                all,
                trees(),
                pools.groupNames().stream().flatMap(name -> pools.group(name).stream())
                        .map(group -> GroupDescriptor.of(group, group.backlog(0, 0)))
                        .toList());
    }

    private List<TreeDescriptor> trees() {
        SupervisionTrees all = trees.getIfUnique();
        return all == null
                ? List.of()
                : all.names().stream()
                        .map(name -> all.supervisor(name)
                                .filter(tree -> all.standby(name).isEmpty())
                                .map(tree -> new TreeDescriptor(name, PidText.of(tree.pid()), true, null))
                                .orElseGet(() -> new TreeDescriptor(
                                        name, null, false, all.standby(name).isPresent() ? true : null)))
                        .toList();
    }

    /**
     * One pool or group, or the subject of another name, unless a pool, a group or a supervision tree has that name:
     * {@code tree} for the supervisors and their children at any depth, {@code cluster} for the cluster,
     * {@code durable} for the durable tasks, {@code observe} for a snapshot of all these.
     *
     * @param of the name of the pool or the group
     * @param path for {@code tree}: the way to the supervisor at which the walk begins, such as {@code mail/senders};
     *     null for all pools and trees
     * @param depth for {@code tree}: the number of levels below that, from 1 to 20; null means 3
     * @param limit for {@code tree}: the largest number of children of each supervisor, from 1 to 1,000; null means 100
     * @param since for {@code observe}: the {@code sequence} of the answer before; null for all samples
     * @param pool for {@code observe}: the pool or tree that is wanted in detail; null for none
     * @param top for {@code observe}: the length of the lists of largest values, from 1 to 100; null means 10
     * @param journalSince for {@code observe}: the greatest {@code sequence} of the known entries of the journal; null
     *     for all
     * @return null if no pool has the name, or the path leads to no running supervisor
     * @throws InvalidEndpointRequestException if a parameter is out of range
     */
    @ReadOperation
    public @Nullable EndpointAnswer pool(
            @Selector String of,
            @Nullable String path,
            @Nullable Integer depth,
            @Nullable Integer limit,
            @Nullable Long since,
            @Nullable String pool,
            @Nullable Integer top,
            @Nullable Long journalSince) {
        return observing.isNamed(of)
                ? observing.observe(new ObserveRequest(since, pool, top, journalSince), properties.shows())
                : pool(of, path, depth, limit);
    }

    boolean isObserve(String name) {
        return observing.isNamed(name);
    }

    ObserveDescriptor observe(ObserveRequest request, boolean values) {
        return observing.observe(request, values);
    }

    @Nullable
    EndpointAnswer pool(String pool, @Nullable String path, @Nullable Integer depth, @Nullable Integer limit) {
        if (tree.isTree(pool)) {
            return tree.walk(path, depth, atMost(limit));
        }
        return cluster.isNamed(pool)
                ? cluster.show()
                : durable.isNamed(pool) ? durable.show() : descriptorOrGroup(pool);
    }

    private @Nullable EndpointAnswer descriptorOrGroup(String name) {
        int most = PoolDetail.Backlog.MOST;
        PoolDescriptor pool = descriptor(name, most);
        return pool == null
                ? pools.group(name).map(group -> GroupDescriptor.of(group, group.backlog(most, most))).orElse(null)
                : pool;
    }

    private @Nullable PoolDescriptor descriptor(String name, int most) {
        return pools.pool(name)
                .map(pool -> PoolDescriptor.of(pool.status(), pool.backlog(most, most), pools.supervisor(name)))
                .orElse(null);
    }

    /**
     * The answer of the supervisor of a pool or a tree to a question about its children, or durable tasks. Blocks until
     * the supervisor or the database answers.
     *
     * @param of the name of the pool or of the supervision tree; {@code durable} for durable tasks; {@code process} for
     *     a process
     * @param view {@code which_children} or {@code count_children}; of durable tasks {@code tasks}, {@code history} or
     *     the id of a task; of a process its pid
     * @param after the {@code next} of the page before, or null for the first page. Children that come or go between
     *     two pages move no other child. After a restart of the supervisor the answer begins with its first child
     * @param limit the largest number of children or tasks to show, from 1 to 1,000; null means 100
     * @param path the ids on the way from the supervisor of the pool or tree to one below it, with slashes between them
     * @param pool for durable tasks: the name of the pool
     * @param name for durable tasks: the name of the tasks
     * @param state for durable tasks: the state
     * @param key for durable tasks: the key
     * @param partition for durable tasks: the partition
     * @param reason for durable tasks: the reason of the last end of an attempt
     * @param enqueuedBefore for durable tasks: a time after the hand-over
     * @return null if no pool and no tree has the name, or there is no such task; an answer without children if the
     *     supervisor does not run
     * @throws InvalidEndpointRequestException if the view is unknown, or a parameter can't be read or is out of range
     */
    @ReadOperation
    public @Nullable EndpointAnswer children(
            @Selector String of,
            @Selector String view,
            @Nullable String after,
            @Nullable Integer limit,
            @Nullable String path,
            @Nullable String pool,
            @Nullable String name,
            @Nullable String state,
            @Nullable String key,
            @Nullable String partition,
            @Nullable String reason,
            @Nullable String enqueuedBefore) {
        return read(of, view, after, limit, path,
                new TaskRequest(pool, name, state, key, partition, reason, enqueuedBefore), properties.shows());
    }

    @Nullable
    EndpointAnswer read(
            String of,
            String view,
            @Nullable String after,
            @Nullable Integer limit,
            @Nullable String path,
            TaskRequest request,
            boolean values) {
        if (tree.isProcess(of)) {
            return tree.process(view);
        }
        if (!durable.isNamed(of)) {
            return children(of, view, after, limit, path);
        }
        return durable.read(view, request, after, atMost(limit), values);
    }

    @Nullable
    EndpointAnswer children(
            String pool, String view, @Nullable String after, @Nullable Integer limit, @Nullable String path) {
        boolean which = view.equals("which_children");
        if (!which && !view.equals("count_children")) {
            throw Refusal.of("view must be which_children or count_children, got: " + view);
        }
        PageKey key = PageKey.of(after);
        int atMost = atMost(limit);
        if (!exists(pool)) {
            return null;
        }
        Optional<Supervisor> supervisor = supervisor(pool);
        if (path != null && supervisor.isPresent()) {
            supervisor = tree.resolve(SupervisorPath.below(pool, path), supervisor.get());
            if (supervisor.isEmpty()) {
                return null;
            }
        }
        try {
            if (supervisor.isPresent()) {
                return which ? page(pool, supervisor.get(), key, atMost) : counts(pool, supervisor.get());
            }
        } catch (ServerExitedException ended) {
            // The supervisor ended before it answered: the answer is that of a supervisor that does not run.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the supervisor of the pool '" + pool + "'",
                    interrupted);
        }
        return which ? new ChildrenDescriptor(pool, 0, List.of(), null) : new CountsDescriptor(pool, 0, 0, 0, 0);
    }

    private static int atMost(@Nullable Integer limit) {
        int atMost = Objects.requireNonNullElse(limit, PAGE);
        if (atMost < 1 || atMost > LARGEST_PAGE) {
            throw limitOutOfRange(atMost);
        }
        return atMost;
    }

    static InvalidEndpointRequestException limitOutOfRange(Object limit) {
        return Refusal.of("limit must be from 1 to " + LARGEST_PAGE + ", got: " + limit);
    }

    /**
     * Runs an action of an operator on a pool, on the members of a group, or on a child of the supervisor of a pool or
     * a
     * supervision tree. The documentation of the starter lists the actions, each with its parameters. Other parameters
     * have no effect.
     *
     * @param security the principal of the request, for the audit event
     * @param pool the name of the pool, of the group or of the supervision tree
     * @param action the name of the action
     * @param path for an action on a child or a supervisor: the ids on the way from the supervisor of the pool or tree
     *     to one below it, with slashes between them, such as {@code senders/now}; null for that of the pool or tree
     * @param size the number of workers of a pool to start or resize
     * @param maxOverflow the max-overflow of a pool to start or resize
     * @param drain the time that a pool to stop gives to borrowers and tasks; null means no time
     * @param child the id of the child to act on; to terminate a child without an id its pid, such as {@code <17>}
     * @param plan the text of the new plan of a child
     * @param worker the name of the bean that makes the workers of a pool to start; a configured pool needs none
     * @param settings the settings of a pool to start, as they would stand below its name in {@code ppool.pools}: YAML
     *     of at most 16 KB and 1,000 settings; no placeholder in it is resolved
     * @param singleton the name of the tree to hand over, for the cluster
     * @param node the name of the node to drain or not, for the cluster
     * @param on the name of the pool of a broadcast, for the cluster
     * @param name the name of a broadcast, for the cluster
     * @param payload the payload of a broadcast as JSON, for the cluster; null for none
     * @param within the time that the workers of each node have for a broadcast; null for a minute
     * @return the result; null if no pool, no group and no tree has the name, the path leads to no running supervisor,
     * or that
     *     has no such child
     * @throws InvalidEndpointRequestException if the action is unknown, a value is missing or out of range, or the
     *     supervisor refuses the call; the call has no effect
     */
    @WriteOperation
    public @Nullable ChangeDescriptor change(
            SecurityContext security,
            @Selector String pool,
            String action,
            @Nullable String path,
            @Nullable Integer size,
            @Nullable Integer maxOverflow,
            @Nullable Duration drain,
            @Nullable String child,
            @Nullable String plan,
            @Nullable String worker,
            @Nullable String settings,
            @Nullable String singleton,
            @Nullable String node,
            @Nullable String on,
            @Nullable String name,
            @Nullable String payload,
            @Nullable Duration within) {
        ChangeRequest request = new ChangeRequest(
                pool, action, path, size, maxOverflow, drain, child, plan, worker, settings, singleton, node, on, name,
                payload, within);
        boolean ofCluster = cluster.isNamed(pool);
        PoolAction known = PoolAction.named(action).filter(found -> found.isOnCluster() == ofCluster).orElse(null);
        boolean ofGroup = !exists(pool) && pools.group(pool).isPresent();
        if (!ofCluster && !ofGroup && !exists(pool)
                && (known == null || !(known.body() instanceof PoolAction.Body.OnName))) {
            return null;
        }
        if (known == null || ofGroup && !known.isOnGroup()) {
            throw unknown(request);
        }
        if (path != null && !known.isOnSupervisor()) {
            // The action would be on the whole pool or tree; the request means a part of it.
            throw Refusal.of("path is for " + PoolAction.list(PoolAction::isOnSupervisor) + ", got it with: " + action);
        }
        ChangeDescriptor change = run(known, request);
        if (change != null && change.changed()) {
            control.audit(security.getPrincipal(), request, known.parameters(), change.members());
        }
        return change;
    }

    /**
     * Runs an action of an operator on durable tasks. The documentation lists the actions.
     *
     * @param security the principal of the request, for the audit event
     * @param of {@code durable}
     * @param view {@code tasks}, or the id of a task
     * @param action the name of the action
     * @param all true to act on all tasks; needed in place of a condition
     * @param pool the name of the pool
     * @param name the name of the tasks
     * @param state the state
     * @param key the key
     * @param partition the partition
     * @param reason the reason of the last end of an attempt
     * @param enqueuedBefore a time after the hand-over
     * @return the result; null if there is no such task, or there are no durable tasks
     * @throws InvalidEndpointRequestException if the action is unknown, a parameter can't be read, or the action is not
     *     for the state of the task; the call has no effect
     */
    @WriteOperation
    public @Nullable TasksChangeDescriptor changeTasks(
            SecurityContext security,
            @Selector String of,
            @Selector String view,
            String action,
            @Nullable Boolean all,
            @Nullable String pool,
            @Nullable String name,
            @Nullable String state,
            @Nullable String key,
            @Nullable String partition,
            @Nullable String reason,
            @Nullable String enqueuedBefore) {
        if (!durable.isNamed(of)) {
            return null;
        }
        TaskRequest request = new TaskRequest(pool, name, state, key, partition, reason, enqueuedBefore);
        TasksChangeDescriptor change = durable.change(
                view, TaskAction.named(action), request, Boolean.TRUE.equals(all));
        if (change != null && change.changed()) {
            control.audit(security.getPrincipal(), DurableControl.audited(change, request));
        }
        return change;
    }

    private @Nullable ChangeDescriptor run(PoolAction action, ChangeRequest request) {
        return switch (action.body()) {
            case PoolAction.Body.OnName body ->
                body.run(starts, request) ? ChangeDescriptor.of(request, true) : null;
            case PoolAction.Body.OnPool body -> {
                if (isTree(request.pool())) {
                    throw unknown(request);
                }
                yield ChangeDescriptor.of(request, body.run(control, request));
            }
            case PoolAction.Body.OnEachPool body -> {
                if (isTree(request.pool())) {
                    throw unknown(request);
                }
                PoolGroup<?> group = pools.pool(request.pool()).isPresent()
                        ? null
                        : pools.group(request.pool()).orElse(null);
                yield group == null
                        ? ChangeDescriptor.of(request, body.run(control.admin(), request.pool()))
                        : control.onMembers(group, body::run, request);
            }
            case PoolAction.Body.OnSupervisor body -> runOnSupervisor(body, request);
            case PoolAction.Body.OnCluster body ->
                body.run(cluster, request) ? ChangeDescriptor.of(request, true) : null;
        };
    }

    private @Nullable ChangeDescriptor runOnSupervisor(PoolAction.Body.OnSupervisor body, ChangeRequest request) {
        String name = request.pool();
        Supervisor supervisor = supervisor(name).orElseThrow(() -> Refusal.supervisorNotRunning(name));
        try {
            Optional<Supervisor> at = request.path() == null
                    ? Optional.of(supervisor)
                    : tree.resolve(SupervisorPath.below(name, request.path()), supervisor);
            return at.isPresent() ? body.run(children, at.get(), request) : null;
        } catch (ServerExitedException ended) {
            throw Refusal.supervisorNotRunning(name);
        } catch (InterruptedException interrupted) {
            throw interrupted(name, interrupted);
        }
    }

    private static IllegalStateException interrupted(String name, InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while asking the supervisor of '" + name + "'", interrupted);
    }

    private InvalidEndpointRequestException unknown(ChangeRequest request) {
        String pool = request.pool();
        String rule = cluster.isNamed(pool)
                ? "action on the cluster must be " + PoolAction.list(PoolAction::isOnCluster)
                : isTree(pool)
                        ? "action on a supervision tree must be " + PoolAction.list(PoolAction::isOnSupervisor)
                        : !exists(pool) && pools.group(pool).isPresent()
                                ? "action on a group must be " + PoolAction.list(PoolAction::isOnGroup)
                                : "action must be " + PoolAction.list(action -> !action.isOnCluster());
        return Refusal.of(rule + ", got: " + request.action());
    }

    /** The reason why {@link #change} answered null. */
    String whyNothing(String pool, String action, @Nullable String path, @Nullable String child) {
        if (cluster.isNamed(pool)) {
            return switch (action) {
                case "hand_over" -> "the cluster has no such singleton with a holder";
                case "broadcast" -> "this node has no method for a broadcast of that name on that pool";
                default -> "the cluster has no such node";
            };
        }
        if (PoolAction.named(action).filter(known -> known.body() instanceof PoolAction.Body.OnName).isPresent()) {
            return "no pool '" + pool + "' is configured: say at least its worker";
        }
        if (durable.isNamed(pool)) {
            return "durable tasks are changed at durable/tasks, and one of them at durable/ and its id";
        }
        if (!exists(pool)) {
            return noPool(pool);
        }
        if (path == null) {
            return "'" + pool + "' has no child '" + child + "'";
        }
        boolean runs = supervisor(pool)
                .flatMap(top -> tree.resolve(SupervisorPath.below(pool, path), top))
                .isPresent();
        return runs ? "'" + path + "' below '" + pool + "' has no child '" + child + "'" : noSupervisor(pool, path);
    }

    /** The reason why there was no answer about a view. */
    String whyNoView(String of, String view, @Nullable String path) {
        if (tree.isProcess(of)) {
            return "there is no process " + view;
        }
        if (path != null && exists(of)) {
            return noSupervisor(of, path);
        }
        return durable.isNamed(of) ? "there is no unfinished task " + view : noPool(of);
    }

    /** The reason why there was no answer about a name. */
    String whyNoPool(String pool, @Nullable String path) {
        if (tree.isTree(pool)) {
            return path == null
                    ? "there is no pool and no supervision tree"
                    : "there is no running supervisor at '" + path + "'";
        }
        return noPool(pool);
    }

    private static String noSupervisor(String pool, String path) {
        return "there is no running supervisor '" + path + "' below '" + pool + "'";
    }

    static String noPool(String pool) {
        return "there is no pool '" + pool + "'";
    }

    /**
     * Shows a page with one call to the supervisor. The process of each child is inspected when the child is written.
     */
    private ChildrenDescriptor page(String pool, Supervisor supervisor, PageKey key, int limit)
            throws InterruptedException {
        ChildPage page = supervisor.whichChildren(key.childOf(supervisor), limit);
        Instant asOf = Instant.now();
        List<String> code = tree.code(pool);
        return new ChildrenDescriptor(
                pool,
                page.total(),
                new ChildrenAsTheyAreAsked<>(page.children(),
                        child -> ChildDescriptor.of(child, asOf, pools.system(), code)),
                page.next().isPresent() ? PageKey.of(supervisor, page.next().getAsLong()).toString() : null);
    }

    private static CountsDescriptor counts(String pool, Supervisor supervisor) throws InterruptedException {
        ChildCounts counts = supervisor.countChildren();
        return new CountsDescriptor(pool, counts.specs(), counts.active(), counts.supervisors(), counts.workers());
    }
}
