package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LedgerRow;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.RateShare;
import io.github.ppool.pool.RateShare.Used;
import io.github.ppool.time.MonotonicClock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The share of one pool of this node in its rate, and the exchange of permits with the ledger in the store.
 *
 * <p>A permit that the pool has given up is pending until the ledger has it. If the answer of a replacement is lost,
 * the next reading tells whether it has happened: only this account changes its share in the ledger, and an exchange
 * either gives permits or gets some.
 *
 * <p>Only the thread of the {@link RateDesk} calls the methods, except for those that read figures.
 */
final class RateAccount {

    /** Attempts at a ledger that other nodes replace at the same time. */
    private static final int ATTEMPTS = 20;

    /** The time between two exchanges while callers wait for a larger share, as a part of the heartbeat. */
    private static final int QUICK = 4;
    /** The shortest time between two exchanges, as a part of the heartbeat. */
    private static final int QUICKEST = 20;

    private final String name;
    private final RateShare share;
    private final Rate rate;
    private final MonotonicClock clock;
    private final LeaseSettings settings;
    private final UUID holder = UUID.randomUUID();
    /** Permits that the pool has given up, and of which the ledger may not know. */
    private final List<Used> pending = new ArrayList<>();
    /** Permits that were used and that the ledger has lost. */
    private final List<Used> unknown = new ArrayList<>();
    /** The permits of the pool. */
    private int permits;
    private long lastExchange;
    private long dueNanos;
    private boolean begun;
    private boolean wasShort;
    private volatile boolean wanted;
    private volatile boolean closed;
    private volatile RateFigures figures;
    private volatile long untilNanos;

    RateAccount(String name, RateShare share, Rate rate, MonotonicClock clock, LeaseSettings settings) {
        this.name = name;
        this.share = share;
        this.rate = rate;
        this.clock = clock;
        this.settings = settings;
        this.figures = new RateFigures(share.pool(), rate.permits(), 0, 0, 0);
        this.untilNanos = clock.nanoTime();
        this.lastExchange = untilNanos;
    }

    String name() {
        return name;
    }

    RateShare share() {
        return share;
    }

    /** Any thread: callers wait for a larger share. */
    void want() {
        wanted = true;
    }

    /** Any thread: the pool has ended. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Any thread. */
    RateFigures figures() {
        RateFigures last = figures;
        return clock.nanoTime() - untilNanos < 0
                ? last
                : new RateFigures(last.pool(), last.limit(), 0, last.used(), last.wanted());
    }

    /** The time of the next exchange: earlier than usual if callers wait, but not at once again and again. */
    long dueNanos() {
        if (!begun || closed) {
            return lastExchange; // a time that has passed
        }
        long quickest = lastExchange + settings.heartbeat().toNanos() / (wasShort ? QUICK : QUICKEST);
        return wanted && permits < rate.permits() && quickest - dueNanos < 0 ? quickest : dueNanos;
    }

    /** Exchanges permits with the ledger, again at once if others should have some of this share. */
    void exchange(LeaseSession session) {
        begun = true;
        wanted = false;
        RateShare.Use use = share.use();
        boolean isShort = use.isShort() || (demand(use) > 0 && (long) demand(use) * 4 >= (long) use.permits() * 3);
        RateLedger.Answer answer = exchangeOnce(session, use, isShort);
        if (answer.surplus() > 0) {
            pending.addAll(giveBack(answer.surplus()));
            answer = exchangeOnce(session, share.use(), isShort);
        }
        long now = clock.nanoTime();
        lastExchange = now;
        long beat = settings.heartbeat().toNanos();
        long next = beat;
        wasShort = isShort;
        if (answer.wanted() > 0) {
            long soonest = Math.min(answer.soonestMicros(), Long.MAX_VALUE / 2_000) * 1_000;
            next = Math.min(beat / QUICK, Math.max(beat / QUICKEST, soonest));
        }
        dueNanos = now + next;
        figures = new RateFigures(share.pool(), rate.permits(), answer.permits(), use.used(), answer.wanted());
    }

    private int demand(RateShare.Use use) {
        return (int) Math.min(rate.permits(), (long) use.used() + use.waiting());
    }

    private RateLedger.Answer exchangeOnce(LeaseSession session, RateShare.Use use, boolean isShort) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            long sent = clock.nanoTime();
            LedgerRow row = session.ledger(name);
            RateLedger ledger = RateLedger.parse(row.text());
            settle(ledger.of(holder));
            RateLedger.Report report = new RateLedger.Report(rests(pending, sent, row.nowMicros()),
                    rests(unknown, sent, row.nowMicros()), demand(use), isShort);
            RateLedger.Answer answer = ledger.exchange(row.nowMicros(), holder, settings.node(), rate, report,
                    settings.lease().toNanos() / 1_000, turnMicros());
            if (session.replaceLedger(name, row.version(), answer.next().text())) {
                pending.clear();
                unknown.clear();
                untilNanos = sent + settings.validity().toNanos();
                share.grant(Math.max(0, answer.permits() - permits), untilNanos);
                permits = answer.permits();
                return answer;
            }
        }
        throw replacedTooOften();
    }

    private IllegalStateException replacedTooOften() {
        return new IllegalStateException("the ledger of the cluster-rate of " + name + " was replaced " + ATTEMPTS
                + " times by other nodes between its reading and its replacement");
    }

    private List<Used> giveBack(int count) {
        List<Used> given = share.giveBack(count);
        permits -= given.stream().mapToInt(Used::count).sum();
        return given;
    }

    /** Compares the share with the ledger. */
    private void settle(RateLedger.@Nullable Share stored) {
        if (stored == null) {
            // Other nodes have let the share end, with all its permits, or there was none.
            giveBack(Integer.MAX_VALUE);
            permits = 0;
            pending.clear();
            return;
        }
        int waiting = pending.stream().mapToInt(Used::count).sum();
        if (waiting > 0 && stored.permits() == permits) {
            pending.clear(); // the last replacement has happened
            waiting = 0;
        }
        int missing = permits + waiting - stored.permits();
        if (missing > 0) { // the store went back to an earlier state
            unknown.addAll(giveBack(missing));
        }
    }

    private static List<RateLedger.Rest> rests(List<Used> used, long sent, long nowMicros) {
        // The store has read its clock after this node has read its own: so no time is too early. The one is for the
        // part of a microsecond that the store's clock has lost.
        return used.stream()
                .map(one -> new RateLedger.Rest(
                        one.count(), nowMicros - Math.floorDiv(sent - one.lastNanos(), 1_000L) + 1))
                .toList();
    }

    private long turnMicros() {
        return Math.max(RateLedger.micros(rate), settings.heartbeat().multipliedBy(2).toNanos() / 1_000);
    }

    /** Gives all permits back, after the end of the pool. */
    void giveAllBack(LeaseSession session) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            long sent = clock.nanoTime();
            LedgerRow row = session.ledger(name);
            RateLedger ledger = RateLedger.parse(row.text());
            RateLedger.Share stored = ledger.of(holder);
            if (stored == null) {
                return;
            }
            settle(stored);
            pending.addAll(giveBack(Integer.MAX_VALUE));
            List<RateLedger.Rest> given = new ArrayList<>(rests(pending, sent, row.nowMicros()));
            given.addAll(rests(unknown, sent, row.nowMicros()));
            // Permits that the ledger has besides were granted by an answer that was lost: they were never used.
            if (session.replaceLedger(name, row.version(),
                    ledger.without(holder, given, rate, row.nowMicros()).text())) {
                return;
            }
        }
        throw replacedTooOften();
    }

    @Override
    public String toString() {
        return "RateAccount[" + name + ", " + figures + "]";
    }
}
