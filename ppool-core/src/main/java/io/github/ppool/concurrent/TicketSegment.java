package io.github.ppool.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A segment of a {@link TicketQueue}: its cells, and the links to its neighbours. */
final class TicketSegment {

    private static final VarHandle NEXT;
    private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(Object[].class);

    static {
        try {
            NEXT = MethodHandles.lookup().findVarHandle(TicketSegment.class, "next", TicketSegment.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    static final int LENGTH = 256;

    private static final @Nullable Object[] NO_PLACES = {};

    /** The ticket of its first cell. */
    final long from;
    final @Nullable Object[] places;
    /** From null to the next segment by the thread that needs it first; to a later segment under the lock. */
    volatile @Nullable TicketSegment next;
    /** Guarded by the lock, once it can be reached. */
    @Nullable
    TicketSegment previous;
    /** Number of cells that an element left before it was first. Guarded by the lock. */
    int gone;

    private TicketSegment(long from, @Nullable TicketSegment previous, @Nullable Object[] places) {
        this.from = from;
        this.previous = previous;
        this.places = places;
    }

    /**
     * The segment before that of ticket 0. No ticket leads to one of its cells, so it has none. A queue that no element
     * ever joined keeps no other segment: that is a kibibyte less for each of thousands of idle pools.
     */
    static TicketSegment beforeFirst() {
        return new TicketSegment(-LENGTH, null, NO_PLACES);
    }

    TicketSegment nextOrNew() {
        TicketSegment known = next;
        if (known != null) {
            return known;
        }
        TicketSegment made = new TicketSegment(from + LENGTH, this, new Object[LENGTH]);
        TicketSegment other = (TicketSegment) NEXT.compareAndExchange(this, null, made);
        return other != null ? other : made;
    }

    boolean put(int index, Object element) {
        return PLACES.compareAndSet(places, index, null, element);
    }

    @Nullable
    Object at(int index) {
        return PLACES.getAcquire(places, index);
    }

    Object present(int index) {
        Object there = at(index);
        if (there == null) {
            throw new AssertionError("no element at " + (from + index));
        }
        return there;
    }

    void clear(int index) {
        places[index] = null;
    }

    void set(int index, Object what) {
        places[index] = what;
    }
}
