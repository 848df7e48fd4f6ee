package io.github.ppool.pool.engine;

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
 * The queue of all waiters: by priority, and among equals first in first out, or as the {@link WaitOrder} says. Adding
 * a waiter and removing it from anywhere takes constant time, logarithmic in the number of different priorities. So a
 * million waiters that time out have no cost for the others.
 *
 * <p>Guarded by the engine's lock, except for {@link #join}. A waiter that needs no decision may join
 * without the lock while the queue is {@linkplain #open open}. The lock holder {@linkplain #close closes} the queue
 * before it relies on the size.
 */
final class WaitQueue<W> {

    /** Null if the order is first in first out and no waiter is shed; else all lines are among {@link #others}. */
    private final @Nullable WaitOrder<W> order;
    /** The waiters with priority 0. */
    private final TicketQueue<Waiter<W>> usual = new TicketQueue<>();
    /** The waiters with priority 0 that go before all of these, because they were served before. */
    private final SequencedSet<Waiter<W>> returned = new LinkedHashSet<>();
    /** One line for each other priority; made when the first such waiter comes. */
    private @Nullable TreeMap<Integer, SequencedSet<Waiter<W>>> others;
    /** Number of waiters that are not in the usual line. */
    private int elsewhere;
    /** Number of waiters that do not wait for other holders; zero while the queue is open. */
    private int impatient;
    /** Whether waiters may join without the lock. */
    private boolean open;
    /** The size at the last change under the lock; not zero while the queue is open. */
    private int size;
    /** The number of {@link GroupRequest}s. A thread that polls the open queue takes none of them. */
    private int requests;
    /** The number of requests that are {@linkplain GroupRequest#isPassive passive}. */
    private int passive;

    /** An empty queue, first in first out. */
    WaitQueue() {
        this(null);
    }

    /**
     * An empty queue.
     *
     * @param order null for first in first out, without shedding
     */
    WaitQueue(@Nullable WaitOrder<W> order) {
        this.order = order;
    }

    /** The order, if it is not first in first out, or waiters are shed. */
    @Nullable
    WaitOrder<W> order() {
        return order;
    }

    // ---- without the lock

    /** The result of an attempt to join without the lock. */
    enum Joined {
        /** The waiter has not joined: the caller has to take the lock. */
        NOT,
        /** The waiter is in the queue. */
        YES,
        /**
         * The waiter is in the queue, or was; but the queue was closed meanwhile. The caller has to take the lock and
         * look for the state of the waiter.
         */
        LATE
    }

    /**
     * Puts a waiter with priority 0 at the end, if the queue is open. Any thread.
     *
     * @param nowNanos the time at which the wait has begun
     */
    Joined join(Waiter<W> waiting, long nowNanos) {
        if (!usual.isOpen()) {
            return Joined.NOT;
        }
        waiting.waitsSince(nowNanos);
        waiting.queued = true;
        waiting.setHasWaited(true);
        long ticket = usual.join(waiting);
        if (ticket == TicketQueue.CLOSED_OFF) {
            waiting.queued = false;
            waiting.setHasWaited(false);
            return Joined.NOT;
        }
        return usual.isWithin(ticket) ? Joined.YES : Joined.LATE;
    }

    /** Whether waiters may {@link #join}, as of a moment ago. */
    boolean looksOpen() {
        return usual.isOpen();
    }

    /** Whether the queue was empty a moment ago: a hint to choose a path, not for a decision. */
    boolean looksEmpty() {
        return size == 0;
    }

    // ---- with the lock

    /**
     * Opens the queue, which is not empty: until it has so many waiters, others may join without the lock. Without
     * effect while an impatient waiter is in the queue, and with an order.
     */
    void open(int most) {
        if (impatient > 0 || order != null) {
            return; // impatient waiters are rare; a thread that polls the open queue need not count them
        }
        open = true;
        usual.open(Math.clamp((long) most - elsewhere + requests, 0, Integer.MAX_VALUE));
    }

    /**
     * Closes the queue: from now on no waiter joins without the lock. A waiter that is joining at this moment finds the
     * queue closed and takes the lock.
     *
     * @return true if the queue was open
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
     * Counts again, because a waiter has joined {@linkplain Joined#LATE late}, maybe between the closing and this.
     */
    void countLate() {
        count();
    }

    private void count() {
        if (!open) {
            size = usual.size() + elsewhere;
        }
    }

    /** Number of waiters, including those that are joining at this moment. Only while the queue is closed. */
    int size() {
        return size;
    }

    /** Only while the queue is closed. */
    boolean isEmpty() {
        return size == 0;
    }

    void add(Waiter<W> waiting) {
        if (waiting.priority() == 0 && order == null) {
            usual.add(waiting);
        } else {
            usual.draw(waiting);
            lineOf(waiting).addLast(waiting);
            elsewhere++;
        }
        if (order != null) {
            order.entered(waiting);
        }
        queued(waiting);
    }

    /** Gives a waiter its number; it waits elsewhere. */
    void number(Waiter<W> waiting) {
        usual.draw(waiting);
        count();
    }

    private void queued(Waiter<W> waiting) {
        if (waiting.isImpatient()) {
            impatient++;
        }
        if (waiting instanceof GroupRequest<W> request) {
            requests++;
            passive += request.isPassive() ? 1 : 0;
        }
        waiting.queued = true;
        count();
    }

    /** Puts a waiter at the head: the worker that it was handed has died before the waiter could use it. */
    void addFirst(Waiter<W> waiting) {
        if (isNewestFirst()) {
            lineOf(waiting).addLast(waiting);
        } else {
            lineOf(waiting).addFirst(waiting);
        }
        elsewhere++;
        queued(waiting);
    }

    /** The line of a waiter that is not in the usual line. */
    private SequencedSet<Waiter<W>> lineOf(Waiter<W> waiting) {
        if (waiting.priority() == 0 && order == null) {
            return returned;
        }
        if (others == null) {
            others = new TreeMap<>(Collections.reverseOrder());
        }
        return others.computeIfAbsent(waiting.priority(), p -> new LinkedHashSet<>());
    }

    private boolean isNewestFirst() {
        return order != null && order.isNewestFirst();
    }

    private Waiter<W> firstOf(SequencedSet<Waiter<W>> line) {
        return isNewestFirst() ? line.getLast() : line.getFirst();
    }

    @Nullable
    Waiter<W> peek() {
        Waiter<W> first = elsewhere == 0 ? usual.peek() : peekAnywhere();
        count(); // a waiter may have been closed off
        return first;
    }

    /**
     * Removes the first waiter if the queue is open and that waiter is a task without a deadline. The queue may be open
     * or closed.
     *
     * @return the task, or null if the caller has to take the slow path
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

    /** As {@link #pollTaskIfOpen}, for a thread that waits and is no process. */
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
     * Calls an action with each waiter that has {@linkplain #join joined} and was not given to such an action before.
     * Some waiters may be given twice.
     */
    void forEachNew(Consumer<Waiter<W>> action) {
        usual.forEachNew(action);
    }

    private @Nullable Waiter<W> peekAnywhere() {
        var highest = others == null ? null : others.firstEntry(); // never an empty line
        if (highest != null && highest.getKey() > 0) {
            return firstOf(highest.getValue());
        }
        if (!returned.isEmpty()) {
            return returned.getFirst();
        }
        Waiter<W> first = usual.peek();
        return first != null || highest == null ? first : firstOf(highest.getValue());
    }

    /** Removes a waiter; without effect if it is not in the queue. */
    boolean remove(Waiter<W> waiting) {
        if (!waiting.queued) {
            return false;
        }
        waiting.queued = false;
        if (impatient > 0 && waiting.isImpatient()) {
            impatient--;
        }
        if (requests > 0 && waiting instanceof GroupRequest<W> request) {
            requests--;
            passive -= request.isPassive() ? 1 : 0;
        }
        if (waiting.isInQueue()) {
            usual.remove(waiting);
        } else {
            elsewhere--;
            if (waiting.priority() == 0 && order == null) {
                returned.remove(waiting);
            } else {
                removeFromOthers(waiting);
            }
        }
        if (order != null) {
            order.left(waiting);
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

    /** The time at which the longest wait has begun, or {@code nowNanos} if the queue is empty. */
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

    /** Calls an action with each waiter, from the first to the last; the action may remove the waiter it is given. */
    void forEach(Consumer<Waiter<W>> action) {
        for (SequencedSet<Waiter<W>> line : before()) {
            List.copyOf(inOrder(line)).forEach(action);
        }
        usual.forEach(action);
        for (SequencedSet<Waiter<W>> line : after()) {
            List.copyOf(inOrder(line)).forEach(action);
        }
    }

    /** A line, the one first that is served first. */
    private SequencedSet<Waiter<W>> inOrder(SequencedSet<Waiter<W>> line) {
        return isNewestFirst() ? line.reversed() : line;
    }

    /** Calls an action with the first waiters, at most so many; the action must not change the queue. */
    void forEachFirst(int most, Consumer<Waiter<W>> action) {
        int left = most;
        for (SequencedSet<Waiter<W>> line : before()) {
            left = forEachFirst(line, left, action);
        }
        left -= usual.forEachFirst(left, action);
        for (SequencedSet<Waiter<W>> line : after()) {
            left = forEachFirst(line, left, action);
        }
    }

    private int forEachFirst(SequencedSet<Waiter<W>> line, int most, Consumer<Waiter<W>> action) {
        int left = most;
        for (Waiter<W> waiting : inOrder(line)) {
            if (left == 0) {
                break;
            }
            action.accept(waiting);
            left--;
        }
        return left;
    }

    /** Number of waiters that do not wait for other holders. */
    int impatient() {
        return impatient;
    }

    /** Number of places that groups hold; they do not count against the capacity. */
    int requests() {
        return requests;
    }

    /** Number of places that groups hold, and for which no worker is made. */
    int passive() {
        return passive;
    }

    /** A worker is made for a request of a group that was passive. Without effect if it has left the queue. */
    void demand(GroupRequest<W> request) {
        if (request.queued && request.isPassive()) {
            request.setActive();
            passive--;
        }
    }

    /** Number of waiters that take only an idle worker. */
    int idleOnly() {
        int[] found = {0};
        if (impatient > 0) {
            forEach(waiting -> found[0] += waiting.idleOnly ? 1 : 0);
        }
        return found[0];
    }

    /**
     * The waiters up to the last one that does not wait for other holders; empty if there is none.
     *
     * @param idleOnly whether that one takes only an idle worker, or only one that is made for it
     */
    List<Waiter<W>> upToLastImpatient(boolean idleOnly) {
        if (impatient == 0) {
            return List.of();
        }
        List<Waiter<W>> all = new ArrayList<>();
        int[] length = {0};
        forEach(waiting -> {
            all.add(waiting);
            if (waiting.isImpatient() && waiting.idleOnly == idleOnly) {
                length[0] = all.size();
            }
        });
        return all.subList(0, length[0]);
    }

    /** The lines that go before the usual one. */
    private List<SequencedSet<Waiter<W>>> before() {
        List<SequencedSet<Waiter<W>>> lines = new ArrayList<>();
        if (others != null) {
            lines.addAll(others.headMap(0).values());
        }
        lines.add(returned);
        return lines;
    }

    /** The lines that go after the usual one. */
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
        if (others != null && (others.isEmpty() || (order == null && others.containsKey(0))
                || others.values().stream().anyMatch(Collection::isEmpty))) {
            return "a line is empty that should not be kept: " + others;
        }
        long patientless = all.stream().filter(Waiter::isImpatient).count();
        if (patientless != impatient || (open && impatient > 0)) {
            return patientless + " do not wait for other holders, " + impatient + " counted, open " + open;
        }
        long ofGroups = all.stream().filter(waiting -> waiting instanceof GroupRequest).count();
        long quiet = all.stream().filter(waiting -> waiting instanceof GroupRequest<?> request && request.isPassive())
                .count();
        if (ofGroups != requests || quiet != passive) {
            return ofGroups + " places of groups, " + quiet + " of them passive; counted " + requests + ", " + passive;
        }
        if (!open && size > usual.size() + elsewhere) {
            return "size " + size + " of " + usual.size() + " + " + elsewhere;
        }
        String inOrder = order == null ? null : order.brokenInvariant(all);
        return wrong.isEmpty() ? inOrder : wrong.getFirst();
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
