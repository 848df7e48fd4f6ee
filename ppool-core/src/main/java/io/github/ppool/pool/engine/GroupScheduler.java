package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the requests of a group in step with its queue: each member has a request for each waiter, up to a limit, and
 * for each waiter one worker is made if there is room. Holds no lock.
 *
 * <p>One thread at a time does it. A thread that comes meanwhile leaves a note, and the first thread looks once more.
 * While callers wait, a timer looks ten times a second. So a member that can serve again, and a worker that takes too
 * long, are noticed without an event.
 */
final class GroupScheduler<W> {

    private final GroupLine<W> line;
    private final List<GroupMember<W>> members;
    private final GroupOrder<W> order;
    private final DeferredActions.Executors context;
    private final Supplier<PoolException> whyRefused;
    /** The number of calls of {@link #run} since the last look; zero while no thread looks. */
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean timerRuns = new AtomicBoolean();

    /**
     * A scheduler for a queue.
     *
     * @param whyRefused makes the exception for waiters that no member serves
     */
    GroupScheduler(GroupLine<W> line, List<GroupMember<W>> members, GroupOrder<W> order,
            DeferredActions.Executors context, Supplier<PoolException> whyRefused) {
        this.line = line;
        this.members = members;
        this.order = order;
        this.context = context;
        this.whyRefused = whyRefused;
    }

    /** The queue or a member has changed. Does not block, and calls no foreign code. */
    void run() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        boolean whole = false;
        try {
            int seen = 1;
            do {
                step();
                seen = calls.addAndGet(-seen);
            } while (seen != 0);
            whole = true;
        } finally {
            if (!whole) { // an error of the virtual machine: the timer looks again
                calls.set(0);
                scheduleLook();
            }
        }
    }

    private void step() {
        if (line.size() == 0) {
            members.forEach(member -> member.adjust(now(), true));
            return;
        }
        scheduleLook();
        List<GroupMember<W>> inOrder = order.next();
        boolean alone = inOrder.stream().noneMatch(GroupScheduler::isActive);
        offerPreferred();
        inOrder.forEach(member -> member.adjust(now(), alone));
        long now = now();
        int left = line.size();
        for (GroupMember<W> member : inOrder) {
            left -= left > 0 ? member.demanded(now) : 0;
        }
        for (GroupMember<W> member : inOrder) {
            left -= left > 0 ? member.demand(left, false, now) : 0;
        }
        for (GroupMember<W> member : inOrder) {
            left -= left > 0 ? member.demand(left, true, now) : 0;
        }
        if (line.size() > 0 && members.stream().allMatch(GroupScheduler::servesNone)) {
            refuseWaiters();
        }
    }

    /** The head of the queue may prefer a worker, for its key. */
    private void offerPreferred() {
        LastWorker<W> preferred;
        line.lock();
        try {
            preferred = line.preferred();
        } finally {
            line.unlock();
        }
        if (preferred != null) {
            members.forEach(member -> member.offer(preferred, now()));
        }
    }

    private static boolean isActive(GroupMember<?> member) {
        PoolEngine<?> engine = member.engine();
        return engine != null && engine.core.lifecycle() == PoolCore.Lifecycle.ACTIVE;
    }

    private static boolean servesNone(GroupMember<?> member) {
        return member.engine() == null || member.passedOver() != null;
    }

    /** No member serves: a task that is patient waits on if workers can be made again one day. */
    private void refuseWaiters() {
        boolean forWorkers = members.stream().anyMatch(GroupMember::lacksWorkers);
        refuse(entry -> !forWorkers || !entry.isPatient(), whyRefused);
    }

    /** Refuses some waiters. */
    void refuse(Predicate<GroupEntry<W>> which, Supplier<PoolException> why) {
        DeferredActions after = new DeferredActions();
        line.lock();
        try {
            for (GroupEntry<W> entry : line.removeIf(which)) {
                entry.refuse(why, after);
            }
        } finally {
            line.unlock();
        }
        after.runWithoutForeignCode(context);
    }

    private void scheduleLook() {
        if (timerRuns.compareAndSet(false, true)) {
            context.clock().schedule(GroupMember.ASK_EVERY, this::look);
        }
    }

    private void look() {
        timerRuns.set(false);
        run();
    }

    private long now() {
        return context.clock().nanoTime();
    }

    /** For tests: a description of the state that is wrong, or null. */
    @Nullable
    String brokenInvariant() {
        return line.size() > 0 && !timerRuns.get() ? "callers wait, and no look is scheduled" : null;
    }
}
