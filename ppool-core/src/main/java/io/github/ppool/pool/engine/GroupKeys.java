package io.github.ppool.pool.engine;

import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tasks with keys of a group, as {@link Keys} has those of a pool. The task that holds its key is in the queue of
 * the group, or a member has it; the tasks behind it wait in the {@link GroupChain} of the key. So two members never
 * have tasks of one key.
 *
 * <p>A structure, guarded by the lock of the group's queue; {@link GroupTurn} says when a key goes to the next task.
 */
final class GroupKeys<W> {

    private final KeyTable<GroupChain<W>> table = new KeyTable<>();
    /** All that wait for a key, in the order in which they began to wait. */
    private final SequencedSet<GroupTurn<W>> waiting = new LinkedHashSet<>();
    /** Their number, read without the lock as a hint. */
    private volatile int size;
    /** Number of turns so far. */
    private long turns;
    /** The last workers of keys that have no task; null until a sticky task was done. */
    private @Nullable RecentKeys<LastWorker<W>> recent;

    // ---- looking

    /** Number of tasks that wait for their key; exact under the lock. */
    int waiting() {
        return size;
    }

    /** Number of keys with tasks. */
    int size() {
        return table.size();
    }

    /**
     * The keys that tasks wait for, the one with the most first.
     *
     * @param most the most keys
     * @param lookedAt the number of waiting tasks whose keys are looked at: those that have waited longest
     */
    List<GroupChain<W>> busiest(int most, int lookedAt) {
        Set<GroupChain<W>> chains = Collections.newSetFromMap(new IdentityHashMap<>());
        if (most > 0) {
            waiting.stream().limit(lookedAt).forEach(turn -> chains.add(Objects.requireNonNull(turn.chain)));
        }
        return chains.stream()
                .sorted(Comparator.<GroupChain<W>>comparingInt(chain -> chain.waiting.size()).reversed())
                .limit(most)
                .toList();
    }

    /** The tasks that wait for their key, in the order in which they began to wait. */
    SequencedSet<GroupTurn<W>> allWaiting() {
        return waiting;
    }

    /** Looks for the chain of a key. False if the search has to {@linkplain KeySearch#compare compare} first. */
    boolean find(KeySearch<GroupChain<W>> search) {
        return search.find(table);
    }

    /** Whether a task would wait for its key if it joined the others now. */
    static <W> boolean mustWait(@Nullable GroupChain<W> chain) {
        return chain != null && !chain.isFree();
    }

    /** The worker that a task prefers; null if it does not matter. */
    @Nullable
    LastWorker<W> preferred(GroupTurn<W> turn) {
        GroupChain<W> chain = turn.chain;
        if (chain == null || !turn.key.isSticky()) {
            return null;
        }
        return chain.lastWorker != null || recent == null ? chain.lastWorker : recent.of(chain.key.hash());
    }

    // ---- changing

    /**
     * A task is accepted, and joins the others of its key later.
     *
     * @param found the chain of its key; null if there is none
     */
    void putOff(GroupTurn<W> turn, @Nullable GroupChain<W> found) {
        attach(turn, found).aside++;
        turn.where = GroupTurn.Where.ASIDE;
    }

    /**
     * A task joins the others of its key.
     *
     * @param found the chain of its key; null if there is none. Without effect for a task that was put off
     * @return true if the task holds its key; false if it waits
     */
    boolean enter(GroupTurn<W> turn, @Nullable GroupChain<W> found) {
        GroupChain<W> chain = turn.chain;
        if (chain == null) {
            chain = attach(turn, found);
        } else {
            chain.aside--;
        }
        turn.number = ++turns;
        if (chain.isFree()) {
            hold(chain, turn);
            return true;
        }
        await(chain, turn);
        waiting.addLast(turn);
        size = waiting.size();
        return false;
    }

    private GroupChain<W> attach(GroupTurn<W> turn, @Nullable GroupChain<W> found) {
        GroupChain<W> chain = found;
        if (chain == null) {
            chain = new GroupChain<>(turn.key);
            table.add(chain);
        }
        turn.chain = chain;
        return chain;
    }

    private void hold(GroupChain<W> chain, GroupTurn<W> turn) {
        chain.holder = turn;
        turn.where = GroupTurn.Where.HOLDS;
    }

    private void await(GroupChain<W> chain, GroupTurn<W> turn) {
        chain.waiting.add(turn);
        turn.where = GroupTurn.Where.WAITS;
    }

    private void awaitNoLonger(GroupChain<W> chain, GroupTurn<W> turn) {
        if (!chain.waiting.remove(turn) || !waiting.remove(turn)) {
            throw new AssertionError(turn + " does not wait for its key");
        }
        size = waiting.size();
    }

    /** The key goes to the first that waits for it; null if none does, or the key is not free. */
    @Nullable
    GroupTurn<W> passOn(GroupChain<W> chain) {
        if (!chain.hasNext()) {
            if (chain.isOver()) {
                forget(chain);
            }
            return null;
        }
        GroupTurn<W> next = chain.waiting.first();
        awaitNoLonger(chain, next);
        hold(chain, next);
        return next;
    }

    /** A key without tasks leaves no object behind. */
    private void forget(GroupChain<W> chain) {
        table.remove(chain);
        if (recent != null && chain.lastWorker != null) {
            recent.put(chain.key.hash(), chain.lastWorker);
        }
    }

    /**
     * A task has its outcome, or gets none. {@link #passOn} is to follow.
     *
     * @return the chain of its key; null if the task has left it before, or was never accepted
     */
    @Nullable
    GroupChain<W> ended(GroupTurn<W> turn) {
        GroupChain<W> chain = turn.chain;
        if (chain == null) {
            return null;
        }
        switch (turn.where) {
            case HOLDS -> chain.holder = null;
            case WAITS -> awaitNoLonger(chain, turn);
            case ASIDE -> chain.aside--;
            case NOWHERE -> throw new AssertionError(turn + " has a chain and no place");
        }
        turn.where = GroupTurn.Where.NOWHERE;
        turn.chain = null;
        return chain;
    }

    /** The task that holds its key waits for its next attempt, and lets others go on. {@link #passOn} is to follow. */
    GroupChain<W> stepAside(GroupTurn<W> turn) {
        GroupChain<W> chain = Objects.requireNonNull(turn.chain);
        chain.holder = null;
        chain.aside++;
        turn.where = GroupTurn.Where.ASIDE;
        return chain;
    }

    /**
     * The next attempt of a task is due. It goes before all tasks that were handed over later.
     *
     * @return null if the task holds its key; the chain if it waits, and {@link #passOn} is to follow
     */
    @Nullable
    GroupChain<W> returns(GroupTurn<W> turn) {
        GroupChain<W> chain = Objects.requireNonNull(turn.chain);
        switch (turn.where) {
            case HOLDS -> {
                if (chain.threads == 0) {
                    return null;
                }
                chain.holder = null;
            }
            case ASIDE -> chain.aside--;
            case WAITS, NOWHERE -> throw new AssertionError(turn + " is not to return");
        }
        await(chain, turn);
        waiting.addFirst(turn);
        size = waiting.size();
        return chain;
    }

    /**
     * A worker has served a key.
     *
     * @param worker null if it has crashed
     * @param mostWorkers the number of workers that the group may have
     */
    void servedBy(GroupTurn<W> turn, @Nullable LastWorker<W> worker, long mostWorkers) {
        GroupChain<W> chain = turn.chain;
        if (chain != null && turn.key.isSticky()) {
            chain.lastWorker = worker;
            if (recent == null) {
                recent = new RecentKeys<>((int) Math.min(mostWorkers, Integer.MAX_VALUE));
            }
        }
    }

    /** The workers of a former engine are gone, and must not be kept from being collected. */
    void forgetWorkers() {
        recent = null;
    }

    /** For tests, under the lock: the first invariant that does not hold, or null. */
    @Nullable
    String brokenInvariant(boolean atRest) {
        int[] counted = {0, 0};
        String[] wrong = {null};
        table.forEach(chain -> {
            counted[0]++;
            counted[1] += chain.waiting.size();
            if (chain.isOver()) {
                wrong[0] = "nothing is left of " + chain;
            }
            if (atRest && chain.hasNext()) {
                wrong[0] = "the key is free, and a task waits for it: " + chain;
            }
            if (chain.holder != null && (chain.holder.where != GroupTurn.Where.HOLDS
                    || !chain.equals(chain.holder.chain))) {
                wrong[0] = chain.holder + " is not to hold its key";
            }
            for (GroupTurn<W> turn : chain.waiting) {
                if (turn.where != GroupTurn.Where.WAITS || !chain.equals(turn.chain)) {
                    wrong[0] = turn + " is not to wait for its key";
                }
            }
        });
        if (counted[0] != table.size() || counted[1] != waiting.size() || counted[1] != size) {
            return counted[1] + " wait for " + counted[0] + " keys, counted " + size + " and " + table.size();
        }
        return wrong[0];
    }
}
