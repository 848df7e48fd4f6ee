package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pool as the member of a group: the requests that the group has in its queue, and why it is passed over. Calls the
 * engine of the pool; so no method but those of {@link Request} may be called under a lock.
 *
 * <p>The engine is another one when the pool was stopped and started again under its name. Requests know their engine.
 * Those of a former engine are gone, because an engine that stops refuses them all.
 */
final class GroupMember<W> {

    /** The most requests in the queue of one member; a request that was served is replaced by the next one. */
    static final int MOST_REQUESTS = 32;
    /** The interval at which a member that is stopped or suspended is asked again, while callers wait. */
    static final Duration ASK_EVERY = Duration.ofMillis(100);

    private final String group;
    final String pool;
    private final Supplier<@Nullable PoolEngine<W>> find;
    private final GroupLine<W> line;
    private final Runnable changed;
    private final Duration retryAfter;
    private volatile @Nullable PoolEngine<W> engine;
    private final LongAdder served = new LongAdder();

    // guarded by the lock of the line

    private final SequencedSet<Request> requests = new LinkedHashSet<>();
    private @Nullable Refusal refusal;

    /** Why the member is passed over, and until when. */
    private record Refusal(PoolException why, long untilNanos) {
        boolean isForWorkers() {
            return why instanceof WorkerUnavailableException;
        }
    }

    /**
     * The answer of a member to the question whether the group may have one more caller wait.
     *
     * @param refusal why not; null if it may
     * @param servable the number of callers that the member can serve without another holder
     * @param capacity the capacity of its queue
     */
    record Answer(@Nullable PoolException refusal, int servable, int capacity) {}

    /**
     * A member without requests.
     *
     * @param find finds the engine of the pool; null if there is no such pool at the moment
     * @param changed called without a lock when the number of requests or the reason has changed
     */
    GroupMember(String group, String pool, Supplier<@Nullable PoolEngine<W>> find, GroupLine<W> line,
            Duration retryAfter,
            Runnable changed) {
        this.group = group;
        this.pool = pool;
        this.find = find;
        this.line = line;
        this.retryAfter = retryAfter;
        this.changed = changed;
        this.engine = find.get();
    }

    /** A place of the group in the queue of this member. Its fields are guarded by the lock of the engine. */
    private final class Request extends GroupRequest<W> {

        private final PoolEngine<W> of;
        /** When the engine was asked to make a worker for it. */
        private long activeSinceNanos;

        Request(PoolEngine<W> of) {
            this.of = of;
        }

        @Override
        boolean isWanted() {
            return line.size() > 0;
        }

        @Override
        @Nullable
        Waiter<W> take(DeferredActions after) {
            after.add(changed);
            line.lockReserved();
            try {
                requests.remove(this);
                GroupEntry<W> head = line.poll(of);
                if (head == null) {
                    return null;
                }
                served.increment();
                refusal = null;
                Waiter<W> waiter = head.serve(of, after);
                Pid owner = waiter.ownerPid();
                if (owner != null) {
                    after.add(() -> of.core.borrowers.watch(owner, of.context.system()));
                }
                return waiter;
            } finally {
                line.unlock();
            }
        }

        @Override
        void dropped() {
            line.lockReserved();
            try {
                requests.remove(this);
            } finally {
                line.unlock();
            }
        }

        @Override
        void refused(Supplier<PoolException> why, DeferredActions after) {
            dropped();
            after.add(() -> { // the exception has a stack trace, which takes long to make
                passOver(of, why.get());
                changed.run();
            });
        }

        @Override
        String group() {
            return group;
        }
    }

    // ---- the engine

    /** The engine at the moment; null if there is no such pool. */
    @Nullable
    PoolEngine<W> engine() {
        PoolEngine<W> known = engine;
        if (known != null && known.core.isServing()) {
            return known;
        }
        PoolEngine<W> found = find.get(); // the pool may have been stopped, and started again
        if (found != known) {
            line.lock();
            try {
                engine = found;
                refusal = null;
                line.keys.forgetWorkers();
                if (known != null) {
                    requests.removeIf(request -> request.of == known);
                }
            } finally {
                line.unlock();
            }
        }
        return found;
    }

    /** Asks whether one more caller of the group may wait. */
    Answer ask(String what, boolean patient, Supplier<PoolException> missing) {
        PoolEngine<W> now = engine();
        if (now == null) {
            return new Answer(missing.get(), 0, 0);
        }
        int[] numbers = new int[2];
        Supplier<PoolException> why = now.core.decidedOnTimer(after -> {
            now.abandoned.reclaimBeforeWaiting(after);
            Supplier<PoolException> refused = now.admission.refusal(what, patient);
            if (refused == null) {
                refused = now.admission.refusalWhenFull(what, 0);
                numbers[0] = now.core.isSuspended() ? 0 : now.core.withinRate(now.core.workers.servable());
                numbers[1] = now.spec().queueCapacity();
            }
            return refused;
        });
        return new Answer(why == null ? null : why.get(), numbers[0], numbers[1]);
    }

    /** The share of the member's places that are busy or waited for. */
    double load() {
        PoolEngine<W> now = engine();
        if (now == null) {
            return Double.MAX_VALUE;
        }
        IdleWorkers<W> workers = now.core.workers;
        workers.lock(); // leaves the queue open
        try {
            int busy = workers.in(SlotState.BORROWED) + workers.in(SlotState.QUARANTINED) + workers.reusedCount()
                    + workers.in(SlotState.WORKING);
            return (double) busy / Math.max(1, workers.size + workers.maxOverflow);
        } finally {
            workers.unlock();
        }
    }

    // ---- requests

    /** Sets the number of requests in the queue of the member to that of the waiters, up to a limit. */
    void adjust(long nowNanos, boolean alone) {
        PoolEngine<W> now = engine();
        if (now == null) {
            return;
        }
        List<Request> joining = new ArrayList<>();
        List<Request> leaving = new ArrayList<>();
        line.lock();
        try {
            boolean passedOver = refusal != null && nowNanos - refusal.untilNanos < 0;
            int wanted = passedOver || isLeftOut(now, alone) ? 0 : Math.min(line.size(), MOST_REQUESTS);
            for (int i = requests.size(); i < wanted; i++) {
                Request request = new Request(now);
                requests.addLast(request);
                joining.add(request);
            }
            while (requests.size() > wanted) {
                leaving.add(requests.removeLast());
            }
        } finally {
            line.unlock();
        }
        if (!leaving.isEmpty()) {
            leave(now, leaving);
        }
        if (!joining.isEmpty()) {
            join(now, joining, nowNanos);
        }
    }

    /** A member that is being stopped finishes the work of the group, if no other member can. */
    private boolean isLeftOut(PoolEngine<W> now, boolean alone) {
        return !alone && now.core.lifecycle() != PoolCore.Lifecycle.ACTIVE;
    }

    /** Without calls of the engine: whether the pool, as it was known last, is not being stopped. */
    boolean isActive() {
        PoolEngine<W> known = engine;
        return known != null && known.core.lifecycle() == PoolCore.Lifecycle.ACTIVE;
    }

    /**
     * Under the lock of an engine that drains, as a part of the step that ended its task: if it is that of this member,
     * and the group has a waiter, the engine does not finish before the group's request was served.
     */
    void joinWhileDraining(PoolEngine<W> by, DeferredActions after) {
        if (!by.equals(engine) || line.size() == 0) {
            return;
        }
        Request request = new Request(by);
        line.lockReserved();
        try {
            requests.addLast(request);
        } finally {
            line.unlock();
        }
        request.waitsSince(by.context.clock().nanoTime());
        by.core.queue.add(request);
        after.add(() -> by.core.decidedOnTimer(later -> {
            by.core.dispatchFor(request, later);
            by.core.changed(later);
            return null;
        }));
    }

    /**
     * Lends the worker that the head of the queue prefers to it, if that worker is of this member and idle. Without a
     * lock.
     */
    void offer(LastWorker<W> preferred, long nowNanos) {
        PoolEngine<W> now = engine();
        if (now == null || !now.equals(preferred.engine())) {
            return;
        }
        now.core.decidedOnTimer(after -> {
            if (!now.core.queue.isEmpty() || !now.core.canServeWithinRate()) {
                return null;
            }
            Slot<W> slot = now.core.workers.pickPreferred(preferred.worker());
            if (slot == null) {
                return null;
            }
            Request request = new Request(now);
            line.lockReserved();
            try {
                requests.addLast(request);
            } finally {
                line.unlock();
            }
            request.waitsSince(nowNanos);
            now.core.queue.add(request);
            now.core.reassign(slot, after, false);
            now.core.changed(after);
            return null;
        });
    }

    private void leave(PoolEngine<W> now, List<Request> leaving) {
        now.core.decidedOnTimer(after -> {
            for (Request request : leaving) {
                now.core.dequeue(request);
            }
            now.core.changed(after);
            return null;
        });
    }

    private void join(PoolEngine<W> now, List<Request> joining, long nowNanos) {
        Supplier<PoolException> why = now.core.decidedOnTimer(after -> {
            now.abandoned.reclaimBeforeWaiting(after);
            Supplier<PoolException> refused = now.core.lifecycle() == PoolCore.Lifecycle.DRAINING
                    ? null
                    : now.admission.refusal("a request of a group", false);
            if (refused == null) {
                for (Request request : joining) {
                    if (request.isWanted()) {
                        now.core.enqueue(request, nowNanos, after);
                    } else {
                        request.dropped();
                    }
                }
            }
            return refused;
        });
        if (why != null) {
            line.lock();
            try {
                joining.forEach(requests::remove);
            } finally {
                line.unlock();
            }
            passOver(now, why.get());
        } else {
            line.lock();
            try {
                refusal = null;
            } finally {
                line.unlock();
            }
        }
    }

    private void passOver(PoolEngine<W> of, PoolException why) {
        Duration wait = why instanceof WorkerUnavailableException ? retryAfter : ASK_EVERY;
        long untilNanos = of.context.clock().nanoTime() + PoolContext.limitedNanos(wait);
        line.lock();
        try {
            if (of.equals(engine)) { // else the pool was started again meanwhile
                refusal = new Refusal(why, untilNanos);
            }
        } finally {
            line.unlock();
        }
    }

    /**
     * Has workers made for requests that are passive, as far as there is room.
     *
     * @param most the most
     * @param slowToo whether also while a worker of the member takes too long
     * @return the number of workers that are made
     */
    int demand(int most, boolean slowToo, long nowNanos) {
        PoolEngine<W> now = engine();
        List<Request> mine = requests();
        if (now == null || mine.isEmpty()) {
            return 0;
        }
        Integer made = now.core.decidedOnTimer(after -> {
            if (!now.core.canServe() || (!slowToo && now.core.workers.anySlow())) {
                return 0;
            }
            int left = Math.min(most, room(now));
            int demanded = 0;
            for (Request request : mine) {
                if (demanded < left && request.queued && request.isPassive()) {
                    now.core.queue.demand(request);
                    request.activeSinceNanos = nowNanos;
                    demanded++;
                }
            }
            if (demanded > 0) {
                now.core.startMore(after);
            }
            return demanded;
        });
        return made == null ? 0 : made;
    }

    /** The number of workers that the engine would make if more callers came. */
    private int room(PoolEngine<W> now) {
        if (!now.core.canMakeWorkers() || !now.core.mayStartCreation()) {
            return 0;
        }
        IdleWorkers<W> workers = now.core.workers;
        int vacant = workers.isShut() ? Math.min(1, workers.vacantPlaces()) : workers.freePlaces();
        // a worker that is made for no caller serves the group as well
        int unclaimed = workers.coming() - now.core.demand.unattended();
        return now.core.throttle.isBroken() ? Math.min(1, vacant) : vacant + Math.max(0, unclaimed);
    }

    /** The number of requests for which a worker is made, and not for too long. */
    int demanded(long nowNanos) {
        PoolEngine<W> now = engine();
        List<Request> mine = requests();
        if (now == null || mine.isEmpty()) {
            return 0;
        }
        return now.core.underLock(() -> {
            int fresh = 0;
            for (Request request : mine) {
                if (request.queued && !request.isPassive()
                        && nowNanos - request.activeSinceNanos < WorkerLimits.SLOW.toNanos()) {
                    fresh++;
                }
            }
            return fresh;
        });
    }

    private List<Request> requests() {
        line.lock();
        try {
            return List.copyOf(requests);
        } finally {
            line.unlock();
        }
    }

    // ---- passed over

    /** The reason why the member is passed over; null if it is not. */
    @Nullable
    PoolException passedOver() {
        line.lock();
        try {
            return refusal == null ? null : refusal.why;
        } finally {
            line.unlock();
        }
    }

    /** Whether the member is passed over because it can't make workers. */
    boolean lacksWorkers() {
        line.lock();
        try {
            return refusal != null && refusal.isForWorkers();
        } finally {
            line.unlock();
        }
    }

    /** The member is asked again. */
    void forgive() {
        line.lock();
        try {
            refusal = null;
        } finally {
            line.unlock();
        }
    }

    /** One more was served without waiting. */
    void countServed() {
        served.increment();
    }

    long served() {
        return served.sum();
    }

    @Override
    public String toString() {
        return "GroupMember[" + pool + "]";
    }
}
