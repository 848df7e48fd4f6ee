package io.github.ppool.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A deque of elements from which an element leaves from anywhere: all in constant time, and without allocation once the
 * deque has its size. Guarded by the lock that it extends: a subclass that is guarded by the same lock reaches all of
 * its state with one load less.
 *
 * <p>A ring buffer. An element that leaves from the middle leaves a hole; holes are skipped when an end reaches them,
 * and squeezed out when the ring is full.
 *
 * @param <E> the type of the elements. If there is one concrete subtype of {@link Node} only, the compiler knows the
 *     type of the elements in the ring
 */
public class IdleDeque<E extends IdleDeque.Node> extends AdaptiveLock implements Iterable<E> {

    private static final VarHandle TAIL;

    static {
        try {
            TAIL = MethodHandles.lookup().findVarHandle(IdleDeque.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable Node[] ring = new Node[16];
    /** Positions only grow and shrink at the ends; the place in the ring is the position modulo its length. */
    private long head;
    private long tail;
    private int size;

    /** An empty deque. */
    public IdleDeque() {}

    @SuppressWarnings("unchecked") // only elements of this type are put into the ring
    private @Nullable E element(@Nullable Node node) {
        return (E) node;
    }

    /**
     * The number of elements.
     *
     * @return the number
     */
    public final int idleCount() {
        return size;
    }

    /**
     * Whether there is no element.
     *
     * @return whether there is none
     */
    public final boolean isEmpty() {
        return size == 0;
    }

    /**
     * Adds an element, which is in no deque, as the newest.
     *
     * @param element the element
     */
    public final void addLast(E element) {
        if (tail - head == ring.length) {
            makeRoom();
        }
        put(element, tail++);
    }

    /**
     * Adds an element, which is in no deque, as the oldest.
     *
     * @param element the element
     */
    public final void addFirst(E element) {
        if (tail - head == ring.length) {
            makeRoom();
        }
        put(element, --head);
    }

    private void put(E element, long position) {
        ring[index(position)] = element;
        element.position = position;
        size++;
    }

    private int index(long position) {
        return (int) position & (ring.length - 1);
    }

    /**
     * The oldest element.
     *
     * @return the element, null if there is none
     */
    public final @Nullable E peekFirst() {
        while (head != tail) {
            E first = element(ring[index(head)]);
            if (first != null) {
                return first;
            }
            head++;
        }
        return null;
    }

    /**
     * The newest element.
     *
     * @return the element, null if there is none
     */
    public final @Nullable E peekLast() {
        while (head != tail) {
            E last = element(ring[index(tail - 1)]);
            if (last != null) {
                return last;
            }
            tail--;
        }
        return null;
    }

    /**
     * Removes the oldest element.
     *
     * @return the element, null if there is none
     */
    public final @Nullable E pollFirst() {
        E first = peekFirst();
        if (first != null) {
            dropFirst();
        }
        return first;
    }

    /** Removes the element that {@link #peekFirst} has just returned. */
    public final void dropFirst() {
        ring[index(head++)] = null;
        size--;
    }

    /**
     * Makes the oldest element the newest.
     *
     * @param first the element that {@link #peekFirst} has just returned
     */
    public final void moveFirstToEnd(E first) {
        ring[index(head++)] = null;
        long position = tail;
        ring[index(position)] = first;
        first.position = position;
        tail = position + 1;
    }

    /**
     * Whether no element was added after this one. Any thread, also without the lock.
     *
     * @param element an element of this deque
     * @return whether it is the newest
     */
    public final boolean isNewest(E element) {
        return (long) TAIL.getOpaque(this) - 1 == element.position;
    }

    /**
     * Removes the newest element.
     *
     * @return the element, null if there is none
     */
    public final @Nullable E pollLast() {
        E last = peekLast();
        if (last != null) {
            ring[index(--tail)] = null;
            size--;
        }
        return last;
    }

    /**
     * Whether an element is in this deque.
     *
     * @param element the element
     * @return whether it is
     */
    @SuppressWarnings("ReferenceEquality") // this very element
    public final boolean contains(E element) {
        long position = element.position;
        return position - head >= 0 && tail - position > 0 && ring[index(position)] == element;
    }

    /**
     * Removes an element from wherever it is; without effect if it is not in this deque.
     *
     * @param element the element
     */
    public final void removeIdle(E element) {
        if (contains(element)) {
            ring[index(element.position)] = null;
            size--;
        }
    }

    private void makeRoom() {
        @Nullable
        Node[] old = ring;
        long from = head;
        long to = tail;
        head = to; // positions are not used again: see isNewest
        if (size > old.length / 2) {
            ring = new Node[2 * old.length];
        } else {
            ring = new Node[old.length];
        }
        size = 0;
        for (long position = from; position != to; position++) {
            E element = element(old[(int) position & (old.length - 1)]);
            if (element != null) {
                put(element, tail++);
            }
        }
    }

    /**
     * From the oldest element to the newest. The caller may remove the element that was just returned.
     */
    @Override
    public Iterator<E> iterator() {
        return new Iterator<>() {
            private long position = head;

            @Override
            public boolean hasNext() {
                while (tail - position > 0) {
                    if (position - head >= 0 && ring[index(position)] != null) {
                        return true;
                    }
                    position++;
                }
                return false;
            }

            @Override
            public E next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return Objects.requireNonNull(element(ring[index(position++)]));
            }
        };
    }

    /**
     * For tests, under the lock: checks the invariants of this structure.
     *
     * @return the first one that does not hold, or null
     */
    public @Nullable String brokenInvariant() {
        if (head - tail > 0 || tail - head > ring.length) {
            return "the ends are " + head + " and " + tail + " in a ring of " + ring.length;
        }
        int found = 0;
        for (long position = head; position != head + ring.length; position++) {
            Node there = ring[index(position)];
            if (there != null) {
                found++;
                if (there.position != position || tail - position <= 0) {
                    return there + " is at " + position + " before " + tail + " and knows " + there.position;
                }
            }
        }
        return found == size ? null : found + " elements, " + size + " counted";
    }

    @Override
    public String toString() {
        StringBuilder all = new StringBuilder("IdleDeque[");
        for (E element : this) {
            all.append(element).append(' ');
        }
        return all.append("ring of ").append(ring.length).append(']').toString();
    }

    /**
     * An element of an {@link IdleDeque}. Two elements never share a line of memory, since each would slow down the
     * thread that uses the other.
     */
    public abstract static class Node extends NodePadding {

        /** The position in the ring. Guarded by the lock, but for {@link IdleDeque#isNewest}. */
        long position;

        /** An element that is in no deque. */
        protected Node() {}
    }

    @SuppressWarnings("unused")
    private abstract static class NodePadding {
        private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf;
    }
}
