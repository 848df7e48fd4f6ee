package io.github.ppool.concurrent;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An element of a {@link TicketQueue} and of a {@link DeadlineHeap}, which keep their position in its fields: so no
 * operation of either allocates an entry, and an element leaves from anywhere in constant time. An element is in at
 * most one queue and in at most one heap.
 *
 * <p>The fields are guarded by the lock that guards the queue and the heap. Until an element can be found in the queue,
 * it belongs to the thread that is about to join.
 */
public abstract class QueueNode {

    /** Zero until the element draws its first ticket; then one or more, unique, and growing in the order of tickets. */
    private long number;
    /** The segment in which the element stands; null if it stands in no queue. */
    private @Nullable TicketSegment segment;
    private byte index;
    /** Whether the element has a deadline in a heap. Written by {@link DeadlineHeap} only. */
    boolean expires;

    /** An element that stands nowhere. */
    protected QueueNode() {}

    /**
     * The number of the first ticket that this element has drawn.
     *
     * @return one or more, or zero if it has drawn none
     */
    public final long number() {
        return number;
    }

    /**
     * Whether this element has a deadline in a heap.
     *
     * @return true between {@link DeadlineHeap#add} and the moment at which it leaves the heap
     */
    public final boolean expires() {
        return expires;
    }

    /**
     * Whether this element stands in a {@link TicketQueue}.
     *
     * @return false also if it has only {@linkplain TicketQueue#draw drawn} a ticket
     */
    public final boolean isInQueue() {
        return segment != null;
    }

    /** The element has drawn this ticket, and stands at this place of the queue. */
    final void drew(long ticket, TicketSegment inSegment, int atIndex) {
        drew(ticket);
        segment = inSegment;
        index = (byte) atIndex;
    }

    /** The element has drawn this ticket, and stands elsewhere. */
    final void drew(long ticket) {
        if (number == 0) {
            number = ticket + 1;
        }
    }

    final TicketSegment leaveSegment() {
        TicketSegment was = Objects.requireNonNull(segment);
        segment = null;
        return was;
    }

    final int index() {
        return index & 0xff;
    }

    /** Tells whether the element knows this as its place in the queue. */
    final boolean isAt(TicketSegment where, int atIndex) {
        return where.equals(segment) && index() == atIndex;
    }
}
