package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.OwnIntensity;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.spring.boot.ClusterTree;
import io.github.ppool.spring.boot.PpoolPhases;
import io.github.ppool.spring.boot.SupervisionTrees.Standby;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A tree of the cluster on this node. A supervisor of its own, the stand-in, is always there under the supervisor
 * {@code ppool}. It has no children while the tree stands by, and the tree as its only child while the tree runs here.
 * So the stop of one tree holds up neither the pools nor the stops of other trees.
 */
final class StandbyTree implements ClusterTree {

    private static final GuardedLog logger = GuardedLog.of(StandbyTree.class);

    /** The time that the tree runs on this node. */
    private record Run(Object group, Consumer<ExitReason> gaveUp) {}

    private final String name;
    private final SupervisorSpec spec;
    private final ProcessSystem system;
    private final Duration limit;
    private volatile @Nullable Pid standIn;
    private volatile @Nullable Pid top;
    private volatile @Nullable Run run;
    private volatile boolean resting;
    private volatile @Nullable ExitReason lastExit;

    /**
     * A tree that stands by.
     *
     * @param spec the specification of the tree
     * @param limit the longest time of a stop
     */
    StandbyTree(String name, SupervisorSpec spec, ProcessSystem system, Duration limit) {
        this.name = name;
        this.spec = spec;
        this.system = system;
        this.limit = limit;
    }

    /** Starts the stand-in under the supervisor {@code ppool}. */
    StartResult startStandIn(ProcessContext above) throws InterruptedException {
        StartResult result = Supervisor.startLink(above, SupervisorSpec.oneForOne(name + ".standby"));
        if (result instanceof StartResult.Started(Pid pid, Object info)) {
            standIn = pid;
        }
        Run cutOff = run;
        if (cutOff != null) {
            // The stand-in was killed from outside, and the tree with it.
            giveUp(cutOff, ExitReason.KILLED);
        }
        return result;
    }

    @Override
    public String name() {
        return name;
    }

    /** The supervisor of the tree, or the stand-in; null if neither runs at the moment. */
    @Nullable
    Pid supervisor() {
        Pid own = top;
        return own != null && own.isAlive() ? own : standIn;
    }

    /** Empty while the tree runs on this node. */
    Optional<Standby> standby() {
        return run == null
                ? Optional.of(new Standby(resting, Optional.ofNullable(lastExit)))
                : Optional.empty();
    }

    @Override
    public void rest(boolean now) {
        resting = now;
    }

    @Override
    public void start(Object group, Consumer<ExitReason> gaveUp) throws InterruptedException {
        if (run != null) {
            throw new IllegalStateException("the tree '" + name + "' runs already");
        }
        Run next = new Run(
                Objects.requireNonNull(group, "group must not be null"),
                Objects.requireNonNull(gaveUp, "gaveUp must not be null"));
        run = next;
        ExitReason failed = null;
        try {
            ChildResult result = Supervisor.of(system, running()).startChild(tree(next));
            if (result instanceof ChildResult.Started) {
                return;
            }
            failed = result instanceof ChildResult.Failed(ExitReason why) ? why : ExitReason.of(result.toString());
        } catch (ServerExitedException ended) {
            failed = ended.reason();
        }
        run = null;
        lastExit = failed;
        killMembers(group);
        throw new IllegalStateException("the tree '" + name + "' could not be started: " + failed,
                failed.cause().orElse(null));
    }

    private Pid running() {
        Pid now = standIn;
        if (now == null) {
            throw new IllegalStateException("the tree '" + name + "' has not entered the supervisor ppool");
        }
        return now;
    }

    /** The tree as the child of the stand-in, with the intensity that each tree of the application has. */
    private ChildSpec tree(Run now) {
        OwnIntensity own = new OwnIntensity(
                Pools.DEFAULT_INTENSITY, system.clock()::nanoTime, reason -> giveUp(now, reason));
        return ChildSpec.of(name, (above, argument) -> startTop(above, now))
                .type(ChildType.SUPERVISOR)
                .plan(own.plan())
                .count(RestartCount.INFINITY);
    }

    private StartResult startTop(ProcessContext above, Run now) throws InterruptedException {
        above.group(now.group());
        try {
            StartResult result = Supervisor.startLink(above, spec);
            if (result instanceof StartResult.Started(Pid pid, Object info)) {
                top = pid;
            }
            return result;
        } finally {
            above.group(null);
        }
    }

    @SuppressWarnings("ReferenceEquality") // this run, not one like it
    private void giveUp(Run ended, ExitReason reason) {
        if (run == ended) {
            lastExit = reason;
            logger.error(
                    "the supervision tree '{}' gives up on this node: its supervisor has ended {} times within {}, the"
                            + " last time with {}; another node may run it",
                    name,
                    Pools.DEFAULT_INTENSITY.intensity() + 1,
                    Pools.DEFAULT_INTENSITY.period(),
                    reason);
            ended.gaveUp().accept(reason);
        }
    }

    @Override
    public void stop(Duration atMost) throws InterruptedException {
        Run ended = run;
        Pid above = standIn;
        if (ended == null || above == null) {
            return;
        }
        Duration patience = atMost.compareTo(limit) < 0 ? atMost : limit;
        run = null;
        CompletableFuture<?> done = Supervisor.of(system, above).terminateAndDeleteChildAsync(name)
                .toCompletableFuture();
        try {
            done.get(Math.max(0, PpoolPhases.limited(patience).toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            logger.warn("the supervision tree '{}' did not stop within {} and is killed", name, patience);
        } catch (ExecutionException standInEnded) {
            logger.debug("the supervision tree '{}' was down already", name, standInEnded);
        } finally {
            killMembers(ended.group());
            top = null;
        }
    }

    /** Kills all processes of the tree, and those that they spawn meanwhile. */
    private void killMembers(Object group) {
        boolean anyAlive = true;
        while (anyAlive) {
            anyAlive = false;
            for (Pid member : system.members(group)) {
                if (member.isAlive()) {
                    anyAlive = true;
                    system.exit(member, ExitReason.KILL);
                }
            }
        }
    }
}
