package io.github.ppool.supervisor;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells the log and the listener what happens, in the manner of OTP's supervisor and progress reports. Each supervisor name has a
 * logger of its own, below {@code io.github.ppool.supervisor}.
 */
final class SupervisorReports {

    private final Pid supervisor;
    private final SupervisorListener listener;
    private final Logger log;

    SupervisorReports(Pid supervisor, String name, SupervisorListener listener) {
        this.supervisor = supervisor;
        this.listener = listener;
        this.log = LoggerFactory.getLogger(
                name.isEmpty() ? "io.github.ppool.supervisor" : "io.github.ppool.supervisor." + name);
    }

    void started(Child child, Pid pid) {
        report(Level.DEBUG, "progress", null, child, pid);
        tell(new SupervisorEvent.ChildStarted(supervisor, child.spec.id(), pid, child.starts - 1));
    }

    void startFailed(Child child, ExitReason reason) {
        report(Level.ERROR, "start_error", reason, child, null);
        tell(new SupervisorEvent.ChildStartFailed(supervisor, child.spec.id(), reason));
    }

    /** An end in good order is no error, unless the child was to run for ever. */
    void exited(Child child, Pid pid, ExitReason reason) {
        boolean expected = reason.isOrderly() && !child.isOfType(RestartType.PERMANENT);
        report(expected ? Level.DEBUG : Level.ERROR, "child_terminated", reason, child, pid);
        tell(new SupervisorEvent.ChildExited(supervisor, child.spec.id(), pid, reason));
    }

    void stopped(Child child, Pid pid, ExitReason reason) {
        ExitReason wanted = child.shutdown instanceof Shutdown.BrutalKill ? ExitReason.KILLED : ExitReason.SHUTDOWN;
        boolean expected = reason.equals(wanted) || (reason.isOrderly() && !child.isOfType(RestartType.PERMANENT));
        if (!expected) {
            report(Level.ERROR, "shutdown_error", reason, child, pid);
        }
        tell(new SupervisorEvent.ChildStopped(supervisor, child.spec.id(), pid, reason));
    }

    void restartScheduled(Child child, Duration delay, boolean imposed) {
        if (imposed) {
            log.warn(
                    "Child '{}' of supervisor {} could not be started {} times in a row without a pause:"
                            + " the next start waits {} although its plan says now",
                    child.spec.id(),
                    supervisor,
                    child.planState().failedStarts(),
                    delay);
        }
        tell(new SupervisorEvent.RestartScheduled(supervisor, child.spec.id(), delay));
    }

    void gaveUp(Child child, String why, ExitReason reason) {
        log.atError()
                .addKeyValue("context", "shutdown")
                .addKeyValue("why", why)
                .addKeyValue("reason", reason)
                .log("Supervisor {} gives up because of child '{}': {}", supervisor, child.spec.id(), why);
        tell(new SupervisorEvent.GaveUp(supervisor, child.spec.id(), reason));
    }

    void autoShutdown(Child child) {
        log.info("Supervisor {} shuts down: its significant child '{}' has ended", supervisor, child.spec.id());
        tell(new SupervisorEvent.GaveUp(supervisor, child.spec.id(), ExitReason.SHUTDOWN));
    }

    void unexpected(Object message) {
        log.error("Supervisor {} received an unexpected message: {}", supervisor, message);
    }

    void trace(String what, @Nullable Object by, @Nullable Object outcome) {
        log.info("*trace* {} {}{}{}", supervisor, what, by == null ? "" : " by " + by,
                outcome == null ? "" : " -> " + outcome);
    }

    private void report(Level level, String context, @Nullable ExitReason reason, Child child, @Nullable Pid pid) {
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        LoggingEventBuilder event = log.atLevel(level)
                .addKeyValue("context", context)
                .addKeyValue("child", child.spec.id())
                .addKeyValue("pid", pid)
                .addKeyValue("restart", child.rule)
                .addKeyValue("starts", child.starts);
        if (reason == null) {
            event.log("Supervisor {} {}: child '{}' {}", supervisor, context, child.spec.id(), pid);
            return;
        }
        event.setCause(reason.cause().orElse(null))
                .addKeyValue("reason", reason)
                .log("Supervisor {} {}: child '{}' {}: {}", supervisor, context, child.spec.id(), pid, reason);
    }

    private void tell(SupervisorEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException | Error e) {
            log.error("The listener of supervisor {} failed on {}", supervisor, event, e);
        }
    }
}
