package io.github.ppool.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The idle workers in the order in which they came. Both ends are at hand, and a slot can leave from anywhere: all in
 * constant time, without allocation once it has its size. Guarded by the lock of the pool.
 *
 * <p>It is that lock, see there. A ring in which a slot that leaves from the middle leaves a hole; holes are passed
 * over when an end comes to them, and pressed out when the ring is full.
 */
class IdleDeque<W> extends AdaptiveLock implements Iterable<Slot<W>> {

    private static final VarHandle TAIL;

    static {
        try {
            TAIL = MethodHandles.lookup().findVarHandle(IdleDeque.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable Slot<W>[] ring = newRing(16);
    /** Positions only grow and shrink at the ends; the place in the ring is the position modulo its length. */
    private long head;
    private long tail;
    private int size;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic class
    private static <W> @Nullable Slot<W>[] newRing(int length) {
        return new Slot[length];
    }

    final int idleCount() {
        return size;
    }

    final boolean isEmpty() {
        return size == 0;
    }

    final void addLast(Slot<W> slot) {
        if (tail - head == ring.length) {
            makeRoom();
        }
        put(slot, tail++);
    }

    final void addFirst(Slot<W> slot) {
        if (tail - head == ring.length) {
            makeRoom();
        }
        put(slot, --head);
    }

    private void put(Slot<W> slot, long position) {
        ring[index(position)] = slot;
        slot.idlePosition = position;
        size++;
    }

    private int index(long position) {
        return (int) position & (ring.length - 1);
    }

    @Nullable
    final Slot<W> peekFirst() {
        while (head != tail) {
            Slot<W> first = ring[index(head)];
            if (first != null) {
                return first;
            }
            head++;
        }
        return null;
    }

    @Nullable
    final Slot<W> peekLast() {
        while (head != tail) {
            Slot<W> last = ring[index(tail - 1)];
            if (last != null) {
                return last;
            }
            tail--;
        }
        return null;
    }

    @Nullable
    final Slot<W> pollFirst() {
        Slot<W> first = peekFirst();
        if (first != null) {
            dropFirst();
        }
        return first;
    }

    /** After {@link #peekFirst}: takes that one out. */
    final void dropFirst() {
        ring[index(head++)] = null;
        size--;
    }

    /** After {@link #peekFirst}: that one goes to the other end. */
    final void moveFirstToEnd(Slot<W> first) {
        ring[index(head++)] = null;
        long position = tail;
        ring[index(position)] = first;
        first.idlePosition = position;
        tail = position + 1;
    }

    /** Also without the lock: whether nothing was added after this one, which is in the set. */
    final boolean isNewest(Slot<W> slot) {
        return (long) TAIL.getOpaque(this) - 1 == slot.idlePosition;
    }

    @Nullable
    final Slot<W> pollLast() {
        Slot<W> last = peekLast();
        if (last != null) {
            ring[index(--tail)] = null;
            size--;
        }
        return last;
    }

    final boolean contains(Slot<W> slot) {
        long position = slot.idlePosition;
        return position - head >= 0 && tail - position > 0 && ring[index(position)] == slot;
    }

    /** Without effect if it is not in the set. */
    final void removeIdle(Slot<W> slot) {
        if (contains(slot)) {
            ring[index(slot.idlePosition)] = null;
            size--;
        }
    }

    private void makeRoom() {
        @Nullable
        Slot<W>[] old = ring;
        long from = head;
        long to = tail;
        head = to; // positions are not used again: see isNewest
        if (size > old.length / 2) {
            ring = newRing(2 * old.length);
        } else {
            ring = newRing(old.length);
        }
        size = 0;
        for (long position = from; position != to; position++) {
            Slot<W> slot = old[(int) position & (old.length - 1)];
            if (slot != null) {
                put(slot, tail++);
            }
        }
    }

    /**
     * From the one that has been idle longest on. The one that was just returned may be removed from the set meanwhile.
     */
    @Override
    public Iterator<Slot<W>> iterator() {
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
            public Slot<W> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return Objects.requireNonNull(ring[index(position++)]);
            }
        };
    }

    @Override
    public String toString() {
        StringBuilder all = new StringBuilder("IdleDeque[");
        for (Slot<W> slot : this) {
            all.append(slot.childId).append(' ');
        }
        return all.append("ring of ").append(ring.length).append(']').toString();
    }
}
