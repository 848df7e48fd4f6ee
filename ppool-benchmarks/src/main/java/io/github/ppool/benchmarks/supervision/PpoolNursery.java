package io.github.ppool.benchmarks.supervision;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorListener;
import io.github.ppool.supervisor.SupervisorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * ppool's supervisors. Children that come and go are of a simple_one_for_one; the others of a one_for_one or
 * one_for_all.
 */
final class PpoolNursery implements Nursery {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int ANY_NUMBER = 1_000_000_000;

    private final ProcessSystem system = new ProcessSystem();
    private final AtomicReference<@Nullable Pid> lastBorn = new AtomicReference<>();
    private final Semaphore born = new Semaphore(0);
    private final List<Supervisor> all = new ArrayList<>();
    private final SupervisorListener listener;
    private final Supervisor comeAndGo;
    private List<Pid> flood = List.of();
    private @Nullable Supervisor many;

    PpoolNursery() throws InterruptedException {
        this(SupervisorListener.NONE);
    }

    PpoolNursery(SupervisorListener listener) throws InterruptedException {
        this.listener = listener;
        comeAndGo = start(SupervisorSpec.simpleOneForOne("come and go",
                ChildSpec.of("child", ChildStart.body("child", PpoolNursery::idle)).restart(RestartType.TEMPORARY)));
    }

    /** The supervisor of {@link #startMany}. */
    Supervisor many() {
        Supervisor supervisor = many;
        if (supervisor == null) {
            throw new IllegalStateException("not started");
        }
        return supervisor;
    }

    private Supervisor start(SupervisorSpec spec) throws InterruptedException {
        Supervisor supervisor = Supervisor.start(system, spec.listener(listener));
        all.add(supervisor);
        return supervisor;
    }

    private static void idle(ProcessContext self) throws InterruptedException {
        while (true) {
            self.receive();
        }
    }

    private void idleAndTell(ProcessContext self) throws InterruptedException {
        lastBorn.set(self.self());
        born.release();
        idle(self);
    }

    private static Pid started(ChildResult result) {
        if (result instanceof ChildResult.Started started) {
            return started.pid();
        }
        throw new IllegalStateException("not started: " + result);
    }

    @Override
    public void startAndEnd(int times) throws InterruptedException {
        startAndEnd(comeAndGo, times);
    }

    /** As {@link #startAndEnd}, with the supervisor of {@link #startMany}. */
    void startAndEndAmongMany(int times) throws InterruptedException {
        startAndEnd(many(), times);
    }

    private void startAndEnd(Supervisor supervisor, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            Pid pid = started(supervisor.startChild("argument"));
            ChildResult ended = supervisor.terminateChild(pid);
            if (!ended.isOk()) {
                throw new IllegalStateException("not ended: " + ended);
            }
        }
        awaitThreads();
    }

    /** A child counts as ended once its thread has, too. */
    private void awaitThreads() {
        while (system.orphanCount() > 0) {
            Thread.yield();
        }
    }

    @Override
    public long[] killOneByOne(int times) throws InterruptedException {
        Supervisor supervisor = start(SupervisorSpec.oneForOne("one by one").intensity(ANY_NUMBER, LONG));
        born.drainPermits();
        Pid pid = started(supervisor.startChild(ChildSpec.of("child", ChildStart.body("child", this::idleAndTell))));
        born.acquire();
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long from = System.nanoTime();
            system.exit(pid, ExitReason.KILL);
            born.acquire();
            nanos[i] = System.nanoTime() - from;
            Pid next = lastBorn.get();
            if (next == null || next.equals(pid)) {
                throw new IllegalStateException("not restarted: " + next);
            }
            pid = next;
        }
        stop(supervisor);
        return nanos;
    }

    @Override
    public void prepareFlood(int children) throws InterruptedException {
        prepare(SupervisorSpec.oneForOne("flood"), children);
    }

    void prepareOneForAll(int children) throws InterruptedException {
        prepare(SupervisorSpec.oneForAll("one for all"), children);
    }

    private void prepare(SupervisorSpec spec, int children) throws InterruptedException {
        List<ChildSpec> specs = new ArrayList<>();
        for (int i = 0; i < children; i++) {
            specs.add(ChildSpec.of("child " + i, ChildStart.body("child", this::idleAndTell)));
        }
        Supervisor supervisor = start(spec.children(specs).intensity(ANY_NUMBER, LONG));
        born.acquire(children);
        flood = supervisor.pids();
    }

    @Override
    public void killAll() throws InterruptedException {
        for (Pid pid : flood) {
            system.exit(pid, ExitReason.KILL);
        }
        born.acquire(flood.size());
    }

    /** Of {@link #prepareOneForAll}. */
    void killOne() throws InterruptedException {
        system.exit(flood.getFirst(), ExitReason.KILL);
        born.acquire(flood.size());
    }

    @Override
    public void startMany(int children) throws InterruptedException {
        Supervisor supervisor = start(SupervisorSpec.simpleOneForOne("many",
                ChildSpec.of("child", ChildStart.body("child", this::idleAndTell)).restart(RestartType.PERMANENT)));
        born.drainPermits();
        for (int i = 0; i < children; i++) {
            started(supervisor.startChild("argument"));
        }
        born.acquire(children);
        many = supervisor;
    }

    @Override
    public void stopMany() throws InterruptedException {
        stop(many());
        awaitThreads();
        many = null;
    }

    private void stop(Supervisor supervisor) throws InterruptedException {
        if (!supervisor.stop(LONG)) {
            throw new IllegalStateException("not stopped: " + supervisor);
        }
        all.remove(supervisor);
    }

    @Override
    public void close() {
        system.close();
        while (system.threadCount() > 0) {
            Thread.yield();
        }
    }
}
