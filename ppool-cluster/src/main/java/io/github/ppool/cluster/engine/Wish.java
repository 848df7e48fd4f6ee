package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * The wish of an account, as the database knows it, and the time of the next look for a free permit. A fresh wish looks
 * often, an old one only with the news of the heartbeats. Of the desk's thread alone.
 */
final class Wish {

    /** No look is planned. */
    static final long NEVER = Long.MAX_VALUE;

    private final long heartbeatNanos;
    private @Nullable NodeId node;
    private int recorded;
    private long since;
    private long interval;
    private boolean planned;
    private long next;
    private int owed;

    Wish(long heartbeatNanos) {
        this.heartbeatNanos = heartbeatNanos;
    }

    /** The incarnation that the permits of the name are prepared for. */
    @Nullable
    NodeId node() {
        return node;
    }

    /** A new incarnation has no wish. */
    void begin(NodeId incarnation) {
        node = incarnation;
        recorded = 0;
        planned = false;
        owed = 0;
    }

    int recorded() {
        return recorded;
    }

    /** Notes that the database has the wish. A new one is fresh. */
    void record(int wanted, long now) {
        if (wanted == 0) {
            planned = false;
        } else if (recorded == 0) {
            refresh(now);
        }
        recorded = wanted;
    }

    /** Lets the wish look often again. */
    void refresh(long now) {
        since = now;
        interval = heartbeatNanos / 10;
        plan(now);
    }

    /** Lets a wish that has become old look at the slower rhythm again. */
    void wake(long now) {
        if (!planned && recorded > 0) {
            since = now;
            interval = heartbeatNanos / 2;
            plan(now);
        }
    }

    /** Plans the next look after one without a result. */
    void again(long now) {
        interval = Math.min(interval + interval / 2, heartbeatNanos / 2);
        plan(now);
        if (now - since > heartbeatNanos * 3) {
            planned = false;
        }
    }

    private void plan(long now) {
        planned = true;
        next = now + interval;
    }

    boolean isDue(long now) {
        return planned && now - next >= 0;
    }

    /** The permits that other nodes want from this one, and that are not idle yet. */
    int owed() {
        return owed;
    }

    void owe(int permits) {
        owed = permits;
    }

    /** The time from now to the next look; {@link #NEVER} if none is planned. */
    long untilNext(long now) {
        long look = planned ? Math.max(0, next - now) : NEVER;
        return owed > 0 ? Math.min(look, heartbeatNanos / 10) : look;
    }
}
