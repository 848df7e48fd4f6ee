package io.github.ppool.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A line, first in first out, that may be joined without the engine's lock while it is open. Who hands over a million
 * tasks then meets neither the lock nor anything that the workers write, who take them out under the lock.
 *
 * <p>Each who joins draws a ticket, by one addition, which is his place in a chain of arrays; then he puts himself
 * there, by one compare-and-set from {@code null}. Places are never used again. Who comes to a place whose owner has
 * drawn the ticket and is not there yet looks for a moment, then closes it off (puts {@link #GONE} there), and the late
 * one, whose compare-and-set fails, asks for the lock as if he had not drawn. So nobody waits for one who was taken off
 * his processor.
 *
 * <p><b>Why nobody is overlooked.</b> {@code limit} is the ticket from which on the lock must be asked; zero, if
 * closed. Who joins reads it before and <em>after</em> he has put himself there; who closes writes it and <em>then</em>
 * reads how many tickets are drawn. Both steps in the middle are fences, so either the one who closes sees the ticket,
 * or the one who joins sees the line closed, asks for the lock, and looks after what was overlooked.
 *
 * <p>All but {@link #join}, {@link #isOpen} and {@link #isWithin} is guarded by the engine's lock. Leaving from
 * anywhere takes constant time, and frees what was there; an array in which nobody is left is taken out of the chain.
 */
final class TicketQueue<W> extends TicketQueueGap<W> {

    /** What {@link #join} answers if the place was closed off. */
    static final long CLOSED_OFF = -1;
    /** Stands where somebody was who has left, or would have been. */
    private static final Object GONE = new Object();
    /** How often one looks at a place that is drawn and empty: about a microsecond. */
    private static final int LOOKS = 50;

    private Segment<W> first;
    /** The ticket of who is first, or is to come. */
    private long head;
    /** So many tickets were drawn when that was looked at last: those who join write it all the time. */
    private long seen;
    /** How many of the tickets from head on stand for nobody. */
    private long left;
    /**
     * All before this ticket were given to {@link #forEachNew}, and the array to go on from: never one that has left
     * the chain.
     */
    private long shown;
    private Segment<W> shownIn;

    TicketQueue() {
        super(new Segment<>(0, null));
        first = last;
        shownIn = first;
    }

    // ---- without the lock

    /** Whether it may be joined, now; may change at once. */
    boolean isOpen() {
        return tickets < limit;
    }

    /**
     * Goes to the end.
     *
     * @return the ticket; or {@link #CLOSED_OFF}, and nothing has happened. If the line is not
     *     {@linkplain #isWithin open} for this ticket by now, he has to ask for the lock and look what has become of
     *     him
     */
    long join(Waiter<W> who) {
        Segment<W> hint = last; // before the ticket is drawn: so it is not behind it
        long ticket = drawTicket();
        Segment<W> segment = segmentOf(ticket, hint);
        int index = (int) (ticket - segment.from);
        who.drew(ticket, segment, index);
        return segment.put(index, who) ? ticket : CLOSED_OFF;
    }

    /**
     * The first half of {@link #join}; for tests by itself, as if its caller had been taken off his processor after it.
     */
    long drawTicket() {
        return (long) TICKETS.getAndAdd(this, 1L);
    }

    /** After {@link #join}: whether all was well. */
    boolean isWithin(long ticket) {
        return ticket < limit;
    }

    private Segment<W> segmentOf(long ticket, Segment<W> hint) {
        Segment<W> segment = hint;
        while (ticket - segment.from >= Segment.LENGTH) {
            segment = segment.nextOrNew();
        }
        if (segment != hint) {
            LAST.compareAndSet(this, hint, segment); // only forward; who fails is not ahead of who does not
        }
        return segment;
    }

    // ---- with the lock

    /** From now on it may be joined without the lock until there are so many; without effect if there are. */
    void open(int most) {
        limit = head + left + most;
    }

    void close() {
        limit = 0;
    }

    /** Goes to the end, open or not. */
    void add(Waiter<W> who) {
        if (join(who) == CLOSED_OFF) {
            throw new AssertionError("only the holder of the lock closes off: " + who);
        }
    }

    /** Draws a ticket, and thus a number, for one who stands elsewhere. */
    void draw(Waiter<W> who) {
        Segment<W> hint = last;
        long ticket = drawTicket();
        who.drew(ticket);
        Segment<W> segment = segmentOf(ticket, hint);
        segment.put((int) (ticket - segment.from), GONE);
        left++;
        gone(segment);
    }

    /** How many there are, those counted in who are about to put themselves there. */
    int size() {
        return (int) Math.min(Integer.MAX_VALUE, tickets - head - left);
    }

    /** Who is first, null if nobody is there. Places of which the owner does not come are closed off. */
    @Nullable
    Waiter<W> peek() {
        while (true) {
            if (head >= seen) {
                seen = tickets;
                if (head >= seen) {
                    return null;
                }
            }
            if (head - first.from >= Segment.LENGTH) {
                goToNextSegment();
                continue;
            }
            int index = (int) (head - first.from);
            Object there = first.at(index);
            if (there == null) {
                there = awaitAt(index);
            }
            if (there != GONE) {
                return waiting(there);
            }
            head++;
            left--;
        }
    }

    private Object awaitAt(int index) {
        for (int look = 0; look < LOOKS; look++) {
            Thread.onSpinWait();
            Object there = first.at(index);
            if (there != null) {
                return there;
            }
        }
        if (first.put(index, GONE)) {
            left++;
        }
        return first.present(index);
    }

    private void goToNextSegment() {
        Segment<W> next = first.nextOrNew();
        left -= next.from - head; // the tickets of arrays that were taken out
        head = next.from;
        next.previous = null;
        leaves(first, next);
        first = next;
    }

    private void leaves(Segment<W> segment, Segment<W> next) {
        if (shownIn == segment) {
            shownIn = next;
        }
    }

    /** Takes out the one that {@link #peek} has just returned. */
    void removeFirst(Waiter<W> peeked) {
        peeked.leaveSegment();
        first.clear((int) (head - first.from));
        head++;
    }

    /** Takes out one who is in it, from wherever. */
    void remove(Waiter<W> who) {
        Segment<W> segment = who.leaveSegment();
        int index = who.index();
        if (segment == first && segment.from + index == head) {
            segment.clear(index);
            head++;
            return;
        }
        segment.set(index, GONE);
        left++;
        gone(segment);
    }

    /**
     * One more of its places stands for nobody. The last array stays, because the next one is found by it, until one
     * after it loses one.
     */
    private void gone(Segment<W> segment) {
        segment.gone++;
        Segment<W> before = segment.previous;
        takeOutIfAllAreGone(segment);
        if (before != null) {
            takeOutIfAllAreGone(before);
        }
    }

    private void takeOutIfAllAreGone(Segment<W> segment) {
        Segment<W> before = segment.previous;
        Segment<W> after = segment.next;
        if (segment.gone == Segment.LENGTH && before != null && after != null) {
            before.next = after; // segment.next stays: somebody may be on his way by it
            after.previous = before;
            segment.previous = null;
            leaves(segment, after);
        }
    }

    /** From the first to the last; the action may remove the one that it is given. */
    void forEach(Consumer<Waiter<W>> action) {
        long end = tickets;
        long from = head;
        for (Segment<W> segment = first; segment != null && segment.from < end; segment = segment.next) {
            for (long ticket = Math.max(from, segment.from); ticket < Math.min(end,
                    segment.from + Segment.LENGTH); ticket++) {
                Object there = segment.at((int) (ticket - segment.from));
                if (there != null && there != GONE) {
                    action.accept(waiting(there));
                }
            }
        }
    }

    /**
     * As {@link #forEach}, but without those who were given to an action before. Who has drawn a ticket and is not at
     * his place yet is given to the next one, and some of those behind him once more. The action must not remove
     * anybody.
     */
    void forEachNew(Consumer<Waiter<W>> action) {
        long end = tickets;
        long from = Math.max(head, shown);
        boolean complete = true;
        for (Segment<W> segment = shownIn; segment != null && segment.from < end; segment = segment.next) {
            long to = Math.min(end, segment.from + Segment.LENGTH);
            for (long ticket = Math.max(from, segment.from); ticket < to; ticket++) {
                Object there = segment.at((int) (ticket - segment.from));
                if (there != null && there != GONE) {
                    action.accept(waiting(there));
                } else if (there == null && complete) {
                    complete = false;
                    shown = ticket;
                    shownIn = segment;
                }
            }
            if (complete) {
                shown = to;
                shownIn = segment;
            }
        }
    }

    /** For tests: how many arrays it keeps in memory. */
    int segments() {
        int count = 0;
        for (Segment<W> segment = first; segment != null; segment = segment.next) {
            count++;
        }
        return count;
    }

    @SuppressWarnings("unchecked") // nobody else is put here
    private static <W> Waiter<W> waiting(Object there) {
        return (Waiter<W>) there;
    }

    /** A piece of the line. */
    static final class Segment<W> {
        static final int LENGTH = 256;

        private static final VarHandle NEXT;
        private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(Object[].class);

        static {
            try {
                NEXT = MethodHandles.lookup().findVarHandle(Segment.class, "next", Segment.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        /** The ticket of its first place. */
        private final long from;
        private final @Nullable Object[] places = new Object[LENGTH];
        /** From null to the next one by whoever needs it first; from one to a later one under the lock. */
        private volatile @Nullable Segment<W> next;
        /** Guarded by the lock, once it can be reached. */
        private @Nullable Segment<W> previous;
        /** Guarded by the lock: how many places were left by those who did not stand first. */
        private int gone;

        Segment(long from, @Nullable Segment<W> previous) {
            this.from = from;
            this.previous = previous;
        }

        private Segment<W> nextOrNew() {
            Segment<W> known = next;
            if (known != null) {
                return known;
            }
            Segment<W> made = new Segment<>(from + LENGTH, this);
            @SuppressWarnings("unchecked") // the field's own type
            Segment<W> other = (Segment<W>) NEXT.compareAndExchange(this, null, made);
            return other != null ? other : made;
        }

        private boolean put(int index, Object who) {
            return PLACES.compareAndSet(places, index, null, who);
        }

        private @Nullable Object at(int index) {
            return PLACES.getAcquire(places, index);
        }

        private Object present(int index) {
            Object there = at(index);
            if (there == null) {
                throw new AssertionError("nobody at " + (from + index));
            }
            return there;
        }

        private void clear(int index) {
            places[index] = null;
        }

        private void set(int index, Object what) {
            places[index] = what;
        }
    }
}

/** Keeps what precedes it in memory out of the lines of those who join. */
@SuppressWarnings("unused")
class TicketQueuePadding {
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf;
}

/** What those write, or read, who join. */
class TicketQueueJoining<W> extends TicketQueuePadding {

    static final VarHandle TICKETS;
    static final VarHandle LAST;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TICKETS = lookup.findVarHandle(TicketQueueJoining.class, "tickets", long.class);
            LAST = lookup.findVarHandle(TicketQueueJoining.class, "last", TicketQueue.Segment.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How many were drawn. */
    volatile long tickets;
    /** The ticket from which on the lock must be asked; zero if it always must. Written under the lock. */
    volatile long limit;
    /** The array of the last ticket, or one before it. */
    volatile TicketQueue.Segment<W> last;

    TicketQueueJoining(TicketQueue.Segment<W> last) {
        this.last = last;
    }
}

/** Keeps what the holders of the lock write out of the lines of those who join. */
@SuppressWarnings("unused")
class TicketQueueGap<W> extends TicketQueueJoining<W> {
    private long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, qa, qb, qc, qd, qe, qf;

    TicketQueueGap(TicketQueue.Segment<W> last) {
        super(last);
    }
}
