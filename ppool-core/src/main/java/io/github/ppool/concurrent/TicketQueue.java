package io.github.ppool.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A first-in-first-out queue that threads may join without a lock while it is open. A thread that hands over a million
 * elements then touches neither the lock nor the memory that the consumers write under the lock.
 *
 * <p>A segmented array queue, as LCRQ and the channels of Kotlin and jox are. A joining thread draws a ticket, by one
 * fetch-and-add; the ticket is its cell in a chain of segments. Then it puts its element there, by one compare-and-set
 * from {@code null}. A cell is never used twice. A consumer that reaches a cell with a drawn ticket and no element
 * looks for a moment, then closes the cell off with {@link #GONE}. The late thread's compare-and-set fails, and it
 * proceeds as if it had not drawn. So no consumer waits for a thread that lost its processor.
 *
 * <p><b>Why no element is missed.</b> {@code limit} is the first ticket that needs the lock; it is zero if the queue
 * is closed. A joining thread reads it before and <em>after</em> it puts its element; a closing thread writes it and
 * <em>then</em> reads the number of tickets. Both steps in the middle are full fences. So either the closing thread
 * sees the ticket, or the joining thread sees the queue closed, takes the lock, and finds out the fate of its
 * element.
 *
 * <p>All methods but {@link #join}, {@link #isOpen} and {@link #isWithin} are guarded by the lock of the owner. An
 * element leaves from anywhere in constant time, and its cell keeps no reference to it; a segment in which no element
 * is left is unlinked.
 *
 * @param <E> the type of the elements
 */
public final class TicketQueue<E extends QueueNode> extends TicketQueueGap {

    /** The answer of {@link #join} if the cell was closed off. */
    public static final long CLOSED_OFF = -1;
    /** For tests: the number of cells of a segment. */
    public static final int SEGMENT_LENGTH = TicketSegment.LENGTH;
    /** Stands in a cell after its element has left, or because it did not arrive in time. */
    private static final Object GONE = new Object();
    /** Number of looks at a cell that is drawn and empty: about a microsecond. */
    private static final int LOOKS = 50;

    private TicketSegment first;
    /** The ticket of the first element, or of the next one to come. */
    private long head;
    /** Number of tickets at the last look: joining threads write the current number all the time. */
    private long seen;
    /** Number of tickets from head on that stand for no element. */
    private long left;
    /**
     * All before this ticket were given to {@link #forEachNew}, and the array to go on from: never one that has left
     * the chain.
     */
    private long shown;
    private TicketSegment shownIn;

    /** A closed, empty queue. */
    public TicketQueue() {
        super(TicketSegment.beforeFirst());
        first = last;
        shownIn = first;
    }

    // ---- without the lock

    /**
     * Whether the queue may be joined without the lock. Any thread; the answer may be outdated at once.
     *
     * @return whether it may
     */
    public boolean isOpen() {
        return tickets < limit;
    }

    /**
     * Puts an element at the end. Any thread.
     *
     * @param element the element, which stands in no queue
     * @return the ticket; or {@link #CLOSED_OFF}, and the call has no effect. If the queue is not
     *     {@linkplain #isWithin open} for this ticket by now, the caller has to take the lock and to find out the fate
     *     of its element
     */
    public long join(E element) {
        TicketSegment hint = last; // before the ticket is drawn: so it is not behind it
        long ticket = drawTicket();
        TicketSegment segment = segmentOf(ticket, hint);
        int index = (int) (ticket - segment.from);
        element.drew(ticket, segment, index);
        return segment.put(index, element) ? ticket : CLOSED_OFF;
    }

    /**
     * The first half of {@link #join}; for tests by itself, as if its caller had lost its processor after it.
     *
     * @return the ticket
     */
    public long drawTicket() {
        return (long) TICKETS.getAndAdd(this, 1L);
    }

    /**
     * Whether the queue is open for a ticket, after {@link #join}. Any thread.
     *
     * @param ticket the ticket that it has returned
     * @return whether it is
     */
    public boolean isWithin(long ticket) {
        return ticket < limit;
    }

    private TicketSegment segmentOf(long ticket, TicketSegment hint) {
        TicketSegment segment = hint;
        while (ticket - segment.from >= TicketSegment.LENGTH) {
            segment = segment.nextOrNew();
        }
        if (segment != hint) {
            // only forward: a thread that fails is not ahead of the one that succeeds
            LAST.compareAndSet(this, hint, segment);
        }
        return segment;
    }

    // ---- with the lock

    /**
     * Allows threads to join without the lock, until there are so many elements.
     *
     * @param most the number of elements; without effect if there are as many
     */
    public void open(int most) {
        limit = head + left + most;
    }

    /** From now on a thread needs the lock to join. */
    public void close() {
        limit = 0;
    }

    /**
     * Puts an element at the end, whether the queue is open or closed.
     *
     * @param element the element, which stands in no queue
     */
    public void add(E element) {
        if (join(element) == CLOSED_OFF) {
            throw new AssertionError("only the holder of the lock closes off: " + element);
        }
    }

    /**
     * Draws a ticket, and thus a number, for an element that stands elsewhere.
     *
     * @param element the element
     */
    public void draw(E element) {
        TicketSegment hint = last;
        long ticket = drawTicket();
        element.drew(ticket);
        TicketSegment segment = segmentOf(ticket, hint);
        segment.put((int) (ticket - segment.from), GONE);
        left++;
        gone(segment);
    }

    /**
     * The number of elements, including those of threads that have drawn a ticket and have not put the element yet.
     *
     * @return the number
     */
    public int size() {
        return (int) Math.min(Integer.MAX_VALUE, tickets - head - left);
    }

    /**
     * The first element. Closes off each cell before it in which no element arrives.
     *
     * @return the element, null if there is none
     */
    public @Nullable E peek() {
        while (true) {
            if (head >= seen) {
                seen = tickets;
                if (head >= seen) {
                    return null;
                }
            }
            if (head - first.from >= TicketSegment.LENGTH) {
                goToNextSegment();
                continue;
            }
            int index = (int) (head - first.from);
            Object there = first.at(index);
            if (there == null) {
                there = awaitAt(index);
            }
            if (there != GONE) {
                return element(there);
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
        TicketSegment next = first.nextOrNew();
        left -= next.from - head; // the tickets of arrays that were taken out
        head = next.from;
        next.previous = null;
        leaves(first, next);
        first = next;
    }

    private void leaves(TicketSegment segment, TicketSegment next) {
        if (shownIn == segment) {
            shownIn = next;
        }
    }

    /**
     * Removes the element that {@link #peek} has just returned.
     *
     * @param peeked that element
     */
    public void removeFirst(E peeked) {
        peeked.leaveSegment();
        first.clear((int) (head - first.from));
        head++;
    }

    /**
     * Removes an element from wherever it stands.
     *
     * @param element an element of this queue
     */
    public void remove(E element) {
        TicketSegment segment = element.leaveSegment();
        int index = element.index();
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
     * One more cell of the segment stands for no element. The last segment stays linked, because the next one is found
     * by it, until a later segment loses an element.
     */
    private void gone(TicketSegment segment) {
        segment.gone++;
        TicketSegment before = segment.previous;
        takeOutIfAllAreGone(segment);
        if (before != null) {
            takeOutIfAllAreGone(before);
        }
    }

    private void takeOutIfAllAreGone(TicketSegment segment) {
        TicketSegment before = segment.previous;
        TicketSegment after = segment.next;
        if (segment.gone == TicketSegment.LENGTH && before != null && after != null) {
            before.next = after; // segment.next stays: a joining thread may be on its way by it
            after.previous = before;
            segment.previous = null;
            leaves(segment, after);
        }
    }

    /**
     * Calls an action with each element, from the first to the last.
     *
     * @param action may remove the element that it is given
     */
    public void forEach(Consumer<E> action) {
        long end = tickets;
        long from = head;
        for (TicketSegment segment = first; segment != null && segment.from < end; segment = segment.next) {
            for (long ticket = Math.max(from, segment.from); ticket < Math.min(end,
                    segment.from + TicketSegment.LENGTH); ticket++) {
                Object there = segment.at((int) (ticket - segment.from));
                if (there != null && there != GONE) {
                    action.accept(element(there));
                }
            }
        }
    }

    /**
     * As {@link #forEach}, but only with the first elements.
     *
     * @param most the number of elements at most
     * @param action must not remove elements
     * @return the number of elements that the action was given
     */
    public int forEachFirst(int most, Consumer<E> action) {
        long end = tickets;
        long from = head;
        int given = 0;
        for (TicketSegment segment = first; segment != null && segment.from < end; segment = segment.next) {
            long to = Math.min(end, segment.from + TicketSegment.LENGTH);
            for (long ticket = Math.max(from, segment.from); ticket < to; ticket++) {
                if (given >= most) {
                    return given;
                }
                Object there = segment.at((int) (ticket - segment.from));
                if (there != null && there != GONE) {
                    action.accept(element(there));
                    given++;
                }
            }
        }
        return given;
    }

    /**
     * For tests, under the lock: checks the invariants of this structure.
     *
     * @return the first one that does not hold, or null
     */
    public @Nullable String brokenInvariant() {
        if (head - first.from < 0 || head - first.from > TicketSegment.LENGTH) {
            return "the head " + head + " is not in the first segment, from " + first.from;
        }
        long end = tickets;
        long next = head;
        long vacant = 0;
        boolean shownInChain = false;
        TicketSegment before = null;
        for (TicketSegment segment = first; segment != null; segment = segment.next) {
            if (!Objects.equals(segment.previous, before)) {
                return "the segment from " + segment.from + " does not know the one before it";
            }
            shownInChain |= segment.equals(shownIn);
            long from = Math.max(head, segment.from);
            long to = Math.min(end, segment.from + TicketSegment.LENGTH);
            vacant += Math.max(0, Math.min(from, end) - next); // tickets of segments that have left the chain
            for (long ticket = from; ticket < to; ticket++) {
                int index = (int) (ticket - segment.from);
                Object there = segment.at(index);
                if (there == GONE) {
                    vacant++;
                } else if (there instanceof QueueNode node && !node.isAt(segment, index)) {
                    return node + " is at ticket " + ticket + " and does not know it";
                }
            }
            next = Math.max(next, to);
            before = segment;
        }
        if (vacant != left) {
            return vacant + " tickets stand for no element, " + left + " counted";
        }
        return shownInChain ? null : "the segment to go on from has left the chain";
    }

    /**
     * As {@link #forEach}, but only with elements that were not given to such an action before. An element that has not
     * arrived in its cell yet is given to the next action, and some of the elements behind it are given once more.
     *
     * @param action must not remove elements
     */
    public void forEachNew(Consumer<E> action) {
        long end = tickets;
        long from = Math.max(head, shown);
        boolean complete = true;
        for (TicketSegment segment = shownIn; segment != null && segment.from < end; segment = segment.next) {
            long to = Math.min(end, segment.from + TicketSegment.LENGTH);
            for (long ticket = Math.max(from, segment.from); ticket < to; ticket++) {
                Object there = segment.at((int) (ticket - segment.from));
                if (there != null && there != GONE) {
                    action.accept(element(there));
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

    /**
     * For tests: the number of segments in memory, with that before the first ticket while it is linked.
     *
     * @return the number
     */
    public int segments() {
        int count = 0;
        for (TicketSegment segment = first; segment != null; segment = segment.next) {
            count++;
        }
        return count;
    }

    @SuppressWarnings("unchecked") // only elements of this type join
    private E element(Object there) {
        return (E) there;
    }
}

/** Separates the fields of joining threads in memory from the fields before them. */
@SuppressWarnings("unused")
class TicketQueuePadding {
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf;
}

/** The fields that joining threads write, or read. */
class TicketQueueJoining extends TicketQueuePadding {

    static final VarHandle TICKETS;
    static final VarHandle LAST;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TICKETS = lookup.findVarHandle(TicketQueueJoining.class, "tickets", long.class);
            LAST = lookup.findVarHandle(TicketQueueJoining.class, "last", TicketSegment.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Number of tickets drawn. */
    volatile long tickets;
    /** The first ticket that needs the lock; zero if all do. Written under the lock. */
    volatile long limit;
    /** The segment of the last ticket, or one before it. */
    volatile TicketSegment last;

    TicketQueueJoining(TicketSegment last) {
        this.last = last;
    }
}

/** Separates the fields of joining threads in memory from those of the lock holders. */
@SuppressWarnings("unused")
class TicketQueueGap extends TicketQueueJoining {
    private long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, qa, qb, qc, qd, qe, qf;

    TicketQueueGap(TicketSegment last) {
        super(last);
    }
}
