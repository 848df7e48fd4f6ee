package io.github.ppool.pool.engine;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolNotReadyException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.restart.Outage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The wait for the first workers of a pool that is being started: see {@link PoolSpec#awaitReady} and {@link
 * PoolSpec#failFast}. Made by the thread that starts the pool, before the pool's supervisor is started.
 */
final class Readiness implements Runnable {

    private static final GuardedLog LOG = GuardedLog.of(Readiness.class);

    private final PoolEngine<?> engine;
    private final PoolSpec<?> spec;
    private final ReplySlot<Verdict> verdict;
    /** An attempt to make a worker has failed. Written under the engine's lock. */
    private volatile boolean failed;

    private enum Verdict {
        READY,
        NOT_MADE,
        GAVE_UP,
        STOPPED
    }

    private Readiness(PoolEngine<?> engine) {
        this.engine = engine;
        this.spec = engine.spec();
        this.verdict = new ReplySlot<>(engine.context.clock());
    }

    /** Null if a start does not wait. */
    static @Nullable Readiness of(PoolEngine<?> engine) {
        return engine.spec().awaitReady().isZero() && !engine.spec().failFast() ? null : new Readiness(engine);
    }

    /** Under the engine's lock: a worker could not be made. A {@link #run} follows. */
    void workerNotMade() {
        failed = true;
    }

    /** The pool has changed. Holds no lock. */
    @Override
    public void run() {
        PoolStatus now = engine.status();
        switch (now.phase()) {
            case DRAINING, STOPPED -> verdict.reply(Verdict.STOPPED);
            case GAVE_UP -> verdict.reply(Verdict.GAVE_UP);
            case RUNNING, RECOVERING, SUSPENDED -> {
                if (made(now) + now.waitingForPermit() >= now.size()) { // a gate holds up no start
                    verdict.reply(Verdict.READY);
                } else if (failed && spec.failFast() && spec.awaitReady().isZero()) {
                    verdict.reply(Verdict.NOT_MADE);
                }
            }
        }
    }

    private static int made(PoolStatus status) {
        return status.available() + status.borrowed() + status.working();
    }

    /**
     * Waits, on the thread that has made this.
     *
     * @return why the pool can't be used, null if it can. One that has failed is still to be stopped
     * @throws InterruptedException if the calling thread is interrupted meanwhile; the pool is still to be stopped
     * @throws ProcessExit if the calling thread is a process that is ended meanwhile; the pool is still to be stopped
     */
    @Nullable
    PoolException await() throws InterruptedException {
        Duration limit = spec.awaitReady();
        ReplySlot.Answer<Verdict> answer = limit.isZero() ? verdict.await() : verdict.await(limit);
        Verdict told = answer instanceof ReplySlot.Replied<Verdict>(Verdict value) ? value : null;
        if (told == Verdict.READY) {
            return null;
        }
        PoolStatus now = engine.status();
        if (told == Verdict.STOPPED) {
            return new PoolStoppedException("the pool was stopped while its start waited for workers", now, null);
        }
        String many = made(now) + " of " + now.size() + (now.size() == 1 ? " worker" : " workers");
        String why = switch (told) {
            case NOT_MADE -> "a worker could not be made";
            case GAVE_UP -> "the supervision tree has given up";
            case null, default -> "await-ready " + Outage.inShort(limit) + " is over";
        };
        Throwable last = now.lastFailure();
        if (spec.failFast()) {
            return new PoolNotReadyException(
                    "the pool was not started, since fail-fast is set: " + why + ", there were "
                            + many,
                    now, last);
        }
        LOG.warn("Pool '{}' is started with {}: {}{}", engine.name(), many, why,
                now.lastFailureText() == null ? "" : "; the last failure was " + now.lastFailureText());
        return null;
    }
}
