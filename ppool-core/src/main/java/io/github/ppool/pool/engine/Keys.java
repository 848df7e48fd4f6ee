package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.LeaseWord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tasks with keys. The task that holds its key takes the way of all tasks, through the pool's queue; the tasks
 * behind it wait in the {@link KeyChain} of the key. So the queue never has two tasks of one key.
 *
 * <p>A structure, guarded by the engine's lock; {@link KeyTurns} says when a key goes to the next task. Each task with
 * a key is in one {@link PoolTask.KeyPlace.Where place}.
 */
final class Keys<W> {

    private final SlotTable<W> workers;
    private final KeyTable<KeyChain<W>> table = new KeyTable<>();
    /** Number of tasks that wait for their key. */
    private int waiting;
    /** Number of tasks that have joined the others of their key so far. */
    private long turns;
    /** All of them, over all keys, in the order in which they began to wait. */
    private @Nullable PoolTask<W, ?> longest;
    private @Nullable PoolTask<W, ?> shortest;
    /** The last workers of keys that have no task; null until a sticky task was done. */
    private @Nullable RecentKeys<LeaseWord> recent;
    /** Null unless keys have a rate. */
    private final @Nullable KeyPaces<KeyChain<W>> paces;

    Keys(SlotTable<W> workers, @Nullable KeyPaces<KeyChain<W>> paces) {
        this.workers = workers;
        this.paces = paces;
    }

    // ---- looking

    /** Number of tasks that wait for their key, and are not in the queue. */
    int waiting() {
        return waiting;
    }

    /** Number of keys with tasks. */
    int size() {
        return table.size();
    }

    /** Looks for the chain of a key. False if the search has to {@linkplain KeySearch#compare compare} first. */
    boolean find(KeySearch<KeyChain<W>> search) {
        assert workers.isHeldByCurrentThread();
        return search.find(table);
    }

    /** The beginning of the longest wait for a key, if that is before the given time. */
    long oldestSinceNanos(long nanos) {
        PoolTask<W, ?> first = longest;
        return first != null && first.sinceNanos - nanos < 0 ? first.sinceNanos : nanos;
    }

    /** The first tasks that wait for their key, at most so many. */
    List<PoolTask<W, ?>> firstWaiting(int most) {
        assert workers.isHeldByCurrentThread();
        List<PoolTask<W, ?>> all = new ArrayList<>(Math.min(most, waiting));
        for (PoolTask<W, ?> task = longest; task != null && all.size() < most; task = task.keyPlace().longer) {
            all.add(task);
        }
        return all;
    }

    /**
     * The keys that most tasks wait for, the one with the most first.
     *
     * @param most the most keys
     * @param lookedAt the number of tasks, those that have waited longest, whose keys are considered
     */
    List<KeyChain<W>> busiest(int most, int lookedAt) {
        assert workers.isHeldByCurrentThread();
        if (most == 0) {
            return List.of();
        }
        Set<KeyChain<W>> chains = Collections.newSetFromMap(new IdentityHashMap<>());
        firstWaiting(lookedAt).forEach(task -> chains.add(chainOf(task)));
        return chains.stream()
                .sorted(Comparator.<KeyChain<W>>comparingInt(chain -> chain.waiting).reversed())
                .limit(most)
                .toList();
    }

    /** Whether a task waits for its key. */
    boolean isWaiting(Waiter<W> waiter) {
        return waiter instanceof PoolTask<W, ?> task && task.isKeyed()
                && task.keyPlace().where == PoolTask.KeyPlace.Where.WAITS;
    }

    /** The worker that a task prefers; null if it does not matter. */
    @Nullable
    LeaseWord preferred(PoolTask<W, ?> task) {
        KeyChain<W> chain = task.keyPlace().chain;
        if (chain == null || !task.keyPlace().key.isSticky()) {
            return null;
        }
        return chain.lastWorker != null || recent == null ? chain.lastWorker : recent.of(chain.key.hash());
    }

    // ---- changing

    /**
     * A task is accepted.
     *
     * @param found the chain of its key; null if there is none
     * @return true if the task holds its key, and is to be put into the queue; false if it waits
     */
    boolean enter(PoolTask<W, ?> task, @Nullable KeyChain<W> found) {
        assert workers.isHeldByCurrentThread();
        attach(task, found);
        return enter(task);
    }

    /**
     * A task is accepted, and joins the others of its key later.
     *
     * @param found the chain of its key; null if there is none
     */
    void putOff(PoolTask<W, ?> task, @Nullable KeyChain<W> found) {
        assert workers.isHeldByCurrentThread();
        attach(task, found).aside++;
        task.keyPlace().where = PoolTask.KeyPlace.Where.ASIDE;
    }

    /** Whether a task would wait for its key if it joined the others now. False for a task without a key. */
    boolean mustWait(PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        return task.isKeyed() && !chainOf(task).isFree();
    }

    /**
     * A task that was {@linkplain #putOff put off} joins the others of its key.
     *
     * @return true if the task holds its key, and is to be put into the queue; false if it waits
     */
    boolean join(PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        chainOf(task).aside--;
        return enter(task);
    }

    private KeyChain<W> attach(PoolTask<W, ?> task, @Nullable KeyChain<W> found) {
        PoolTask.KeyPlace<W> place = task.keyPlace();
        KeyChain<W> chain = found == null ? new KeyChain<>(place.key, paces == null ? null : paces.begin()) : found;
        if (found == null) {
            table.add(chain);
        }
        place.chain = chain;
        return chain;
    }

    private boolean enter(PoolTask<W, ?> task) {
        KeyChain<W> chain = chainOf(task);
        task.keyPlace().turn = ++turns;
        if (chain.isFree()) {
            hold(chain, task);
            return true;
        }
        link(chain, task, chain.last);
        linkAsShortest(task);
        awaitRate(chain);
        return false;
    }

    private void hold(KeyChain<W> chain, PoolTask<W, ?> task) {
        chain.holder = task;
        task.keyPlace().where = PoolTask.KeyPlace.Where.HOLDS;
    }

    /** The key goes to the first that waits for it; null if none does, or the key is not free. */
    @Nullable
    PoolTask<W, ?> passOn(KeyChain<W> chain) {
        assert workers.isHeldByCurrentThread();
        PoolTask<W, ?> next = chain.first;
        if (next == null || !chain.hasNext()) {
            return null;
        }
        unlink(chain, next);
        hold(chain, next);
        return next;
    }

    /**
     * A task has its outcome. {@link #passOn} or {@link #forgetIfOver} is to follow.
     *
     * @return the chain of its key; null if the task has left it before, or never had one
     */
    @Nullable
    KeyChain<W> ended(PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        PoolTask.KeyPlace<W> place = task.keyPlace();
        KeyChain<W> chain = place.chain;
        if (chain == null) {
            return null;
        }
        switch (place.where) {
            case HOLDS -> chain.holder = null;
            case WAITS -> unlink(chain, task);
            case ASIDE -> chain.aside--;
            case NOWHERE -> throw new AssertionError(task + " has a chain and no place");
        }
        place.where = PoolTask.KeyPlace.Where.NOWHERE;
        place.chain = null;
        return chain;
    }

    /** The task that holds its key waits for its next attempt, and lets others go on. */
    KeyChain<W> stepAside(PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        KeyChain<W> chain = chainOf(task);
        chain.holder = null;
        chain.aside++;
        task.keyPlace().where = PoolTask.KeyPlace.Where.ASIDE;
        return chain;
    }

    /**
     * The next attempt of a task is due. It goes before all tasks that were handed over later.
     *
     * @return true if the task holds its key; false if it waits, and {@link #passOn} is to follow
     */
    boolean returns(PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        KeyChain<W> chain = chainOf(task);
        if (task.keyPlace().where == PoolTask.KeyPlace.Where.ASIDE) {
            chain.aside--;
        } else if (chain.mayBegin()) {
            return true;
        } else {
            chain.holder = null;
        }
        PoolTask<W, ?> before = null;
        for (PoolTask<W, ?> next = chain.first; next != null
                && next.keyPlace().turn < task.keyPlace().turn; next = next.keyPlace().after) {
            before = next; // only tasks that have returned, too
        }
        link(chain, task, before);
        linkAsLongest(task);
        return false;
    }

    /** A thread of a killed process may still run a task of this key. */
    void holdForThread(KeyChain<W> chain) {
        assert workers.isHeldByCurrentThread();
        chain.threads++;
    }

    /** As {@link #holdForThread}: it does so no longer. {@link #passOn} or {@link #forgetIfOver} is to follow. */
    void threadLeft(KeyChain<W> chain) {
        assert workers.isHeldByCurrentThread();
        chain.threads--;
    }

    /** A key without tasks leaves no object behind, unless its rate is to be remembered. */
    void forgetIfOver(KeyChain<W> chain) {
        assert workers.isHeldByCurrentThread();
        awaitRate(chain);
        if (chain.isOver()) {
            table.remove(chain);
            if (paces != null && chain.pace != null) {
                paces.forget(chain.pace);
            }
            if (recent != null && chain.lastWorker != null) {
                recent.put(chain.key.hash(), chain.lastWorker);
            }
        }
    }

    /** If only its rate is in the way of the next task, the key is looked at when it permits one. */
    void awaitRate(KeyChain<W> chain) {
        assert workers.isHeldByCurrentThread();
        if (paces != null && chain.pace != null && chain.isLeftToItsRate()) {
            paces.await(chain, chain.pace, chain.first != null);
        }
    }

    /** A worker is given a task, which holds its key. */
    void begins(PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        KeyChain<W> chain = task.keyPlace().chain;
        if (chain != null && chain.pace != null) {
            chain.pace.take();
        }
    }

    /** A key whose rate is due, which {@link #passOn} or {@link #forgetIfOver} is to follow; null if none is. */
    @Nullable
    KeyChain<W> pollDue() {
        assert workers.isHeldByCurrentThread();
        KeyChain<W> chain = paces == null ? null : paces.pollDue();
        if (paces != null && chain != null && chain.pace != null) {
            paces.forget(chain.pace);
        }
        return chain;
    }

    /** The timer of the rates has gone off; {@link #scheduleRates} starts it anew. */
    void ratesAreDue() {
        if (paces != null) {
            paces.timerIsOver();
        }
    }

    void scheduleRates() {
        if (paces != null) {
            paces.schedule();
        }
    }

    /** Whether tasks are run from now on. */
    void setRunning(boolean running) {
        if (paces != null) {
            paces.setRunning(running);
        }
    }

    /**
     * A worker has served a key.
     *
     * @param worker null if it has crashed
     */
    void servedBy(PoolTask<W, ?> task, @Nullable LeaseWord worker) {
        assert workers.isHeldByCurrentThread();
        KeyChain<W> chain = task.keyPlace().chain;
        if (chain != null && task.keyPlace().key.isSticky()) {
            chain.lastWorker = worker;
            if (recent == null) {
                recent = new RecentKeys<>(workers.size + workers.maxOverflow);
            }
        }
    }

    private static <W> KeyChain<W> chainOf(PoolTask<W, ?> task) {
        return Objects.requireNonNull(task.keyPlace().chain);
    }

    // ---- the two lists of those that wait

    private void link(KeyChain<W> chain, PoolTask<W, ?> task, @Nullable PoolTask<W, ?> before) {
        PoolTask.KeyPlace<W> place = task.keyPlace();
        PoolTask<W, ?> after = before == null ? chain.first : before.keyPlace().after;
        place.before = before;
        place.after = after;
        if (before == null) {
            chain.first = task;
        } else {
            before.keyPlace().after = task;
        }
        if (after == null) {
            chain.last = task;
        } else {
            after.keyPlace().before = task;
        }
        place.where = PoolTask.KeyPlace.Where.WAITS;
        chain.waiting++;
        waiting++;
    }

    private void linkAsShortest(PoolTask<W, ?> task) {
        PoolTask<W, ?> before = shortest;
        task.keyPlace().shorter = before;
        shortest = task;
        if (before == null) {
            longest = task;
        } else {
            before.keyPlace().longer = task;
        }
    }

    private void linkAsLongest(PoolTask<W, ?> task) {
        PoolTask<W, ?> after = longest;
        task.keyPlace().longer = after;
        longest = task;
        if (after == null) {
            shortest = task;
        } else {
            after.keyPlace().shorter = task;
        }
    }

    private void unlink(KeyChain<W> chain, PoolTask<W, ?> task) {
        PoolTask.KeyPlace<W> place = task.keyPlace();
        if (place.before == null) {
            chain.first = place.after;
        } else {
            place.before.keyPlace().after = place.after;
        }
        if (place.after == null) {
            chain.last = place.before;
        } else {
            place.after.keyPlace().before = place.before;
        }
        if (place.shorter == null) {
            longest = place.longer;
        } else {
            place.shorter.keyPlace().longer = place.longer;
        }
        if (place.longer == null) {
            shortest = place.shorter;
        } else {
            place.longer.keyPlace().shorter = place.shorter;
        }
        place.before = null;
        place.after = null;
        place.shorter = null;
        place.longer = null;
        chain.waiting--;
        waiting--;
    }

    // ---- for tests

    /** For tests, under the lock. */
    void forEachChain(Consumer<KeyChain<W>> action) {
        table.forEach(action);
    }

    /**
     * For tests, under the lock: checks the invariants of this structure.
     *
     * @param atRest whether no thread is between two steps of a task
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant(boolean atRest) {
        List<String> wrong = new ArrayList<>();
        int[] counted = {0, 0};
        table.forEach(chain -> {
            counted[0]++;
            boolean awaited = chain.pace != null && chain.pace.isAwaited();
            if (chain.isOver() && !awaited) {
                wrong.add("nothing is left of " + chain);
            }
            if (atRest && !awaited && chain.isLeftToItsRate()) {
                wrong.add("it is left to its rate, which is not looked at: " + chain);
            }
            if (atRest && chain.hasNext() && !awaited) {
                wrong.add("the key is free, and a task waits for it: " + chain);
            }
            if (chain.holder != null && (chain.holder.keyPlace().where != PoolTask.KeyPlace.Where.HOLDS
                    || chain.holder.state().isFinal() || !chain.equals(chain.holder.keyPlace().chain))) {
                wrong.add(chain.holder + " is not to hold its key");
            }
            PoolTask<W, ?> before = null;
            int waitHere = counted[1] + chain.waiting;
            for (PoolTask<W, ?> task = chain.first; task != null; task = task.keyPlace().after) {
                counted[1]++;
                PoolTask.KeyPlace<W> place = task.keyPlace();
                if (place.where != PoolTask.KeyPlace.Where.WAITS || !chain.equals(place.chain)
                        || !Objects.equals(place.before, before) || task.queued || task.isInQueue()
                        || task.state() != io.github.ppool.pool.TaskState.QUEUED) {
                    wrong.add(task + " is not to wait for its key");
                }
                if (before != null && before.keyPlace().turn >= place.turn) {
                    wrong.add(task + " waits behind " + before);
                }
                before = task;
            }
            if (counted[1] != waitHere) {
                wrong.add("so many are not counted by " + chain);
            }
            if (!Objects.equals(chain.last, before)) {
                wrong.add("the last one is not " + chain.last + " but " + before);
            }
        });
        if (counted[0] != table.size() || table.isWithoutMemory() != (table.size() == 0)) {
            wrong.add(counted[0] + " keys, " + table.size() + " counted");
        }
        if (counted[1] != waiting || firstWaiting(Integer.MAX_VALUE).size() != waiting) {
            wrong.add(counted[1] + " wait for their keys, " + waiting + " counted");
        }
        return wrong.isEmpty() ? null : wrong.getFirst();
    }
}
