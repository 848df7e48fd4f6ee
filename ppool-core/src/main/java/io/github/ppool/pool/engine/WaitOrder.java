package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.QueueOrder;
import io.github.ppool.pool.ShedRule;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link WaitQueue} that only some pools have: it knows when each waiter came, which waiter is the next
 * to be shed, and whether the pool is overloaded. A pool has none if its settings ask for none; then no waiter has an
 * entry here. A pool that has one never opens its queue, so each waiter joins with the lock.
 *
 * <p><b>Overload.</b> The oldest waiter crosses the target when it has waited so long. From then on the queue stands
 * above the target, until the oldest waiter has waited less, as CoDel measures it at the head of the queue. A queue
 * that has stood above for a whole interval is an overload, and the overload ends when the queue is empty. Without a
 * target each wait is above it. The state changes only with time and when the oldest waiter leaves, so it is brought up
 * to date at these moments: no crossing is missed, and none is noticed late.
 *
 * <p>Waiters of a worker that died before its use have no entry: they are next, and are not shed.
 *
 * <p>Guarded by the engine's lock.
 */
final class WaitOrder<W> {

    private static final long NEVER = Long.MAX_VALUE;

    private final QueueOrder order;
    private final ShedRule rule;
    private final MonotonicClock clock;
    private final Runnable whenDue;
    /** Deadlines are compared as times since then, so that an absent one is the latest. */
    private final long originNanos;
    /** Whether waiters are refused for their wait. */
    private final boolean dropsLate;
    /** Whether the overload matters. */
    private final boolean watches;
    private final long targetNanos;
    private final long intervalNanos;

    /** By the time at which they came. */
    private final Map<Waiter<W>, Entry<W>> entries = new LinkedHashMap<>();
    /** The next one to be shed first; empty if the newcomer is. */
    private final TreeSet<Entry<W>> candidates;
    private long lastNumber;
    /** Whether the queue stands above the target, and since when. */
    private boolean above;
    private long aboveSinceNanos;
    private boolean overloaded;
    /** Looks for waiters that are late; null while none is set. */
    private @Nullable Timer timer;

    /** A waiter in the queue, from the moment at which it joins. */
    record Entry<W>(Waiter<W> waiter, long number, boolean expendable, int priority, long sinceNanos,
            long deadline) {}

    private WaitOrder(PoolSpec<W> spec, MonotonicClock clock, Runnable whenDue) {
        this.order = spec.queue();
        this.rule = spec.shed();
        this.clock = clock;
        this.whenDue = whenDue;
        this.originNanos = clock.nanoTime();
        Duration target = spec.maxWaitTarget();
        this.dropsLate = target != null;
        this.watches = dropsLate || order == QueueOrder.ADAPTIVE;
        this.targetNanos = target == null ? 0 : PoolContext.limitedNanos(target);
        this.intervalNanos = PoolContext.limitedNanos(spec.maxWaitInterval());
        Comparator<Entry<W>> byPriority = Comparator.<Entry<W>, Boolean>comparing(entry -> !entry.expendable)
                .thenComparingInt(Entry::priority);
        this.candidates = new TreeSet<>(rule == ShedRule.DEADLINE
                ? byPriority.thenComparingLong(Entry::deadline).thenComparing(
                        Comparator.<Entry<W>>comparingLong(Entry::number).reversed())
                : byPriority.thenComparingLong(Entry::number));
    }

    /**
     * The order of a pool; null if the settings ask for first in first out and the refusal of newcomers only.
     *
     * @param whenDue called on the clock's thread, without the lock, when a waiter may be late
     */
    static <W> @Nullable WaitOrder<W> of(PoolSpec<W> spec, MonotonicClock clock, Runnable whenDue) {
        return spec.queue() == QueueOrder.FIFO && spec.shed() == ShedRule.NEWEST && spec.maxWaitTarget() == null
                ? null
                : new WaitOrder<>(spec, clock, whenDue);
    }

    // ---- the waiters

    /** Without effect for the place of a group, which does not count as a waiter of this pool. */
    void entered(Waiter<W> waiter) {
        if (waiter instanceof GroupRequest) {
            return;
        }
        Entry<W> entry = new Entry<>(waiter, ++lastNumber, isExpendable(waiter), waiter.priority(), clock.nanoTime(),
                deadlineOf(waiter));
        entries.put(waiter, entry);
        if (rule != ShedRule.NEWEST) {
            candidates.add(entry);
        }
        if (dropsLate && timer == null) {
            schedule();
        }
    }

    /** Without effect if the waiter has no entry. */
    void left(Waiter<W> waiter) {
        Entry<W> oldest = watches ? oldest() : null;
        if (oldest != null) {
            look(clock.nanoTime());
        }
        Entry<W> entry = entries.remove(waiter);
        if (entry != null) {
            candidates.remove(entry);
        }
        if (entry != null && entry.equals(oldest)) {
            oldestLeft();
        }
    }

    private void oldestLeft() {
        Entry<W> next = oldest();
        if (next == null) {
            above = false;
            overloaded = false;
        } else if (clock.nanoTime() - next.sinceNanos < targetNanos) {
            above = false;
        }
    }

    private @Nullable Entry<W> oldest() {
        return entries.isEmpty() ? null : entries.values().iterator().next();
    }

    /** The time at which a waiter gives up, since the beginning of the pool. */
    private long deadlineOf(Waiter<W> waiter) {
        Duration limit = switch (waiter) {
            case PoolTask<W, ?> task -> task.attempts() == 0 ? task.options.deadline() : null;
            case BlockingWaiter<W> thread -> thread.timeout;
            case AsyncWaiter<W> stage -> stage.timeout;
            default -> null;
        };
        return limit == null || !Waiter.waitsWithin(limit)
                ? NEVER
                : waiter.sinceNanos - originNanos + PoolContext.limitedNanos(limit);
    }

    /**
     * The waiter to be refused in favour of a newcomer, which is not in the queue and has the time at which it began to
     * wait; null if it is the newcomer.
     */
    @Nullable
    Waiter<W> victimFor(Waiter<W> newcomer) {
        Entry<W> next = candidates.isEmpty() || isExpendable(newcomer) ? null : candidates.first();
        if (next == null || next.expendable) {
            return next == null ? null : next.waiter;
        }
        return next.priority > newcomer.priority() || isNearest(newcomer) ? null : next.waiter;
    }

    /** Whether a waiter goes first, and takes no place of another one. */
    private static boolean isExpendable(Waiter<?> waiter) {
        return waiter instanceof PoolTask<?, ?> task && task.options.expendable() && task.attempts() == 0;
    }

    /** Whether the deadline of a newcomer is nearer than those of the waiters that could go for it. */
    boolean isNearest(Waiter<W> newcomer) {
        Entry<W> next = rule != ShedRule.DEADLINE || candidates.isEmpty() || isExpendable(newcomer)
                ? null
                : candidates.first();
        return next != null && !next.expendable && next.priority == newcomer.priority()
                && deadlineOf(newcomer) <= next.deadline;
    }

    /** How long a waiter has stood in the queue, in nanoseconds. */
    long waitedNanos(Waiter<W> waiter) {
        Entry<W> entry = entries.get(waiter);
        return entry == null ? 0 : clock.nanoTime() - entry.sinceNanos;
    }

    // ---- the overload

    /** Whether the waiter that came last goes first among equals. */
    boolean isNewestFirst() {
        return switch (order) {
            case FIFO -> false;
            case LIFO -> true;
            case ADAPTIVE -> isOverloaded();
        };
    }

    /** Whether the pool is overloaded; false if that does not matter to it. */
    boolean isOverloaded() {
        if (watches) {
            look(clock.nanoTime());
        }
        return overloaded;
    }

    private void look(long nowNanos) {
        Entry<W> oldest = oldest();
        if (oldest == null) {
            return;
        }
        if (!above && nowNanos - oldest.sinceNanos >= targetNanos) {
            above = true;
            aboveSinceNanos = oldest.sinceNanos + targetNanos; // no older one has left since
        }
        overloaded |= above && nowNanos - aboveSinceNanos >= intervalNanos;
    }

    /** The next waiter that has waited for the target under overload; null if there is none. */
    @Nullable
    Waiter<W> firstLate() {
        Entry<W> oldest = dropsLate && isOverloaded() ? oldest() : null;
        return oldest != null && clock.nanoTime() - oldest.sinceNanos >= targetNanos ? oldest.waiter : null;
    }

    /** Sets the timer to the next moment at which a waiter may be late. */
    void schedule() {
        Entry<W> oldest = oldest();
        if (!dropsLate || oldest == null) {
            return;
        }
        long crossing = oldest.sinceNanos + targetNanos;
        long due = overloaded ? crossing : (above ? aboveSinceNanos : crossing) + intervalNanos;
        timer = clock.schedule(Duration.ofNanos(Math.max(0, due - clock.nanoTime())), whenDue);
    }

    /** The timer has fired: {@link #schedule} is to follow. */
    void fired() {
        timer = null;
    }

    ShedRule rule() {
        return rule;
    }

    /**
     * For tests, under the lock: checks the invariants of this structure.
     *
     * @param waiting all waiters in the queue
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant(Collection<Waiter<W>> waiting) {
        long before = 0;
        for (Entry<W> entry : entries.values()) {
            if (!waiting.contains(entry.waiter) || entry.number <= before) {
                return entry + " is not in the queue, or not in order";
            }
            before = entry.number;
        }
        if (candidates.size() != (rule == ShedRule.NEWEST ? 0 : entries.size())) {
            return candidates.size() + " may be shed of " + entries.size();
        }
        if (entries.isEmpty() && (above || overloaded)) {
            return "the queue is empty and above its target";
        }
        return null;
    }

    /** For tests, under the lock: whether waiters may be late, and no timer looks for them. */
    boolean lacksTimer() {
        return dropsLate && !entries.isEmpty() && timer == null;
    }

    @Override
    public String toString() {
        return "WaitOrder[" + order + ", shed " + rule + ", " + entries.size() + " waiting"
                + (overloaded ? ", overloaded" : above ? ", above the target" : "") + "]";
    }
}
