package io.github.ppool.pool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All who wait for a worker: by priority, and first in first out among equals. Adding, and leaving from anywhere, takes constant
 * time (logarithmic in the number of different priorities), so that a million waiters whose time is over cost nothing to the
 * others. Guarded by the engine's lock.
 */
final class WaitQueue<W> {

    private final Line<W> usual = new Line<>();
    /** Made when the first one comes whose priority is not 0. */
    private @Nullable TreeMap<Integer, Line<W>> others;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Without the lock: whether it was empty a moment ago, to choose the way to go, not to decide anything. */
    boolean looksEmpty() {
        return size == 0;
    }

    void add(Waiting<W> waiting) {
        lineOf(waiting.priority).addLast(waiting);
        waiting.queued = true;
        size++;
    }

    /** For one that was handed a worker that died before it could be used. */
    void addFirst(Waiting<W> waiting) {
        lineOf(waiting.priority).addFirst(waiting);
        waiting.queued = true;
        size++;
    }

    @Nullable
    Waiting<W> peek() {
        if (others == null) {
            return usual.first;
        }
        for (Line<W> line : lines()) {
            if (line.first != null) {
                return line.first;
            }
        }
        return null;
    }

    /** Without effect if it is not in the queue. */
    boolean remove(Waiting<W> waiting) {
        if (!waiting.queued) {
            return false;
        }
        Line<W> line = lineOf(waiting.priority);
        line.unlink(waiting);
        if (line.first == null && others != null && waiting.priority != 0) {
            others.remove(waiting.priority);
            if (others.isEmpty()) {
                others = null;
            }
        }
        waiting.queued = false;
        size--;
        return true;
    }

    /** When the one who has waited longest began to, or `nowNanos` if nobody waits. */
    long oldestSinceNanos(long nowNanos) {
        long oldest = nowNanos;
        for (Line<W> line : lines()) {
            if (line.first != null && line.first.sinceNanos - oldest < 0) {
                oldest = line.first.sinceNanos;
            }
        }
        return oldest;
    }

    /** From the first to the last; the action may remove the one that it is given. */
    void forEach(Consumer<Waiting<W>> action) {
        for (Line<W> line : lines()) {
            Waiting<W> waiting = line.first;
            while (waiting != null) {
                Waiting<W> next = waiting.next;
                action.accept(waiting);
                waiting = next;
            }
        }
    }

    /** The last one that will not wait for other holders, if there is one. */
    @Nullable
    Waiting<W> lastImpatient() {
        List<Line<W>> all = lines();
        Collections.reverse(all);
        for (Line<W> line : all) {
            for (Waiting<W> waiting = line.last; waiting != null; waiting = waiting.previous) {
                if (waiting.isImpatient()) {
                    return waiting;
                }
            }
        }
        return null;
    }

    private Line<W> lineOf(int priority) {
        if (priority == 0) {
            return usual;
        }
        if (others == null) {
            others = new TreeMap<>(Collections.reverseOrder());
        }
        return others.computeIfAbsent(priority, p -> new Line<>());
    }

    private List<Line<W>> lines() {
        List<Line<W>> lines = new ArrayList<>();
        if (others == null) {
            lines.add(usual);
            return lines;
        }
        lines.addAll(others.headMap(0).values());
        lines.add(usual);
        lines.addAll(others.tailMap(0).values());
        return lines;
    }

    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        forEach(waiting -> all.add(waiting.toString()));
        return "WaitQueue" + all;
    }

    /** A doubly linked list through the waiting ones themselves. */
    private static final class Line<W> {
        private @Nullable Waiting<W> first;
        private @Nullable Waiting<W> last;

        void addLast(Waiting<W> waiting) {
            waiting.previous = last;
            waiting.next = null;
            if (last == null) {
                first = waiting;
            } else {
                last.next = waiting;
            }
            last = waiting;
        }

        void addFirst(Waiting<W> waiting) {
            waiting.previous = null;
            waiting.next = first;
            if (first == null) {
                last = waiting;
            } else {
                first.previous = waiting;
            }
            first = waiting;
        }

        void unlink(Waiting<W> waiting) {
            if (waiting.previous == null) {
                first = waiting.next;
            } else {
                waiting.previous.next = waiting.next;
            }
            if (waiting.next == null) {
                last = waiting.previous;
            } else {
                waiting.next.previous = waiting.previous;
            }
            waiting.previous = null;
            waiting.next = null;
        }
    }
}
