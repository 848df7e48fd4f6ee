package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.AdaptiveLock;
import io.github.ppool.concurrent.IdleDeque;
import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.concurrent.TimedEntry;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.WorkerWear;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.restart.Outage;
import io.github.ppool.time.MonotonicClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A place of the pool, with the worker in it: one child of the pool's supervisor, over all restarts of its process.
 *
 * <p>The engine's lock guards all fields, but for the word of {@link LeaseWord}, and for fields of the last holder
 * while that word is REUSABLE or REUSED. That thread reads {@link #borrowerThreadId}, {@link #worker} and {@link #pid}.
 * It writes {@link #succeeded}, {@link #countTransaction the number of transactions} and
 * {@link #countLease the sums of leases}. A change of one of the first three comes after a change of the word. So the
 * values that were read before a successful compare-and-set of the word belong together.
 */
sealed class Slot<W> extends LeaseWord permits MeteredSlot {

    private static final VarHandle TRANSACTIONS;

    static {
        try {
            TRANSACTIONS = MethodHandles.lookup().findVarHandle(Slot.class, "transactions", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A lease or task went well since the last crash: the restart plan is to begin anew. */
    boolean succeeded;

    /** Written at most once for each lease, by {@link #countTransaction}; read by any thread. */
    private volatile long transactions;

    /** The thread of {@link #borrower}: one step less on the way without the lock. */
    long borrowerThreadId;
    /** The present or last borrower of the worker; null if none is known. */
    @Nullable
    Borrower borrower;

    @Nullable
    Pid pid;
    @Nullable
    W worker;
    /** The worker itself, if it is a process: such a one is lent by the books, which ask first whether it is alive. */
    @Nullable
    Pid workerProcess;
    /** The worker itself, if it is a server. */
    @Nullable
    GenServerRef<?, ?, ?> server;

    final Owner<W> owner;
    private final MonotonicClock clock;
    /** The idle workers if they rotate, for a lease that ends without the lock; null if they do not. */
    private final @Nullable IdleDeque<Slot<W>> rotation;
    final int number;
    final String childId;
    final int generation;
    SlotState state = SlotState.REQUESTED;

    /** Counts the checkouts of the pool, to give back the workers of a dead process in their order. */
    long checkoutOrder;
    /** Of the lease that goes on, if it is noted. */
    @Nullable
    CheckoutSite checkoutSite;

    @Nullable
    PoolTask<W, ?> task;
    /** The present or last hand-out, if overruns are told. */
    @Nullable
    HandOut<Slot<W>> handOut;

    long idleSinceNanos;
    long retireAtNanos;
    long keptAliveAtNanos;
    /** How often the worker was handed out, where that is limited. */
    int uses;
    /** By which the worker asks to be replaced; null if its factory has none, and without a worker. */
    @Nullable
    WorkerWear wear;
    /** Another slot was started to take the place of this one. */
    boolean replaced;
    /** A check that went well is not to be followed by another one. */
    boolean checked;
    /** Its process may call the factory, or waits for its turn to. */
    boolean holdsPermit;
    long startedAtNanos;

    /** The command of its process. */
    @Nullable
    WorkerInbox<W> process;
    /** The operation of its process that must be over in time. */
    @Nullable
    Operation<W> operation;
    /** Why its process was killed, if it took too long. */
    @Nullable
    Throwable overran;
    /** It takes too long to be counted on: see {@link SlotTable#coming}. */
    boolean slow;
    /** Set by the thread that closes the worker. */
    @Nullable
    AtomicBoolean closeClaim;
    /** The last process has ended before its worker was ready. Set by {@link SlotTable#setUnmade}. */
    boolean unmade;
    /** It was begun because another attempt to make a worker takes too long: see {@link Demand}. */
    boolean second;
    /** The worker is to be validated before it is lent again. */
    boolean suspect;
    /** Why it is, or is being, validated so; null if no exception was thrown. */
    @Nullable
    Throwable suspicion;
    /** The last process that has ended: for the log. */
    @Nullable
    Pid lastPid;
    /** The cause of its end, beyond the exit reason. */
    @Nullable
    String endedBecause;
    /** Since the worker crashed, or could first not be made; null once it is back. See {@link WorkerReports}. */
    @Nullable
    Outage outage;
    /** If {@link SlotState#QUARANTINED}. */
    @Nullable
    Quarantine<W> quarantine;
    /** Of the lease that was held back. */
    long quarantinedStamp;
    /** The place is taken as long as the thread of the process before has its worker. */
    @Nullable
    Orphan<W> orphan;
    /** Its process waits until that is over. */
    boolean waitsForOrphan;
    /** The permit of the gate for its worker, or for the attempt to make one. Null without a gate. */
    @Nullable
    HeldPermit permit;
    /** The gate has refused a permit, so its process ends without a worker. */
    boolean refused;
    /** Why the gate has ended its process; null if it has not. */
    @Nullable
    ExitReason revoked;
    /** The plans of its worker; null until its child is started. */
    @Nullable
    WorkerPlans plans;

    Slot(Owner<W> owner, @Nullable IdleDeque<Slot<W>> rotation, int number, int generation) {
        this.owner = owner;
        this.clock = owner.clock;
        this.rotation = rotation;
        this.number = number;
        this.childId = owner.poolName + "/" + number;
        this.generation = generation;
    }

    /** Under the lock, by the table of slots, which counts the states: the only place where a state is set. */
    final void become(SlotState next) {
        assert owner.lock.isHeldByCurrentThread() && state.canBecome(next) : this + " cannot become " + next;
        state = next;
    }

    /** Without the lock: whether a word that was {@link #REUSED} may be returned at once, without a change of order. */
    final boolean isReturnInRotation() {
        IdleDeque<Slot<W>> rotating = rotation;
        return rotating == null || rotating.isNewest(this);
    }

    /**
     * A lease or a task went well. By the holder, or under the lock. The field is written once for each crash, since a
     * write would take its line of memory from other threads.
     */
    final void markSucceeded() {
        if (!succeeded) {
            succeeded = true;
        }
    }

    /** Under the lock: whether a lease or a task went well since the last call. */
    final boolean takeSucceeded() {
        boolean was = succeeded;
        succeeded = false;
        return was;
    }

    /** Under the lock: the worker is to be validated before it is lent again; why, if an exception was thrown. */
    final void markSuspect(@Nullable Throwable why) {
        suspect = true;
        suspicion = why;
    }

    /** Under the lock: the validation of a suspect worker is ordered, and {@link #suspicion} is its reason. */
    final void validationOrdered() {
        suspect = false;
    }

    /** Under the lock: the worker has passed a check. */
    final void passedCheck() {
        suspicion = suspect ? suspicion : null; // else it was validated, and is not to be again
    }

    /** Under the lock. */
    final void setHandOut(@Nullable HandOut<Slot<W>> newValue) {
        handOut = newValue;
    }

    /** Under the lock: the task of the worker; null if it has none. */
    final void setTask(@Nullable PoolTask<W, ?> assigned) {
        task = assigned;
    }

    /** Under the lock: a borrower has the worker from now on. */
    final void lendTo(Borrower next) {
        if (borrower != next) {
            borrower = next;
            borrowerThreadId = next.threadId;
        }
    }

    /** Under the lock: the thread of a killed borrower may still use the worker. */
    final void beginQuarantine(Quarantine<W> held) {
        quarantine = held;
    }

    /** Under the lock: no thread of a killed borrower may use the worker any more, or the slot loses the worker. */
    final void endQuarantine() {
        quarantine = null;
    }

    /** Under the lock: the operation of the process took too long, so the process is killed. */
    final void markOverran(Throwable why) {
        overran = why;
    }

    /** Under the lock: the cause of the end, beyond the exit reason of the process. */
    final void markEndedBecause(String why) {
        endedBecause = why;
    }

    /** Under the lock: a process has started for this slot. */
    final void processStarted(Pid started, WorkerInbox<W> inbox, long nowNanos) {
        pid = started;
        process = inbox;
        worker = null;
        endedBecause = null;
        startedAtNanos = nowNanos;
    }

    /** Under the lock: the process has made its worker. */
    final void workerMade(W made, @Nullable WorkerWear ofMade, @Nullable Pid ofWorker) {
        worker = made;
        wear = ofMade;
        workerProcess = ofWorker;
        server = made instanceof GenServerRef<?, ?, ?> ref ? ref : null;
    }

    /** Under the lock: the gate has given a permit. */
    final void setPermit(HeldPermit given) {
        permit = given;
    }

    /** Under the lock: the attempt to make a worker has failed, and its permit is given back. */
    final void forgetPermit() {
        permit = null;
    }

    /** Under the lock: the gate gives no permit. */
    final void refuse() {
        refused = true;
    }

    /** Under the lock: the gate ends the process. */
    final void revoke(ExitReason reason) {
        revoked = reason;
    }

    /** Under the lock: whether its process asks the gate for a permit. */
    final boolean isAsking() {
        return operation != null && operation.kind == Operation.Kind.ASK;
    }

    /** Before its child is started: the plans that decide about the ends of its process. */
    final void setPlans(WorkerPlans ofWorker) {
        plans = ofWorker;
    }

    /** Under the lock: the flag that the thread sets that closes the worker. */
    final void setCloseClaim(AtomicBoolean claim) {
        closeClaim = claim;
    }

    /** Under the lock: the process has ended. {@link #forgetWorker} forgets its worker. */
    final void processEnded(Pid ended) {
        lastPid = ended;
        pid = null;
    }

    /** Under the lock: the worker is gone with its process. */
    final void forgetWorker() {
        worker = null;
        wear = null;
        workerProcess = null;
        server = null;
        closeClaim = null;
        overran = null;
        permit = null;
        process = null;
        suspect = false;
        suspicion = null;
    }

    /** Under the lock: the lease is over, in any way. The next thread finds no last borrower. */
    final void endLease() {
        nextStamp();
        borrower = null;
        borrowerThreadId = Borrower.NO_THREAD;
    }

    /**
     * One more transaction went well; by the holder, or by a thread after the death of its worker. The end of the lease
     * publishes the number to the next holder. Two threads that count at the same moment, because the worker of one has
     * died, may count once.
     *
     * @return false if the slot has lost its place: then it is not counted here. Read without the lock; a look at the
     * word of {@link LeaseWord} would cost each transaction more than all the rest of this
     */
    boolean countTransaction() {
        if (state == SlotState.GONE) {
            return false;
        }
        TRANSACTIONS.setOpaque(this, (long) TRANSACTIONS.getOpaque(this) + 1);
        return true;
    }

    /** When a lease begins that is about to be taken; coarse, unless {@link MeteredSlot leases are summed up}. */
    long takenNow() {
        return clock.coarseNanoTime();
    }

    /**
     * A lease ends that began at a time of {@link #takenNow}. By the holder, before another one may have the worker,
     * or under the lock. As {@link #countTransaction} where two count at the same moment.
     *
     * @return whether it was counted
     */
    boolean countLease(long takenAtNanos) {
        return false;
    }

    /** For how long borrowers have had the workers of this place, as far as that is counted. */
    PoolStatus.Times leases() {
        return PoolStatus.Times.NONE;
    }

    /** How many transactions with the workers of this place went well. */
    long transactions() {
        return (long) TRANSACTIONS.getOpaque(this);
    }

    /** The process that a worker is; null if it is none. */
    static @Nullable Pid processOf(Object worker) {
        return switch (worker) {
            case Pid pid -> pid;
            case GenServerRef<?, ?, ?> server -> server.pid();
            default -> null;
        };
    }

    /** Whether the worker is a process that has ended. */
    boolean isDead() {
        Pid own = workerProcess;
        return own != null && !own.isAlive();
    }

    /** True if the worker is a server that owes an answer to a caller that waits no longer. */
    boolean owesAnswers() {
        GenServerRef<?, ?, ?> own = server;
        return own != null && own.owesAnswers();
    }

    @Override
    public String toString() {
        return childId + "[" + state + ", " + pid + ", " + wordText() + "]";
    }

    /** A call of foreign code by the process of a worker, which must return in time. */
    static final class Operation<W> extends TimedEntry {

        final Slot<W> slot;
        final Pid pid;
        final Kind kind;

        Operation(Slot<W> slot, Pid pid, Kind kind, long sinceNanos) {
            super(sinceNanos);
            this.slot = slot;
            this.pid = pid;
            this.kind = kind;
        }

        /** The kind of the call. */
        enum Kind {
            /** It asks the gate for a permit. */
            ASK("the gate's acquire()"),
            /** It makes the worker. */
            MAKE("create()"),
            /** It checks the worker, keeps it alive, or waits for an answer that the worker owes. */
            CHECK("the check"),
            /** It closes the worker. */
            CLOSE("destroy()");

            private final String what;

            Kind(String what) {
                this.what = what;
            }
        }

        String whatIsLate(Duration limit) {
            return kind.what + " of worker " + slot.childId + " has not returned within " + limit + ", its process "
                    + pid
                    + " is killed";
        }
    }

    /**
     * The workers that a killed process had borrowed: its thread may still use them. Over when that thread has ended,
     * or the grace is. Guarded by the engine's lock.
     */
    static final class Quarantine<W> extends TimedEntry {

        final Pid borrower;
        /** In the order of the check-outs; a slot that has left has another {@link Slot#quarantine}, or none. */
        final List<Slot<W>> slots;

        Quarantine(Pid borrower, List<Slot<W>> slots, long sinceNanos) {
            super(sinceNanos);
            this.borrower = borrower;
            this.slots = slots;
        }
    }

    /**
     * The remains of a killed process of a worker: a thread that has not ended, with the worker, or one in the making.
     * Over when the thread has ended. Guarded by the engine's lock, but for the claim.
     */
    static final class Orphan<W> extends TimedEntry {

        final Slot<W> slot;
        final Pid pid;
        /** Null if the thread was still making it. */
        final @Nullable W worker;
        /** Set by the one thread that closes the worker. */
        final AtomicBoolean closeClaim;
        /** The permit of the gate for the worker, which that thread gives back. */
        final @Nullable HeldPermit permit;
        /** The worker is closed, or there is none. */
        boolean closed;
        /** Another thread closes the worker. */
        boolean closing;
        /** Its place is no longer counted on. */
        boolean slow;
        /** It has given up its place, and is counted apart. */
        boolean detached;

        Orphan(Slot<W> slot, Pid pid, @Nullable W worker, AtomicBoolean closeClaim, @Nullable HeldPermit permit,
                long sinceNanos) {
            super(sinceNanos);
            this.slot = slot;
            this.pid = pid;
            this.worker = worker;
            this.closeClaim = closeClaim;
            this.permit = permit;
            this.closed = worker == null;
        }
    }

    /** The requests of a slot, and of a lease of its worker, to their pool. */
    abstract static class Owner<W> {

        final String poolName;
        final MonotonicClock clock;
        /** The lock of the pool, for assertions. */
        final AdaptiveLock lock;

        Owner(String poolName, MonotonicClock clock, AdaptiveLock lock) {
            this.poolName = poolName;
            this.clock = clock;
            this.lock = lock;
        }

        /** Ends a lease: the worker goes to the next waiter, or is idle. Without effect if the lease is over. */
        abstract void checkIn(Lease<W> lease);

        /** Ends a lease of a broken worker. False if the lease was over: then the call has no effect. */
        abstract boolean checkInBroken(Lease<W> lease, Throwable cause);

        /** As {@link Checkin#checkIn}, but the worker is validated before it is lent again. */
        abstract void checkInSuspect(Lease<W> lease, @Nullable Throwable suspicion);
    }
}
