package io.github.ppool.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
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
    final ArrayDeque<Slot<W>> idle = new ArrayDeque<>();

    private final PoolStrategy strategy;
    private final int[] count = new int[SlotState.values().length];
    int size;
    int maxOverflow;
    /** Slots that another one was started to replace; both count until one goes. */
    private int replaced;
    /** Places that a plan has given up with `delete`; filled when somebody needs them. */
    private int vacancies;

    Places(PoolSpec<W> spec) {
        this.strategy = spec.strategy();
        this.size = spec.size();
        this.maxOverflow = spec.maxOverflow();
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

    /** How many can be served without waiting for another holder. */
    int servable() {
        return idle.size() + coming() + free();
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
        return switch (strategy) {
            case LIFO -> idle.pollLast();
            case FIFO -> idle.pollFirst();
            case AFFINE -> pickAffine(thread);
        };
    }

    private @Nullable Slot<W> pickAffine(@Nullable Thread thread) {
        Slot<W> last = idle.peekLast();
        if (thread == null || last == null || last.lastThreadId == thread.threadId()) {
            return idle.pollLast();
        }
        long id = thread.threadId();
        for (Iterator<Slot<W>> newestFirst = idle.descendingIterator(); newestFirst.hasNext();) {
            Slot<W> slot = newestFirst.next();
            if (slot.lastThreadId == id) {
                newestFirst.remove();
                return slot;
            }
        }
        return idle.pollLast();
    }

    List<Slot<W>> copy() {
        return new ArrayList<>(slots);
    }

    @Override
    public String toString() {
        return slots.toString();
    }
}
