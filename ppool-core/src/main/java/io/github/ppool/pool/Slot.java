package io.github.ppool.pool;

import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.process.Pid;
import io.github.ppool.restart.Outage;
import io.github.ppool.time.MonotonicClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A place of the pool, with the worker in it: one child of the pool's supervisor, over all restarts of its process.
 *
 * <p>Everything is guarded by the engine's lock, but for the word of {@link LeaseWord}, and for what the last holder may
 * read and write while that word is REUSABLE or REUSED: this thread reads {@link #borrowerThreadId}, {@link #worker} and
 * {@link #pid}, and writes {@link #succeeded}, {@link #countTransaction the number of transactions} and
 * {@link #countLease what is summed up of leases}. Whoever changes one of the first three changes the word before, so
 * what was read before a compare-and-set of the word that succeeded belongs together.
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
    /** Who has the worker, or had it last; null if nobody is known. */
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

    final PoolEngine<W> engine;
    /** The engine's, at hand for who comes back without the lock. */
    final SlotTable<W> workers;
    private final MonotonicClock clock;
    final int number;
    final String childId;
    final int generation;
    SlotState state = SlotState.REQUESTED;

    /** Counts the check-outs of the pool, to give back in their order what a dead process had. */
    long checkoutOrder;
    /** Of the lease that goes on, if it is noted. */
    @Nullable
    CheckoutSite checkoutSite;

    @Nullable
    PoolTask<W, ?> task;

    long idleSinceNanos;
    long retireAtNanos;
    long keptAliveAtNanos;
    /** How often the worker was handed out, where that is limited. */
    int uses;
    /** Another slot was started to take the place of this one. */
    boolean replaced;
    /** A check that went well is not to be followed by another one. */
    boolean checked;
    /** Its process may call the factory, or waits for its turn to. */
    boolean holdsPermit;
    long startedAtNanos;

    /** What its process does. */
    @Nullable
    WorkerProcess<W> process;
    /** What its process is doing that must be over in time. */
    @Nullable
    WorkerOperation<W> operation;
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
    /** Why it is, or is being, validated so; null if nothing was thrown. */
    @Nullable
    Throwable suspicion;
    /** The last process that has ended: for the log. */
    @Nullable
    Pid lastPid;
    /** What the reason of its end does not tell. */
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
    OrphanedWorker<W> orphan;
    /** Its process waits until that is over. */
    boolean waitsForOrphan;

    Slot(PoolEngine<W> engine, int number, int generation) {
        this.engine = engine;
        this.workers = engine.workers();
        this.clock = engine.clock();
        this.number = number;
        this.childId = engine.name() + "/" + number;
        this.generation = generation;
    }

    /** Under the lock, by the table of slots, which counts the states: the only place where a state is set. */
    void become(SlotState next) {
        assert workers.isHeldByCurrentThread() && state.canBecome(next) : this + " cannot become " + next;
        state = next;
    }

    /** Without the lock, by any thread: a lease if the worker is idle, open, and the thread had it last. */
    @Nullable
    PoolLease<W> tryLeaseAgain(Thread thread) {
        long seen = read();
        W again = worker;
        Pid process = pid;
        if (!isReusable(seen) || borrowerThreadId != thread.threadId() || again == null || process == null) {
            return null;
        }
        // made before: once the worker is taken, nothing may stand between it and the caller
        PoolLease<W> lease = new PoolLease<>(this, nextStampOf(seen), again, process, takenNow());
        return tryReuse(seen) == NONE ? null : lease;
    }

    /**
     * One more transaction went well; by the holder, or by a thread whose worker has died meanwhile. The end of the
     * lease publishes the number to the next holder. Two that count at the same moment, because the worker of one has
     * died, may count once.
     *
     * @return false if the slot has lost its place: then it is not counted here. Read without the lock; a glance at the
     *     word of {@link LeaseWord} would cost each transaction more than all the rest of this
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

    /** Whether the worker is a process that has ended. */
    boolean isDead() {
        Pid own = workerProcess;
        return own != null && !own.isAlive();
    }

    /** Whether the worker is a server that has still to answer somebody who waits no longer. */
    boolean owesAnswers() {
        GenServerRef<?, ?, ?> own = server;
        return own != null && own.owesAnswers();
    }

    @Override
    public String toString() {
        return childId + "[" + state + ", " + pid + ", " + wordText() + "]";
    }
}
