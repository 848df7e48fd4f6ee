package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.process.ProcessSystem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The parts of a group, and the steps of its callers and tasks: join the queue, leave it, be late. */
final class GroupDesk<W> {

    final PoolGroupSpec spec;
    final GroupContext context;
    final List<GroupMember<W>> members;
    final GroupLine<W> line = new GroupLine<>();
    final GroupAdmission<W> admission;
    final GroupScheduler<W> scheduler;
    /** For callers that take an idle worker. */
    final GroupOrder<W> order;
    /** Tasks with a delay that is not over; guarded by the lock of the line. */
    private final Set<GroupTask<W, ?>> scheduled = new HashSet<>();
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

    /** The number of one more task of the group. */
    long nextTaskId() {
        return lastTask.incrementAndGet();
    }

    /** The queue or a member has changed. */
    void changed() {
        scheduler.run();
    }

    /**
     * Puts an entry into the queue; {@link #changed} is to follow.
     *
     * @return the refusal; null if the entry is in the queue
     */
    @Nullable
    PoolException join(String what, GroupEntry<W> entry) {
        PoolException refusal = admission.refusal(what, entry.isPatient());
        if (refusal == null && !add(entry)) {
            refusal = admission.closed(what);
        }
        return refusal == null ? null : admission.refuse(refusal);
    }

    private boolean add(GroupEntry<W> entry) {
        line.lock();
        try {
            if (!closed && !(entry instanceof GroupTask<W, ?> task && !task.isUnbegun())) {
                line.add(entry, context.clock().nanoTime());
            }
            return !closed;
        } finally {
            line.unlock();
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
        line.lock();
        try {
            return !closed && scheduled.size() < most && scheduled.add(task);
        } finally {
            line.unlock();
        }
    }

    /** The delay of a task is over, or it is cancelled. False if it waits for no delay. */
    boolean undelay(GroupTask<W, ?> task) {
        line.lock();
        try {
            return scheduled.remove(task);
        } finally {
            line.unlock();
        }
    }

    /** A task was cancelled before a worker began with it. */
    void cancelled(GroupTask<W, ?> task) {
        var unused = undelay(task);
        changed();
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
