package io.github.ppool.supervisor;

import io.github.ppool.process.Pid;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The children of a supervisor: by id, by pid, and in the order in which they were added. The time of an operation on
 * one child does not depend on their number: a few children are looked through, and more of them have an index. Belongs
 * to the supervisor's process.
 */
final class Children {

    /** The greatest number of children without an index: two maps of five children take 600 bytes. */
    private static final int FEW = 8;

    /** The index of many children. It stays if they become few. */
    private static final class Index {
        private final Map<String, Child> byId = new HashMap<>();
        private final Map<Pid, Child> byPid = new HashMap<>();
    }

    private final boolean named;
    private @Nullable Index index;
    // Children of a template with a pending restart, by their former processes: they have no other name. This map and
    // the set below are rarely needed, so they are made with their first element.
    private Map<Pid, Child> restarting = Map.of();
    private final ChildList<Child> inOrder = new ChildList<>();
    // Processes without a link to the supervisor when they were added: the supervisor may not learn of their end.
    private Set<Pid> unlinked = Set.of();
    private int running;
    private int supervisors;
    private int significant; // children that run or have a pending restart

    /** Children of simple_one_for_one have no ids of their own. */
    Children(boolean named) {
        this.named = named;
    }

    @Nullable
    Child find(String id) {
        if (index != null) {
            return index.byId.get(id);
        }
        Child child = named ? inOrder.first() : null;
        while (child != null && !child.spec.id().equals(id)) {
            child = inOrder.next(child);
        }
        return child;
    }

    @Nullable
    Child find(Pid pid) {
        if (index != null) {
            return index.byPid.get(pid);
        }
        Child child = inOrder.first();
        while (child != null && !pid.equals(child.pid)) {
            child = inOrder.next(child);
        }
        return child;
    }

    /** Finds the child of a template with a pending restart by its former process. */
    @Nullable
    Child findRestarting(Pid former) {
        return restarting.get(former);
    }

    /** Adds a child at the end of the order. */
    void add(Child child) {
        inOrder.add(child);
        if (index != null) {
            enter(child, index);
        } else if (inOrder.size() > FEW) {
            Index made = new Index();
            for (Child each : inOrder.all()) {
                enter(each, made);
            }
            index = made;
        }
        supervisors += child.spec.type() == ChildType.SUPERVISOR ? 1 : 0;
    }

    private void enter(Child child, Index into) {
        if (named) {
            into.byId.put(child.spec.id(), child);
        }
        if (child.pid != null) {
            into.byPid.put(child.pid, child);
        }
    }

    /** Forgets a child that does not run, and cancels its pending restart. */
    void remove(Child child) {
        cancelRestart(child);
        if (named && index != null) {
            index.byId.remove(child.spec.id());
        }
        inOrder.remove(child);
        supervisors -= child.spec.type() == ChildType.SUPERVISOR ? 1 : 0;
    }

    void runs(Child child, Pid pid) {
        child.pid = pid;
        child.formerPid = null;
        if (index != null) {
            index.byPid.put(pid, child);
        }
        running++;
        countSignificant(child, 1);
    }

    /** The process of a running child is not linked to the supervisor, or was dead before the link could be seen. */
    void isNotLinked(Pid pid) {
        if (unlinked.isEmpty()) {
            unlinked = new HashSet<>();
        }
        unlinked.add(pid);
    }

    /** The child's process has ended. Returns that process. */
    Pid ended(Child child) {
        Pid pid = Objects.requireNonNull(child.pid, "the child does not run");
        if (index != null) {
            index.byPid.remove(pid);
        }
        if (!unlinked.isEmpty()) {
            unlinked.remove(pid);
        }
        running--;
        child.pid = null;
        child.formerPid = pid;
        countSignificant(child, -1);
        return pid;
    }

    /** Sets the pending restart of a child that does not run. */
    void scheduleRestart(Child child, Child.PendingRestart restart) {
        child.pending = restart;
        if (!named && child.formerPid != null) {
            if (restarting.isEmpty()) {
                restarting = new HashMap<>();
            }
            restarting.put(child.formerPid, child);
        }
        countSignificant(child, 1);
    }

    /** Cancels the pending restart of a child, or clears it before the start. Has no effect if there is none. */
    void cancelRestart(Child child) {
        Child.PendingRestart restart = child.pending;
        if (restart == null) {
            return;
        }
        restart.cancel();
        child.pending = null;
        if (!named && child.formerPid != null && !restarting.isEmpty()) {
            restarting.remove(child.formerPid);
        }
        countSignificant(child, -1);
    }

    private void countSignificant(Child child, int change) {
        if (child.spec.isSignificant()) {
            significant += change;
        }
    }

    boolean isAnySignificantLeft() {
        return significant > 0;
    }

    List<Child> all() {
        return inOrder.all();
    }

    List<Child> from(Child child) {
        return inOrder.from(child);
    }

    List<Child> after(long number, int limit) {
        return inOrder.after(number, limit);
    }

    boolean isLast(Child child) {
        return inOrder.isLast(child);
    }

    int size() {
        return inOrder.size();
    }

    ChildCounts count() {
        int dead = 0;
        for (Pid pid : unlinked) {
            dead += pid.isAlive() ? 0 : 1;
        }
        return new ChildCounts(
                named ? inOrder.size() : 1, running - dead, supervisors, inOrder.size() - supervisors);
    }
}
