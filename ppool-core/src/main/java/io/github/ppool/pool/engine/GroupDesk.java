package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.process.ProcessSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The parts of a group, and the steps of its callers and tasks: join the queue, leave it, be late. */
final class GroupDesk<W> implements GroupOwner<W> {

    final PoolGroupSpec spec;
    final GroupContext context;
    final List<GroupMember<W>> members;
    final GroupLine<W> line = new GroupLine<>();
    final GroupAdmission<W> admission;
    final GroupScheduler<W> scheduler;
    /** For callers that take an idle worker. */
    final GroupOrder<W> order;
    /** Tasks with a delay that is not over, the next one first; guarded by the lock of the line. */
    final SortedSet<GroupTask<W, ?>> scheduled = new TreeSet<>(GroupTask::compareTimes);
    private final AtomicLong lastTask = new AtomicLong();
    /** Guarded by the lock of the line. */
    private boolean closed;

    /**
     * A desk without callers.
     *
     * @param find finds the engine of a pool by its name; null if there is none at the moment
     */
    GroupDesk(PoolGroupSpec spec, ProcessSystem system, Function<String, @Nullable PoolEngine<W>> find,
            PoolThreads.Supply supply) {
        this.spec = spec;
        this.context = new GroupContext(spec.name(), system, supply);
        List<GroupMember<W>> all = new ArrayList<>();
        for (String pool : spec.members()) {
            all.add(new GroupMember<>(spec.name(), pool, () -> find.apply(pool), line, spec.retryAfter(),
                    this::changed));
        }
        this.members = List.copyOf(all);
        this.admission = new GroupAdmission<>(spec, line, members, system.clock());
        this.order = new GroupOrder<>(spec.strategy(), members);
        this.scheduler = new GroupScheduler<>(line, members, new GroupOrder<>(spec.strategy(), members), context,
                admission::refusalOfWaiters);
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public GroupLine<W> line() {
        return line;
    }

    @Override
    public GroupContext context() {
        return context;
    }

    @Override
    public long mostWorkers(PoolEngine<W> member) {
        return (long) (member.core.workers.size + member.core.workers.maxOverflow) * members.size();
    }

    @Override
    public long nextTaskId() {
        return lastTask.incrementAndGet();
    }

    @Override
    public void changed() {
        scheduler.run();
    }

    /**
     * Puts an entry into the queue; {@link #changed} is to follow.
     *
     * @return the refusal; null if the entry is in the queue
     */
    @Nullable
    PoolException join(String what, GroupEntry<W> entry) {
        GroupAdmission.Room room = admission.ask(what, entry.isPatient());
        PoolException refusal = room.refusal();
        if (refusal == null) {
            refusal = switch (add(entry, room)) {
                case ADDED -> null;
                case FULL -> admission.full(what, room);
                case CLOSED -> admission.closed(what);
            };
        }
        return refusal == null ? null : admission.refuse(refusal);
    }

    private enum Added {
        ADDED, FULL, CLOSED
    }

    private Added add(GroupEntry<W> entry, GroupAdmission.Room room) {
        return withChain(entry, found -> {
            if (closed) {
                return Added.CLOSED;
            }
            if (isOver(entry)) {
                return Added.ADDED; // cancelled, or late
            }
            if (room.isFull(line.size(), line.keys.waiting(), GroupKeys.mustWait(found))) {
                return Added.FULL;
            }
            line.add(entry, found, context.clock().nanoTime());
            return Added.ADDED;
        });
    }

    /**
     * Decides under the lock of the line, with the chain of the entry's key; with null if there is none. The lock is
     * released for each comparison of keys, which is foreign code.
     */
    private <T> T withChain(GroupEntry<W> entry, Function<@Nullable GroupChain<W>, T> decision) {
        GroupTurn<W> turn = entry.turn();
        KeySearch<GroupChain<W>> search = turn == null ? null : new KeySearch<>(turn.key);
        while (true) {
            line.lock();
            try {
                GroupChain<W> own = turn == null ? null : turn.chain; // of a task that was put off
                if (search == null || own != null || isOver(entry)) {
                    return decision.apply(own);
                }
                if (line.keys.find(search)) {
                    return decision.apply(search.found());
                }
            } finally {
                line.unlock();
            }
            search.compare();
        }
    }

    private static boolean isOver(GroupEntry<?> entry) {
        return entry instanceof GroupTask<?, ?> task && !task.isUnbegun();
    }

    /** A task that is to begin at once takes its key. False if the key is not free, or the group is closed. */
    boolean takeKey(GroupTask<W, ?> task, GroupTurn<W> turn) {
        return withChain(task, found -> !closed && !GroupKeys.mustWait(found) && line.keys.enter(turn, found));
    }

    /** A task that took its key gives it back, unless a member has the task. */
    void giveKeyBack(GroupTask<W, ?> task) {
        DeferredActions after = new DeferredActions();
        line.lock();
        try {
            if (task.isUnbegun()) {
                line.ended(task, after);
            }
        } finally {
            line.unlock();
        }
        after.runWithoutForeignCode(context);
        changed();
    }

    @Override
    public void keyWasPassedOn(PoolEngine<W> by, DeferredActions after) {
        if (by.core.lifecycle() != PoolCore.Lifecycle.DRAINING || members.stream().anyMatch(GroupMember::isActive)) {
            return;
        }
        for (GroupMember<W> member : members) {
            member.joinWhileDraining(by, after);
        }
    }

    /**
     * The caller of an entry gives up. If a member has taken the entry, its hand-over is complete afterwards.
     *
     * @return whether the entry was in the queue
     */
    boolean leave(GroupEntry<W> entry) {
        boolean removed;
        PoolEngine<W> taker;
        line.lock();
        try {
            removed = line.remove(entry);
            taker = entry.takenBy;
        } finally {
            line.unlock();
        }
        if (removed) {
            changed();
        } else if (taker != null) {
            taker.core.underLock(() -> true);
        }
        return removed;
    }

    /** The time of an entry is over: on the thread of a timer. */
    void expire(GroupEntry<W> entry, Supplier<PoolException> why) {
        DeferredActions after = new DeferredActions();
        line.lock();
        try {
            if (line.remove(entry)) {
                entry.refuse(() -> admission.refuse(why.get()), after);
            }
        } finally {
            line.unlock();
        }
        after.runWithoutForeignCode(context);
        changed();
    }

    /** A task is accepted, and joins the queue later. False if too many are, or if the group is closed. */
    boolean schedule(GroupTask<W, ?> task, long most) {
        return withChain(task, found -> {
            boolean accepted = !closed && scheduled.size() < most && scheduled.add(task);
            GroupTurn<W> turn = task.turn();
            if (accepted && turn != null) {
                line.keys.putOff(turn, found);
            }
            return accepted;
        });
    }

    /** The delay of a task is over. False if it waits for no delay. */
    boolean undelay(GroupTask<W, ?> task) {
        line.lock();
        try {
            return scheduled.remove(task);
        } finally {
            line.unlock();
        }
    }

    @Override
    public void cancelled(GroupEntry<W> task) {
        line.lock();
        try {
            scheduled.remove(task);
        } finally {
            line.unlock();
        }
        changed();
    }

    /** For tests: a description of the state that is wrong, or null. */
    @Nullable
    String brokenInvariant(boolean atRest) {
        line.lock();
        try {
            String ofKeys = line.keys.brokenInvariant(atRest);
            return ofKeys == null && atRest ? scheduler.brokenInvariant() : ofKeys;
        } finally {
            line.unlock();
        }
    }

    boolean isClosed() {
        line.lock();
        try {
            return closed;
        } finally {
            line.unlock();
        }
    }

    /** All waiters and scheduled tasks are refused, and no more are accepted. */
    void close() {
        List<GroupTask<W, ?>> delayed;
        line.lock();
        try {
            closed = true;
            delayed = List.copyOf(scheduled);
            scheduled.clear();
        } finally {
            line.unlock();
        }
        scheduler.refuse(entry -> true, () -> admission.refuse(admission.closed("the wait")));
        for (GroupTask<W, ?> task : delayed) {
            task.rejectBeforeQueue(admission.refuse(admission.closed(task.toString())));
        }
        changed();
    }
}
