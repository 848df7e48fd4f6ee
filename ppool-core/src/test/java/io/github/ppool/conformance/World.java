package io.github.ppool.conformance;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessInfo;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A process system on a clock that stands still, and the art of knowing that it is at rest: every
 * process waits, and has waited without a break for the whole of a look at all of them.
 */
public final class World implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final ManualClock clock = new ManualClock();
    private final ProcessSystem system = new ProcessSystem(clock);

    /** The clock of the processes and timers of this world. */
    public ManualClock clock() {
        return clock;
    }

    /** Where the processes are. */
    public ProcessSystem system() {
        return system;
    }

    /** Returns when no process will do anything before the clock moves or an outer thread acts. */
    public void quiesce() {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        List<ProcessInfo> before = List.of();
        while (true) {
            List<ProcessInfo> now = system.processes().stream().map(system::info).toList();
            boolean still = system.threadCount() == now.size()
                    && now.stream().allMatch(process -> process.status() == ProcessStatus.WAITING);
            if (still && wakeUps(now).equals(wakeUps(before)) && pids(now).equals(pids(before))) {
                return;
            }
            before = still ? now : List.of();
            if (System.nanoTime() - giveUp > 0) {
                throw new AssertionError("processes do not come to rest: " + now + ", orphans: " + system.orphaned());
            }
            Thread.onSpinWait();
        }
    }

    private static List<Long> wakeUps(List<ProcessInfo> processes) {
        return processes.stream().map(ProcessInfo::wakeUps).toList();
    }

    private static List<Pid> pids(List<ProcessInfo> processes) {
        return processes.stream().map(ProcessInfo::pid).toList();
    }

    /** An action on a process of its own, which may have to wait. */
    public static final class Errand<T> {
        private final AtomicReference<@Nullable Callable<T>> outcome = new AtomicReference<>();

        /** Whether it is over. */
        public boolean isDone() {
            return outcome.get() != null;
        }

        /** The outcome, once it is over. */
        public T result() {
            try {
                return outcome.get().call();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Begins an action on a process of its own. */
    public <T> Errand<T> begin(Callable<T> work) {
        Errand<T> errand = new Errand<>();
        Pid pid = system.spawn(
                self -> {
                    try {
                        T value = work.call();
                        errand.outcome.set(() -> value);
                    } catch (Exception e) {
                        errand.outcome.set(() -> {
                            throw e;
                        });
                    }
                },
                SpawnOptions.labelled("errand"));
        system.onExit(pid, (ended, reason) -> errand.outcome.compareAndSet(null, () -> {
            throw new AssertionError("the errand died: " + reason);
        }));
        return errand;
    }

    /** Does an action that may have to wait, moving the clock on as far as it takes. */
    public <T> T perform(Callable<T> work) {
        Errand<T> errand = begin(work);
        for (quiesce(); !errand.isDone(); quiesce()) {
            moveToNextTimer();
        }
        return errand.result();
    }

    private void moveToNextTimer() {
        OptionalLong next = clock.nanosToNextTimer();
        if (next.isEmpty()) {
            throw new AssertionError("nobody will ever move: "
                    + system.processes().stream().map(system::info).toList());
        }
        clock.advance(Duration.ofNanos(next.getAsLong()));
    }

    /** Moves the clock on, giving each process the time to act at each timer on the way. */
    public void advance(Duration time) {
        long left = time.toNanos();
        quiesce();
        for (OptionalLong next = clock.nanosToNextTimer(); next.isPresent()
                && next.getAsLong() <= left; next = clock.nanosToNextTimer()) {
            clock.advance(Duration.ofNanos(next.getAsLong()));
            left -= next.getAsLong();
            quiesce();
        }
        clock.advance(Duration.ofNanos(left));
        quiesce();
    }

    @Override
    public void close() {
        system.close();
        try {
            if (!system.awaitThreads(PATIENCE)) {
                throw new AssertionError("threads are left: " + system.processes() + " " + system.orphaned());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
