package io.github.ppool.spring.boot.health;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.spring.boot.SupervisionTrees.Standby;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** The health of a supervision tree, including the supervisors below its top. */
final class TreeHealth {

    /**
     * The time to wait for a supervisor. A supervisor that starts or stops a child answers only afterwards, which may
     * take longer than a request for health should.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /**
     * The largest number of children that are inspected under each supervisor. A tree with more children has the health
     * of the first ones.
     */
    private static final int LOOKED_AT = 1000;

    private final ProcessSystem system;
    private int running;
    private int restarting;
    private int down;
    private @Nullable ExitReason lastExit;

    private TreeHealth(ProcessSystem system) {
        this.system = system;
    }

    /**
     * The health of a tree.
     *
     * @param top the supervisor of the tree; empty if it does not run at the moment
     * @param givenUp true if the supervisor is not restarted by itself
     * @param standby set if the tree is one of the cluster that does not run on this node
     */
    static Health of(
            Optional<Supervisor> top, boolean givenUp, Optional<Standby> standby, ProcessSystem system) {
        if (!givenUp && standby.isPresent()) {
            return ofStandby(standby.get());
        }
        if (top.isEmpty() || givenUp) {
            return givenUp
                    ? Health.down().withDetail("supervisor", "gave up").build()
                    : Health.status(PoolHealth.DEGRADED).withDetail("supervisor", "restarting").build();
        }
        FutureTask<Health> look = new FutureTask<>(() -> new TreeHealth(system).lookThrough(top.get()));
        Thread looking = Thread.ofVirtual().inheritInheritableThreadLocals(false).name("ppool-health").start(look);
        try {
            return look.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException busy) {
            return Health.status(PoolHealth.DEGRADED).withDetail("supervisor", "busy").build();
        } catch (ExecutionException ended) {
            // The supervisor ended between two questions. The next request finds its successor, or its end.
            return Health.status(PoolHealth.DEGRADED).withDetail("supervisor", "restarting").build();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Health.unknown().build();
        } finally {
            looking.interrupt();
        }
    }

    /** Standing by is no failure. A tree that rests here has failed, and runs elsewhere if it can. */
    private static Health ofStandby(Standby standby) {
        Health.Builder health = standby.resting()
                ? Health.status(PoolHealth.DEGRADED).withDetail("supervisor", "resting")
                : Health.up().withDetail("supervisor", "standby");
        standby.lastExit().ifPresent(reason -> health.withDetail("lastExit", SafeReason.of(reason)));
        return health.build();
    }

    private Health lookThrough(Supervisor top) throws InterruptedException {
        look(top);
        Status status = restarting > 0 || down > 0 ? PoolHealth.DEGRADED : Status.UP;
        Health.Builder health = Health.status(status)
                .withDetail("supervisor", "running")
                .withDetail("running", running)
                .withDetail("restarting", restarting)
                .withDetail("down", down);
        if (lastExit != null) {
            health.withDetail("lastExit", SafeReason.of(lastExit));
        }
        return health.build();
    }

    private void look(Supervisor supervisor) throws InterruptedException {
        for (ChildInfo child : supervisor.whichChildren(0, LOOKED_AT).children()) {
            Pid pid = child.pid();
            switch (child.state()) {
                case RUNNING -> running++;
                case RESTARTING -> restarting++;
                // A child that was stopped by a call, or has done its work, is no failure.
                case UNDEFINED -> down += isFailed(child) ? 1 : 0;
            }
            if (child.state() != ChildInfo.State.RUNNING && isFailed(child)) {
                lastExit = child.lastExit();
            }
            if (pid != null && child.type() == ChildType.SUPERVISOR) {
                try {
                    look(Supervisor.of(system, pid));
                } catch (ServerExitedException ended) {
                    restarting++;
                }
            }
        }
    }

    private static boolean isFailed(ChildInfo child) {
        ExitReason reason = child.lastExit();
        return reason != null && !reason.isOrderly();
    }
}
