package io.github.ppool.process;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.StackReserve;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The state of one process, and its {@link Pid}.
 *
 * <p>A process is alive until it has an exit reason. It gets one exactly once, in {@link #end}: from its own thread
 * when its body is over, or from the thread that sends it a fatal signal. From that moment it is dead for all threads.
 * If its own thread still runs then, it is an orphan until {@link #threadEnded}.
 *
 * <p>The cell's monitor guards the links, the watchers, the monitors, the name, the exit reason and the trap-exits
 * flag. It is held for a few instructions only, never while a thread blocks or foreign code runs, so it does not pin a
 * carrier for long. A link lies in both cells. It is made and removed under both monitors, that of the older process
 * first. No other code takes two monitors, so there is no deadlock.
 *
 * <p>The decision about a signal and its effect (a message in the mailbox, or the end) are one such section. So after
 * {@code unlink}, {@code demonitor} or {@code trapExits} has returned, no signal acts by the state before.
 */
final class ProcessCell extends ProcessId implements Runnable {

    static final long NO_DEADLINE = Long.MAX_VALUE;
    /** The greatest number of processes that are followed in a chain of waits. */
    private static final int LONGEST_CHAIN = 1_000;

    final SystemState system;
    final Mailbox mailbox = new Mailbox();

    // set before the thread starts, cleared at its end; the impersonating thread's while there is one
    private volatile @Nullable Thread thread;
    private volatile boolean impersonating; // the thread impersonates another process; written by that thread only
    private @Nullable InterruptTarget impersonation; // written under the monitor
    private volatile @Nullable ExitReason exitReason;
    private volatile boolean trapExits;
    private volatile boolean orphan; // ended by a signal, and the thread has not ended
    private volatile boolean endedBySignal; // as orphan, but never reset

    // The owner sets `waitsFor` before its last look at the awaited condition. A thread that provides the condition
    // clears the field after that and before the unpark. All of them are volatile, so either the owner sees the
    // condition or the provider sees `waitsFor`. A late provider may clear the field of the next wait. Its unpark
    // follows and makes the owner look again, so no wake-up is lost.
    private volatile @Nullable BooleanSupplier waitsFor;
    private volatile long waitDeadlineNanos;
    private volatile boolean armed; // the clock will end the wait at its deadline; written by the owner only
    private volatile long wakeUps; // written by the owner only
    /**
     * When the owner last began or ended a wait, by the coarse clock. For information: written plainly, before a
     * volatile field, and read by any thread.
     */
    private long changedNanos;

    private final SmallSet<ProcessCell> links = new SmallSet<>();
    private final SmallSet<Watcher> watchers = new SmallSet<>();
    private short awaited; // the number of watchers with a blocked process
    private @Nullable SmallSet<Watcher> monitors; // set up by this process
    private @Nullable String registeredName;
    private volatile @Nullable OwnerLock ownerLock; // set at most once, by the owner, which clears it at its end

    ProcessCell(SystemState system, long id, String label, boolean trapExits) {
        super(id, label);
        this.system = system;
        this.trapExits = trapExits;
    }

    /** Called before the thread is started and before the pid is published. */
    void bind(Thread own) {
        changedNanos = system.clock.coarseNanoTime();
        thread = own;
    }

    @Nullable
    Thread runningThread() {
        return thread;
    }

    /**
     * True if the calling thread is this process at the moment: its own thread, or an {@linkplain Impersonation
     * impersonating} one.
     */
    boolean isOwnThread() {
        return Thread.currentThread() == thread && !impersonating;
    }

    /**
     * True if a wait of the calling thread keeps this process from its work, also while the thread impersonates another
     * process.
     */
    boolean isThreadOf() {
        return Thread.currentThread() == thread;
    }

    /** True if the calling thread is this process or {@linkplain CallerRuns runs} for it. */
    boolean isActing() {
        OwnerLock own = ownerLock;
        return isOwnThread() || (own != null && own.isHeldByCaller() && !impersonating);
    }

    // ---- impersonation: by another thread, and by this process's thread

    /** Makes the calling thread this process, while the process's own thread waits. False if the process has ended. */
    boolean beginImpersonation(InterruptTarget running) {
        synchronized (this) {
            if (exitReason != null) {
                return false;
            }
            thread = running.thread;
            impersonation = running;
        }
        waitsFor = null; // The process runs now; the impersonating thread looks at new messages when it leaves.
        return true;
    }

    /**
     * Ends the impersonation. False if the process has ended meanwhile; else its end interrupts its own thread again.
     */
    boolean endImpersonation(Thread own) {
        synchronized (this) {
            thread = own;
            impersonation = null;
            return exitReason == null;
        }
    }

    /**
     * Called by the thread of this process after an interrupt of a wait. True if the interrupt does not concern the
     * process and the wait goes on.
     */
    boolean keepsInterrupt() {
        InterruptTarget running = impersonation; // only the calling thread writes the field, if it is its own
        return running != null && running.keepsInterrupt();
    }

    /**
     * Called by the thread of this process before it impersonates another one. From now on an end of this process does
     * not interrupt the thread. False if this process has ended; then the call has no effect. The end writes the exit
     * reason and then reads `impersonating`; this method writes `impersonating` and then reads the exit reason. So at
     * least one of the two sees the other.
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
     * Called by the thread of this process after an impersonation. If this process has ended meanwhile, the thread is
     * interrupted.
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

    /** Called by the owner. */
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
        StackReserve.forMessage(); // a message must not be left without its wake-up
        if (mailbox.put(message)) {
            wakeForMessage();
        }
    }

    /** As {@link #wake()}, but only if the owner waits for a message. */
    private void wakeForMessage() {
        if (waitsFor == mailbox) {
            wake();
        }
    }

    /** Makes the owner look again at its awaited condition. Any thread. */
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
     * Called by the owner before its last look at the awaited condition. Other threads evaluate the condition too, for
     * information.
     */
    void beginWait(BooleanSupplier condition, long deadlineNanos) {
        changedNanos = system.clock.coarseNanoTime();
        armed = deadlineNanos == NO_DEADLINE;
        waitDeadlineNanos = deadlineNanos;
        waitsFor = condition;
    }

    /** Called by the owner before it parks: only the passing of time is needed to end the wait. */
    @Override
    public void run() {
        armed = true;
    }

    /** Called by the owner when the wait is over. */
    void endWait() {
        changedNanos = system.clock.coarseNanoTime();
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
     * Links this process with another one. Called by this process. False if the other process has ended.
     *
     * <p>A third process may end either of them at any moment; the two monitors order that before or after the link. If
     * it comes before, but the exit signal has still to travel along an older link, that link stays and the signal
     * brings the true reason.
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

    /** False if the process has ended; the watcher is then never told. */
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

    /** Adds a watcher for the end of the thread of an ended process. False if the thread has ended already. */
    synchronized boolean addThreadWatcher(Watcher watcher) {
        if (exitReason == null) {
            throw new IllegalStateException(this + " has not ended");
        }
        return thread != null && watchers.add(watcher); // the watchers of the process's end are gone
    }

    /**
     * True if the given process blocks until this one has started or ended. Also true if a chain of such waits leads
     * from it to this one.
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

    /** Called by the owner. */
    synchronized void holdMonitor(Watcher monitor) {
        if (exitReason != null) {
            // Another process has ended this one since its last call. Its set has been drained; a new entry would keep
            // the watched process in memory.
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
     * Delivers the message of one of this process's monitors. The monitor leaves the set and the message enters the
     * mailbox in one step, so an owner that finds the monitor gone, in {@code demonitor}, finds its message.
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
     * Changes the table of names and the own name together, under the monitor. So a process that has a name is alive,
     * and the name of a dead process is free. Returns the process that has the name.
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

    /** False if the process has lost the name since the look-up. */
    synchronized boolean unregister(String name) {
        if (!name.equals(registeredName)) {
            return false;
        }
        registeredName = null;
        return system.names.remove(name, this);
    }

    // ---- the end

    /** The work that is left once a process has ended. */
    record Ended(
            ProcessCell process,
            ExitReason reason,
            @Nullable Thread toInterrupt,
            @Nullable InterruptTarget impersonation,
            List<ProcessCell> links,
            List<Watcher> watchers,
            List<Watcher> monitors) {}

    /**
     * The process's own thread has left the body. Returns the work that is left; null if the process had ended before.
     */
    @Nullable
    Ended endByItself(ExitReason reason) {
        synchronized (this) {
            return exitReason == null ? end(reason, null) : null;
        }
    }

    /**
     * Called under the monitor, once. The order matters for threads that look without the monitor: a process that is
     * seen dead has been counted.
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

    /** The last action of the process's thread. Returns the watchers of the thread's end. */
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

    /**
     * A signal that a process or a thread has sent. Returns the work that is left if it has ended this process, else
     * null.
     */
    @Nullable
    Ended signal(Pid from, ExitReason reason) {
        boolean kill = reason.equals(ExitReason.KILL);
        return take(from, kill ? ExitReason.KILLED : reason, !kill, false);
    }

    /** The signal of an ended process along a link. It counts only while the link exists, and removes it. */
    @Nullable
    Ended linkSignal(Pid from, ExitReason reason) {
        return take(from, reason, true, true);
    }

    /**
     * A signal from a process that needs no exit message. Removes the link between the two. Returns the work that is
     * left if the signal has ended this process. Returns null if this process had ended before, or traps exits and got
     * no signal.
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

    /** Removes the link with an ended process. A signal of that process that is still under way does not count then. */
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
        List<Pid> monitored = new ArrayList<>();
        List<Pid> monitoring = new ArrayList<>();
        String name;
        Thread own;
        synchronized (this) {
            linked = List.copyOf(links.toList());
            if (monitors != null) {
                monitors.toList().forEach(watcher -> addEnd(monitored, watcher, Monitor::watched));
            }
            watchers.toList().forEach(watcher -> addEnd(monitoring, watcher, Monitor::owner));
            name = registeredName == null ? "" : registeredName;
            own = thread;
        }
        // The count first: if two looks find the same count and the process waiting, it was in one wait from the end of
        // the first look to the beginning of the second.
        long count = wakeUps;
        return new ProcessInfo(this, status(own), mailbox.size(), count, trapExits, linked,
                List.copyOf(monitored), List.copyOf(monitoring), name,
                Duration.ofNanos(Math.max(0, system.clock.nanoTime() - changedNanos)));
    }

    private static void addEnd(List<Pid> ends, Watcher watcher, Function<Monitor, Pid> end) {
        if (watcher instanceof Monitor monitor) {
            ends.add(end.apply(monitor));
        }
    }

    private ProcessStatus status(@Nullable Thread own) {
        if (exitReason != null) {
            return own == null ? ProcessStatus.ENDED : ProcessStatus.ORPHANED;
        }
        if (impersonating) {
            return ProcessStatus.WAITING; // for the actions of its thread as another process
        }
        BooleanSupplier awaited = waitsFor;
        boolean overdue = waitDeadlineNanos != NO_DEADLINE
                && waitDeadlineNanos - system.clock.nanoTime() <= 0;
        return awaited == null || !armed || overdue || awaited.getAsBoolean()
                ? ProcessStatus.RUNNING
                : ProcessStatus.WAITING;
    }
}
