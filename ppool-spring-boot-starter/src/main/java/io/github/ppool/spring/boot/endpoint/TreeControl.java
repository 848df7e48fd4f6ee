package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.UserCode;
import io.github.ppool.supervisor.Supervisor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** The part of the endpoint for trees of any depth, and for single processes. */
final class TreeControl {

    /** The place of the trees at the endpoint. A pool or tree of that name takes it. */
    static final String TREE = "tree";

    /** The place of single processes at the endpoint. A pool or tree of that name takes it. */
    static final String PROCESS = "process";

    private final Pools pools;
    private final ObjectProvider<SupervisionTrees> trees;
    private final Function<String, Optional<Supervisor>> supervisors;
    private final Predicate<String> isTaken;

    /**
     * Makes the part.
     *
     * @param pools the pools
     * @param trees supplies the supervision trees; called for each request
     * @param supervisors finds the supervisor of a pool or a tree
     * @param isTaken tells if a pool or tree has a name
     */
    TreeControl(
            Pools pools,
            ObjectProvider<SupervisionTrees> trees,
            Function<String, Optional<Supervisor>> supervisors,
            Predicate<String> isTaken) {
        this.pools = pools;
        this.trees = trees;
        this.supervisors = supervisors;
        this.isTaken = isTaken;
    }

    boolean isTree(String name) {
        return name.equals(TREE) && !isTaken.test(name);
    }

    boolean isProcess(String name) {
        return name.equals(PROCESS) && !isTaken.test(name);
    }

    /**
     * Walks over all pools and trees, or over the supervisor at a path.
     *
     * @param path the way to a supervisor; null for all
     * @param depth the levels below the top, from 1 to {@link TreeWalk#DEEPEST}; null for {@link TreeWalk#DEPTH}
     * @param limit the most children of each supervisor, from 1 to 1,000; null for 100
     * @return null if the path leads to no running supervisor
     */
    @Nullable
    WalkDescriptor walk(@Nullable String path, @Nullable Integer depth, int limit) {
        int levels = Objects.requireNonNullElse(depth, TreeWalk.DEPTH);
        if (levels < 1 || levels > TreeWalk.DEEPEST) {
            throw Refusal.of("depth must be from 1 to " + TreeWalk.DEEPEST + ", got: " + levels);
        }
        TreeWalk walk = new TreeWalk(pools.system(), this::code, levels, limit);
        Map<String, @Nullable Supervisor> tops = path == null ? all() : at(path);
        try {
            return tops.isEmpty() ? null : walk.walk(tops);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while walking over the supervision trees", interrupted);
        }
    }

    private Map<String, @Nullable Supervisor> all() {
        Map<String, @Nullable Supervisor> tops = new LinkedHashMap<>();
        pools.names().forEach(name -> tops.put(SupervisorPath.escaped(name), supervisors.apply(name).orElse(null)));
        SupervisionTrees known = trees.getIfUnique();
        if (known != null) {
            known.names().forEach(name -> tops.putIfAbsent(
                    SupervisorPath.escaped(name), supervisors.apply(name).orElse(null)));
        }
        return tops;
    }

    private Map<String, @Nullable Supervisor> at(String path) {
        SupervisorPath way = SupervisorPath.of(path);
        return supervisors.apply(way.top())
                .flatMap(top -> resolve(way, top))
                .map(found -> Map.<String, @Nullable Supervisor>of(path, found))
                .orElse(Map.of());
    }

    /** The supervisor at a path; empty if it leads to none. */
    Optional<Supervisor> resolve(SupervisorPath path, Supervisor top) {
        ProcessSystem system = pools.system();
        try {
            return path.resolve(system, top);
        } catch (ServerExitedException ended) {
            return Optional.empty(); // a supervisor on the way has ended before it answered
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for the supervisor " + path, interrupted);
        }
    }

    @Nullable
    ProcessDescriptor process(String pid) {
        return new ProcessLook(pools.system()).look(pid);
    }

    /** The class of the factory is the code of a pool's workers. */
    List<String> code(String pool) {
        return pools.spec(pool).map(spec -> UserCode.nameOf(spec.factory())).map(List::of).orElse(List.of());
    }
}
