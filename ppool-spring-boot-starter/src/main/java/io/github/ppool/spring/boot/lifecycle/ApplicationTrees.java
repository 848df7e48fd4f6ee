package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.OwnIntensity;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.spring.boot.ClusterScope;
import io.github.ppool.spring.boot.PpoolPhases;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.TreesListener;
import io.github.ppool.spring.boot.beans.InvalidPpoolBeanException;
import io.github.ppool.spring.boot.beans.TreeBeans;
import io.github.ppool.supervisor.AlreadyStarted;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.FailedToStartChild;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Starts the supervision trees of the application under the supervisor {@code ppool}, and stops them. */
public final class ApplicationTrees implements SupervisionTrees, SmartLifecycle {

    private static final GuardedLog logger = GuardedLog.of(ApplicationTrees.class);

    private final Pools pools;
    private final TreeBeans beans;
    private final Supplier<List<TreesListener>> listeners;
    private final @Nullable ClusterScope cluster;
    private final Duration phaseTimeout;
    private final Set<String> started = Collections.synchronizedSet(new LinkedHashSet<>());
    private final Map<String, Pid> supervisors = new ConcurrentHashMap<>();
    /** The trees of the cluster. */
    private final Map<String, StandbyTree> clustered = new ConcurrentHashMap<>();
    /** The trees that the supervisor {@code ppool} no longer restarts. */
    private final Set<String> givenUp = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    /**
     * The trees of an application; none is started yet.
     *
     * @param pools the pools that stand beside the trees
     * @param beans the specifications
     * @param listeners the listeners, looked up at the start
     * @param cluster decides where the trees of the cluster run; null if the application has no cluster
     * @param phaseTimeout the time of a shutdown phase
     * @throws InvalidPpoolBeanException if a tree has the scope of a cluster and the application has none
     */
    public ApplicationTrees(
            Pools pools,
            TreeBeans beans,
            Supplier<List<TreesListener>> listeners,
            @Nullable ClusterScope cluster,
            Duration phaseTimeout) {
        beans.checkScopes(cluster != null);
        this.pools = pools;
        this.beans = beans;
        this.listeners = listeners;
        this.cluster = cluster;
        this.phaseTimeout = phaseTimeout;
    }

    @Override
    public Set<String> names() {
        synchronized (started) {
            return Collections.unmodifiableSet(new LinkedHashSet<>(started));
        }
    }

    @Override
    public Optional<Supervisor> supervisor(String name) {
        StandbyTree ofCluster = clustered.get(name);
        return Optional.ofNullable(ofCluster != null ? ofCluster.supervisor() : supervisors.get(name))
                .filter(Pid::isAlive)
                .map(pid -> Supervisor.of(pools.system(), pid));
    }

    @Override
    public void start() {
        boolean complete = false;
        try {
            for (Map.Entry<String, SupervisorSpec> tree : new LinkedHashMap<>(beans.trees()).entrySet()) {
                started.add(tree.getKey());
                listeners.get().forEach(listener -> listener.treeStarting(tree.getKey()));
                hang(tree.getKey(), start(tree.getKey(), observed(tree.getKey(), tree.getValue())));
            }
            if (cluster != null) {
                clustered.values().forEach(cluster::enter);
            }
            complete = true;
        } finally {
            running = true;
            if (!complete) {
                stop();
            }
        }
    }

    /** Adds the listeners of the application to a specification. They are called after its own listener. */
    private SupervisorSpec observed(String name, SupervisorSpec spec) {
        return spec.listener(new TreeEvents(name, spec.listener(), listeners));
    }

    private ChildStart start(String name, SupervisorSpec spec) {
        if (beans.scope(name) == Scope.NODE) {
            return (above, argument) -> startSupervisor(name, spec, above);
        }
        StandbyTree tree = new StandbyTree(name, spec, pools.system(), usable());
        clustered.put(name, tree);
        return (above, argument) -> tree.startStandIn(above);
    }

    private void hang(String name, ChildStart start) {
        ChildSpec child = bulkhead(name, ChildSpec
                .of(childId(name), start)
                .type(ChildType.SUPERVISOR));
        ExitReason reason;
        Throwable cause = null;
        try {
            ChildResult result = root().startChild(child);
            if (result instanceof ChildResult.Started) {
                return;
            }
            reason = result instanceof ChildResult.Failed(ExitReason why) ? why : ExitReason.of(result.toString());
        } catch (ServerExitedException ended) {
            reason = ended.reason();
            cause = ended;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            reason = ExitReason.of("interrupted");
            cause = interrupted;
        }
        throw failure(name, reason, cause);
    }

    /** Gives a tree an intensity of its own, as the pools have, unless all share one. */
    private ChildSpec bulkhead(String name, ChildSpec child) {
        if (pools.sharedIntensity().isPresent()) {
            return child;
        }
        OwnIntensity own = new OwnIntensity(
                Pools.DEFAULT_INTENSITY, pools.system().clock()::nanoTime, reason -> giveUp(name, reason));
        return child.plan(own.plan()).count(RestartCount.INFINITY);
    }

    private void giveUp(String name, ExitReason reason) {
        givenUp.add(name);
        logger.error(
                "the supervision tree '{}' stays down: its supervisor has ended {} times within {}, the last time with"
                        + " {}; pools and other trees go on",
                name,
                Pools.DEFAULT_INTENSITY.intensity() + 1,
                Pools.DEFAULT_INTENSITY.period(),
                reason);
    }

    @Override
    public boolean hasGivenUp(String name) {
        return givenUp.contains(name) || (names().contains(name) && !pools.supervisor().isAlive());
    }

    @Override
    public Optional<Standby> standby(String name) {
        return Optional.ofNullable(clustered.get(name)).flatMap(StandbyTree::standby);
    }

    private static InvalidPpoolBeanException failure(String name, ExitReason reason, @Nullable Throwable other) {
        String what = "The supervision tree of the bean '" + name + "' could not be started: ";
        if (reason instanceof ExitReason.ShutdownWith(FailedToStartChild(String id, ExitReason why))) {
            return new InvalidPpoolBeanException(
                    what + "its child '" + id + "' failed with " + why + ". Those before it were stopped again.",
                    "Let the child start, or let it be ready first and prepare itself afterwards, where its restart"
                            + " rule holds.",
                    why.cause().orElse(other));
        }
        if (reason instanceof ExitReason.Other(AlreadyStarted(String taken, Pid holder))) {
            return new InvalidPpoolBeanException(
                    what + "its registered name '" + taken + "' belongs to the process " + holder + " already.",
                    "Give one of the two another registered name.",
                    null);
        }
        if (reason instanceof ExitReason.Failure(IllegalArgumentException wrong)) {
            return new InvalidPpoolBeanException(what + reason + ".", "Correct the specification.", wrong);
        }
        return new InvalidPpoolBeanException(
                what + reason + ".", "Look at what was logged before.", reason.cause().orElse(other));
    }

    private StartResult startSupervisor(String name, SupervisorSpec spec, ProcessContext above)
            throws InterruptedException {
        StartResult result = Supervisor.startLink(above, spec);
        if (result instanceof StartResult.Started(Pid pid, Object info)) {
            supervisors.put(name, pid);
        }
        return result;
    }

    private Supervisor root() {
        return Supervisor.of(pools.system(), pools.supervisor());
    }

    /** The id of a tree's child specification. The name of a pool can't contain the colon. */
    private static String childId(String name) {
        return "tree:" + name;
    }

    @Override
    public void stop() {
        long deadline = System.nanoTime() + usable().toNanos();
        List<String> reverse = new ArrayList<>(names());
        Collections.reverse(reverse);
        try {
            leaveCluster(deadline);
            for (String name : reverse) {
                takeDown(name, deadline);
            }
            beans.awaitThreads(Duration.ofNanos(deadline - System.nanoTime()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            reverse.forEach(name -> listeners.get().forEach(listener -> ForeignCode.tell(
                    "TreesListener " + listener.getClass().getName(), () -> listener.treeStopped(name))));
            started.clear();
            supervisors.clear();
            clustered.clear();
            givenUp.clear();
            running = false;
        }
    }

    /** Stops the trees of the cluster that run here, all at the same time, and lets other nodes have them. */
    private void leaveCluster(long deadline) throws InterruptedException {
        ClusterScope scope = cluster;
        List<Thread> leaving = new ArrayList<>();
        if (scope != null) {
            for (StandbyTree tree : clustered.values()) {
                leaving.add(Thread.ofVirtual().inheritInheritableThreadLocals(false).name("ppool-leave-" + tree.name())
                        .start(() -> ForeignCode.tell(
                                "The ClusterScope, for the tree '" + tree.name() + "',",
                                () -> scope.leave(tree, Duration.ofNanos(deadline - System.nanoTime())))));
            }
        }
        try {
            for (Thread one : leaving) {
                one.join();
            }
        } catch (InterruptedException interrupted) {
            leaving.forEach(Thread::interrupt);
            throw interrupted;
        }
    }

    private void takeDown(String name, long deadline) throws InterruptedException {
        var done = root().terminateAndDeleteChildAsync(childId(name)).toCompletableFuture();
        try {
            done.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            logger.warn(
                    "the supervision tree '{}' did not stop within {} and is killed: lower the shutdown times of its"
                            + " children or raise spring.lifecycle.timeout-per-shutdown-phase",
                    name,
                    usable());
            Pid pid = supervisors.get(name);
            if (pid != null) {
                pools.system().exit(pid, ExitReason.KILL);
            }
        } catch (ExecutionException ended) {
            // The supervisor ppool has given up, and the tree is down with it.
            logger.debug("the supervision tree '{}' was down already", name, ended);
        }
    }

    private Duration usable() {
        return PpoolPhases.usable(phaseTimeout);
    }

    /** Stops the trees on another thread, because other beans of the same phase stop at the same time. */
    @Override
    public void stop(Runnable callback) {
        Thread.ofPlatform().inheritInheritableThreadLocals(false).name("ppool-stop-trees").start(() -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        });
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PpoolPhases.TREES;
    }

    /** False, as for the pools. */
    @Override
    public boolean isPauseable() {
        return false;
    }
}
