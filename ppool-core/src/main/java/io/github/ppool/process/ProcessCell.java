package io.github.ppool.process;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.StackReserve;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the system knows of one process; it is also its {@link Pid}.
 *
 * <p>A process is alive until it has an exit reason. It gets one exactly once, in {@link #end}: from its own thread
 * when its body is over, or from the thread that sends it a signal it can't survive. From that moment it is dead to
 * everyone; if its thread still runs then, it is an orphan until {@link #threadEnded}.
 *
 * <p>Links, watchers, monitors, the name, the exit reason and whether exits are trapped are guarded by the cell's
 * monitor, which is held for a few instructions only, never while blocking or calling foreign code; so it does not pin
 * a carrier for long. A link lies in both cells and is made and unmade under both monitors, that of the older process
 * first; nothing else takes two, so there is no deadlock. A signal is judged and takes effect (a message in the
 * mailbox, or the end) in one such section. Hence, once {@code unlink}, {@code demonitor} or {@code trapExits} has
 * returned, no signal that was under way acts by the state before.
 */
final class ProcessCell extends ProcessId implements Runnable {

    static final long NO_DEADLINE = Long.MAX_VALUE;
    /** Of processes that wait for one another; so many are followed. */
    private static final int LONGEST_CHAIN = 1_000;

    final SystemState system;
    final Mailbox mailbox = new Mailbox();

    // set before it is started, cleared at its end; a stand-in's while there is one
    private volatile @Nullable Thread thread;
    private volatile boolean impersonating; // the thread stands in for another process; written by that thread only
    private @Nullable InterruptTarget impersonation; // written by the stand-in under the monitor, so that the end finds it
    private volatile @Nullable ExitReason exitReason;
    private volatile boolean trapExits;
    private volatile boolean orphan; // ended by another, and the thread has not ended
    private volatile boolean endedBySignal; // as orphan, and stays so

    // `waitsFor` is set by the owner before it looks for the last time at what it waits for, and cleared by whoever
    // provides that, after providing it and before the unpark: either the owner sees what is provided, or the other
    // sees `waitsFor` (all volatile). One who comes late, to a wait that is over, clears the field of the next wait;
    // then its unpark, which follows, makes the owner look again, so nothing is lost for those who saw the field
    // cleared in between.
    private volatile @Nullable BooleanSupplier waitsFor;
    private volatile long waitDeadlineNanos;
    private volatile boolean armed; // the clock will end the wait at its deadline; written by the owner only
    private volatile long wakeUps; // written by the owner only

    private final SmallSet<ProcessCell> links = new SmallSet<>();
    private final SmallSet<Watcher> watchers = new SmallSet<>();
    private short awaited; // how many of the watchers are processes that do nothing but wait
    private @Nullable SmallSet<Watcher> monitors; // those this process has set up
    private @Nullable String registeredName;
    private volatile @Nullable OwnerLock ownerLock; // set once by the owner, if ever, and cleared by it at its end

    ProcessCell(SystemState system, long id, String label, boolean trapExits) {
        super(id, label);
        this.system = system;
        this.trapExits = trapExits;
    }

    /** Before the thread is started and the pid is published. */
    void bind(Thread own) {
        thread = own;
    }

    @Nullable
    Thread runningThread() {
        return thread;
    }

    /** Whether the calling thread is this process at the moment: its own thread, or a {@linkplain Impersonation stand-in}. */
    boolean isOwnThread() {
        return Thread.currentThread() == thread && !impersonating;
    }

    /**
     * Whether the calling thread can't go on with this process while it is blocked: also if it stands in for another
     * one.
     */
    boolean isThreadOf() {
        return Thread.currentThread() == thread;
    }

    /** Whether the calling thread is the process's own or {@linkplain CallerRuns acts} for it. */
    boolean isActing() {
        OwnerLock own = ownerLock;
        return isOwnThread() || (own != null && own.isHeldByCaller() && !impersonating);
    }

    // ---- another thread that runs as this process, and this process's thread that runs as another one

    /**
     * The calling thread is this process from now on, while the process's own thread waits with its turn. False if the
     * process has ended.
     */
    boolean beginImpersonation(InterruptTarget running) {
        synchronized (this) {
            if (exitReason != null) {
                return false;
            }
            thread = running.thread;
            impersonation = running;
        }
        waitsFor = null; // it runs now; whatever is sent meanwhile is found by the stand-in when it leaves
        return true;
    }

    /**
     * The stand-in leaves. False if the process has ended meanwhile; else its end will interrupt its own thread again.
     */
    boolean endImpersonation(Thread own) {
        synchronized (this) {
            thread = own;
            impersonation = null;
            return exitReason == null;
        }
    }

    /**
     * The thread of this process, after a wait that was interrupted: whether that is none of this process's business.
     */
    boolean keepsInterrupt() {
        InterruptTarget running = impersonation; // if it is the calling thread's, no other thread writes it
        return running != null && running.keepsInterrupt();
    }

    /**
     * The thread of this process, before it stands in for another one. An end of this process does not interrupt it
     * from now on. False if this process has ended; then nothing is changed. The end writes the exit reason and then
     * reads `away`, and this writes `away` and then reads the exit reason, so at least one of the two sees the other.
     */
    boolean beginImpersonating() {
        impersonating = true;
        if (exitReason == null) {
            return true;
        }
        endImpersonating();
        return false;
    }

    /**
     * The thread of this process, when it does not stand in any more: it is interrupted if this process has ended
     * meanwhile.
     */
    void endImpersonating() {
        long ended = wakeUps + 1;
        wakeUps = ended;
        impersonating = false;
        if (exitReason != null) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isImpersonating() {
        return impersonating;
    }

    /** The owner. */
    void shareLock(OwnerLock own) {
        if (ownerLock != null) {
            throw new IllegalStateException(this + " lets callers run already: " + ownerLock);
        }
        ownerLock = own;
    }

    @Nullable
    OwnerLock ownerLock() {
        return ownerLock;
    }

    @Override
    public boolean isAlive() {
        return exitReason == null;
    }

    @Nullable
    ExitReason exitReason() {
        return exitReason;
    }

    @Override
    public void send(Object message) {
        Objects.requireNonNull(message, "message must not be null");
        StackReserve.forMessage(); // a message must not be left without the wake-up that goes with it
        if (mailbox.put(message)) {
            wakeForMessage();
        }
    }

    /** As {@link #wake()}, but leaves alone an owner that waits for something else than a message. */
    private void wakeForMessage() {
        if (waitsFor == mailbox) {
            wake();
        }
    }

    /** Any thread: lets the owner look again at what it waits for. */
    void wake() {
        if (waitsFor != null) {
            waitsFor = null;
            Thread own = thread;
            if (own != null) {
                LockSupport.unpark(own);
            }
        }
    }

    /**
     * The owner, before it looks for the last time at what it is going to wait for; others look at it too, for
     * information.
     */
    void beginWait(BooleanSupplier condition, long deadlineNanos) {
        armed = deadlineNanos == NO_DEADLINE;
        waitDeadlineNanos = deadlineNanos;
        waitsFor = condition;
    }

    /** The owner, before it parks: nothing but the time is needed for the end of the wait. */
    @Override
    public void run() {
        armed = true;
    }

    /** The owner, when it has got what it waited for or the wait is over. */
    void endWait() {
        long ended = wakeUps + 1;
        wakeUps = ended;
        waitsFor = null;
    }

    boolean isOrphan() {
        return orphan;
    }

    boolean wasEndedBySignal() {
        return endedBySignal;
    }

    boolean isTrappingExits() {
        return trapExits;
    }

    synchronized void trapExits(boolean value) {
        trapExits = value;
    }

    // ---- links

    /**
     * Links this process, whose thread calls, with another. False when the other has ended.
     *
     * <p>A third process may end either of them at any moment; under both monitors that comes before or after. If it
     * came before, but the signal of the end has still to come along an older link, then that link stays, and the
     * signal tells the true reason.
     */
    boolean link(ProcessCell other) {
        ProcessCell older = id() < other.id() ? this : other;
        ProcessCell younger = id() < other.id() ? other : this;
        synchronized (older) {
            synchronized (younger) {
                if (exitReason != null) {
                    throw new ProcessExit(exitReason);
                }
                if (!links.add(other)) {
                    return true;
                }
                if (other.exitReason != null) {
                    links.remove(other);
                    return false;
                }
                other.links.add(this);
                return true;
            }
        }
    }

    void unlink(ProcessCell other) {
        ProcessCell older = id() < other.id() ? this : other;
        ProcessCell younger = id() < other.id() ? other : this;
        synchronized (older) {
            synchronized (younger) {
                links.remove(other);
                other.links.remove(this);
            }
        }
    }

    synchronized boolean isLinked(ProcessCell other) {
        return links.contains(other);
    }

    // ---- watchers

    /** False when the process has ended; nobody will be told then. */
    synchronized boolean addWatcher(Watcher watcher) {
        if (exitReason != null) {
            return false;
        }
        watchers.add(watcher);
        if (watcher.waiter() != null) {
            awaited++;
        }
        return true;
    }

    synchronized boolean removeWatcher(Watcher watcher) {
        boolean removed = watchers.remove(watcher);
        if (removed && watcher.waiter() != null) {
            awaited--;
        }
        return removed;
    }

    /** Of a process that has ended: told when its thread has, too. False when it has already. */
    synchronized boolean addThreadWatcher(Watcher watcher) {
        if (exitReason == null) {
            throw new IllegalStateException(this + " has not ended");
        }
        return thread != null && watchers.add(watcher); // those who watched the process are not here any more
    }

    /**
     * Whether that process does nothing until this one has started, or has ended; or waits so for one that waits for
     * this one.
     */
    boolean isAwaitedBy(ProcessCell other) {
        ProcessCell next = this;
        for (int steps = 0; next != null && steps < LONGEST_CHAIN; steps++) {
            next = (ProcessCell) next.waiter();
            if (other.equals(next)) {
                return true;
            }
        }
        return false;
    }

    private synchronized @Nullable Pid waiter() {
        if (awaited == 0) {
            return null; // there may be thousands of other watchers
        }
        for (Watcher watcher : watchers.toList()) {
            Pid waiter = watcher.waiter();
            if (waiter != null) {
                return waiter;
            }
        }
        return null;
    }

    /** The owner. */
    synchronized void holdMonitor(Watcher monitor) {
        if (exitReason != null) {
            // ended by another since its last call: its set has been drained, and would keep the watched process for
            // ever
            throw new ProcessExit(exitReason);
        }
        if (monitors == null) {
            monitors = new SmallSet<>();
        }
        monitors.add(monitor);
    }

    synchronized boolean releaseMonitor(Watcher monitor) {
        return monitors != null && monitors.remove(monitor);
    }

    /**
     * What one of this process's monitors has to say. Out of the set and into the mailbox in one: an owner that finds
     * the monitor gone, in {@code demonitor}, finds its message.
     */
    void down(Watcher monitor, Object message) {
        synchronized (this) {
            if (!releaseMonitor(monitor)) {
                return;
            }
            mailbox.put(message);
        }
        wakeForMessage();
    }

    // ---- names

    /**
     * The table of names and the process's own name change together, under the process's monitor: whoever has a name is
     * alive, and whoever sees a process dead finds its name free. Returns the process that has the name.
     */
    synchronized Pid register(String name) {
        if (exitReason != null) {
            throw new NoProcessException(
                    "cannot register '" + ForeignText.of(name) + "': " + ForeignText.of(this) + " has ended");
        }
        if (registeredName != null) {
            throw new IllegalArgumentException(
                    ForeignText.of(this) + " is already registered as '" + ForeignText.of(registeredName)
                            + "', so not as '" + ForeignText.of(name) + "'");
        }
        Pid holder = system.names.putIfAbsent(name, this);
        if (holder != null) {
            return holder;
        }
        registeredName = name;
        return this;
    }

    /** False when the process has lost the name since it was looked up. */
    synchronized boolean unregister(String name) {
        if (!name.equals(registeredName)) {
            return false;
        }
        registeredName = null;
        return system.names.remove(name, this);
    }

    // ---- the end

    /** What is left to do once a process has ended. */
    record Ended(
            ProcessCell process,
            ExitReason reason,
            @Nullable Thread toInterrupt,
            @Nullable InterruptTarget impersonation,
            List<ProcessCell> links,
            List<Watcher> watchers,
            List<Watcher> monitors) {}

    /**
     * The process's own thread has left the body. Returns what is left to do, null when the process had ended before.
     */
    @Nullable
    Ended endByItself(ExitReason reason) {
        synchronized (this) {
            return exitReason == null ? end(reason, null) : null;
        }
    }

    /**
     * Under the monitor, once. The order is for those who look without it: a process that is seen dead has been
     * counted.
     */
    private Ended end(ExitReason reason, @Nullable Thread running) {
        if (registeredName != null) {
            system.names.remove(registeredName, this);
            registeredName = null;
        }
        if (running != null) {
            orphan = true;
            endedBySignal = true;
            system.orphans.incrementAndGet();
        }
        exitReason = reason;
        mailbox.close();
        return new Ended(this, reason, running, impersonation, links.drain(), watchers.drain(),
                monitors == null ? List.of() : monitors.drain());
    }

    /** The last thing that the process's thread does. Those are returned who want to know. */
    List<Watcher> threadEnded() {
        mailbox.clear();
        ownerLock = null;
        synchronized (this) {
            thread = null;
            if (orphan) {
                orphan = false;
                system.orphans.decrementAndGet();
            }
            return watchers.drain();
        }
    }

    // ---- exit signals

    /** A signal that somebody sent. Returns what is left to do if the process ended of it. */
    @Nullable
    Ended signal(Pid from, ExitReason reason) {
        boolean kill = reason.equals(ExitReason.KILL);
        return take(from, kill ? ExitReason.KILLED : reason, !kill, false);
    }

    /** The signal that comes along a link; it counts only while the link is there, and takes it away. */
    @Nullable
    Ended linkSignal(Pid from, ExitReason reason) {
        return take(from, reason, true, true);
    }

    /**
     * A signal of somebody who need not be told of the end that it brings: takes away the link between the two, if
     * there is one. Returns what is left to do if the process ended of it; null if it had ended before, or traps exits
     * and got nothing.
     */
    @Nullable
    Ended dismissal(Pid from, ExitReason reason) {
        boolean kill = reason.equals(ExitReason.KILL);
        synchronized (this) {
            if (exitReason != null || (trapExits && !kill)) {
                return null;
            }
            links.remove(from);
            return end(kill ? ExitReason.KILLED : reason, thread);
        }
    }

    /** The other side of a link with a process that has ended: its signal, if it is still under way, will not count. */
    synchronized void forget(ProcessCell ended) {
        links.remove(ended);
    }

    private @Nullable Ended take(Pid from, ExitReason reason, boolean trappable, boolean alongLink) {
        synchronized (this) {
            if (exitReason != null || (alongLink && !links.remove(from))) {
                return null;
            }
            if (trappable && trapExits) {
                mailbox.put(new Exit(from, reason));
            } else if (!reason.isNormal() || from.equals(this)) {
                return end(reason, thread);
            } else {
                return null;
            }
        }
        wakeForMessage();
        return null;
    }

    // ---- information

    ProcessInfo info() {
        List<Pid> linked;
        String name;
        Thread own;
        synchronized (this) {
            linked = List.copyOf(links.toList());
            name = registeredName == null ? "" : registeredName;
            own = thread;
        }
        // The count first: if two looks find the same count and the process waiting, then it is in the same wait from
        // the first look's end to the second one's beginning.
        long count = wakeUps;
        return new ProcessInfo(this, status(own), mailbox.size(), count, trapExits, linked, name);
    }

    private ProcessStatus status(@Nullable Thread own) {
        if (exitReason != null) {
            return own == null ? ProcessStatus.ENDED : ProcessStatus.ORPHANED;
        }
        if (impersonating) {
            return ProcessStatus.WAITING; // for what its thread does as another process
        }
        BooleanSupplier awaited = waitsFor;
        boolean overdue = waitDeadlineNanos != NO_DEADLINE
                && waitDeadlineNanos - system.clock.nanoTime() <= 0;
        return awaited == null || !armed || overdue || awaited.getAsBoolean()
                ? ProcessStatus.RUNNING
                : ProcessStatus.WAITING;
    }
}
