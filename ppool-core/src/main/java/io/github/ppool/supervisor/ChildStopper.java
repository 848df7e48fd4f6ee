package io.github.ppool.supervisor;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ExitWatch;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ReplySlot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stops processes, as OTP's {@code shutdown/1}. The end is learnt by watching, not by the link, so that a child which unlinks
 * itself can't hang the supervisor. The exit message that the link brings is ignored later, as that of a stranger.
 */
final class ChildStopper {

    private final ProcessContext self;

    ChildStopper(ProcessContext self) {
        this.self = self;
    }

    /** Stops one process and waits for its end; what it ended with. */
    ExitReason stop(Pid pid, Shutdown shutdown) throws InterruptedException {
        return switch (shutdown) {
            case Shutdown.BrutalKill kill -> kill(pid);
            case Shutdown.Infinity infinity -> tell(pid, null);
            case Shutdown.After(Duration time) -> tell(pid, time);
        };
    }

    private ExitReason tell(Pid pid, @Nullable Duration time) throws InterruptedException {
        ReplySlot<ExitReason> end = new ReplySlot<>(self.system());
        ExitWatch watch = self.system().onExit(pid, (process, reason) -> end.reply(reason));
        try {
            self.exit(pid, ExitReason.SHUTDOWN);
            if (time == null) {
                end.await();
            } else {
                end.await(time);
            }
        } finally {
            watch.cancel();
        }
        return kill(pid);
    }

    /** A kill takes effect at once; on a process that has ended it changes nothing. */
    private ExitReason kill(Pid pid) {
        self.exit(pid, ExitReason.KILL);
        return self.system().exitReason(pid).orElse(ExitReason.KILLED);
    }

    /** Stops many processes side by side, within one shutdown time for all, as OTP does with the children of a template. */
    void stopAll(List<Pid> pids, Shutdown shutdown) throws InterruptedException {
        if (shutdown instanceof Shutdown.BrutalKill) {
            pids.forEach(this::kill);
            return;
        }
        ReplySlot<Boolean> allEnded = new ReplySlot<>(self.system());
        AtomicInteger left = new AtomicInteger(pids.size() + 1);
        Runnable oneLess = () -> {
            if (left.decrementAndGet() == 0) {
                allEnded.reply(true);
            }
        };
        for (Pid pid : pids) {
            self.system().onExit(pid, (process, reason) -> oneLess.run());
            self.exit(pid, ExitReason.SHUTDOWN);
        }
        oneLess.run();
        if (shutdown instanceof Shutdown.After(Duration time)) {
            allEnded.await(time);
            pids.forEach(this::kill);
        } else {
            allEnded.await();
        }
    }
}
