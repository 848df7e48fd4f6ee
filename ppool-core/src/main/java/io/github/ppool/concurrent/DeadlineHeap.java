package io.github.ppool.concurrent;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of elements: the earliest first, and among equals the element that was added first. Guarded by a lock
 * of its owner.
 *
 * <p>A binary heap with lazy removal: an element that leaves early stays until it reaches the top, or until more than
 * half of the heap has left; then all of these are removed. So leaving takes constant amortised time. Adding does too
 * where later elements have later deadlines, as with one time-out for all.
 *
 * @param <E> the type of the elements, which keep in {@link QueueNode#expires} whether they are in the heap
 */
public final class DeadlineHeap<E extends QueueNode> {

    private static final int SMALL = 64;
    /** Most heaps are empty most of the time, and those of an idle pool are empty from the beginning. */
    private static final int FIRST = 4;

    private static final @Nullable QueueNode[] NONE = {};
    private static final long[] NO_NUMBERS = {};

    private @Nullable QueueNode[] elements = NONE;
    private long[] dueNanos = NO_NUMBERS;
    private long[] order = NO_NUMBERS;
    private long lastOrder;
    /** Of the heap, including the elements that have left. */
    private int size;
    private int left;

    /** An empty heap. */
    public DeadlineHeap() {}

    /**
     * Adds an element that is not in the heap.
     *
     * @param element the element
     * @param deadlineNanos its deadline, by the clock of the owner
     */
    public void add(E element, long deadlineNanos) {
        if (size == elements.length) {
            grow();
        }
        element.expires = true;
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
        set(hole, element, deadlineNanos, number);
    }

    /**
     * Removes an element before its deadline; without effect if it is not in the heap.
     *
     * @param element the element
     */
    public void remove(E element) {
        if (element.expires) {
            element.expires = false;
            left++;
            if (left == size) {
                Arrays.fill(elements, 0, size, null); // an element that has left must not be kept in memory
                size = 0;
                left = 0;
                shrink();
            } else if (left > SMALL && left > size / 2) {
                throwOutLeft();
            }
        }
    }

    /**
     * Removes the first element with a deadline that is over.
     *
     * @param nowNanos the time, by the clock of the owner
     * @return the element, null if there is none
     */
    public @Nullable E pollDue(long nowNanos) {
        dropLeftOnTop();
        if (size == 0 || dueNanos[0] - nowNanos > 0) {
            return null;
        }
        QueueNode due = Objects.requireNonNull(elements[0]);
        due.expires = false;
        removeTop();
        return element(due);
    }

    /**
     * Whether no element has a deadline.
     *
     * @return whether that is so
     */
    public boolean isEmpty() {
        dropLeftOnTop();
        return size == 0;
    }

    /**
     * The earliest deadline. Only if the heap is not {@linkplain #isEmpty() empty}.
     *
     * @return the deadline
     */
    public long earliestNanos() {
        return dueNanos[0];
    }

    /**
     * For tests: the number of elements that it keeps in memory.
     *
     * @return the number
     */
    public int kept() {
        return size;
    }

    /**
     * For tests: the number of elements that it has room for.
     *
     * @return the number
     */
    public int room() {
        return elements.length;
    }

    /**
     * For tests, under the lock: checks the invariants of this structure.
     *
     * @return the first one that does not hold, or null
     */
    public @Nullable String brokenInvariant() {
        Set<QueueNode> expiring = Collections.newSetFromMap(new IdentityHashMap<>());
        int passed = 0;
        for (int i = 0; i < elements.length; i++) {
            QueueNode element = elements[i];
            if ((i < size) != (element != null)) {
                return "entry " + i + " of " + size + " is " + element;
            }
            if (element == null) {
                continue;
            }
            if (i > 0 && isBefore(i, dueNanos[(i - 1) >>> 1], order[(i - 1) >>> 1])) {
                return element + " comes before its parent in the heap";
            }
            if (!element.expires) {
                passed++;
            } else if (!expiring.add(element)) {
                return element + " has two deadlines";
            }
        }
        return passed == left ? null : passed + " have left, " + left + " counted";
    }

    /**
     * For tests, under the lock: calls an action with each element that has a deadline, in no particular order.
     *
     * @param action must not change the heap
     */
    public void forEach(Consumer<E> action) {
        for (int i = 0; i < size; i++) {
            QueueNode element = Objects.requireNonNull(elements[i]);
            if (element.expires) {
                action.accept(element(element));
            }
        }
    }

    @SuppressWarnings("unchecked") // only elements of this type are added
    private E element(QueueNode node) {
        return (E) node;
    }

    private void dropLeftOnTop() {
        while (size > 0 && !Objects.requireNonNull(elements[0]).expires) {
            left--;
            removeTop();
        }
    }

    private void removeTop() {
        int last = --size;
        QueueNode element = Objects.requireNonNull(elements[last]);
        elements[last] = null;
        if (last > 0) {
            sink(0, element, dueNanos[last], order[last]);
        }
        shrink();
    }

    private void sink(int from, QueueNode element, long due, long number) {
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
        set(hole, element, due, number);
    }

    private boolean isBefore(int index, long due, long number) {
        long difference = dueNanos[index] - due;
        return difference < 0 || (difference == 0 && order[index] < number);
    }

    private void move(int from, int to) {
        elements[to] = elements[from];
        dueNanos[to] = dueNanos[from];
        order[to] = order[from];
    }

    private void set(int index, QueueNode element, long due, long number) {
        elements[index] = element;
        dueNanos[index] = due;
        order[index] = number;
    }

    private void throwOutLeft() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (Objects.requireNonNull(elements[i]).expires) {
                move(i, kept++);
            }
        }
        Arrays.fill(elements, kept, size, null);
        size = kept;
        left = 0;
        for (int i = size / 2 - 1; i >= 0; i--) {
            sink(i, Objects.requireNonNull(elements[i]), dueNanos[i], order[i]);
        }
        shrink();
    }

    /** After a crowd has gone; far from the size at which it grows again, so that it takes constant time, amortised. */
    private void shrink() {
        if (elements.length > SMALL && size < elements.length / 8) {
            resize(Math.max(SMALL, elements.length / 4));
        }
    }

    private void grow() {
        resize(Math.max(FIRST, 2 * elements.length));
    }

    private void resize(int length) {
        elements = Arrays.copyOf(elements, length);
        dueNanos = Arrays.copyOf(dueNanos, length);
        order = Arrays.copyOf(order, length);
    }
}
