package io.github.ppool.process;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the system knows of one process; it is also its {@link Pid}.
 *
 * <p>A process is alive until it has an exit reason. It gets one exactly once, in {@link #markEnded}: from its own thread when its
 * body is over, or from the thread that sends it a signal it can't survive. From that moment it is dead to everyone; if its thread
 * still runs then, it is an orphan until {@link #threadEnded}.
 *
 * <p>Links, watchers and the exit reason are guarded by the cell's monitor, which is held for a few instructions only, never while
 * blocking, calling foreign code, or holding another cell's monitor; so it neither pins a carrier for long nor deadlocks. A link
 * lies in both cells and is made and unmade in two steps; a signal along it counts only if the receiver still has it, and takes it
 * away (see {@link #link}).
 */
final class ProcessCell implements Pid {

    static final long NO_DEADLINE = Long.MAX_VALUE;

    final ProcessSystem system;
    private final long id;
    private final String label;
    final Mailbox mailbox = new Mailbox();

    private volatile @Nullable Thread thread; // set before it is started, cleared at its end
    private volatile @Nullable ExitReason exitReason;
    private volatile boolean trapExits;

    // `waiting` is set by the owner before it looks for the last time at what it waits for, and cleared by whoever
    // provides that before the unpark: either the owner sees it, or the other sees `waiting` (both are volatile).
    private volatile boolean waiting;
    private volatile @Nullable BooleanSupplier awaited; // may be asked by any thread
    private volatile long waitDeadlineNanos;
    private long wakeUps; // written by the owner; others read it late, for information

    private final SmallSet<ProcessCell> links = new SmallSet<>();
    private final SmallSet<Watcher> watchers = new SmallSet<>();
    private @Nullable SmallSet<Monitor> monitors; // those this process has set up
    private @Nullable String registeredName;

    ProcessCell(ProcessSystem system, long id, String label, boolean trapExits) {
        this.system = system;
        this.id = id;
        this.label = label;
        this.trapExits = trapExits;
    }

    /** Before the thread is started and the pid is published. */
    void bind(Thread own) {
        thread = own;
    }

    boolean isOwnThread() {
        return Thread.currentThread() == thread;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String label() {
        return label;
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
        if (mailbox.put(message)) {
            wake();
        }
    }

    /** Any thread: lets the owner look again at what it waits for. */
    void wake() {
        if (waiting) {
            waiting = false;
            Thread own = thread;
            if (own != null) {
                LockSupport.unpark(own);
            }
        }
    }

    /** The owner, before it looks for the last time at what it is going to wait for. */
    void beginWait(BooleanSupplier condition, long deadlineNanos) {
        awaited = condition;
        waitDeadlineNanos = deadlineNanos;
        waiting = true;
    }

    /** The owner, when it has got what it waited for or the wait is over. */
    void endWait() {
        waiting = false;
        wakeUps++;
    }

    boolean isTrappingExits() {
        return trapExits;
    }

    void trapExits(boolean value) {
        trapExits = value;
    }

    // ---- links

    /**
     * Links this process, whose thread calls, with another. False when the other has ended.
     *
     * <p>Own side first: if the other ends before its side is made, it knows nothing of the link and the caller is told here; if
     * it ends after, its signal finds the link here. If this process is ended by a third one in the middle, its list of links may
     * have been taken before the other's side was made; hence the last look.
     */
    boolean link(ProcessCell other) {
        synchronized (this) {
            if (exitReason != null) {
                throw new ProcessExit(exitReason);
            }
            links.add(other);
        }
        boolean linked = other.addLink(this);
        if (!linked) {
            removeLink(other);
        }
        ExitReason ended = exitReason;
        if (linked && ended != null) {
            ExitSignals.alongLink(this, other, ended);
        }
        return linked;
    }

    void unlink(ProcessCell other) {
        removeLink(other);
        other.removeLink(this);
    }

    synchronized boolean addLink(ProcessCell other) {
        if (exitReason != null) {
            return false;
        }
        links.add(other);
        return true;
    }

    synchronized boolean removeLink(ProcessCell other) {
        return links.remove(other);
    }

    // ---- watchers

    /** False when the process has ended; nobody will be told then. */
    synchronized boolean addWatcher(Watcher watcher) {
        if (exitReason != null) {
            return false;
        }
        watchers.add(watcher);
        return true;
    }

    synchronized boolean removeWatcher(Watcher watcher) {
        return watchers.remove(watcher);
    }

    synchronized void holdMonitor(Monitor monitor) {
        if (monitors == null) {
            monitors = new SmallSet<>();
        }
        monitors.add(monitor);
    }

    synchronized boolean releaseMonitor(Monitor monitor) {
        return monitors != null && monitors.remove(monitor);
    }

    // ---- names

    synchronized boolean nameIfAlive(String name) {
        if (exitReason != null) {
            return false;
        }
        if (registeredName != null) {
            throw new IllegalArgumentException(
                    this + " is already registered as '" + registeredName + "', so not as '" + name + "'");
        }
        registeredName = name;
        return true;
    }

    synchronized void unname() {
        registeredName = null;
    }

    // ---- the end

    /** What is left to do once a process has ended. */
    record Ended(
            ProcessCell process,
            ExitReason reason,
            List<ProcessCell> links,
            List<Watcher> watchers,
            List<Monitor> monitors,
            @Nullable String registeredName) {}

    /**
     * Gives this process its exit reason, if it has none.
     *
     * @param byItself whether the process's own thread has left the body
     * @return what is left to do, null when the process had ended before
     */
    @Nullable
    Ended markEnded(ExitReason reason, boolean byItself) {
        Ended ended;
        Thread running;
        synchronized (this) {
            if (exitReason != null) {
                return null;
            }
            exitReason = reason;
            ended = new Ended(
                    this,
                    reason,
                    links.drain(),
                    watchers.drain(),
                    monitors == null ? List.of() : monitors.drain(),
                    registeredName);
            registeredName = null;
            running = thread;
            if (byItself) {
                running = null;
            } else if (running != null) {
                system.orphans().add(this);
            }
        }
        mailbox.close();
        if (running != null) {
            running.interrupt();
        }
        return ended;
    }

    /** The last thing that the process's thread does. */
    void threadEnded() {
        synchronized (this) {
            thread = null;
            system.orphans().remove(this);
        }
        awaited = null;
        mailbox.forget();
    }

    // ---- exit signals

    /** A signal that somebody sent. Returns what is left to do if the process ended of it. */
    @Nullable
    Ended signal(Pid from, ExitReason reason) {
        if (reason.equals(ExitReason.KILL)) {
            return markEnded(ExitReason.KILLED, false);
        }
        if (trapExits) {
            send(new Exit(from, reason));
            return null;
        }
        return reason.isNormal() && !from.equals(this) ? null : markEnded(reason, false);
    }

    /** The signal that comes along a link; it counts only while the link is there, and takes it away. */
    @Nullable
    Ended linkSignal(ProcessCell from, ExitReason reason) {
        if (!removeLink(from)) {
            return null;
        }
        if (trapExits) {
            send(new Exit(from, reason));
            return null;
        }
        return reason.isNormal() ? null : markEnded(reason, false);
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
        return new ProcessInfo(this, status(own), mailbox.size(), wakeUps, trapExits, linked, name);
    }

    private ProcessStatus status(@Nullable Thread own) {
        if (exitReason != null) {
            return own == null ? ProcessStatus.ENDED : ProcessStatus.ORPHANED;
        }
        boolean overdue = waitDeadlineNanos != NO_DEADLINE
                && waitDeadlineNanos - system.clock().nanoTime() <= 0;
        BooleanSupplier condition = awaited;
        boolean provided = condition != null && condition.getAsBoolean();
        return waiting && !provided && !overdue ? ProcessStatus.WAITING : ProcessStatus.RUNNING;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public String toString() {
        return label.isEmpty() ? "<" + id + ">" : "<" + id + " " + label + ">";
    }
}
