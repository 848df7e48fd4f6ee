package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.TaskState;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Checks the inner invariants of a pool's engine: each structure agrees with itself, and all structures agree with the
 * states of the slots. Needs no library, because the stress tests use it, too.
 *
 * <p>Two sets of invariants. Those of {@link #check} hold whenever a thread has the engine's lock, beside any
 * other threads; the check takes the lock. Those of {@link #checkAtRest} hold besides when no thread is between two
 * steps of an operation: a lease may go on and callers may wait, but no thread borrows, gives back, hands over or ends
 * at this moment.
 */
public final class EngineInvariants {

    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private EngineInvariants() {}

    /** Checks the invariants of any time. */
    public static void check(PoolClient<?> pool) {
        fail(broken(engineOf(pool), false));
    }

    /** Checks the invariants at rest; the caller knows that the pool is so. */
    public static void checkAtRest(PoolClient<?> pool) {
        fail(broken(engineOf(pool), true));
    }

    /** Waits until all holds that holds at rest, and fails if that does not come. */
    public static void awaitRest(PoolClient<?> pool) {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<String> broken = broken(engineOf(pool), true);
            if (broken.isEmpty()) {
                return;
            }
            if (System.nanoTime() - giveUp > 0) {
                fail(broken);
            }
            LockSupport.parkNanos(1_000_000); // between two looks at a state that is awaited
        }
    }

    /** Checks the invariants of a group when no thread is between two steps of an operation. */
    public static void checkAtRest(PoolGroup<?> group) {
        String broken = ((EngineGroup<?>) group).desk().brokenInvariant(true);
        fail(broken == null ? List.of() : List.of(group + ": " + broken));
    }

    static PoolEngine<?> engineOf(PoolClient<?> pool) {
        return (PoolEngine<?>) ((EnginePoolClient<?>) pool).engine();
    }

    private static void fail(List<String> broken) {
        if (!broken.isEmpty()) {
            throw new AssertionError("broken invariants: " + String.join("; ", broken));
        }
    }

    /** All invariants that do not hold. */
    static <W> List<String> broken(PoolEngine<W> engine, boolean atRest) {
        EngineView<W> view = new EngineView<>(engine, atRest);
        engine.core.lockLeavingQueueOpen();
        try {
            view.fastPaths();
        } finally {
            engine.core.unlock();
        }
        engine.core.lock();
        try {
            view.all();
        } finally {
            engine.core.unlock();
        }
        return view.broken;
    }

    /** One look at one engine. */
    private static final class EngineView<W> {

        private final PoolEngine<W> engine;
        private final IdleWorkers<W> table;
        private final WaitQueue<W> queue;
        private final boolean atRest;
        private final List<String> broken = new ArrayList<>();

        EngineView(PoolEngine<W> engine, boolean atRest) {
            this.engine = engine;
            this.table = engine.core.workers;
            this.queue = engine.core.queue;
            this.atRest = atRest;
        }

        private void holds(boolean condition, Object... text) {
            if (!condition) {
                StringBuilder told = new StringBuilder();
                for (Object part : text) {
                    told.append(part);
                }
                broken.add(told.toString());
            }
        }

        private void holds(String what, @Nullable String problem) {
            holds(problem == null, what, ": ", problem);
        }

        /** As the fast paths have left it: code that takes a decision closes them first. */
        void fastPaths() {
            holds("slot table", table.brokenInvariant());
            holds("queue", queue.brokenInvariant());
            if (queue.isOpen()) {
                holds(table.freePlaces() == 0, "the queue is open while a place is free");
                holds(!engine.core.throttle.isBroken(), "the queue is open while workers can't be made");
                noWordIsReusable("the queue is open");
            }
            if (table.isRotating()) {
                holds(queue.isEmpty() && !queue.isOpen(), "the pool rotates while somebody waits");
            }
        }

        void all() {
            holds("slot table", table.brokenInvariant());
            holds("queue", queue.brokenInvariant());
            holds("deadlines", engine.core.deadlines.brokenInvariant());
            holds("throttle", engine.core.throttle.brokenInvariant(table.slots));
            holds("limits", engine.limits.brokenInvariant());
            holds("tasks", engine.records.brokenInvariant(atRest));
            holds("keys", engine.core.keys.brokenInvariant(atRest));
            keys();
            holds("engine", engine.brokenInvariant(atRest));
            if (!queue.isEmpty()) {
                noWordIsReusable(queue.size() + " wait");
            }
            slots();
            waiters();
            borrowers();
            permits();
            rate();
            growth();
            numbers();
        }

        private void noWordIsReusable(String why) {
            for (Slot<W> slot : table.slots) {
                holds(slot.isLockedOnly(), slot, " can change hands without the lock, although ", why);
            }
        }

        // ---- slots

        private void slots() {
            Set<String> names = new HashSet<>();
            Set<Pid> pids = new HashSet<>();
            Set<PoolTask<?, ?>> tasks = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Slot<W> slot : table.slots) {
                holds(names.add(slot.childId), slot, " is in the table twice");
                holds(slot.pid == null || pids.add(slot.pid), slot, " shares its process with another one");
                holds(slot.task == null || tasks.add(slot.task), slot, " shares its task with another one");
                slot(slot);
            }
        }

        private void slot(Slot<W> slot) {
            SlotState state = slot.state;
            switch (state) {
                case REQUESTED, RESTARTING, DOWN -> processless(slot);
                case STARTING, FAILING -> {
                    holds(slot.pid != null && slot.process != null, slot, " has no process");
                    holds(slot.worker == null, slot, " has a worker already");
                }
                case CHECKING -> {
                    hasWorker(slot);
                    holds(slot.operation != null && slot.pid != null && slot.pid.equals(slot.operation.pid), slot,
                            " is checked without a limit: ", slot.operation);
                }
                case IDLE, BORROWED, WORKING -> hasWorker(slot);
                case QUARANTINED -> {
                    hasWorker(slot);
                    Slot.Quarantine<W> quarantine = slot.quarantine;
                    holds(quarantine != null && quarantine.slots.contains(slot) && !quarantine.borrower.isAlive()
                            && engine.limits.isWatching(quarantine), slot, " is in no quarantine: ", quarantine);
                }
                case CRASHING -> holds(slot.pid != null, slot, " has no process that could crash");
                case DISMISSED -> holds(slot.pid != null || slot.orphan != null, slot, " is dismissed and not gone");
                case GONE -> holds(false, slot, " is gone and in the table");
            }
            holds(slot.quarantine == null || state == SlotState.QUARANTINED, slot, " is in a quarantine");
            holds(!slot.replaced || state != SlotState.DISMISSED, slot, " is dismissed and counts as replaced");
            holds(slot.task == null || state == SlotState.WORKING, slot, " has ", slot.task);
            holds(!atRest || slot.task != null || state != SlotState.WORKING, slot, " works on nothing");
            holds(!slot.unmade || slot.pid == null, slot, " is unmade and has a process");
            holds(slot.operation == null || !slot.operation.isOver() && slot.pid != null, slot, " has an operation: ",
                    slot.operation);
            holds(slot.permit == null || engine.gate != null && !slot.isAsking() && state != SlotState.FAILING, slot,
                    " has a permit of the gate");
            holds(!slot.isAsking() || engine.gate != null
                    && (state == SlotState.STARTING || state == SlotState.DISMISSED), slot, " asks the gate");
            holds(!slot.refused || state == SlotState.DISMISSED, slot, " was refused a permit");
            holds(!slot.waitsForOrphan || slot.orphan != null && slot.pid != null, slot, " waits for no thread");
            Slot.Orphan<W> orphan = slot.orphan;
            holds(orphan == null || orphan.slot.equals(slot) && !orphan.detached && !orphan.pid.equals(slot.pid)
                    && !orphan.pid.isAlive(), slot, " is not the place of its orphan");
            WorkerInbox<W> process = slot.process;
            holds(process == null || !atRest || !process.isNotifying() && !process.isPromised(), slot,
                    " calls listeners at rest");
        }

        private void processless(Slot<W> slot) {
            holds(slot.pid == null && slot.process == null && slot.worker == null && slot.operation == null
                    && !slot.holdsPermit && slot.permit == null, slot, " has a process");
        }

        private void hasWorker(Slot<W> slot) {
            holds(slot.pid != null && slot.process != null && slot.worker != null, slot, " has no worker");
            holds(slot.orphan == null, slot, " has a worker beside that of the dead process");
            holds(!slot.holdsPermit, slot, " is made and has a permit");
            holds(engine.gate == null ? slot.permit == null : slot.permit != null && slot.permit.isOut(), slot,
                    " has a worker, and the permit of the gate is ", slot.permit);
        }

        // ---- callers that wait, and tasks in the queue

        private void waiters() {
            Set<Waiter<W>> queued = Collections.newSetFromMap(new IdentityHashMap<>());
            queue.forEach(queued::add);
            holds(queued.size() <= queue.size() || !atRest, queued.size(), " wait, ", queue.size(), " counted");
            holds(queued.size() >= queue.size() || !atRest, queued.size(), " wait, ", queue.size(), " counted");
            holds(queue.idleOnly() <= table.in(SlotState.CHECKING), queue.idleOnly(),
                    " wait for the check of an idle worker, checked are ", table.in(SlotState.CHECKING));
            for (Waiter<W> waiter : queued) {
                if (waiter instanceof PoolTask<W, ?> task) {
                    holds(task.state() == TaskState.QUEUED, task, " is in the queue");
                    holds(task.options.deadline() == null || task.expires() || task.attempts() > 0 || !atRest, task,
                            " has no deadline");
                } else if (waiter instanceof BlockingWaiter<W> borrower) {
                    holds(borrower.lease == null && borrower.refusal == null, borrower, " has its answer");
                    Duration timeout = borrower.timeout;
                    holds(timeout == null || timeout.isZero() || timeout.isNegative() || borrower.expires()
                            || borrower.deadlinePending, borrower, " has no deadline");
                } else if (waiter instanceof AsyncWaiter<W> borrower) {
                    holds(borrower.timeout.isZero() || borrower.timeout.isNegative() || borrower.expires(), borrower,
                            " has no deadline");
                }
            }
            Set<Waiter<W>> assigned = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Slot<W> slot : table.slots) {
                if (slot.task != null) {
                    assigned.add(slot.task);
                    holds(!slot.task.queued, slot.task, " is in the queue and assigned to ", slot);
                }
            }
            engine.core.deadlines.forEach(waiter -> holds(queued.contains(waiter) || assigned.contains(waiter)
                    || engine.core.keys.isWaiting(waiter), waiter, " has a deadline and does not wait"));
        }

        /** No two tasks of one key are in the queue or with workers, and each task that is there holds its key. */
        private void keys() {
            Set<Waiter<W>> under = Collections.newSetFromMap(new IdentityHashMap<>());
            queue.forEach(under::add);
            for (Slot<W> slot : table.slots) {
                if (slot.task != null && !slot.task.state().isFinal()) {
                    under.add(slot.task);
                }
            }
            for (Waiter<W> waiter : under) {
                if (waiter instanceof PoolTask<W, ?> task && task.isKeyed() && !task.isKeyedByGroup()) {
                    KeyChain<W> chain = task.keyPlace().chain;
                    holds(chain != null && task.equals(chain.holder), task, " is under way without its key: ", chain);
                }
            }
            engine.core.keys.forEachChain(chain -> holds(!atRest || chain.holder == null
                    || under.contains(chain.holder) || chain.holder.extras().retryTimer != null, chain.holder,
                    " holds its key and is nowhere"));
        }

        // ---- borrowers

        private void borrowers() {
            for (Slot<W> slot : table.slots) {
                Borrower borrower = slot.borrower;
                long known = borrower == null ? Borrower.NO_THREAD : borrower.threadId;
                holds(slot.borrowerThreadId == known, slot, " has the borrower ", borrower, " and its thread is #",
                        slot.borrowerThreadId);
                if (slot.state == SlotState.BORROWED || slot.looksReused()) {
                    holds(borrower != null, slot, " has no borrower");
                    holds(borrower == null || borrower.pid == null || engine.core.borrowers.isWatching(borrower.pid)
                            || !borrower.pid.isAlive(), slot, " has a borrower whose end is not watched");
                }
                holds(slot.checkoutSite == null || slot.state == SlotState.BORROWED, slot, " was taken at ",
                        slot.checkoutSite);
                holds(slot.state != SlotState.BORROWED || slot.checkoutSite != null
                        || !LeakDetector.tracksAll(engine.spec()),
                        slot,
                        " was taken where nobody knows");
            }
            holds("borrower table", engine.core.borrowers.brokenInvariant());
        }

        // ---- permits

        private void permits() {
            PoolGate<W> gate = engine.gate;
            GateAnswers answers = table.gate;
            holds((gate == null) == (answers == null), "the pool has half a gate");
            if (gate == null || answers == null) {
                return;
            }
            Set<HeldPermit> held = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Slot<W> slot : table.slots) {
                holds(slot.permit == null || held.add(slot.permit), slot, " shares its permit with another one");
            }
            long holders = held.stream().filter(HeldPermit::isOut).count();
            holds(holders <= gate.out(), holders, " slots have permits, ", gate.out(), " are out");
            boolean orphans = table.orphanedPlaces() + engine.orphans.detached() > 0;
            holds(!atRest || orphans || holders == gate.out(), holders, " slots have permits, ", gate.out(),
                    " are out");
            holds(!answers.isShut() || table.freePlaces() == 0, "a place is free although the gate is shut");
            int missing = engine.core.canMakeWorkers() ? engine.core.missing() : 0;
            holds(!atRest || missing == 0 || answers.isShut() || engine.core.throttle.isBroken() || table.anySlow()
                    || table.beginning() >= PoolCore.FILL_BATCH, missing,
                    " workers are missing although the gate is not shut");
        }

        // ---- rate

        private void rate() {
            HandOutRate rate = engine.core.rate;
            boolean waits = rate != null && !queue.isEmpty() && engine.core.canServe();
            holds(!atRest || !waits || rate.isAwaited() || table.idleCount() == 0, queue.size(),
                    " wait beside idle workers, and the rate is not awaited: ", rate);
            holds(rate == null || !engine.core.fastPath, "hand-outs of a pool with a rate are not booked");
        }

        /** Of a pool that grows ahead: as many workers are idle or on their way as it is to have. */
        private void growth() {
            PoolCore<W> core = engine.core;
            holds(!atRest || !table.growsAhead() || !core.canMakeWorkers() || core.missing() == 0
                    || core.lifecycle() != PoolCore.Lifecycle.ACTIVE || core.isWarmingUp() || table.isShut()
                    || table.beginning() >= PoolCore.FILL_BATCH, core.missing(), " workers are missing");
        }

        // ---- the figures that the pool tells

        private void numbers() {
            int orphans = 0;
            for (Slot<W> slot : table.slots) {
                orphans += slot.orphan != null || slot.state == SlotState.QUARANTINED ? 1 : 0;
            }
            holds(table.orphanedPlaces() == orphans, "places held by orphans: ", orphans);
            int detached = engine.orphans.detached();
            holds(detached >= 0, detached, " threads are detached");
            PoolStatus.Tasks tasks = engine.records.counts();
            holds(tasks.done() >= 0 && tasks.done() <= tasks.attempts().count(), "more tasks are done than tried: ",
                    tasks);
            holds(table.live() >= 0 && Objects.equals(table.live() + table.in(SlotState.DISMISSED),
                    table.slots.size()), "live ", table.live());
        }
    }
}
