package io.github.ppool.pool;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When those who wait give up, the earliest first, and among equals the one that came first. Guarded by the engine's
 * lock.
 *
 * <p>A heap, in which who leaves for another reason ({@link Waiter#expires} false) stays until it is at the top, or
 * until more than half of the heap is such: then they are all thrown out. So leaving takes constant time, amortised,
 * and coming too where later comers have later deadlines, as they have with one time-out for all.
 */
final class DeadlineHeap<W> {

    private static final int SMALL = 64;
    /** In most pools nobody waits most of the time. */
    private static final int FIRST = 4;

    private @Nullable Waiter<W>[] waiting = newArray(FIRST);
    private long[] dueNanos = new long[FIRST];
    private long[] order = new long[FIRST];
    private long lastOrder;
    /** Of the heap, those who have left included. */
    private int size;
    private int left;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic class
    private static <W> @Nullable Waiter<W>[] newArray(int length) {
        return new Waiter[length];
    }

    /** At most once for each. */
    void add(Waiter<W> who, long deadlineNanos) {
        if (size == waiting.length) {
            grow();
        }
        who.expires = true;
        int hole = size++;
        long number = ++lastOrder;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (deadlineNanos - dueNanos[parent] >= 0) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        set(hole, who, deadlineNanos, number);
    }

    /** It has what it waited for, or wants it no longer. Without effect on one that has no deadline or has left. */
    void forget(Waiter<W> who) {
        if (who.expires) {
            who.expires = false;
            left++;
            if (left == size) {
                Arrays.fill(waiting, 0, size, null); // a thread that waits no longer is not to be kept
                size = 0;
                left = 0;
                shrink();
            } else if (left > SMALL && left > size / 2) {
                throwOutLeft();
            }
        }
    }

    /** Takes out the first whose time is over; null if there is none. */
    @Nullable
    Waiter<W> pollDue(long nowNanos) {
        dropLeftOnTop();
        if (size == 0 || dueNanos[0] - nowNanos > 0) {
            return null;
        }
        Waiter<W> due = Objects.requireNonNull(waiting[0]);
        due.expires = false;
        removeTop();
        return due;
    }

    boolean isEmpty() {
        dropLeftOnTop();
        return size == 0;
    }

    /** Only if not {@linkplain #isEmpty() empty}. */
    long earliestNanos() {
        return dueNanos[0];
    }

    /** For tests: how many it keeps in memory. */
    int kept() {
        return size;
    }

    /** For tests: for how many it has room. */
    int room() {
        return waiting.length;
    }

    private void dropLeftOnTop() {
        while (size > 0 && !Objects.requireNonNull(waiting[0]).expires) {
            left--;
            removeTop();
        }
    }

    private void removeTop() {
        int last = --size;
        Waiter<W> who = Objects.requireNonNull(waiting[last]);
        waiting[last] = null;
        if (last > 0) {
            sink(0, who, dueNanos[last], order[last]);
        }
        shrink();
    }

    private void sink(int from, Waiter<W> who, long due, long number) {
        int hole = from;
        while (true) {
            int child = 2 * hole + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && isBefore(child + 1, dueNanos[child], order[child])) {
                child++;
            }
            if (!isBefore(child, due, number)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        set(hole, who, due, number);
    }

    private boolean isBefore(int index, long due, long number) {
        long difference = dueNanos[index] - due;
        return difference < 0 || (difference == 0 && order[index] < number);
    }

    private void move(int from, int to) {
        waiting[to] = waiting[from];
        dueNanos[to] = dueNanos[from];
        order[to] = order[from];
    }

    private void set(int index, Waiter<W> who, long due, long number) {
        waiting[index] = who;
        dueNanos[index] = due;
        order[index] = number;
    }

    private void throwOutLeft() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (Objects.requireNonNull(waiting[i]).expires) {
                move(i, kept++);
            }
        }
        Arrays.fill(waiting, kept, size, null);
        size = kept;
        left = 0;
        for (int i = size / 2 - 1; i >= 0; i--) {
            sink(i, Objects.requireNonNull(waiting[i]), dueNanos[i], order[i]);
        }
        shrink();
    }

    /** After a crowd has gone; far from the size at which it grows again, so that it takes constant time, amortised. */
    private void shrink() {
        if (waiting.length > SMALL && size < waiting.length / 8) {
            resize(Math.max(SMALL, waiting.length / 4));
        }
    }

    private void grow() {
        resize(2 * waiting.length);
    }

    private void resize(int length) {
        waiting = Arrays.copyOf(waiting, length);
        dueNanos = Arrays.copyOf(dueNanos, length);
        order = Arrays.copyOf(order, length);
    }
}
