package io.github.ppool.process;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.StackReserve;
import io.github.ppool.guard.VisibleText;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A set of processes that know one another: the counterpart of an Erlang node. Most applications have one.
 *
 * <p>Each process has a thread of its own, a virtual one unless asked otherwise, and a mailbox. Processes are linked
 * and monitored, and ended by exit signals, with the rules of Erlang:
 *
 * <ul>
 *   <li>a process that ends sends its reason along all its links. {@link ExitReason#NORMAL} is ignored, any other
 *       reason ends the receiver with the same reason, unless it traps exits: then it receives an {@link Exit} message;
 *   <li>{@link ExitReason#KILL}, sent with {@code exit}, can't be trapped; the receiver's reason is
 *   {@link ExitReason#KILLED};
 *   <li>a monitor tells its owner, and only its owner, with a {@link Down} message.
 * </ul>
 *
 * <p>A Java thread can't be ended from outside. A process that is ended by a signal is nevertheless dead to everyone at
 * once: its links and monitors are told, its name is free, whatever it tries through its {@link ProcessContext} throws
 * {@link ProcessExit}. Its thread is interrupted, and until it has found out it is counted among the
 * {@link #orphanCount() orphans}.
 *
 * <p>All methods may be called from any thread.
 */
public final class ProcessSystem implements AutoCloseable {

    private final SystemState state;
    private final @Nullable ClassLoader contextClassLoader;
    private final ProcessCell root;
    private volatile boolean closed;

    /** A system on the clock of this machine, with the context class loader of the calling thread. */
    public ProcessSystem() {
        this(MonotonicClock.system());
    }

    /**
     * A system on a clock of one's own, with the context class loader of the calling thread.
     *
     * @param clock what every wait in this system goes by
     */
    public ProcessSystem(MonotonicClock clock) {
        this(clock, Thread.currentThread().getContextClassLoader());
    }

    /**
     * A system on a clock of one's own, with a context class loader of its own: where the code of its processes looks
     * for resources, and {@link java.util.ServiceLoader} for services.
     *
     * @param clock what every wait in this system goes by
     * @param contextClassLoader what the threads of processes have, unless {@link SpawnOptions} say otherwise; null
     *     means the system class loader
     */
    public ProcessSystem(MonotonicClock clock, @Nullable ClassLoader contextClassLoader) {
        this.state = new SystemState(Objects.requireNonNull(clock, "clock must not be null"));
        this.contextClassLoader = contextClassLoader;
        this.root = new ProcessCell(state, 0, "system", false);
        state.rootIs(root);
        root.mailbox.close(); // nobody takes from it
    }

    /**
     * The clock of this system.
     *
     * @return the clock
     */
    public MonotonicClock clock() {
        return state.clock;
    }

    /**
     * The context class loader of this system's processes.
     *
     * @return what the threads of processes have, unless {@link SpawnOptions} say otherwise
     */
    public @Nullable ClassLoader contextClassLoader() {
        return contextClassLoader;
    }

    /**
     * The pid that stands for everything outside of this system's processes: the sender of signals that come from
     * threads which are no processes. It is always alive, takes no part in links, and drops what is sent to it.
     *
     * @return the pid with number 0
     */
    public Pid rootPid() {
        return root;
    }

    /**
     * The process whose thread calls.
     *
     * @return its context, or null when the calling thread is no process
     */
    public static @Nullable ProcessContext currentProcess() {
        return (ProcessContext) ProcessThreads.current();
    }

    /**
     * Whether the calling thread runs as a process whose thread it is not, see {@link CallerRuns#tryRunAs}: so it is that
     * process for the length of a call only, and what is known of the thread from before does not hold for it. Cheap.
     *
     * @return false for the own thread of a process, and for a thread that is no process
     */
    public static boolean isImpersonating() {
        return ProcessThreads.isImpersonating();
    }

    // ---- spawning

    /**
     * Spawns a process on a virtual thread. Returns at once. Stands for {@code erlang:spawn/1}.
     *
     * @param body what it does
     * @return the new process
     * @throws IllegalStateException if this system is closed
     */
    public Pid spawn(ProcessBody body) {
        return spawn(body, SpawnOptions.DEFAULT);
    }

    /**
     * Spawns a process. Returns at once. Stands for {@code erlang:spawn_opt/2}.
     *
     * @param body what it does
     * @param options how
     * @return the new process
     * @throws IllegalStateException if this system is closed
     */
    public Pid spawn(ProcessBody body, SpawnOptions options) {
        return launch(body, options, null, null);
    }

    /**
     * Starts a process and waits until it is ready. The process is linked to nobody. Stands for
     * {@code proc_lib:start/3}; from within a process use {@link ProcessContext#startLink(ProcessInit, SpawnOptions)}.
     *
     * @param init how it prepares itself
     * @param options how to spawn it
     * @return what came of it
     * @throws InterruptedException if the calling thread is interrupted while it waits; the process is killed
     * @throws IllegalStateException if this system is closed
     */
    public StartResult start(ProcessInit init, SpawnOptions options) throws InterruptedException {
        ProcessContext starter = currentProcess();
        StartHandshake handshake = new StartHandshake(state.clock, starter == null ? null : starter.cell());
        ProcessCell child = launch(new StartedBody(init, handshake, null), options, null, cell -> handshake);
        try {
            return handshake.await();
        } catch (InterruptedException e) {
            exit(child, ExitReason.KILL);
            throw e;
        }
    }

    /**
     * Creates a process, links it and has it watched, in this order, before its thread starts.
     *
     * @param linkTo the calling process, if the new one is to be linked to it
     * @param watch makes the watcher of the new process, if there is to be one
     */
    ProcessCell launch(
            ProcessBody body,
            SpawnOptions options,
            @Nullable ProcessCell linkTo,
            @Nullable Function<ProcessCell, Watcher> watch) {
        if (closed) {
            throw new IllegalStateException("the process system is closed, it spawns no more processes");
        }
        StackReserve.forMessage(); // a process must not be launched half
        ProcessCell cell = new ProcessCell(state, state.lastId.incrementAndGet(), options.label(), options.trapExits());
        ProcessContext self = new ProcessContext(this, cell);
        Thread thread = threadFor(self, body, options);
        cell.bind(thread);
        state.threads.incrementAndGet();
        boolean started = false;
        try {
            if (watch != null) {
                cell.addWatcher(watch.apply(cell));
            }
            if (linkTo != null) {
                linkTo.link(cell);
            }
            // Not before: whoever finds it on the list may end it, and then those who watch it must be there to be
            // told.
            ProcessThreads.add(thread, self);
            thread.start();
            started = true;
        } finally {
            if (!started) {
                // the caller has been ended by a signal, or there is no memory for a thread
                discard(cell, thread, linkTo);
            }
        }
        if (closed) {
            // closing may have taken its list of processes before this one was on it
            ExitSignals.send(root, cell, ExitReason.KILL);
        }
        return cell;
    }

    /** Undoes a launch that did not come to a thread; nobody is told. */
    private void discard(ProcessCell cell, Thread thread, @Nullable ProcessCell linkedTo) {
        if (linkedTo != null) {
            linkedTo.unlink(cell);
        }
        ProcessCell.Ended ended = cell.endByItself(ExitReason.NOPROC);
        if (ended != null) {
            for (Watcher watcher : ended.watchers()) {
                if (watcher instanceof Monitor monitor) {
                    monitor.owner().releaseMonitor(monitor);
                }
            }
        }
        threadEnded(cell, thread);
    }

    private Thread threadFor(ProcessContext self, ProcessBody body, SpawnOptions options) {
        Thread.Builder builder = options.platformThread()
                ? Thread.ofPlatform().daemon(true).inheritInheritableThreadLocals(false)
                : Thread.ofVirtual().inheritInheritableThreadLocals(false);
        if (!options.label().isEmpty()) {
            builder.name(VisibleText.of(options.label()));
        }
        Thread thread = builder.unstarted(new Life(self, body));
        ClassLoader loader = options.contextClassLoader() == null ? contextClassLoader : options.contextClassLoader();
        if (loader != null) {
            thread.setContextClassLoader(loader); // a thread that inherits nothing has the system class loader
        }
        return thread;
    }

    /**
     * The life of a process's thread. A class and no lambda: its frames stay on the stack of every process that waits,
     * and as long as the code is not compiled with all that it calls, each of them takes a hundred bytes and more.
     */
    private record Life(ProcessContext self, ProcessBody body) implements Runnable {

        @Override
        @SuppressWarnings("CatchingUnchecked") // whatever a body throws is its exit reason
        public void run() {
            ProcessCell cell = self.cell();
            try {
                ExitReason reason;
                try {
                    self.checkOwnThread();
                    body.run(self);
                    reason = ExitReason.NORMAL;
                } catch (ProcessExit exit) {
                    reason = exit.reason();
                } catch (Throwable thrown) {
                    reason = ExitReason.failure(thrown);
                }
                ExitSignals.end(cell, reason);
            } finally {
                self.system().threadEnded(cell, Thread.currentThread());
            }
        }
    }

    private void threadEnded(ProcessCell cell, Thread thread) {
        ProcessThreads.remove(thread);
        for (Watcher watcher : cell.threadEnded()) {
            watcher.ended(cell, Objects.requireNonNullElse(cell.exitReason(), ExitReason.NOPROC));
        }
        state.threads.decrementAndGet(); // last: who sees no thread any more can rely on that all of this is done
    }

    // ---- signals

    /**
     * Sends an exit signal in the name of the calling process, or of {@link #rootPid()} if the caller is none. Does not
     * block; when it returns, a receiver that does not survive the signal is dead. A signal to a process that has ended
     * is dropped.
     *
     * <p>Stands for {@code erlang:exit/2}.
     *
     * @param to who is to end, or to be told if it traps exits
     * @param reason why; {@link ExitReason#KILL} can't be trapped
     */
    public void exit(Pid to, ExitReason reason) {
        Objects.requireNonNull(reason, "reason must not be null");
        ProcessContext current = currentProcess();
        ProcessCell from = current == null || current.system() != this ? root : current.cell();
        ProcessCell receiver = cell(to);
        if (!receiver.equals(root)) {
            ExitSignals.send(from, receiver, reason);
        }
    }

    /**
     * As {@link #exit}, in two steps, for whoever must decide something together with the signal, under a lock of its
     * own: when this returns, a receiver that does not survive the signal is dead; nobody has been told, its thread has
     * not been interrupted. Calls no foreign code, does not block.
     *
     * @param to who is to end, or to be told if it traps exits
     * @param reason why
     * @return what is left to do: to be run once, soon, and holding no lock; null if nothing is
     */
    public @Nullable Runnable beginExit(Pid to, ExitReason reason) {
        Objects.requireNonNull(reason, "reason must not be null");
        ProcessCell receiver = cell(to);
        return receiver.equals(root) ? null : ExitSignals.begin(root, receiver, reason);
    }

    /**
     * Has a listener told when a process ends. If it has ended already, the listener is told with its reason inside
     * this call, on the calling thread.
     *
     * @param pid who is watched
     * @param listener who is told
     * @return the registration, to be cancelled when it is no longer wanted
     */
    public ExitWatch onExit(Pid pid, ExitListener listener) {
        ProcessCell watched = cell(pid);
        ExitWatch watch = new ExitWatch(watched, listener);
        if (!watched.addWatcher(watch)) {
            watch.ended(watched, Objects.requireNonNullElse(watched.exitReason(), ExitReason.NOPROC));
        }
        return watch;
    }

    /**
     * Has a listener told when the thread of an ended process has ended too: from then on nothing that the process's
     * code had in its hands is in use by it any more. If it has ended already, or never ran, the listener is told
     * inside this call, on the calling thread; else as the last thing on that thread.
     *
     * @param pid a process that has ended
     * @param listener who is told
     * @throws IllegalStateException if the process has not ended; nothing is changed
     */
    public void onThreadEnd(Pid pid, ExitListener listener) {
        ProcessCell ended = cell(pid);
        ExitWatch watch = new ExitWatch(ended, listener);
        if (!ended.addThreadWatcher(watch)) {
            watch.ended(ended, Objects.requireNonNullElse(ended.exitReason(), ExitReason.NOPROC));
        }
    }

    // ---- names

    /**
     * Gives a process a name. The name is free again when the process ends: as soon as it is not alive. Stands for
     * {@code erlang:register/2}.
     *
     * @param name not empty
     * @param pid a process of this system that is alive and has no name
     * @throws IllegalArgumentException if the name is empty or taken, or the process has a name or is
     *     {@link #rootPid()}; nothing is changed
     * @throws NoProcessException if the process has ended; nothing is changed
     */
    public void register(String name, Pid pid) {
        ProcessCell process = nameable(name, pid);
        Pid holder = process.register(name);
        if (!holder.equals(process)) {
            throw new IllegalArgumentException(
                    "name must be free, but '" + ForeignText.of(name) + "' belongs to " + ForeignText.of(holder));
        }
    }

    /**
     * Gives a process a name, or finds the one that has it. As {@link #register} otherwise.
     *
     * @param name not empty
     * @param pid a process of this system that is alive and has no name
     * @return the process if it has the name now, or the other one that has it; then nothing is changed
     * @throws IllegalArgumentException if the name is empty, or the process has a name or is {@link #rootPid()};
     *     nothing is changed
     * @throws NoProcessException if the process has ended; nothing is changed
     */
    public Pid registerOrFind(String name, Pid pid) {
        return nameable(name, pid).register(name);
    }

    private ProcessCell nameable(String name, Pid pid) {
        ProcessCell process = cell(pid);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name must not be empty");
        }
        if (process.equals(root)) {
            throw new IllegalArgumentException("pid must be a process, got: " + root);
        }
        return process;
    }

    /**
     * Takes a name from the process that has it. Stands for {@code erlang:unregister/1}.
     *
     * @param name which
     * @return whether somebody had it
     */
    public boolean unregister(String name) {
        for (Pid holder = state.names.get(name); holder != null; holder = state.names.get(name)) {
            if (((ProcessCell) holder).unregister(name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Who has a name. Stands for {@code erlang:whereis/1}.
     *
     * @param name which
     * @return the process, empty if nobody has it
     */
    public Optional<Pid> whereis(String name) {
        return Optional.ofNullable(state.names.get(name));
    }

    // ---- information

    /**
     * The processes that are alive, in the order in which they were spawned: a snapshot. Stands for
     * {@code erlang:processes/0}.
     *
     * @return a new list
     */
    public List<Pid> processes() {
        return own(ProcessCell::isAlive);
    }

    /** In the order of their spawns. */
    private List<Pid> own(Predicate<ProcessCell> which) {
        return ProcessThreads.find(cell -> cell.system == state && which.test(cell)).<Pid>map(cell -> cell).toList();
    }

    /**
     * What a process is doing. Stands for {@code erlang:process_info/1}, and answers for ended processes too.
     *
     * @param pid which
     * @return a snapshot
     */
    public ProcessInfo info(Pid pid) {
        return cell(pid).info();
    }

    /**
     * Where the thread of a process is. Stands for {@code erlang:process_info(Pid, current_stacktrace)}.
     *
     * @param pid which; it may have ended
     * @return the innermost frame first; empty if no thread runs for it
     */
    public StackTraceElement[] stackTrace(Pid pid) {
        Thread running = cell(pid).runningThread();
        return running == null ? new StackTraceElement[0] : running.getStackTrace();
    }

    /**
     * Why a process ended.
     *
     * @param pid which
     * @return the reason, empty while it is alive
     */
    public Optional<ExitReason> exitReason(Pid pid) {
        return Optional.ofNullable(cell(pid).exitReason());
    }

    /**
     * How many threads run for processes: for those that are alive, for those that are just ending, and for orphans.
     *
     * @return zero or more
     */
    public int threadCount() {
        return state.threads.get();
    }

    /**
     * How many threads still run for processes that have been ended by a signal. In a healthy system this is 0 but for
     * moments; code that ignores interrupts makes it stay up.
     *
     * @return zero or more
     */
    public int orphanCount() {
        return state.orphans.get();
    }

    /**
     * Whether a process was ended by a signal and its thread still runs.
     *
     * @param pid which
     * @return false as soon as its thread has ended; false too if the process has ended by itself
     */
    public boolean isOrphaned(Pid pid) {
        return cell(pid).isOrphan();
    }

    /**
     * Whether a process was ended by a signal.
     *
     * @param pid which
     * @return false for a process that lives, and for one that has ended by itself
     */
    public boolean wasEndedBySignal(Pid pid) {
        return cell(pid).wasEndedBySignal();
    }

    /**
     * Whether the calling thread is that of a process, or {@linkplain CallerRuns acts} for it or runs as it at the moment:
     * what blocks the caller keeps that process from going on.
     *
     * @param pid which
     * @return false for any other thread, and for one that belongs to no process
     */
    public boolean actsFor(Pid pid) {
        ProcessCell process = cell(pid);
        OwnerLock lock = process.ownerLock();
        return process.isThreadOf() || (lock != null && lock.isHeldByCaller());
    }

    /**
     * The processes whose threads {@link #orphanCount()} counts.
     *
     * @return a new list
     */
    public List<Pid> orphaned() {
        return own(ProcessCell::isOrphan);
    }

    // ---- the end

    /**
     * Kills every process and refuses new ones. Supervision trees should be stopped in order first. Does not wait for
     * the threads; {@link #awaitThreads(Duration)} does. A second call does nothing.
     */
    @Override
    public void close() {
        closed = true;
        // in the order of their spawns, so that no supervisor sees its children die before itself
        for (Pid process : own(ProcessCell::isAlive)) {
            ExitSignals.send(root, cell(process), ExitReason.KILL);
        }
    }

    /**
     * Waits until no process is alive and no thread of an ended one runs any more.
     *
     * @param timeout how long, in real time; zero and negative only look
     * @return whether it is so; false when the time is over
     * @throws InterruptedException if the calling thread is interrupted
     */
    public boolean awaitThreads(Duration timeout) throws InterruptedException {
        long deadline = MonotonicClock.system().deadlineAfter(timeout);
        while (threadCount() > 0) {
            if (deadline - System.nanoTime() <= 0) {
                return false;
            }
            Thread.sleep(1);
        }
        return true;
    }

    ProcessCell cell(Pid pid) {
        ProcessCell cell = (ProcessCell) Objects.requireNonNull(pid, "pid must not be null");
        if (cell.system != state) {
            throw new IllegalArgumentException("pid must be of this process system, got one of another: " + pid);
        }
        return cell;
    }
}
