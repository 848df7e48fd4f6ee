package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.AdaptiveLock;
import io.github.ppool.concurrent.DeferredActions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a group, and the lock of the group. First in first out among entries of equal priority. A task that
 * waits for its {@linkplain GroupKeys key} has no place in the queue yet.
 *
 * <p>The lock is the innermost one: a thread may take it while it holds the lock of a member's engine, and takes no
 * lock while it holds this one. So an engine that has a worker takes the head of the queue in one step with the
 * hand-over, and two engines never take the same entry. An entry leaves the queue once: by a member, by a refusal, or
 * by its own caller. The caller that finds its entry taken passes through the lock of the member, and then sees the
 * worker.
 */
final class GroupLine<W> extends AdaptiveLock {

    private final TreeMap<Integer, SequencedSet<GroupEntry<W>>> lines = new TreeMap<>(Collections.reverseOrder());
    final GroupKeys<W> keys = new GroupKeys<>();
    private int entries;
    /** As {@code entries}, read without the lock as a hint. */
    private volatile int size;

    /** The number of entries without those that wait for their key; exact under the lock. */
    int size() {
        return size;
    }

    /** Adds an entry; a task with a key joins the others of its key, whose chain is given if there is one. */
    void add(GroupEntry<W> entry, @Nullable GroupChain<W> found, long nowNanos) {
        assert isHeldByCurrentThread();
        entry.sinceNanos = nowNanos;
        GroupTurn<W> turn = entry.turn();
        if (turn == null || keys.enter(turn, found)) {
            enqueue(entry);
        }
    }

    private void enqueue(GroupEntry<W> entry) {
        entry.queued = true;
        lines.computeIfAbsent(entry.priority, unused -> new LinkedHashSet<>()).addLast(entry);
        count(1);
    }

    /** Takes the head; null if the queue is empty. */
    @Nullable
    GroupEntry<W> poll(PoolEngine<W> by) {
        assert isHeldByCurrentThread();
        if (lines.isEmpty()) {
            return null;
        }
        GroupEntry<W> head = lines.firstEntry().getValue().getFirst(); // no line is empty
        head.takenBy(by);
        takeOut(head);
        return head;
    }

    /**
     * Removes an entry that gets no worker; {@link #ended} is to follow.
     *
     * @return false if it neither is in the queue nor waits for its key
     */
    boolean remove(GroupEntry<W> entry) {
        assert isHeldByCurrentThread();
        if (entry.queued) {
            takeOut(entry);
            return true;
        }
        GroupTurn<W> turn = entry.turn();
        return turn != null && turn.where == GroupTurn.Where.WAITS && entry.takenBy == null;
    }

    /** An entry has its outcome, or gets none: if it is a task with a key, the key goes to its next task. */
    void ended(GroupEntry<W> entry, DeferredActions after) {
        assert isHeldByCurrentThread();
        GroupTurn<W> turn = entry.turn();
        GroupChain<W> chain = turn == null ? null : keys.ended(turn);
        if (chain != null) {
            passOn(chain, after);
        }
    }

    /** The key goes to the next task, if it is free: the task joins the queue, or goes on at its member. */
    void passOn(GroupChain<W> chain, DeferredActions after) {
        assert isHeldByCurrentThread();
        GroupTurn<W> next = keys.passOn(chain);
        Runnable again = next == null ? null : next.takeAgain();
        if (again != null) {
            after.add(again);
        } else if (next != null) {
            enqueue(next.task);
        }
    }

    private void takeOut(GroupEntry<W> entry) {
        entry.queued = false;
        SequencedSet<GroupEntry<W>> line = lines.get(entry.priority);
        if (line == null || !line.remove(entry)) {
            throw new AssertionError("a queued entry is not in its line");
        }
        if (line.isEmpty()) {
            lines.remove(entry.priority);
        }
        count(-1);
    }

    /** The worker that the head of the queue prefers; null if it prefers none. */
    @Nullable
    LastWorker<W> preferred() {
        assert isHeldByCurrentThread();
        GroupTurn<W> turn = lines.isEmpty() ? null : lines.firstEntry().getValue().getFirst().turn();
        return turn == null ? null : keys.preferred(turn);
    }

    /**
     * Removes the entries of which a test says so, and returns them in their order. Those that wait for their key come
     * first, so that no key is passed on to an entry that is refused next.
     */
    List<GroupEntry<W>> removeIf(Predicate<GroupEntry<W>> test) {
        assert isHeldByCurrentThread();
        List<GroupEntry<W>> all = new ArrayList<>();
        keys.allWaiting().stream().map(turn -> turn.task).filter(task -> task.takenBy == null).filter(test)
                .forEach(all::add);
        lines.values().forEach(line -> line.stream().filter(test).forEach(all::add));
        all.forEach(this::remove);
        return all;
    }

    private void count(int more) {
        entries += more;
        size = entries;
    }

    /** The first entries in the order in which they are served; those that wait for a key come last. */
    List<GroupEntry<W>> first(int most) {
        assert isHeldByCurrentThread();
        return Stream.concat(
                lines.values().stream().flatMap(SequencedSet::stream),
                keys.allWaiting().stream().map(turn -> turn.task).filter(task -> task.takenBy == null))
                .limit(most)
                .toList();
    }

    /** The time at which the longest wait has begun, or {@code nowNanos} if the queue is empty. */
    long oldestSinceNanos(long nowNanos) {
        assert isHeldByCurrentThread();
        long oldest = nowNanos;
        for (SequencedSet<GroupEntry<W>> line : lines.values()) {
            long first = line.getFirst().sinceNanos;
            oldest = first - oldest < 0 ? first : oldest;
        }
        if (!keys.allWaiting().isEmpty()) {
            long first = keys.allWaiting().getFirst().task.sinceNanos;
            oldest = first - oldest < 0 ? first : oldest;
        }
        return oldest;
    }

    @Override
    public String toString() {
        return "GroupLine[" + size + " waiting" + (keys.waiting() == 0 ? "]" : ", " + keys.waiting() + " for keys]");
    }
}
