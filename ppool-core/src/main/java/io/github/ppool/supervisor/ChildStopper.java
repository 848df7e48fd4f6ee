package io.github.ppool.supervisor;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stops processes, as OTP's {@code shutdown/1}. A process that does not trap exits is dismissed: it ends at once and
 * leaves no exit message. The end of a process that traps exits is learnt by watching it and not by the link, so a
 * child that unlinks itself can't hang the supervisor. The exit message that the link then brings is ignored later, as
 * that of an unknown process.
 */
final class ChildStopper {

    private final ProcessContext self;

    ChildStopper(ProcessContext self) {
        this.self = self;
    }

    /** Stops one process and waits for its end. Returns its exit reason. */
    ExitReason stop(Pid pid, Shutdown shutdown) throws InterruptedException {
        ExitReason atOnce = tryStop(pid, shutdown);
        if (atOnce != null) {
            return atOnce;
        }
        return tell(pid, shutdown instanceof Shutdown.After(Duration time) ? time : null);
    }

    /**
     * Stops one process if that needs no wait, as with a brutal kill. Returns its exit reason; null if it traps exits,
     * and the call has had no effect.
     */
    @Nullable
    ExitReason tryStop(Pid pid, Shutdown shutdown) {
        ExitReason reason = shutdown instanceof Shutdown.BrutalKill ? ExitReason.KILL : ExitReason.SHUTDOWN;
        return self.dismiss(pid, reason) ? endOf(pid) : null;
    }

    private ExitReason endOf(Pid pid) {
        return self.system().exitReason(pid).orElse(ExitReason.KILLED);
    }

    private ExitReason tell(Pid pid, @Nullable Duration time) throws InterruptedException {
        self.awaitEnds(List.of(pid), ExitReason.SHUTDOWN, time);
        return kill(pid);
    }

    /** Kills a process: it has ended at once. If it had ended before, the call has no effect. */
    private ExitReason kill(Pid pid) {
        self.exit(pid, ExitReason.KILL);
        return endOf(pid);
    }

    /**
     * Stops many processes in parallel, within one shutdown time for all, as OTP does with the children of a template.
     */
    void stopAll(List<Pid> pids, Shutdown shutdown) throws InterruptedException {
        if (shutdown instanceof Shutdown.BrutalKill) {
            pids.forEach(this::kill);
            return;
        }
        List<Pid> trapping = pids.stream().filter(pid -> !self.dismiss(pid, ExitReason.SHUTDOWN)).toList();
        if (shutdown instanceof Shutdown.After(Duration time)) {
            self.awaitEnds(trapping, ExitReason.SHUTDOWN, time);
            trapping.forEach(this::kill);
        } else {
            self.awaitEnds(trapping, ExitReason.SHUTDOWN, null);
        }
    }
}
