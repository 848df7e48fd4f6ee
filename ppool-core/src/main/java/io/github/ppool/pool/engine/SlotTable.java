package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.IdleDeque;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a pool, and the number of slots in each state. Each slot in the table holds a place, and there are never
 * more than size + max-overflow. Guarded by the lock of the pool, which it extends.
 */
class SlotTable<W> extends IdleDeque<Slot<W>> {

    final Set<Slot<W>> slots = new LinkedHashSet<>();
    /**
     * The most frequent of the states, counted apart; {@link SlotState#IDLE} is not counted, the set knows its size.
     */
    private int borrowed;
    private final int[] count = new int[SlotState.values().length];
    /** The last answers of the gate; null without a gate. */
    final @Nullable GateAnswers gate;
    int size;
    int maxOverflow;
    /** Number of workers to be idle beyond those in use; 0 in most pools. */
    private final int minIdle;
    /** All but those that are being closed. */
    private int live;
    /** How many are {@link #isComing coming} but take too long to be counted on. */
    private int slow;
    private int toBeTriedAgain;
    /** Of the live ones: slots that another one was started to replace. Both count until one goes. */
    private int replaced;
    /** Places that a plan has given up with `delete`; filled on demand. */
    private int vacancies;
    /** Of the slots that have lost their places. */
    private long transactionsBefore;
    private PoolStatus.Times leasesBefore = PoolStatus.Times.NONE;
    /** Of these, and of the processes that have ended. */
    private final TaskCounts tasksBefore = new TaskCounts();

    SlotTable(PoolSpec<W> spec) {
        this.size = spec.size();
        this.maxOverflow = spec.maxOverflow();
        this.minIdle = spec.minIdle();
        this.gate = spec.gate() == null ? null : new GateAnswers(spec.gate());
    }

    // ---- slots

    final void add(Slot<W> slot) {
        assert isHeldByCurrentThread() && slot.state == SlotState.REQUESTED;
        slots.add(slot);
        live++;
        count(slot.state, 1);
    }

    final void move(Slot<W> slot, SlotState to) {
        if (slot.state == SlotState.DISMISSED) {
            live++;
        }
        if (to == SlotState.DISMISSED) {
            live--;
            endReplacement(slot);
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
    final void setUnmade(Slot<W> slot, boolean value) {
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
    final void setSlow(Slot<W> slot, boolean value) {
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
    final void remove(Slot<W> slot) {
        move(slot, SlotState.GONE);
        live--;
        if (slots.remove(slot)) {
            transactionsBefore += slot.transactions();
            leasesBefore = leasesBefore.plus(slot.leases());
        }
        keepCounts(slot);
        endReplacement(slot);
    }

    final void markReplaced(Slot<W> slot) {
        assert isHeldByCurrentThread();
        slot.replaced = true;
        replaced++;
    }

    /** Only live slots count as replaced: the slot has made room for its replacement. */
    private void endReplacement(Slot<W> slot) {
        if (slot.replaced) {
            slot.replaced = false;
            replaced--;
        }
    }

    final boolean hasReplaced() {
        return replaced > 0;
    }

    final void leaveVacant() {
        assert isHeldByCurrentThread();
        if (live() - replaced < wanted()) {
            vacancies++;
        }
    }

    final void fillVacancy() {
        assert isHeldByCurrentThread();
        vacancies = Math.max(0, vacancies - 1);
    }

    final void fillAllVacancies() {
        assert isHeldByCurrentThread();
        vacancies = 0;
    }

    // ---- numbers

    final int in(SlotState state) {
        return state == SlotState.BORROWED ? borrowed : state == SlotState.IDLE ? idleCount() : count[state.ordinal()];
    }

    final int live() {
        return live;
    }

    final int overflow() {
        return Math.max(0, live() - size);
    }

    /** Places in which a worker can be made; none while the gate is shut. */
    final int freePlaces() {
        return isShut() ? 0 : vacantPlaces();
    }

    /** Places without a slot, with a permit to be had for them or without. */
    final int vacantPlaces() {
        return Math.max(0, size + maxOverflow - slots.size());
    }

    /** Whether there is a gate, and it gives no permits now. */
    final boolean isShut() {
        return gate != null && gate.isShut();
    }

    /** Whether there is a gate, and workers that become free end because others should have their permits. */
    final boolean owesPermits() {
        return gate != null && gate.owes();
    }

    /** Workers that are to be made and have no permit yet, and so are going to ask for one. */
    final int withoutPermit() {
        assert isHeldByCurrentThread();
        int without = 0;
        for (Slot<W> slot : slots) {
            without += slot.permit == null && switch (slot.state) {
                case REQUESTED, STARTING, RESTARTING -> true;
                default -> false;
            } ? 1 : 0;
        }
        return without;
    }

    /** Workers that are going to be free without a check-in, those left out that take too long. */
    final int coming() {
        return in(SlotState.REQUESTED) + in(SlotState.STARTING) + in(SlotState.CHECKING) + in(SlotState.RESTARTING)
                - slow;
    }

    /** Whether there are workers that are {@link #isComing coming} and take too long to be counted on. */
    final boolean anySlow() {
        return slow > 0;
    }

    /**
     * Workers that could not be made and wait for the next attempt: on their process, or, if that has ended, on the
     * next.
     */
    final int toBeRetried() {
        return toBeTriedAgain;
    }

    /** Places that are given up as soon as the threads of their last processes have ended, which are ending. */
    final int soonFreePlaces() {
        assert isHeldByCurrentThread();
        if (isShut()) {
            return 0;
        }
        int about = 0;
        for (Slot<W> slot : slots) {
            about += slot.state == SlotState.DISMISSED && slot.pid == null && slot.orphan != null
                    && !slot.orphan.slow ? 1 : 0;
        }
        return Math.max(0, Math.min(about, size + maxOverflow - slots.size() + about)); // there may be too many places
    }

    /** Idle workers for which tasks wait until their processes have told of the last ones. */
    final int promised() {
        assert isHeldByCurrentThread();
        int promised = 0;
        for (Slot<W> slot : this) {
            promised += slot.process != null && slot.process.isPromised() ? 1 : 0;
        }
        return promised;
    }

    /** Workers with a requested process that are not made yet, those left out that take too long. */
    final int beginning() {
        return in(SlotState.REQUESTED) + in(SlotState.STARTING) - slow;
    }

    /** How many transactions went well, by the slots. */
    final long transactions() {
        long all = transactionsBefore;
        for (Slot<W> slot : slots) {
            all += slot.transactions();
        }
        return all;
    }

    /** How long borrowers have had workers, by the slots. */
    final PoolStatus.Times leases() {
        PoolStatus.Times all = leasesBefore;
        for (Slot<W> slot : slots) {
            all = all.plus(slot.leases());
        }
        return all;
    }

    /** The counts of all processes of workers. */
    final TaskCounts tasks() {
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
    final void keepCounts(Slot<W> slot) {
        assert isHeldByCurrentThread();
        if (slot.process != null) {
            slot.process.counts.moveTo(tasksBefore);
        }
    }

    /** Number of places that threads of killed processes keep. */
    final int orphanedPlaces() {
        int held = 0;
        for (Slot<W> slot : slots) {
            held += slot.orphan != null || slot.state == SlotState.QUARANTINED ? 1 : 0;
        }
        return held;
    }

    /** Whether workers are made before callers ask for them. */
    final boolean growsAhead() {
        return minIdle > 0;
    }

    /** The number of workers that the pool keeps: the size, or as many as are in use and are to be idle. */
    final int wanted() {
        return minIdle == 0 ? size : wantedWith(inUse());
    }

    private int wantedWith(int inUse) {
        return Math.min(size + maxOverflow, Math.max(size, inUse + minIdle));
    }

    private int inUse() {
        return in(SlotState.BORROWED) + in(SlotState.WORKING) + in(SlotState.QUARANTINED);
    }

    /** True if an unneeded worker is surplus. */
    final boolean isSurplus() {
        return live() - replaced > wanted();
    }

    /** As {@link #isSurplus}, if this worker is not needed: it may still be counted as in use. */
    final boolean isSurplus(Slot<W> slot) {
        if (minIdle == 0) {
            return isSurplus();
        }
        int others = switch (slot.state) {
            case BORROWED, WORKING, QUARANTINED -> inUse() - 1;
            default -> inUse();
        };
        return live() - replaced > wantedWith(others);
    }

    final boolean isBelowSize() {
        return missingToSize() > 0;
    }

    /** How many workers are missing to the number that the pool keeps, zero and negative for none. */
    final int missingToSize() {
        return wanted() - vacancies - (live() - replaced);
    }

    /** As {@link #move} from IDLE to {@link SlotState#BORROWED}, of a slot that is not in the idle deque any more. */
    final void markBorrowed(Slot<W> slot) {
        assert isHeldByCurrentThread();
        borrowed++;
        slot.become(SlotState.BORROWED);
    }

    /** As {@link #move} from {@link SlotState#BORROWED} to IDLE. */
    final void markReturned(Slot<W> slot) {
        assert isHeldByCurrentThread();
        borrowed--;
        slot.become(SlotState.IDLE);
    }

    final List<Slot<W>> copy() {
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
            nowReplaced += slot.replaced && slot.state != SlotState.DISMISSED ? 1 : 0;
            if (contains(slot) != (slot.state == SlotState.IDLE)) {
                return slot + (contains(slot) ? " is" : " is not") + " among the idle ones";
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
        return vacancies < 0 ? "vacancies " + vacancies : null;
    }

    @Override
    public String toString() {
        return slots.toString();
    }
}
