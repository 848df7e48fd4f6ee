package io.github.ppool.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.time.ManualClock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Monitors, listeners and orphans against ends. */
final class MonitorStress {

    private MonitorStress() {}

    /** A process sets up a monitor while the other ends. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "told once")
    @Outcome(expect = FORBIDDEN, desc = "told twice or not at all")
    @State
    public static class MonitorAndEnd extends Two {
        @Actor
        public void owner() {
            own().monitor(b);
        }

        @Actor
        public void ender() {
            ExitSignals.end(b, BOOM);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = downs(a);
        }
    }

    /** A process takes a monitor down while the other ends. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "never told")
    @Outcome(expect = FORBIDDEN, desc = "a Down message after demonitor")
    @State
    public static class DemonitorAndEnd extends Two {
        private final Monitor monitor = new Monitor(a, b);

        {
            a.holdMonitor(monitor);
            b.addWatcher(monitor);
        }

        @Actor
        public void owner() {
            own().demonitor(monitor);
        }

        @Actor
        public void ender() {
            ExitSignals.end(b, BOOM);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = downs(a);
        }
    }

    /** A listener is registered while the process ends. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "told once")
    @Outcome(expect = FORBIDDEN, desc = "told twice or not at all")
    @State
    public static class ListenAndEnd extends Two {
        private final AtomicInteger told = new AtomicInteger();

        @Actor
        public void listener() {
            system.onExit(b, (pid, reason) -> told.incrementAndGet());
        }

        @Actor
        public void ender() {
            ExitSignals.end(b, BOOM);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = told.get();
        }
    }

    /** A listener is cancelled while the process ends. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "cancelled")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "told")
    @Outcome(expect = FORBIDDEN, desc = "told although the cancel counted, or neither")
    @State
    public static class CancelAndEnd extends Two {
        private final AtomicInteger told = new AtomicInteger();
        private final ExitWatch watch = system.onExit(b, (pid, reason) -> told.incrementAndGet());

        @Actor
        public void listener(II_Result r) {
            r.r1 = watch.cancel() ? 1 : 0;
        }

        @Actor
        public void ender() {
            ExitSignals.end(b, BOOM);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = told.get();
        }
    }

    /** A process ends by itself while a signal ends it. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "by itself")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "by the signal: its thread runs still, and is counted")
    @Outcome(expect = FORBIDDEN, desc = "two ends, or none")
    @State
    public static class TwoEnds extends Two {
        private final AtomicInteger told = new AtomicInteger();

        {
            a.bind(Thread.ofVirtual().unstarted(() -> {}));
            system.onExit(a, (pid, reason) -> told.incrementAndGet());
        }

        @Actor
        public void itself() {
            ExitSignals.end(a, ExitReason.NORMAL);
        }

        @Actor
        public void killer() {
            ExitSignals.send(root, a, ExitReason.KILL);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = told.get();
            boolean killed = ExitReason.KILLED.equals(a.exitReason());
            r.r2 = killed == (system.orphanCount() == 1) ? system.orphanCount() : 9;
        }
    }

    /** A signal ends a process while its thread ends. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "no orphan is left")
    @Outcome(expect = FORBIDDEN, desc = "a thread that has ended is counted as an orphan")
    @State
    public static class KillAndThreadEnd extends Two {
        {
            a.bind(Thread.ofVirtual().unstarted(() -> {}));
        }

        @Actor
        public void itself() {
            ExitSignals.end(a, ExitReason.NORMAL);
            a.threadEnded();
        }

        @Actor
        public void killer() {
            ExitSignals.send(root, a, ExitReason.KILL);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = system.orphanCount();
        }
    }

    /** A process is killed by a thread that finds it on the list while it is being launched. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "its watcher is told once")
    @Outcome(expect = FORBIDDEN, desc = "told twice or not at all: whoever starts it waits for ever")
    @State
    public static class KillAndLaunch {
        private final ProcessSystem system = new ProcessSystem(new ManualClock());
        private final AtomicInteger told = new AtomicInteger();

        @Actor
        public void launcher() {
            system.launch(ProcessContext::receive, SpawnOptions.DEFAULT, null, false,
                    cell -> new ExitWatch(cell, (pid, reason) -> told.incrementAndGet()));
        }

        @Actor
        public void killer() {
            List<Pid> found = system.processes();
            while (found.isEmpty()) {
                found = system.processes();
            }
            found.forEach(pid -> system.exit(pid, ExitReason.KILL));
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = told.get();
        }
    }
}
