package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.AdaptiveLock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a group, and the lock of the group. First in first out among entries of equal priority.
 *
 * <p>The lock is the innermost one: a thread may take it while it holds the lock of a member's engine, and takes no
 * lock while it holds this one. So an engine that has a worker takes the head of the queue in one step with the
 * hand-over, and two engines never take the same entry. An entry leaves the queue once: by a member, by a refusal, or
 * by its own caller. The caller that finds its entry taken passes through the lock of the member, and then sees the
 * worker.
 */
final class GroupLine<W> extends AdaptiveLock {

    private final TreeMap<Integer, SequencedSet<GroupEntry<W>>> lines = new TreeMap<>(Collections.reverseOrder());
    private int entries;
    /** As {@code entries}, read without the lock as a hint. */
    private volatile int size;

    /** The number of entries; exact under the lock. */
    int size() {
        return size;
    }

    void add(GroupEntry<W> entry, long nowNanos) {
        assert isHeldByCurrentThread();
        entry.sinceNanos = nowNanos;
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
        head.takenBy = by;
        remove(head);
        return head;
    }

    /** Removes an entry; false if it is not in the queue. */
    boolean remove(GroupEntry<W> entry) {
        assert isHeldByCurrentThread();
        if (!entry.queued) {
            return false;
        }
        entry.queued = false;
        SequencedSet<GroupEntry<W>> line = lines.get(entry.priority);
        if (line == null || !line.remove(entry)) {
            throw new AssertionError("a queued entry is not in its line");
        }
        if (line.isEmpty()) {
            lines.remove(entry.priority);
        }
        count(-1);
        return true;
    }

    /** Removes the entries of which a test says so, and returns them in their order. */
    List<GroupEntry<W>> removeIf(Predicate<GroupEntry<W>> test) {
        assert isHeldByCurrentThread();
        List<GroupEntry<W>> all = new ArrayList<>();
        lines.values().forEach(line -> line.stream().filter(test).forEach(all::add));
        all.forEach(this::remove);
        return all;
    }

    private void count(int more) {
        entries += more;
        size = entries;
    }

    /** The time at which the longest wait has begun, or {@code nowNanos} if the queue is empty. */
    long oldestSinceNanos(long nowNanos) {
        assert isHeldByCurrentThread();
        long oldest = nowNanos;
        for (SequencedSet<GroupEntry<W>> line : lines.values()) {
            long first = line.getFirst().sinceNanos;
            oldest = first - oldest < 0 ? first : oldest;
        }
        return oldest;
    }

    @Override
    public String toString() {
        return "GroupLine[" + size + " waiting]";
    }
}
