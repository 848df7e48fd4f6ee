package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One that stands in the {@link WaitQueue}: a borrower or a task. All fields are guarded by the engine's lock, but
 * until it can be found in the line it belongs to whoever is about to put it there.
 */
abstract class Waiter<W> {

    /** Since when it waits; of a task that runs, since when. */
    long sinceNanos;
    /** Zero until it draws its first ticket; then one or more, unique, and growing in the order of the tickets. */
    long number;
    /** Where it stands in the {@link TicketQueue}; null if it does not. */
    private TicketQueue.@Nullable Segment<W> segment;
    private byte index;
    boolean queued;
    /** Found no idle worker when it came. */
    boolean hasWaited;
    /** Has a time among the {@link DeadlineHeap} at which it gives up. */
    boolean expires;

    /** Higher ones go first. */
    int priority() {
        return 0;
    }

    /** It has drawn this ticket, which is its place in the line. */
    void drew(long ticket, TicketQueue.Segment<W> inSegment, int atIndex) {
        drew(ticket);
        segment = inSegment;
        index = (byte) atIndex;
    }

    /** It has drawn this ticket, and stands elsewhere. */
    void drew(long ticket) {
        if (number == 0) {
            number = ticket + 1;
        }
    }

    boolean isInLine() {
        return segment != null;
    }

    TicketQueue.Segment<W> leaveSegment() {
        TicketQueue.Segment<W> was = Objects.requireNonNull(segment);
        segment = null;
        return was;
    }

    int index() {
        return index & 0xff;
    }

    /** The process that waits, if it is one and its death takes it out of the queue. */
    @Nullable
    Pid ownerPid() {
        return null;
    }

    /** Whether it may wait only for a worker that is made for it. */
    boolean isImpatient() {
        return false;
    }

    /** Whether it is refused as soon as workers can't be made, instead of waiting on. */
    boolean isRefusedWithoutWorkers() {
        return true;
    }

    /** Under the lock, taken off the queue: it gets this worker. */
    abstract void granted(PoolEngine<W> engine, Slot<W> slot, DeferredActions after);

    /** Under the lock, taken off the queue: it gets none. */
    abstract void refused(PoolEngine<W> engine, Supplier<PoolException> why, DeferredActions after);

    /**
     * Under the lock, taken off the queue because its process has ended; one that waits itself learns that by itself.
     */
    void ownerEnded(PoolEngine<W> engine, DeferredActions after) {}

    /** Under the lock, taken off the queue because its time is over: what it is told. */
    abstract Supplier<PoolException> whyExpired(PoolEngine<W> engine);
}
