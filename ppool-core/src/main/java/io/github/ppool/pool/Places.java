package io.github.ppool.pool;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The books: which places there are, what each is doing, and which workers are idle. Every slot in it holds a place, and there are
 * never more than size + max-overflow. Guarded by the engine's lock.
 */
final class Places<W> {

    final Set<Slot<W>> slots = new LinkedHashSet<>();
    /** The one first that has been idle longest. */
    final IdleSet<W> idle = new IdleSet<>();
    /** Where threads find the workers that they had last; null but for {@link PoolStrategy#AFFINE}. */
    final @Nullable Seats<W> seats;

    private final PoolStrategy strategy;
    private final int[] count = new int[SlotState.values().length];
    int size;
    int maxOverflow;
    /** Slots that another one was started to replace; both count until one goes. */
    private int replaced;
    /** Places that a plan has given up with `delete`; filled when somebody needs them. */
    private int vacancies;
    /** How often the workers of slots that are gone were handed out. */
    private long handOutsOfOthers;

    Places(PoolSpec<W> spec) {
        this.strategy = spec.strategy();
        this.size = spec.size();
        this.maxOverflow = spec.maxOverflow();
        this.seats = strategy == PoolStrategy.AFFINE ? new Seats<>(size + maxOverflow) : null;
    }

    // ---- slots

    void add(Slot<W> slot) {
        slots.add(slot);
        move(slot, SlotState.REQUESTED);
    }

    void move(Slot<W> slot, SlotState to) {
        count[slot.state.ordinal()]--;
        slot.state = to;
        count[to.ordinal()]++;
    }

    /** The slot loses its place. */
    void remove(Slot<W> slot) {
        move(slot, SlotState.GONE);
        handOutsOfOthers += slot.handOuts;
        slots.remove(slot);
        if (slot.replaced) {
            slot.replaced = false;
            replaced--;
        }
    }

    void markReplaced(Slot<W> slot) {
        slot.replaced = true;
        replaced++;
    }

    boolean hasReplaced() {
        return replaced > 0;
    }

    void leaveVacant() {
        if (live() - replaced < size) {
            vacancies++;
        }
    }

    void fillVacancy() {
        vacancies = Math.max(0, vacancies - 1);
    }

    void fillAllVacancies() {
        vacancies = 0;
    }

    // ---- numbers

    int in(SlotState state) {
        return count[state.ordinal()];
    }

    int live() {
        return slots.size() - in(SlotState.DISMISSED);
    }

    int overflow() {
        return Math.max(0, live() - size);
    }

    int free() {
        return Math.max(0, size + maxOverflow - slots.size());
    }

    /** Workers that are going to be free without anybody giving one back. */
    int coming() {
        return in(SlotState.REQUESTED) + in(SlotState.STARTING) + in(SlotState.CHECKING) + in(SlotState.RESTARTING);
    }

    /**
     * How many can be served without waiting for another holder. May be too high where words are {@link Hold#TAKEN}, but then it
     * is right in whether it is more than nobody, and nobody waits.
     */
    int servable() {
        return (anyIdle() ? idle.size() : 0) + coming() + free();
    }

    /** How often workers were handed out, with the lock or without. */
    long handOuts() {
        long all = handOutsOfOthers;
        for (Slot<W> slot : slots) {
            all += slot.handOuts;
        }
        return all;
    }

    /** Whether one that nobody needs is superfluous. */
    boolean isSurplus() {
        return live() - replaced > size;
    }

    boolean isBelowSize() {
        return live() - replaced < size - vacancies;
    }

    // ---- idle workers

    void addIdle(Slot<W> slot) {
        move(slot, SlotState.IDLE);
        idle.addLast(slot);
    }

    /** Undoes {@link #pick}. */
    void putBack(Slot<W> slot) {
        if (strategy == PoolStrategy.FIFO) {
            idle.addFirst(slot);
        } else {
            idle.addLast(slot);
        }
    }

    /** Takes an idle worker out of the idle set, for this thread if it is known. */
    @Nullable
    Slot<W> pick(@Nullable Thread thread) {
        Slot<W> own = seats == null || thread == null ? null : seats.of(thread);
        if (own != null && own.state == SlotState.IDLE && reallyIdle(own)) {
            idle.remove(own);
            return own;
        }
        return strategy == PoolStrategy.FIFO ? idle.pollFirst() : pollNewest();
    }

    private @Nullable Slot<W> pollNewest() {
        return anyIdle() ? idle.pollLast() : null;
    }

    /** The one that has been idle longest, out of the idle set. */
    @Nullable
    Slot<W> pollOldest() {
        for (Slot<W> oldest = idle.peekFirst(); oldest != null; oldest = idle.peekFirst()) {
            if (reallyIdle(oldest)) {
                return idle.pollFirst();
            }
        }
        return null;
    }

    /** Whether a worker is idle; the newest one stays so until the lock is let go. */
    boolean anyIdle() {
        for (Slot<W> newest = idle.peekLast(); newest != null; newest = idle.peekLast()) {
            if (reallyIdle(newest)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a slot that the books count as idle is so. If its worker was taken without the lock, the books are corrected; if not, it
     * can't be any more.
     */
    private boolean reallyIdle(Slot<W> slot) {
        if (seats == null || !slot.close()) {
            return true;
        }
        idle.remove(slot);
        move(slot, SlotState.BORROWED);
        return false;
    }

    /** Before anything is done to a slot because of its state: that state is the truth. */
    void correct(Slot<W> slot) {
        if (slot.state == SlotState.IDLE) {
            reallyIdle(slot);
        }
    }

    /** From now on nobody takes a worker without the lock, and the books say who has. */
    void correctAll() {
        if (seats != null) {
            for (Slot<W> slot : idle) {
                correct(slot);
            }
        }
    }

    /** How many of those that the books count as idle were taken without the lock. */
    int taken() {
        int taken = 0;
        if (seats != null) {
            for (Slot<W> slot : idle) {
                taken += slot.looksTaken() ? 1 : 0;
            }
        }
        return taken;
    }

    List<Slot<W>> copy() {
        return new ArrayList<>(slots);
    }

    @Override
    public String toString() {
        return slots.toString();
    }
}
