package io.github.ppool.supervisor;

import io.github.ppool.process.Pid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The children of a supervisor: by id, by pid, and in the order in which they were added. Every operation on one child is O(1).
 * Belongs to the supervisor's process.
 */
final class Children {

    private final boolean named;
    private final Map<String, Child> byId = new HashMap<>();
    private final Map<Pid, Child> byPid = new HashMap<>();
    private @Nullable Child first;
    private @Nullable Child last;
    private int size;
    private int supervisors;

    /** Children of simple_one_for_one have no ids of their own. */
    Children(boolean named) {
        this.named = named;
    }

    @Nullable
    Child find(String id) {
        return byId.get(id);
    }

    @Nullable
    Child find(Pid pid) {
        return byPid.get(pid);
    }

    /** At the end of the order. */
    void add(Child child) {
        if (named) {
            byId.put(child.spec.id(), child);
        }
        child.previous = last;
        if (last == null) {
            first = child;
        } else {
            last.next = child;
        }
        last = child;
        size++;
        supervisors += child.spec.type() == ChildType.SUPERVISOR ? 1 : 0;
    }

    /** Forgets a child that does not run. Those beside it are left with each other, and its own links stay readable. */
    void remove(Child child) {
        if (named) {
            byId.remove(child.spec.id());
        }
        if (child.previous == null) {
            first = child.next;
        } else {
            child.previous.next = child.next;
        }
        if (child.next == null) {
            last = child.previous;
        } else {
            child.next.previous = child.previous;
        }
        size--;
        supervisors -= child.spec.type() == ChildType.SUPERVISOR ? 1 : 0;
    }

    void runs(Child child, Pid pid) {
        child.pid = pid;
        byPid.put(pid, child);
    }

    /** The process that the child was, which the child is not any more. */
    Pid ended(Child child) {
        Pid pid = Objects.requireNonNull(child.pid, "the child does not run");
        byPid.remove(pid);
        child.pid = null;
        return pid;
    }

    int size() {
        return size;
    }

    /** In the order of the start: all, or one child and those after it. */
    List<Child> from(@Nullable Child start) {
        List<Child> result = new ArrayList<>();
        for (Child child = start == null ? first : start; child != null; child = child.next) {
            result.add(child);
        }
        return result;
    }

    List<Child> all() {
        return from(null);
    }

    List<Child> page(int skip, int limit) {
        List<Child> result = new ArrayList<>(Math.min(limit, Math.max(0, size - skip)));
        int index = 0;
        for (Child child = first; child != null && result.size() < limit; child = child.next) {
            if (index++ >= skip) {
                result.add(child);
            }
        }
        return result;
    }

    boolean any(Predicate<Child> match) {
        for (Child child = first; child != null; child = child.next) {
            if (match.test(child)) {
                return true;
            }
        }
        return false;
    }

    ChildCounts count() {
        return new ChildCounts(named ? size : 1, byPid.size(), supervisors, size - supervisors);
    }
}
