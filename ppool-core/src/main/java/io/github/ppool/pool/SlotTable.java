package io.github.ppool.pool;

import io.github.ppool.concurrent.AdaptiveLock;
import io.github.ppool.concurrent.IdleDeque;
import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.process.Pid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The books: which places there are, what each is doing, and which workers are idle. Every slot in it holds a place,
 * and there are never more than size + max-overflow. Guarded by the lock of the pool, which it is: see
 * {@link AdaptiveLock}.
 */
final class SlotTable<W> extends IdleDeque<Slot<W>> {

    final Set<Slot<W>> slots = new LinkedHashSet<>();

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
    /** Where threads find what they had last; of length zero if nothing is ever open. */
    final @Nullable Slot<W>[] recent;
    /**
     * The most frequent of the states, counted apart; {@link SlotState#IDLE} is not counted, the set knows its size.
     */
    private int borrowed;
    private final int[] count = new int[SlotState.values().length];
    int size;
    int maxOverflow;
    /** All but those that are being closed. */
    private int live;
    /** How many are {@link #isComing coming} but take too long to be counted on. */
    private int slow;
    private int toBeTriedAgain;
    /** Slots that another one was started to replace; both count until one goes. */
    private int replaced;
    /** Places that a plan has given up with `delete`; filled when somebody needs them. */
    private int vacancies;
    /**
     * Whether {@link #lendInRotation} may lend: first in first out, callers are served, nobody waits, and no worker is
     * superfluous. Set when a worker comes back and all this is so, cleared by whoever is about to decide something.
     * Without the lock a hint.
     */
    private boolean rotating;
    /**
     * How often workers were handed out; those taken without the lock are added when the word of their slot is closed.
     */
    private long handOuts;
    /** Of the slots that have lost their places. */
    private long transactionsBefore;
    private PoolStatus.Times leasesBefore = PoolStatus.Times.NONE;
    /** Of these, and of the processes that have ended. */
    private final TaskCounts tasksBefore = new TaskCounts();

    /**
     * Empty books.
     *
     * @param mayOpen whether nothing is to be decided when a worker comes back while nobody waits
     */
    SlotTable(PoolSpec<W> spec, boolean mayOpen, BorrowerTable borrowers) {
        this.borrowers = borrowers;
        this.oldestFirst = switch (spec.strategy().idleOrder()) {
            case OLDEST_FIRST -> true;
            case NEWEST_FIRST -> false;
        };
        PoolStrategy.Shortcut shortcut = mayOpen ? spec.strategy().shortcut() : PoolStrategy.Shortcut.NONE;
        this.reuses = shortcut != PoolStrategy.Shortcut.NONE;
        this.rotates = shortcut == PoolStrategy.Shortcut.ROTATION;
        this.reusesNewest = shortcut == PoolStrategy.Shortcut.REUSE_NEWEST;
        this.reusesOwn = shortcut == PoolStrategy.Shortcut.REUSE_OWN;
        this.recent = reusesNewest || reusesOwn
                ? RecentSlots.of(spec.size() + spec.maxOverflow())
                : RecentSlots.none();
        this.size = spec.size();
        this.maxOverflow = spec.maxOverflow();
    }

    // ---- slots

    void add(Slot<W> slot) {
        assert isHeldByCurrentThread() && slot.state == SlotState.REQUESTED;
        slots.add(slot);
        live++;
        count(slot.state, 1);
    }

    void move(Slot<W> slot, SlotState to) {
        if (slot.state == SlotState.DISMISSED) {
            live++;
        }
        if (to == SlotState.DISMISSED) {
            live--;
        }
        count(slot.state, -1);
        if (slot.slow) {
            slow += (isComing(to) ? 1 : 0) - (isComing(slot.state) ? 1 : 0);
        }
        if (slot.unmade || slot.state == SlotState.FAILING || to == SlotState.FAILING) {
            toBeTriedAgain += (isToBeRetried(to, slot.unmade) ? 1 : 0)
                    - (isToBeRetried(slot.state, slot.unmade) ? 1 : 0);
        }
        slot.become(to);
        count(to, 1);
    }

    /** Its last process has ended before the worker was ready, or the next one has begun. */
    void setUnmade(Slot<W> slot, boolean value) {
        assert isHeldByCurrentThread();
        toBeTriedAgain += (isToBeRetried(slot.state, value) ? 1 : 0)
                - (isToBeRetried(slot.state, slot.unmade) ? 1 : 0);
        slot.unmade = value;
    }

    private static boolean isToBeRetried(SlotState state, boolean unmade) {
        return state == SlotState.FAILING
                || (unmade && (state == SlotState.DOWN || state == SlotState.RESTARTING));
    }

    /** It takes too long, or does no longer. */
    void setSlow(Slot<W> slot, boolean value) {
        assert isHeldByCurrentThread();
        if (slot.slow != value) {
            slot.slow = value;
            if (isComing(slot.state)) {
                slow += value ? 1 : -1;
            }
        }
    }

    private static boolean isComing(SlotState state) {
        return switch (state) {
            case REQUESTED, STARTING, CHECKING, RESTARTING -> true;
            default -> false;
        };
    }

    private void count(SlotState state, int change) {
        if (state == SlotState.BORROWED) {
            borrowed += change;
        } else if (state != SlotState.IDLE) {
            count[state.ordinal()] += change;
        }
    }

    /** The slot loses its place. */
    void remove(Slot<W> slot) {
        move(slot, SlotState.GONE);
        live--;
        if (slots.remove(slot)) {
            transactionsBefore += slot.transactions();
            leasesBefore = leasesBefore.plus(slot.leases());
        }
        keepCounts(slot);
        if (slot.replaced) {
            slot.replaced = false;
            replaced--;
        }
    }

    void markReplaced(Slot<W> slot) {
        assert isHeldByCurrentThread();
        slot.replaced = true;
        replaced++;
    }

    boolean hasReplaced() {
        return replaced > 0;
    }

    void leaveVacant() {
        assert isHeldByCurrentThread();
        if (live() - replaced < size) {
            vacancies++;
        }
    }

    void fillVacancy() {
        assert isHeldByCurrentThread();
        vacancies = Math.max(0, vacancies - 1);
    }

    void fillAllVacancies() {
        assert isHeldByCurrentThread();
        vacancies = 0;
    }

    // ---- numbers

    int in(SlotState state) {
        return state == SlotState.BORROWED ? borrowed : state == SlotState.IDLE ? idleCount() : count[state.ordinal()];
    }

    int live() {
        return live;
    }

    int overflow() {
        return Math.max(0, live() - size);
    }

    int freePlaces() {
        return Math.max(0, size + maxOverflow - slots.size());
    }

    /** Workers that are going to be free without anybody giving one back, those left out that take too long. */
    int coming() {
        return in(SlotState.REQUESTED) + in(SlotState.STARTING) + in(SlotState.CHECKING) + in(SlotState.RESTARTING)
                - slow;
    }

    /** Whether there are workers that are {@link #isComing coming} and take too long to be counted on. */
    boolean anySlow() {
        return slow > 0;
    }

    /**
     * Workers that could not be made and wait for the next attempt: on their process, or, if that has ended, on the
     * next.
     */
    int toBeRetried() {
        return toBeTriedAgain;
    }

    /** Places that are given up as soon as the threads of their last processes have ended, which are ending. */
    int soonFreePlaces() {
        assert isHeldByCurrentThread();
        int about = 0;
        for (Slot<W> slot : slots) {
            about += slot.state == SlotState.DISMISSED && slot.pid == null && slot.orphan != null
                    && !slot.orphan.slow ? 1 : 0;
        }
        return Math.max(0, Math.min(about, size + maxOverflow - slots.size() + about)); // there may be too many places
    }

    /** Idle workers for which tasks wait until their processes have told of the last ones. */
    int promised() {
        assert isHeldByCurrentThread();
        int promised = 0;
        for (Slot<W> slot : this) {
            promised += slot.process != null && slot.process.isPromised() ? 1 : 0;
        }
        return promised;
    }

    /** Workers whose processes were asked for and that are not made yet, those left out that take too long. */
    int beginning() {
        return in(SlotState.REQUESTED) + in(SlotState.STARTING) - slow;
    }

    /**
     * How many can be served without waiting for another holder. May be too high where words are {@link LeaseWord#REUSED},
     * but then it is right in whether it is more than nobody, and nobody waits.
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

    /** How many transactions went well, by the slots. */
    long transactions() {
        long all = transactionsBefore;
        for (Slot<W> slot : slots) {
            all += slot.transactions();
        }
        return all;
    }

    /** How long borrowers have had workers, by the slots. */
    PoolStatus.Times leases() {
        PoolStatus.Times all = leasesBefore;
        for (Slot<W> slot : slots) {
            all = all.plus(slot.leases());
        }
        return all;
    }

    /** What all processes of workers have counted. */
    TaskCounts tasks() {
        TaskCounts all = new TaskCounts();
        tasksBefore.addTo(all);
        for (Slot<W> slot : slots) {
            if (slot.process != null) {
                slot.process.counts.addTo(all);
            }
        }
        return all;
    }

    /** The process of the slot has ended, or the slot has no place any more. */
    void keepCounts(Slot<W> slot) {
        assert isHeldByCurrentThread();
        if (slot.process != null) {
            slot.process.counts.moveTo(tasksBefore);
        }
    }

    /** One more was handed out. */
    long countHandOut() {
        assert isHeldByCurrentThread();
        return ++handOuts;
    }

    /** Whether one that nobody needs is superfluous. */
    boolean isSurplus() {
        return live() - replaced > size;
    }

    boolean isBelowSize() {
        return live() - replaced < size - vacancies;
    }

    // ---- idle workers

    /** As {@link #move} to {@link SlotState#BORROWED}, after {@link #pick}. */
    void markBorrowed(Slot<W> slot) {
        borrowed++;
        slot.become(SlotState.BORROWED);
    }

    /** As {@link #addIdle}, from {@link SlotState#BORROWED}, while nobody waits: its last holder may take it again. */
    void markIdle(Slot<W> slot) {
        borrowed--;
        slot.become(SlotState.IDLE);
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

    /** A hint for who does not have the lock. */
    boolean isRotating() {
        return rotating;
    }

    /** Something is about to be decided: from now on workers are lent by the books. */
    void stopRotation() {
        assert isHeldByCurrentThread();
        rotating = false;
    }

    /**
     * Takes the lock, which the caller must not have, and needs no more stack than a checkout has made sure of. The
     * slot stays in the idle set, {@link LeaseWord#REUSED}, where it will be when it comes back before any other one does;
     * the lock is not taken then.
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
            slot.checkoutOrder = countHandOut();
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

    /** Without the lock: whether what was {@link LeaseWord#REUSED} is where it has to be when it comes back now. */
    boolean isReturnInRotation(Slot<W> slot) {
        return !rotates || isNewest(slot);
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
        if (slot.borrower != owner) {
            slot.borrower = owner;
            slot.borrowerThreadId = owner.threadId;
        }
        if (recent.length > 0 && owner.isThread()) {
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
        Slot<W> own = thread == null || !reusesOwn ? null : recent[RecentSlots.index(thread.threadId(), recent.length)];
        if (own != null && thread != null && own.borrowerThreadId == thread.threadId() && own.state == SlotState.IDLE
                && confirmIdle(own)) {
            removeIdle(own);
            return own;
        }
        return anyIdle() ? pollLast() : null;
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

    /** Before anything is done to a slot because of its state: that state is the truth. */
    void reconcile(Slot<W> slot) {
        assert isHeldByCurrentThread();
        if (slot.state == SlotState.IDLE) {
            confirmIdle(slot);
        }
    }

    /** From now on nobody takes a worker without the lock, and the books say who has. */
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

    List<Slot<W>> copy() {
        assert isHeldByCurrentThread();
        return new ArrayList<>(slots);
    }

    @Override
    public @Nullable String brokenInvariant() {
        String inDeque = super.brokenInvariant();
        if (inDeque != null) {
            return inDeque;
        }
        int[] found = new int[count.length];
        int nowLive = 0;
        int nowSlow = 0;
        int nowToBeRetried = 0;
        int nowReplaced = 0;
        for (Slot<W> slot : slots) {
            found[slot.state.ordinal()]++;
            nowLive += slot.state == SlotState.DISMISSED ? 0 : 1;
            nowSlow += slot.slow && isComing(slot.state) ? 1 : 0;
            nowToBeRetried += isToBeRetried(slot.state, slot.unmade) ? 1 : 0;
            nowReplaced += slot.replaced ? 1 : 0;
            if (contains(slot) != (slot.state == SlotState.IDLE)) {
                return slot + (contains(slot) ? " is" : " is not") + " among the idle ones";
            }
            if (!slot.isLockedOnly() && (slot.state != SlotState.IDLE || !reuses)) {
                return slot + " could change hands without the lock";
            }
        }
        for (SlotState state : SlotState.values()) {
            int counted = state == SlotState.GONE ? 0 : in(state);
            if (found[state.ordinal()] != counted) {
                return found[state.ordinal()] + " slots are " + state + ", " + counted + " counted";
            }
        }
        if (nowLive != live || nowSlow != slow || nowToBeRetried != toBeTriedAgain || nowReplaced != replaced) {
            return "counted are live " + live + ", slow " + slow + ", to be retried " + toBeTriedAgain + ", replaced "
                    + replaced + "; found are " + nowLive + ", " + nowSlow + ", " + nowToBeRetried + ", " + nowReplaced;
        }
        if (vacancies < 0 || (rotating && !(rotates && overflow() == 0))) {
            return "vacancies " + vacancies + ", rotating " + rotating + ", overflow " + overflow();
        }
        return reusesNewest ? reusableThatIsNotNewest() : null;
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
    public String toString() {
        return slots.toString();
    }
}
