package io.github.ppool.test;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessInfo;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Gives a test control of events that a production system has by itself: it crashes workers, and lets the time go by.
 *
 * <p>A tester is for one test at a time, on the test's own thread. Each method that waits does so for at most ten
 * seconds of real time, and then throws an {@link AssertionError} that names the awaited state.
 */
public final class PpoolTester {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Pools pools;

    private PpoolTester(Pools pools) {
        this.pools = pools;
    }

    /**
     * A tester of some pools.
     *
     * @param pools which
     * @return a new tester
     */
    public static PpoolTester of(Pools pools) {
        return new PpoolTester(pools);
    }

    /**
     * The pools.
     *
     * @return as given
     */
    public Pools pools() {
        return pools;
    }

    /**
     * The supervisor of a pool.
     *
     * @param pool its name
     * @return good until that supervisor ends
     * @throws IllegalArgumentException if there is no such pool
     * @throws IllegalStateException if its supervisor does not run
     */
    public Supervisor supervisor(String pool) {
        PoolStatus status = client(pool).status();
        return pools.supervisor(pool)
                .map(pid -> Supervisor.of(pools.system(), pid))
                .orElseThrow(() -> new IllegalStateException("no supervisor runs; " + status.explain()));
    }

    // ---- crashes

    /**
     * Crashes a worker with an {@link InjectedCrash}. See {@link #crash(String, Throwable)}.
     *
     * @param pool the name of the pool
     * @return the process that was crashed
     */
    public Pid crash(String pool) {
        return crash(pool, new InjectedCrash("the test has crashed a worker of the pool '" + pool + "'"));
    }

    /**
     * Crashes a worker: its process gets an exit signal, as if a linked process had failed. The worker is the running
     * one that was started first, in any state. Its restart plan decides the next step. A worker with a factory that
     * traps exits gets the signal as a message: use {@link #kill} for it.
     *
     * @param pool the name of the pool
     * @param cause the reason that the plan, the logs and the last exit of the child show
     * @return the process that was crashed; it is dead
     * @throws IllegalArgumentException if there is no such pool
     * @throws IllegalStateException if no worker of it runs
     */
    public Pid crash(String pool, Throwable cause) {
        return end(pool, running(pool).get(0), ExitReason.failure(cause));
    }

    /**
     * Crashes all workers that run, as {@link #crash(String)} does.
     *
     * @param pool the name of the pool
     * @return the processes that were crashed; they are dead
     */
    public List<Pid> crashAll(String pool) {
        InjectedCrash cause = new InjectedCrash("the test has crashed all workers of the pool '" + pool + "'");
        return running(pool).stream().map(worker -> end(pool, worker, ExitReason.failure(cause))).toList();
    }

    /**
     * Kills a worker, which it can't trap; its exit reason is {@code killed}.
     *
     * @param pool the name of the pool
     * @return the process that was killed; it is dead
     * @throws IllegalArgumentException if there is no such pool
     * @throws IllegalStateException if no worker of it runs
     */
    public Pid kill(String pool) {
        return end(pool, running(pool).get(0), ExitReason.KILL);
    }

    /**
     * Kills the supervisor of a pool, with all its workers; the tree above restarts it, within
     * {@link Pools#DEFAULT_INTENSITY}.
     *
     * @param pool the name of the pool
     * @return the process that was killed; it is dead
     * @throws IllegalArgumentException if there is no such pool
     * @throws IllegalStateException if its supervisor does not run
     */
    public Pid killSupervisor(String pool) {
        return end(pool, supervisor(pool).pid(), ExitReason.KILL);
    }

    private Pid end(String pool, Pid process, ExitReason reason) {
        CountDownLatch dead = new CountDownLatch(1);
        ProcessSystem system = pools.system();
        system.onExit(process, (ended, why) -> dead.countDown());
        system.exit(process, reason);
        try {
            if (!dead.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("the process " + process + " of the pool '" + pool + "' was sent " + reason
                        + " and has not ended within " + PATIENCE
                        + (system.info(process).trapExits() ? ": it traps exits, kill it" : ""));
            }
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
        return process;
    }

    private List<Pid> running(String pool) {
        try {
            List<Pid> running = supervisor(pool).whichChildren().stream()
                    .map(ChildInfo::pid)
                    .<Pid>mapMulti((pid, some) -> {
                        if (pid != null) {
                            some.accept(pid);
                        }
                    })
                    .toList();
            if (running.isEmpty()) {
                throw new IllegalStateException(
                        "no worker runs that could be crashed; " + client(pool).status().explain());
            }
            return running;
        } catch (ServerExitedException ended) {
            throw new IllegalStateException("the supervisor of the pool '" + pool + "' has ended", ended);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private PoolClient<?> client(String pool) {
        return pools.pool(pool)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no pool '" + pool + "', but these: " + pools.names()));
    }

    // ---- time

    /**
     * Waits until a pool has as many idle workers as it keeps, and its queue is empty: after a start, or after a crash.
     * With a clock that stands still only events that need no time happen.
     *
     * @param pool the name of the pool
     * @throws IllegalArgumentException if there is no such pool
     */
    public void awaitReady(String pool) {
        PoolClient<?> client = client(pool);
        Polling.until(
                () -> {
                    PoolStatus now = client.status();
                    return now.phase() == PoolPhase.RUNNING && now.available() >= now.size() && now.queueDepth() == 0;
                },
                PATIENCE,
                () -> "all workers to be idle; " + client.status().explain());
    }

    /**
     * The clock of the pools.
     *
     * @return a clock that stands still
     * @throws IllegalStateException if the pools live in a system with another clock
     */
    public ManualClock clock() {
        if (pools.system().clock() instanceof ManualClock clock) {
            return clock;
        }
        throw new IllegalStateException("the clock can't be moved: the pools must live in a new ProcessSystem(new"
                + " ManualClock()), but the clock is " + pools.system().clock());
    }

    /**
     * Lets the time of a {@link ManualClock} go by. At each timer on the way, and at the end, the tester waits until
     * all processes have acted: see {@link #settle}.
     *
     * @param time the time to go by; zero runs the timers that are due now
     * @throws IllegalStateException if the clock is another one
     * @throws IllegalArgumentException if the time is negative
     */
    public void advance(Duration time) {
        ManualClock clock = clock();
        settle();
        long left = time.toNanos();
        for (OptionalLong next = clock.nanosToNextTimer(); next.isPresent()
                && next.getAsLong() <= left; next = clock.nanosToNextTimer()) {
            clock.advance(Duration.ofNanos(next.getAsLong()));
            left -= next.getAsLong();
            settle();
        }
        clock.advance(Duration.ofNanos(left));
        settle();
    }

    /**
     * Waits until every process waits for a message, a reply or a time. Then no process acts any more unless the clock
     * moves or code outside acts. A worker that is blocked outside of ppool's waits, such as in a socket or at a latch,
     * is not at rest.
     */
    public void settle() {
        ProcessSystem system = pools.system();
        Look[] before = {Look.NONE};
        Polling.until(
                () -> {
                    Look now = Look.at(system);
                    boolean still = now.isAtRest() && now.equals(before[0]);
                    before[0] = now;
                    return still;
                },
                PATIENCE,
                () -> "all processes to wait; " + before[0].processes());
    }

    /**
     * All processes at about one moment. If two looks in a row are equal and both at rest, no process has acted in
     * between.
     */
    private record Look(List<ProcessInfo> processes, int threads) {
        static final Look NONE = new Look(List.of(), -1);

        static Look at(ProcessSystem system) {
            return new Look(system.processes().stream().map(system::info).toList(), system.threadCount());
        }

        /** One thread more than processes is one that has died and still runs, or is about to be born. */
        boolean isAtRest() {
            return threads == processes.size()
                    && processes.stream().allMatch(process -> process.status() == ProcessStatus.WAITING);
        }
    }

    private static AssertionError interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new AssertionError("the test was interrupted", interrupted);
    }
}
