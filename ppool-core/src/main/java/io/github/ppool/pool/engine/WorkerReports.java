package io.github.ppool.pool.engine;

import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.guard.TraceLimit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.Outage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Logs the outages of the workers of a pool. Each crash and each failed attempt to make a worker is one line with the
 * next step, and one line tells when the worker is back. The pool's supervisor leaves this to the pool, because only
 * the pool knows when a worker, and not just its process, is back. It has the logger of that supervisor.
 *
 * <p>The process of a slot reports the outage of the slot, and the supervisor's process does while the slot has none:
 * one after the other. Holds no lock while it logs.
 */
final class WorkerReports {

    private final PoolContext<?> context;
    private final PoolCore<?> core;
    private final GuardedLog log;
    private final TraceLimit traces = new TraceLimit();

    WorkerReports(PoolContext<?> context, PoolCore<?> core) {
        this.context = context;
        this.core = core;
        this.log = GuardedLog.of("io.github.ppool.supervisor." + context.name());
    }

    /** On the process of the slot: an attempt has failed; null if there is no other one. */
    void notMade(Slot<?> slot, Throwable failure, @Nullable Decision decision) {
        FailureText text = FailureText.of(failure);
        notMade(slot, text.toString(), traces.trace("", text), decision == null
                ? "is given up: no caller waits for it any more"
                : firstOutage(slot).follows("is tried again", decision), decision);
    }

    /** On the supervisor's process: the process of the slot has ended before its worker was ready. */
    void endedBeforeReady(Slot<?> slot, ExitReason reason, Decision decision) {
        notMade(slot, ended(slot, reason), trace(reason), firstOutage(slot).follows("is tried again", decision),
                decision);
    }

    private void notMade(
            Slot<?> slot, String why, @Nullable Throwable trace, String follows, @Nullable Decision decision) {
        log.log(Level.WARN, event -> event.addKeyValue("pool", context.name())
                .addKeyValue("context", "not_made")
                .addKeyValue("child", slot.childId)
                .addKeyValue("follows", follows)
                .setCause(trace)
                .log("Worker {} could not be made: {}; it {}", slot.childId, why, follows));
        tell(slot, follows, decision);
    }

    /** Tells the listener the next step after a crash, or after a failed attempt. */
    private void tell(Slot<?> slot, String follows, @Nullable Decision decision) {
        Duration in = switch (decision) {
            case Decision.RestartNow now -> Duration.ZERO;
            case Decision.RestartAfter later -> later.delay();
            case null, default -> null;
        };
        String child = slot.childId;
        context.listeners().tell((listener, pool) -> listener.restartDecided(pool, child, follows, in));
    }

    private Outage firstOutage(Slot<?> slot) {
        Outage outage = slot.outage;
        if (outage == null) {
            outage = Outage.ofFirstStart(context.clock().nanoTime());
            slot.outage = outage;
        }
        return outage;
    }

    /** On the supervisor's process: the worker has crashed, or has ended in good order, and the plan has decided. */
    void ended(Slot<?> slot, ExitReason reason, Decision decision) {
        Outage outage = Outage.ofCrash(context.clock().nanoTime());
        if (!reason.isOrderly()) {
            slot.outage = outage;
        }
        String follows = outage.follows("restarts", decision);
        crashed(slot, reason, follows);
        if (!reason.isOrderly()) {
            tell(slot, follows, decision);
        }
    }

    /** On the supervisor's process: the worker has ended, and its place was given up. */
    void endedUnwanted(Slot<?> slot, ExitReason reason) {
        crashed(slot, reason, switch (core.currentPhase()) {
            case STOPPED -> "is not restarted: the pool is stopped";
            case GAVE_UP -> "is not restarted: the pool has given up";
            default -> slot.revoked == null
                    ? "is not restarted: the pool makes another one when it needs one"
                    : "is not restarted: the gate has ended it, and is asked for a new permit";
        });
    }

    /** Under the engine's lock: the outage of a slot that has lost its place goes on with another one. */
    void goesOn(Slot<?> slot, Slot<?> before) {
        slot.outage = before.outage;
    }

    private void crashed(Slot<?> slot, ExitReason reason, String follows) {
        Pid pid = slot.lastPid;
        Level level = reason.isOrderly() ? Level.DEBUG : slot.revoked != null ? Level.WARN : Level.ERROR;
        boolean ended = reason.isOrderly() || slot.revoked != null;
        log.log(level, event -> event.addKeyValue("pool", context.name())
                .addKeyValue("context", "crashed")
                .addKeyValue("child", slot.childId)
                .addKeyValue("pid", pid)
                .addKeyValue("reason", reason)
                .addKeyValue("follows", follows)
                .setCause(trace(reason))
                .log("Worker {} {}: {}; it {}", slot.childId, ended ? "has ended" : "has crashed",
                        ended(slot, reason), follows));
    }

    private static String ended(Slot<?> slot, ExitReason told) {
        String because = slot.endedBecause;
        ExitReason reason = slot.revoked == null ? told : slot.revoked;
        return reason + (because == null ? "" : ", because " + because);
    }

    private @Nullable Throwable trace(ExitReason reason) {
        return reason.causeText().map(text -> traces.trace("", text)).orElse(null);
    }

    /** Under the engine's lock: the outage that ends because the worker is made; null if there was none. */
    static @Nullable Outage takeOutage(Slot<?> slot) {
        Outage outage = slot.outage;
        if (outage != null) {
            slot.outage = null;
        }
        return outage;
    }

    /** The worker is there. */
    void isBack(Slot<?> slot, Pid pid, Outage outage) {
        String back = outage.back(context.clock().nanoTime());
        log.log(Level.INFO, event -> event.addKeyValue("pool", context.name())
                .addKeyValue("context", "back")
                .addKeyValue("child", slot.childId)
                .addKeyValue("pid", pid)
                .log("Worker {} is back {}", slot.childId, back));
    }
}
