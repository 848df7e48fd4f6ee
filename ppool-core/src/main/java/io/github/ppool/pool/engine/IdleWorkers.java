package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.IdleDeque;
import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.process.Pid;
import org.jspecify.annotations.Nullable;

/**
 * The idle workers of a pool, and the choice among them: by the strategy, and for a thread that may reuse its last
 * worker. Some of them may be leased without the lock, see {@link LeaseWord}; so the lock holder
 * {@linkplain #reconcile reconciles} a slot before each decision that depends on the slot being idle.
 *
 * <p>Guarded by the lock of the pool, which it extends.
 */
final class IdleWorkers<W> extends SlotTable<W> {

    /** Strategy: the next idle worker is the first one of the deque; else the last one. */
    private final boolean oldestFirst;
    /** Strategy: idle workers change ends when they are lent, see {@link #lendInRotation}. */
    private final boolean rotates;
    /** Strategy: only the newest idle worker is {@link LeaseWord#REUSABLE}. */
    private final boolean reusesNewest;
    /** Strategy: all idle workers are {@link LeaseWord#REUSABLE}, and a thread gets its last one first. */
    private final boolean reusesOwn;
    private final BorrowerTable borrowers;
    /** Strategy: some step needs no lock, so an idle worker is to be {@link #confirmIdle confirmed}. */
    private final boolean reuses;
    /** Whether threads find their last slots again. */
    private final boolean remembers;
    /**
     * The last slots of threads; of length zero until a thread has had a worker, since the table is a kilobyte or more.
     * Set once, under the lock; read without it, by a race that finds the old table or the new one.
     */
    @Nullable
    Slot<W>[] recent = RecentSlots.none();
    /**
     * True if {@link #lendInRotation} may lend: the order is first in first out, callers are served, the queue is
     * empty, and no worker is surplus. Set when a worker comes back under these conditions, cleared by a thread that is
     * about to decide. Without the lock a hint.
     */
    private boolean rotating;
    /**
     * How often workers were handed out; those taken without the lock are added when the word of their slot is closed.
     */
    private long handOuts;

    /**
     * A table without slots.
     *
     * @param mayReuse whether a check-in has no decision to take while no caller waits
     */
    IdleWorkers(PoolSpec<W> spec, boolean mayReuse, BorrowerTable borrowers) {
        super(spec);
        this.borrowers = borrowers;
        this.oldestFirst = switch (spec.strategy().idleOrder()) {
            case OLDEST_FIRST -> true;
            case NEWEST_FIRST -> false;
        };
        PoolStrategy.Shortcut shortcut = mayReuse ? spec.strategy().shortcut() : PoolStrategy.Shortcut.NONE;
        this.reuses = shortcut != PoolStrategy.Shortcut.NONE;
        this.rotates = shortcut == PoolStrategy.Shortcut.ROTATION;
        this.reusesNewest = shortcut == PoolStrategy.Shortcut.REUSE_NEWEST;
        this.reusesOwn = shortcut == PoolStrategy.Shortcut.REUSE_OWN;
        this.remembers = reusesNewest || reusesOwn;
    }

    /** The idle workers if they rotate; null if they do not. */
    @Nullable
    IdleDeque<Slot<W>> rotation() {
        return rotates ? this : null;
    }

    /**
     * The number of callers that can be served without waiting for another holder. It may be too high where words are
     * {@link LeaseWord#REUSED}. But then it is right in being more than zero, and the queue is empty.
     */
    int servable() {
        return (anyIdle() ? idleCount() : 0) + coming() + freePlaces();
    }

    /** How often workers were handed out, with the lock or without. */
    long handOuts() {
        long all = handOuts;
        if (reuses) {
            for (Slot<W> slot : this) {
                all += slot.reuseCount();
            }
        }
        return all;
    }

    /** The worker of a slot is lent, in the order of checkouts. */
    void countCheckout(Slot<W> slot) {
        slot.checkoutOrder = countHandOut();
    }

    /** One more was handed out. */
    long countHandOut() {
        assert isHeldByCurrentThread();
        return ++handOuts;
    }

    /**
     * As {@link #addIdle}, from {@link SlotState#BORROWED}, while the queue is empty: its last holder may take it
     * again.
     */
    void markIdle(Slot<W> slot) {
        markReturned(slot);
        if (rotates) {
            rotating = overflow() == 0;
        } else if (reuses) {
            if (reusesNewest) {
                forbidReuseOfNewest();
            }
            if (slot.workerProcess == null) {
                slot.allowReuse();
            }
        }
        addLast(slot);
    }

    // ---- lent in turn: the worker that has been idle longest goes to the other end when it is taken, not when it
    // comes back

    /** A hint for threads without the lock. */
    boolean isRotating() {
        return rotating;
    }

    /** A decision is coming: from now on workers are lent with the lock. */
    void stopRotation() {
        assert isHeldByCurrentThread();
        rotating = false;
    }

    /**
     * Takes the lock, which the caller must not have, and needs no more stack than a checkout has made sure of. The
     * slot stays in the idle set, {@link LeaseWord#REUSED}, where it will be when it comes back before any other one
     * does; the lock is not taken then.
     *
     * @return null if the caller has to go by the books
     */
    @Nullable
    PoolLease<W> lendInRotation(Thread thread) {
        lockReserved();
        try {
            Slot<W> slot = rotating ? firstNotReused() : null;
            if (slot == null) {
                return null;
            }
            Borrower owner = slot.borrowerThreadId == thread.threadId() ? slot.borrower : borrowers.known(thread);
            W worker = slot.worker;
            Pid process = slot.pid;
            if (owner == null || !owner.isAlive() || worker == null || process == null || slot.workerProcess != null) {
                return null;
            }
            moveFirstToEnd(slot);
            long stamp = slot.reuseLocked();
            remember(slot, owner);
            countCheckout(slot);
            return new PoolLease<>(slot, stamp, worker, process, slot.takenNow());
        } finally {
            unlock();
        }
    }

    private @Nullable Slot<W> firstNotReused() {
        Slot<W> first = peekFirst();
        while (first != null && first.looksReused()) {
            reconcile(first); // all that were lent after it have come back
            first = peekFirst();
        }
        return first;
    }

    /** Of one that was lent in turn, and comes back after another one that was lent later: false if it was not so. */
    boolean checkInOutOfRotation(Slot<W> slot, long stamp) {
        assert isHeldByCurrentThread();
        if (!slot.isReused(stamp) || !slot.tryEndReuse(stamp)) {
            return false;
        }
        removeIdle(slot);
        addLast(slot);
        return true;
    }

    private void forbidReuseOfNewest() {
        Slot<W> newest = peekLast();
        if (newest != null) {
            confirmIdle(newest);
        }
    }

    void addIdle(Slot<W> slot) {
        move(slot, SlotState.IDLE);
        if (reusesNewest) {
            forbidReuseOfNewest();
        }
        addLast(slot);
    }

    /** Undoes {@link #pick}. */
    void putBack(Slot<W> slot) {
        assert isHeldByCurrentThread();
        if (oldestFirst) {
            addFirst(slot);
        } else {
            addLast(slot);
        }
    }

    /** The worker of this slot has this owner from now on. */
    void remember(Slot<W> slot, Borrower owner) {
        assert isHeldByCurrentThread();
        slot.lendTo(owner);
        if (remembers && owner.isThread()) {
            if (recent.length == 0) {
                recent = RecentSlots.of(size + maxOverflow);
            }
            RecentSlots.put(recent, owner.threadId, slot);
        }
    }

    /** Takes an idle worker out of the idle set, for this thread if it is known. */
    @Nullable
    Slot<W> pick(@Nullable Thread thread) {
        assert isHeldByCurrentThread();
        return oldestFirst ? pickFirst() : reuses ? pickReusable(thread) : pollLast();
    }

    private @Nullable Slot<W> pickFirst() {
        return anyIdle() ? pollFirst() : null;
    }

    private @Nullable Slot<W> pickReusable(@Nullable Thread thread) {
        Slot<W> own = thread == null || !reusesOwn || recent.length == 0
                ? null
                : recent[RecentSlots.index(thread.threadId(), recent.length)];
        if (own != null && thread != null && own.borrowerThreadId == thread.threadId() && own.state == SlotState.IDLE
                && confirmIdle(own)) {
            removeIdle(own);
            return own;
        }
        return anyIdle() ? pollLast() : null;
    }

    /**
     * Takes a certain worker out of the idle set.
     *
     * @param preferred the worker's slot, null for none
     * @return null if the worker is not idle, or its process still tells of its last task
     */
    @Nullable
    Slot<W> pickPreferred(@Nullable LeaseWord preferred) {
        assert isHeldByCurrentThread();
        @SuppressWarnings("unchecked") // a slot of this pool
        Slot<W> slot = preferred instanceof Slot<?> any ? (Slot<W>) any : null;
        if (slot == null || slot.state != SlotState.IDLE || slot.process == null || slot.process.isNotifying()
                || !confirmIdle(slot)) {
            return null;
        }
        removeIdle(slot);
        return slot;
    }

    /** The one that has been idle longest, out of the idle set. */
    @Nullable
    Slot<W> pollOldest() {
        assert isHeldByCurrentThread();
        for (Slot<W> oldest = peekFirst(); oldest != null; oldest = peekFirst()) {
            if (confirmIdle(oldest)) {
                return pollFirst();
            }
        }
        return null;
    }

    /** Whether a worker is idle; the newest one stays so until the lock is let go. */
    boolean anyIdle() {
        assert isHeldByCurrentThread();
        for (Slot<W> next = peekNext(); next != null; next = peekNext()) {
            if (confirmIdle(next)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Slot<W> peekNext() {
        return oldestFirst ? peekFirst() : peekLast();
    }

    /**
     * Whether a slot that the books count as idle is so. If its worker was taken without the lock, the books are
     * corrected; if not, it can't be any more.
     */
    private boolean confirmIdle(Slot<W> slot) {
        if (!reuses) {
            return true;
        }
        boolean reused = rotates ? slot.forbidReuseLocked() : slot.forbidReuse();
        if (!rotates) {
            handOuts += slot.drainReuseCount();
        }
        if (reused) {
            removeIdle(slot);
            move(slot, SlotState.BORROWED);
        }
        return !reused;
    }

    /** Before a slot is changed because of its state: that state is the truth. */
    void reconcile(Slot<W> slot) {
        assert isHeldByCurrentThread();
        if (slot.state == SlotState.IDLE) {
            confirmIdle(slot);
        }
    }

    /** From now on no thread takes a worker without the lock, and the slot table tells the holders. */
    void reconcileAll() {
        assert isHeldByCurrentThread();
        if (reuses) {
            for (Slot<W> slot : this) {
                reconcile(slot);
            }
        }
    }

    /** How many of those that the books count as idle were taken without the lock. */
    int reusedCount() {
        assert isHeldByCurrentThread();
        int reused = 0;
        if (reuses) {
            for (Slot<W> slot : this) {
                reused += slot.looksReused() ? 1 : 0;
            }
        }
        return reused;
    }

    private @Nullable String reusableThatIsNotNewest() {
        for (Slot<W> slot : this) {
            if (!slot.isLockedOnly() && !isNewest(slot)) {
                return slot + " may be reused and is not the newest";
            }
        }
        return null;
    }

    @Override
    public @Nullable String brokenInvariant() {
        String inTable = super.brokenInvariant();
        if (inTable != null) {
            return inTable;
        }
        for (Slot<W> slot : slots) {
            if (!slot.isLockedOnly() && (slot.state != SlotState.IDLE || !reuses)) {
                return slot + " could change hands without the lock";
            }
        }
        if (rotating && !(rotates && overflow() == 0)) {
            return "rotating " + rotating + ", overflow " + overflow();
        }
        return reusesNewest ? reusableThatIsNotNewest() : null;
    }
}
