package io.github.ppool.pool.engine;

import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.pool.WorkerGate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The last answers of a pool's gate: whether it is shut, and why. While it is shut no place of the pool is free, so the
 * pool behaves as a full one. It is shut by a refusal, or because it took back the permits of idle workers. It opens
 * when the gate tells of permits, when it gives one, or when the pool gives one back.
 *
 * <p>The pool may owe permits to others: then workers that become free end, until the debt is paid. Meanwhile the fast
 * paths that would lend a free worker at once are closed.
 *
 * <p>For callers that wait the pool asks a shut gate as well, for one worker at a time and at most once a second.
 *
 * <p>Guarded by the engine's lock.
 */
final class GateAnswers {

    /** The time between two questions for callers that wait, while the gate is shut. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** The gate in the words of its author. */
    final String limit;
    private boolean shut;
    /** How often permits may have become free: a refusal that was begun before the last time is void. */
    private long told;
    /** Whether the gate was asked for callers since it is shut, and when. */
    private boolean asked;
    private long askedNanos;
    /** The exception of the last answer; null if the gate said no. */
    private @Nullable Throwable failure;
    private @Nullable FailureText failureText;

    /** Permits that others should have, of workers that are in use. */
    private int owed;
    /** Permits of workers that were dismissed for a debt, and that are not released yet. */
    private int leaving;

    GateAnswers(WorkerGate gate) {
        limit = ForeignText.of(gate);
    }

    boolean isShut() {
        return shut;
    }

    long told() {
        return told;
    }

    /**
     * It has refused a permit.
     *
     * @param callersWait whether the question was one for callers, too
     * @param thrown why, if it did not just say no
     * @return whether it has begun to fail
     */
    boolean refused(boolean callersWait, long nowNanos, @Nullable Throwable thrown, @Nullable FailureText text) {
        boolean news = thrown != null && failure == null;
        if (callersWait) {
            noteAsked(nowNanos);
        } else if (!shut) {
            asked = false;
        }
        shut = true;
        failure = thrown;
        failureText = text;
        return news;
    }

    /** Idle workers are dismissed, because it wants their permits for others. The next caller asks again. */
    void tookBack() {
        shut = true;
        asked = false;
        failure = null;
        failureText = null;
    }

    /**
     * Others should have so many permits, those that are leaving included.
     *
     * @return the number that is left to pay
     */
    int owe(int permits) {
        owed = Math.max(0, permits - leaving);
        return owed;
    }

    /** Whether workers that become free are to end. */
    boolean owes() {
        return owed > 0;
    }

    /** A worker is dismissed for the debt. */
    void pay(HeldPermit held) {
        owed--;
        leaving++;
        held.markOwed();
        tookBack();
    }

    /** The permit of a worker that was dismissed is released. */
    void released(HeldPermit held) {
        if (held.isOwed()) {
            leaving--;
        }
    }

    /** Permits may be free. */
    void maybeFree() {
        told++;
        shut = false;
    }

    /** It has given a permit, so it may give more. */
    void given() {
        shut = false;
        failure = null;
        failureText = null;
    }

    /** While it is shut: whether it may be asked for a caller now. */
    boolean mayBeAskedForCaller(long nowNanos) {
        return !asked || nowNanos - askedNanos - PAUSE.toNanos() >= 0;
    }

    /** It is asked for a caller. */
    void noteAsked(long nowNanos) {
        asked = true;
        askedNanos = nowNanos;
    }

    /** Why no worker is made, for refusals and the status. */
    String why() {
        return failureText == null
                ? "no permit is free (" + limit + ")"
                : "the gate gives no permit (" + limit + "): " + failureText;
    }

    /** The exception of the last answer; null if the gate said no. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    public String toString() {
        return "GateAnswers[" + (shut ? why() : "open") + ", told " + told + ", owes " + owed + "]";
    }
}
