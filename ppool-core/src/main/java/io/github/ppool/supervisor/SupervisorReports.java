package io.github.ppool.supervisor;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.guard.TraceLimit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.Outage;
import io.github.ppool.restart.RestartType;
import io.github.ppool.time.MonotonicClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Reports events to the log and to the listener, in the manner of OTP's supervisor and progress reports. Each
 * supervisor name has a logger of its own, below {@code io.github.ppool.supervisor}.
 */
final class SupervisorReports {

    private final Pid supervisor;
    private final SupervisorListener listener;
    private final MonotonicClock clock;
    private final GuardedLog log;
    /** True if the listener logs crashes itself. */
    private final boolean quiet;
    private final TraceLimit traces = new TraceLimit();
    /**
     * The children that have crashed, or could not be restarted, and are not back. They are few, so they have no cost
     * for the other children. Made with the first one, as {@link #lastTraced} is.
     */
    private @Nullable Map<Child, Outage> outages;
    private @Nullable WeakReference<Throwable> lastTraced;

    SupervisorReports(Pid supervisor, String name, SupervisorListener listener, MonotonicClock clock) {
        this.supervisor = supervisor;
        this.listener = listener;
        this.clock = clock;
        boolean[] told = {false};
        ForeignCode.tell(this, () -> told[0] = listener.logsCrashes());
        this.quiet = told[0];
        this.log = GuardedLog.of(
                name.isEmpty() ? "io.github.ppool.supervisor" : "io.github.ppool.supervisor." + name);
    }

    void started(Child child, Pid pid) {
        report(false, Level.DEBUG, "progress", null, child, pid, null);
        Outage outage = outages == null || outages.isEmpty() ? null : outages.remove(child);
        if (outage != null) {
            report(quiet, Level.INFO, "back", null, child, pid, "is back " + outage.back(clock.nanoTime()));
        }
        tell(new SupervisorEvent.ChildStarted(supervisor, child.spec.id(), pid, child.starts - 1));
    }

    void startFailed(Child child, ExitReason reason) {
        tell(new SupervisorEvent.ChildStartFailed(supervisor, child.spec.id(), reason));
    }

    /** Called after {@link #startFailed}, for a start that the supervisor does not repeat. */
    void failureFollowedByNothing(Child child, ExitReason reason) {
        report(quiet, Level.ERROR, "start_error", reason, child, null, null);
    }

    /** Called after {@link #startFailed} with the supervisor's decision. */
    void failureFollowedBy(Child child, ExitReason reason, Decision decision) {
        Outage outage = outages().computeIfAbsent(child, unused -> Outage.ofFirstStart(clock.nanoTime()));
        String follows = outage.follows("is tried again", decision);
        report(quiet, Level.ERROR, "start_error", reason, child, null, follows);
        tellDecision(child, follows, delayOf(decision));
    }

    private Map<Child, Outage> outages() {
        Map<Child, Outage> known = outages;
        if (known == null) {
            known = new WeakHashMap<>();
            outages = known;
        }
        return known;
    }

    void exited(Child child, Pid pid, ExitReason reason) {
        tell(new SupervisorEvent.ChildExited(supervisor, child.spec.id(), pid, reason));
    }

    /** Called after {@link #exited} with the supervisor's decision. */
    void endFollowedBy(Child child, Pid pid, ExitReason reason, Decision decision) {
        Outage outage = Outage.ofCrash(clock.nanoTime());
        if (!isExpectedEnd(child, reason)) {
            outages().put(child, outage);
        }
        endFollowedBy(child, pid, reason, outage.follows("restarts", decision), delayOf(decision));
    }

    /** The time until the next start; null if there is none. */
    private static @Nullable Duration delayOf(Decision decision) {
        return switch (decision) {
            case Decision.RestartNow now -> Duration.ZERO;
            case Decision.RestartAfter later -> later.delay();
            default -> null;
        };
    }

    /** Called after {@link #exited} with the supervisor's decision. */
    void endFollowedBy(Child child, Pid pid, ExitReason reason, String follows) {
        endFollowedBy(child, pid, reason, follows, null);
    }

    private void endFollowedBy(Child child, Pid pid, ExitReason reason, String follows, @Nullable Duration in) {
        boolean expected = isExpectedEnd(child, reason);
        report(quiet, expected ? Level.DEBUG : Level.ERROR, "child_terminated", reason, child, pid, follows);
        if (!expected) {
            tellDecision(child, follows, in);
        }
    }

    private void tellDecision(Child child, String follows, @Nullable Duration in) {
        ForeignCode.tell(this, () -> listener.decided(supervisor, child.spec.id(), follows, in));
    }

    /** The listener that the specification has for a supervisor below. */
    SupervisorListener below(Child child) {
        SupervisorListener[] told = {SupervisorListener.NONE};
        ForeignCode.tell(this, () -> told[0] = Objects.requireNonNull(
                listener.below(child.spec.id()), "a listener for a supervisor below must not be null"));
        return told[0];
    }

    /** An orderly end is no error, unless the child is permanent. */
    private static boolean isExpectedEnd(Child child, ExitReason reason) {
        return reason.isOrderly() && !child.isOfType(RestartType.PERMANENT);
    }

    void stopped(Child child, Pid pid, ExitReason reason) {
        if (!isExpectedStop(child, reason)) {
            report(false, Level.ERROR, "shutdown_error", reason, child, pid, null);
        }
        tell(new SupervisorEvent.ChildStopped(supervisor, child.spec.id(), pid, reason));
    }

    /**
     * Reports the stop of a template's children. As in OTP, the log has one line for each faulty reason, however many
     * children have it.
     */
    void stoppedTogether(List<Child> children, Function<Pid, ExitReason> reasons) {
        Map<ExitReason, List<Child>> faults = new LinkedHashMap<>();
        for (Child child : children) {
            Pid pid = child.pid;
            if (pid == null) {
                continue;
            }
            ExitReason reason = reasons.apply(pid);
            if (!isExpectedStop(child, reason)) {
                faults.computeIfAbsent(reason, unused -> new ArrayList<>()).add(child);
            }
            tell(new SupervisorEvent.ChildStopped(supervisor, child.spec.id(), pid, reason));
        }
        faults.forEach((reason, those) -> log.log(Level.ERROR,
                event -> offender(event, "shutdown_error", those.getFirst(),
                        those.getFirst().pid)
                        .addKeyValue("children", those.size())
                        .addKeyValue("reason", reason)
                        .setCause(trace(those.getFirst(), reason))
                        .log(
                                "Supervisor {} shutdown_error: {} children from '{}', the first of them {}: {}",
                                supervisor,
                                those.size(),
                                those.getFirst().spec.id(),
                                those.getFirst().pid,
                                reason)));
    }

    private static boolean isExpectedStop(Child child, ExitReason reason) {
        ExitReason wanted = child.shutdown() instanceof Shutdown.BrutalKill ? ExitReason.KILLED : ExitReason.SHUTDOWN;
        return reason.equals(wanted) || (reason.isOrderly() && !child.isOfType(RestartType.PERMANENT));
    }

    void restartScheduled(Child child, Duration delay, boolean imposed) {
        if (imposed && !quiet) {
            log.log(Level.WARN, event -> offender(event, "restart_imposed_pause", child, null)
                    .addKeyValue("delay", delay)
                    .log(
                            "Child '{}' of supervisor {} could not be started {} times in a row without a pause:"
                                    + " the next start waits {} although its plan says now",
                            child.spec.id(),
                            supervisor,
                            child.planState().failedStarts(),
                            delay));
        }
        tell(new SupervisorEvent.RestartScheduled(supervisor, child.spec.id(), delay));
    }

    /** The child's start has asked for a later try. */
    void startLater(Child child, Duration delay, boolean imposed, int asks) {
        if (imposed) {
            log.log(Level.WARN, event -> offender(event, "restart_imposed_pause", child, null)
                    .addKeyValue("delay", delay)
                    .log(
                            "Child '{}' of supervisor {} has asked {} times in a row to be started later, without a"
                                    + " pause: the next start waits {}",
                            child.spec.id(),
                            supervisor,
                            asks,
                            delay));
        } else {
            log.log(Level.INFO, event -> offender(event, "start_later", child, null)
                    .addKeyValue("delay", delay)
                    .log("Child '{}' of supervisor {} is to be started later: in {}", child.spec.id(), supervisor,
                            delay));
        }
        tell(new SupervisorEvent.RestartScheduled(supervisor, child.spec.id(), delay));
        tellDecision(child, "is started later, as its start has asked", delay);
    }

    void gaveUp(Child child, String why, ExitReason reason) {
        log.log(Level.ERROR, event -> offender(event, "shutdown", child, null)
                .addKeyValue("why", why)
                .addKeyValue("reason", reason)
                .log("Supervisor {} gives up because of child '{}': {}", supervisor, child.spec.id(), why));
        tell(new SupervisorEvent.GaveUp(supervisor, child.spec.id(), reason));
    }

    void autoShutdown(Child child) {
        log.log(Level.INFO, event -> offender(event, "auto_shutdown", child, null)
                .log("Supervisor {} shuts down: its significant child '{}' has ended", supervisor, child.spec.id()));
        tell(new SupervisorEvent.GaveUp(supervisor, child.spec.id(), ExitReason.SHUTDOWN));
    }

    void notLinked(Child child, Pid pid) {
        log.log(Level.WARN, event -> offender(event, "not_linked", child, pid)
                .log(
                        "Child '{}' {} of supervisor {} is not linked to it: its start must link it,"
                                + " or the supervisor will not learn of its end",
                        child.spec.id(),
                        pid,
                        supervisor));
    }

    void unexpected(Object message) {
        log.error("Supervisor {} received an unexpected message: {}", supervisor, message);
    }

    void trace(String what, @Nullable Object by, @Nullable Object outcome) {
        log.info("*trace* {} {}{}{}", supervisor, what, by == null ? "" : " by " + ForeignText.of(by),
                outcome == null ? "" : " -> " + ForeignText.of(outcome));
    }

    private void report(boolean quietly, Level level, String context, @Nullable ExitReason reason, Child child,
            @Nullable Pid pid, @Nullable String follows) {
        log.log(quietly ? Level.DEBUG : level, event -> {
            GuardedLog.Event offender = offender(event, context, child, pid);
            if (reason == null) {
                offender.log("Supervisor {} {}: child '{}' {}{}", supervisor, context, child.spec.id(), pid,
                        follows == null ? "" : " " + follows);
                return;
            }
            offender.setCause(trace(child, reason)).addKeyValue("reason", reason);
            if (follows == null) {
                offender.log("Supervisor {} {}: child '{}' {}: {}", supervisor, context, child.spec.id(), pid, reason);
            } else {
                offender.addKeyValue("follows", follows)
                        .log("Supervisor {} {}: child '{}' {}: {}; it {}", supervisor, context, child.spec.id(), pid,
                                reason, follows);
            }
        });
    }

    /**
     * Returns the exception to log, or null. One exception may end several linked children; its trace is logged once.
     * The traces of other exceptions of the same class are logged now and then.
     */
    private @Nullable Throwable trace(Child child, ExitReason reason) {
        Throwable cause = reason.cause().orElse(null);
        if (cause == null || (lastTraced != null && lastTraced.refersTo(cause))) {
            return null;
        }
        lastTraced = new WeakReference<>(cause);
        return reason.causeText().map(text -> traces.trace(child.spec.id(), text)).orElse(null);
    }

    /** Adds the parts of every report, after OTP's: the supervisor, the context and the child. */
    private GuardedLog.Event offender(
            GuardedLog.Event event, String context, Child child, @Nullable Pid pid) {
        return event.addKeyValue("supervisor", supervisor)
                .addKeyValue("context", context)
                .addKeyValue("child", child.spec.id())
                .addKeyValue("pid", pid)
                .addKeyValue("restart", child.rule())
                .addKeyValue("restarts", Math.max(0, child.starts - 1))
                .addKeyValue("shutdown", child.shutdown())
                .addKeyValue("type", child.spec.type());
    }

    private void tell(SupervisorEvent event) {
        ForeignCode.tell(this, () -> listener.on(event));
    }

    @Override
    public String toString() {
        return "The listener of supervisor " + supervisor;
    }
}
