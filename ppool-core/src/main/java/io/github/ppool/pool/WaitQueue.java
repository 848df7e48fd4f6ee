package io.github.ppool.pool;

import io.github.ppool.concurrent.TicketQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All who wait for a worker: by priority, and first in first out among equals. Adding, and leaving from anywhere, takes
 * constant time (logarithmic in the number of different priorities), so that a million waiters whose time is over cost
 * nothing to the others.
 *
 * <p>Guarded by the engine's lock, but for {@link #join}, which who has nothing to ask may call without it while the
 * queue is {@linkplain #open open}. The holder of the lock {@linkplain #close closes} it before he believes what it
 * says of how many there are.
 */
final class WaitQueue<W> {

    /** Those with priority 0. */
    private final TicketQueue<Waiter<W>> usual = new TicketQueue<>();
    /** Those with priority 0 who go before all of these. */
    private final SequencedSet<Waiter<W>> returned = new LinkedHashSet<>();
    /** Made when the first one comes whose priority is not 0. */
    private @Nullable TreeMap<Integer, SequencedSet<Waiter<W>>> others;
    /** How many are not in the usual line. */
    private int elsewhere;
    /** How many wait only for workers that are made for them; none while the queue is open. */
    private int impatient;
    /** Whether it may be joined without the lock. */
    private boolean open;
    /** As of the last change under the lock; not zero while it is open. */
    private int size;

    // ---- without the lock

    /** What has become of one who wanted to join without the lock. */
    enum Joined {
        /** Nothing: he has to ask for the lock. */
        NOT,
        /** He waits. */
        YES,
        /** He waits, or has waited; but when he joined it was closed: he has to ask for the lock and look. */
        LATE
    }

    /**
     * Puts it at the end, if it has priority 0 and the queue is open. Any thread.
     *
     * @param nowNanos since when it waits
     */
    Joined join(Waiter<W> waiting, long nowNanos) {
        if (!usual.isOpen()) {
            return Joined.NOT;
        }
        waiting.sinceNanos = nowNanos;
        waiting.queued = true;
        waiting.hasWaited = true;
        long ticket = usual.join(waiting);
        if (ticket == TicketQueue.CLOSED_OFF) {
            waiting.queued = false;
            waiting.hasWaited = false;
            return Joined.NOT;
        }
        return usual.isWithin(ticket) ? Joined.YES : Joined.LATE;
    }

    /** Whether one may {@link #join}, a moment ago. */
    boolean looksOpen() {
        return usual.isOpen();
    }

    /** Whether it was empty a moment ago, to choose the way to go, not to decide anything. */
    boolean looksEmpty() {
        return size == 0;
    }

    // ---- with the lock

    /**
     * Somebody waits, so from now on others may join without the lock, until there are so many. Without effect while
     * one of those that wait is impatient.
     */
    void open(int most) {
        if (impatient > 0) {
            return; // they are rare; a thread that polls the open queue need not count them
        }
        open = true;
        usual.open(Math.max(0, most - elsewhere));
    }

    /**
     * From now on nobody joins without the lock, but for those who are about to and will ask for it then. True if it
     * was open.
     */
    boolean close() {
        if (!open) {
            return false;
        }
        open = false;
        usual.close();
        count();
        return true;
    }

    /**
     * Somebody has joined {@linkplain Joined#LATE late}: nobody may have counted him, if he came between the closing
     * and this.
     */
    void countLate() {
        count();
    }

    private void count() {
        if (!open) {
            size = usual.size() + elsewhere;
        }
    }

    /** Only if it is closed. Counts those in who are about to put themselves there. */
    int size() {
        return size;
    }

    /** Only if it is closed. */
    boolean isEmpty() {
        return size == 0;
    }

    void add(Waiter<W> waiting) {
        if (waiting.priority() == 0) {
            usual.add(waiting);
        } else {
            usual.draw(waiting);
            lineOf(waiting).addLast(waiting);
            elsewhere++;
        }
        queued(waiting);
    }

    private void queued(Waiter<W> waiting) {
        if (waiting.isImpatient()) {
            impatient++;
        }
        waiting.queued = true;
        count();
    }

    /** For one that was handed a worker that died before it could be used. */
    void addFirst(Waiter<W> waiting) {
        lineOf(waiting).addFirst(waiting);
        elsewhere++;
        queued(waiting);
    }

    /** Where those stand that are not in the usual line. */
    private SequencedSet<Waiter<W>> lineOf(Waiter<W> waiting) {
        if (waiting.priority() == 0) {
            return returned;
        }
        if (others == null) {
            others = new TreeMap<>(Collections.reverseOrder());
        }
        return others.computeIfAbsent(waiting.priority(), p -> new LinkedHashSet<>());
    }

    @Nullable
    Waiter<W> peek() {
        Waiter<W> first = elsewhere == 0 ? usual.peek() : peekAnywhere();
        count(); // somebody may have been closed off
        return first;
    }

    /**
     * Takes out who is first, if the queue is open and that is a task about which nothing else is to be done; null if
     * all has to be asked that there is. May be called whether it is open or not.
     */
    @Nullable
    PoolTask<W, ?> pollTaskIfOpen() {
        if (open && elsewhere == 0 && usual.peek() instanceof PoolTask<W, ?> task && !task.expires()) {
            usual.removeFirst(task);
            task.queued = false;
            return task;
        }
        return null;
    }

    /** As {@link #pollTaskIfOpen}, if it is a thread that waits, no process. */
    @Nullable
    BlockingWaiter<W> pollThreadIfOpen() {
        if (open && elsewhere == 0 && usual.peek() instanceof BlockingWaiter<W> borrower
                && borrower.ownerPid() == null) {
            usual.removeFirst(borrower);
            borrower.queued = false;
            return borrower;
        }
        return null;
    }

    /**
     * Those that have {@linkplain #join joined} and were not given to such an action before, and maybe some that were.
     */
    void forEachNew(Consumer<Waiter<W>> action) {
        usual.forEachNew(action);
    }

    private @Nullable Waiter<W> peekAnywhere() {
        var highest = others == null ? null : others.firstEntry(); // never an empty line
        if (highest != null && highest.getKey() > 0) {
            return highest.getValue().getFirst();
        }
        if (!returned.isEmpty()) {
            return returned.getFirst();
        }
        Waiter<W> first = usual.peek();
        return first != null || highest == null ? first : highest.getValue().getFirst();
    }

    /** Without effect if it is not in the queue. */
    boolean remove(Waiter<W> waiting) {
        if (!waiting.queued) {
            return false;
        }
        waiting.queued = false;
        if (impatient > 0 && waiting.isImpatient()) {
            impatient--;
        }
        if (waiting.isInQueue()) {
            usual.remove(waiting);
        } else {
            elsewhere--;
            if (waiting.priority() == 0) {
                returned.remove(waiting);
            } else {
                removeFromOthers(waiting);
            }
        }
        count();
        return true;
    }

    private void removeFromOthers(Waiter<W> waiting) {
        TreeMap<Integer, SequencedSet<Waiter<W>>> all = others;
        SequencedSet<Waiter<W>> line = all == null ? null : all.get(waiting.priority());
        if (all == null || line == null || !line.remove(waiting)) {
            throw new AssertionError(waiting + " is not where it should be in " + this);
        }
        if (line.isEmpty()) {
            all.remove(waiting.priority());
            if (all.isEmpty()) {
                others = null;
            }
        }
    }

    /** When the one who has waited longest began to, or `nowNanos` if nobody waits. */
    long oldestSinceNanos(long nowNanos) {
        long oldest = nowNanos;
        for (SequencedSet<Waiter<W>> line : before()) {
            oldest = oldest(line, oldest);
        }
        Waiter<W> first = usual.peek();
        count();
        if (first != null && first.sinceNanos - oldest < 0) {
            oldest = first.sinceNanos;
        }
        for (SequencedSet<Waiter<W>> line : after()) {
            oldest = oldest(line, oldest);
        }
        return oldest;
    }

    private long oldest(SequencedSet<Waiter<W>> line, long oldest) {
        return line.isEmpty() || line.getFirst().sinceNanos - oldest >= 0 ? oldest : line.getFirst().sinceNanos;
    }

    /** From the first to the last; the action may remove the one that it is given. */
    void forEach(Consumer<Waiter<W>> action) {
        for (SequencedSet<Waiter<W>> line : before()) {
            List.copyOf(line).forEach(action);
        }
        usual.forEach(action);
        for (SequencedSet<Waiter<W>> line : after()) {
            List.copyOf(line).forEach(action);
        }
    }

    /** How many will not wait for other holders. */
    int impatient() {
        return impatient;
    }

    /** The last one that will not wait for other holders, if there is one. */
    @Nullable
    Waiter<W> lastImpatient() {
        if (impatient == 0) {
            return null;
        }
        List<Waiter<W>> impatient = new ArrayList<>(1);
        forEach(waiting -> {
            if (waiting.isImpatient()) {
                impatient.clear();
                impatient.add(waiting);
            }
        });
        return impatient.isEmpty() ? null : impatient.get(0);
    }

    /** All lines that go before the usual one. */
    private List<SequencedSet<Waiter<W>>> before() {
        List<SequencedSet<Waiter<W>>> lines = new ArrayList<>();
        if (others != null) {
            lines.addAll(others.headMap(0).values());
        }
        lines.add(returned);
        return lines;
    }

    /** All lines that go after it. */
    private List<SequencedSet<Waiter<W>>> after() {
        return others == null ? List.of() : List.copyOf(others.tailMap(0).values());
    }

    /**
     * For tests, under the lock: checks the invariants of this structure.
     *
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant() {
        String inTickets = usual.brokenInvariant();
        if (inTickets != null) {
            return inTickets;
        }
        if (!open && usual.isOpen()) {
            return "it can be joined without the lock, although it is closed";
        }
        Set<Waiter<W>> all = Collections.newSetFromMap(new IdentityHashMap<>());
        List<String> wrong = new ArrayList<>();
        int[] counted = {0, 0};
        usual.forEach(waiting -> {
            counted[0]++;
            if (waiting.priority() != 0 || !waiting.queued || !all.add(waiting)) {
                wrong.add(waiting + " is not to be in the usual line");
            }
        });
        if (counted[0] > usual.size()) {
            return counted[0] + " in the usual line, " + usual.size() + " counted";
        }
        int apart = 0;
        for (SequencedSet<Waiter<W>> line : Stream.concat(before().stream(), after().stream()).toList()) {
            for (Waiter<W> waiting : line) {
                apart++;
                if (!waiting.queued || waiting.isInQueue() || !all.add(waiting)
                        || !lineOf(waiting).contains(waiting)) {
                    wrong.add(waiting + " is not to be in the line of priority " + waiting.priority());
                }
            }
        }
        if (apart != elsewhere) {
            return apart + " in other lines, " + elsewhere + " counted";
        }
        if (others != null && (others.isEmpty() || others.containsKey(0)
                || others.values().stream().anyMatch(Collection::isEmpty))) {
            return "a line is empty that should not be kept: " + others;
        }
        long patientless = all.stream().filter(Waiter::isImpatient).count();
        if (patientless != impatient || (open && impatient > 0)) {
            return patientless + " wait only for a new worker, " + impatient + " counted, open " + open;
        }
        if (!open && size > usual.size() + elsewhere) {
            return "size " + size + " of " + usual.size() + " + " + elsewhere;
        }
        return wrong.isEmpty() ? null : wrong.getFirst();
    }

    /** For tests, under the lock: tells whether waiters may join without the lock. */
    boolean isOpen() {
        return open;
    }

    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        forEach(waiting -> all.add(waiting.toString()));
        return "WaitQueue" + all;
    }
}
