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
 * A set of processes that can send each other messages and signals: the counterpart of an Erlang node. Most
 * applications have one.
 *
 * <p>Each process has a mailbox and a thread of its own, by default a virtual thread. Links, monitors and exit signals
 * follow the rules of Erlang:
 *
 * <ul>
 *   <li>A process that ends sends its exit reason along all its links. {@link ExitReason#NORMAL} is ignored. Any other
 *       reason ends the receiver with the same reason, unless the receiver traps exits: it then receives an {@link
 *       Exit} message.
 *   <li>{@link ExitReason#KILL}, sent with {@code exit}, can't be trapped. The exit reason of the receiver is {@link
 *       ExitReason#KILLED}.
 *   <li>A monitor sends a {@link Down} message to its owner only.
 * </ul>
 *
 * <p>Java can't end a thread from outside. A process that is ended by a signal is nevertheless dead at once for all
 * other threads: its links and monitors are told, its name is free, and each call of its {@link ProcessContext} throws
 * {@link ProcessExit}. Its thread is interrupted. Until that thread has ended, it is counted among the {@link
 * #orphanCount() orphans}.
 *
 * <p>All methods may be called from any thread.
 */
public final class ProcessSystem implements AutoCloseable {

    private final SystemState state;
    private final @Nullable ClassLoader contextClassLoader;
    private final ProcessCell root;
    private volatile boolean closed;

    /** Makes a system with the clock of this machine and the context class loader of the calling thread. */
    public ProcessSystem() {
        this(MonotonicClock.system());
    }

    /**
     * Makes a system with the given clock and the context class loader of the calling thread.
     *
     * @param clock the clock for every wait in this system
     * @throws NullPointerException if the clock is null
     */
    public ProcessSystem(MonotonicClock clock) {
        this(clock, Thread.currentThread().getContextClassLoader());
    }

    /**
     * Makes a system with the given clock and context class loader. The code of the processes uses that loader for
     * resources and for {@link java.util.ServiceLoader}.
     *
     * @param clock the clock for every wait in this system
     * @param contextClassLoader the context class loader of the processes' threads, unless {@link SpawnOptions} name
     *     another one; null means the system class loader
     * @throws NullPointerException if the clock is null
     */
    public ProcessSystem(MonotonicClock clock, @Nullable ClassLoader contextClassLoader) {
        this.state = new SystemState(Objects.requireNonNull(clock, "clock must not be null"));
        this.contextClassLoader = contextClassLoader;
        this.root = new ProcessCell(state, 0, "system", false);
        state.rootIs(root);
        root.mailbox.close(); // no process takes from it
    }

    /**
     * Returns the clock of this system.
     *
     * @return the clock
     */
    public MonotonicClock clock() {
        return state.clock;
    }

    /**
     * Returns the context class loader of this system's processes.
     *
     * @return the loader that the threads of processes have by default; null for the system class loader
     */
    public @Nullable ClassLoader contextClassLoader() {
        return contextClassLoader;
    }

    /**
     * Returns the pid that stands for all threads that are no processes of this system, as the sender of their signals.
     * It is always alive, is never linked, and drops the messages that are sent to it.
     *
     * @return the pid with number 0
     */
    public Pid rootPid() {
        return root;
    }

    /**
     * Returns the process that the calling thread runs as. Does not block.
     *
     * @return the context of that process; null if the calling thread is no process
     */
    public static @Nullable ProcessContext currentProcess() {
        return (ProcessContext) ProcessThreads.current();
    }

    /**
     * Returns true if the calling thread impersonates a process, see {@link CallerRuns#tryRunAs}. The thread is that
     * process only until the call ends, so facts cached for the thread do not hold for it. Cheap; does not block.
     *
     * @return false for the own thread of a process and for a thread that is no process
     */
    public static boolean isImpersonating() {
        return ProcessThreads.isImpersonating();
    }

    // ---- spawning

    /**
     * Spawns a process on a virtual thread. Returns at once. Stands for {@code erlang:spawn/1}.
     *
     * @param body the code of the process
     * @return the new process
     * @throws IllegalStateException if this system is closed; no process is spawned
     */
    public Pid spawn(ProcessBody body) {
        return spawn(body, SpawnOptions.DEFAULT);
    }

    /**
     * Spawns a process. Returns at once. Stands for {@code erlang:spawn_opt/2}.
     *
     * @param body the code of the process
     * @param options the label, the kind of thread and other options
     * @return the new process
     * @throws IllegalStateException if this system is closed; no process is spawned
     */
    public Pid spawn(ProcessBody body, SpawnOptions options) {
        return launch(body, options, null, false, null);
    }

    /**
     * Starts a process and blocks until it is ready. The process is not linked. Stands for {@code proc_lib:start/3}; a
     * process uses {@link ProcessContext#startLink(ProcessInit, SpawnOptions)} instead.
     *
     * @param init prepares the process on its own thread
     * @param options the label, the kind of thread and other options
     * @return the outcome of the start
     * @throws InterruptedException if the calling thread is interrupted while it waits; the process is killed
     * @throws IllegalStateException if this system is closed; no process is started
     */
    public StartResult start(ProcessInit init, SpawnOptions options) throws InterruptedException {
        ProcessContext starter = currentProcess();
        StartHandshake handshake = new StartHandshake(state.clock, starter == null ? null : starter.cell());
        ProcessCell child = launch(new StartedBody(init, handshake, null), options, null, false,
                cell -> handshake);
        try {
            return handshake.await();
        } catch (InterruptedException e) {
            exit(child, ExitReason.KILL);
            throw e;
        }
    }

    /**
     * Creates a process, adds a watcher, links the process, and starts its thread, in this order.
     *
     * @param spawner the process that spawns the new one by its context; null for a call of the system
     * @param linked true if the new process is to be linked to the spawner
     * @param watch makes the watcher of the new process; null for none
     */
    ProcessCell launch(
            ProcessBody body,
            SpawnOptions options,
            @Nullable ProcessCell spawner,
            boolean linked,
            @Nullable Function<ProcessCell, Watcher> watch) {
        if (closed) {
            throw new IllegalStateException("the process system is closed, it spawns no more processes");
        }
        StackReserve.forMessage(); // a process must not be launched half
        ProcessCell cell = new ProcessCell(state, state.lastId.incrementAndGet(), options.label(), options.trapExits());
        ProcessContext self = new ProcessContext(this, cell);
        Thread thread = threadFor(self, body, options);
        cell.bind(thread);
        ProcessCell linkTo = linked ? spawner : null;
        state.threads.incrementAndGet();
        boolean started = false;
        try {
            if (state.groups.everUsed()) {
                state.groups.put(cell, groupOf(spawner));
            }
            if (watch != null) {
                cell.addWatcher(watch.apply(cell));
            }
            if (linkTo != null) {
                linkTo.link(cell);
            }
            // Not earlier: another thread that finds the process in the table may end it, and the watchers must be
            // there by then.
            ProcessThreads.add(thread, self);
            thread.start();
            started = true;
        } finally {
            if (!started) {
                // the caller has been ended by a signal, or the thread could not be started
                discard(cell, thread, linkTo);
            }
        }
        if (closed) {
            // close may have taken its list of processes before this one was in the table
            ExitSignals.send(root, cell, ExitReason.KILL);
        }
        return cell;
    }

    /** The group that a new process inherits: that of its spawner, else that of the calling process. */
    private @Nullable Object groupOf(@Nullable ProcessCell spawner) {
        ProcessSelf from = spawner == null ? ProcessThreads.current() : null;
        ProcessCell inheritedFrom = from == null ? spawner : from.cell();
        return inheritedFrom == null ? null : state.groups.of(inheritedFrom);
    }

    /** Undoes a launch whose thread was not started. No watcher is told. */
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
            thread.setContextClassLoader(loader); // it inherits none
        }
        return thread;
    }

    /**
     * Runs a process on its thread. This is a class and no lambda: its frames stay on the stack of every waiting
     * process, and a frame of interpreted code costs a hundred bytes or more.
     */
    private record Life(ProcessContext self, ProcessBody body) implements Runnable {

        @Override
        @SuppressWarnings("CatchingUnchecked") // a body may throw any exception; it becomes the exit reason
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
        state.groups.left(cell);
        for (Watcher watcher : cell.threadEnded()) {
            watcher.ended(cell, Objects.requireNonNullElse(cell.exitReason(), ExitReason.NOPROC));
        }
        state.threads.decrementAndGet(); // last: a caller that sees no thread left can rely on all of the above
    }

    // ---- signals

    /**
     * Sends an exit signal from the calling process, or from {@link #rootPid()} if the caller is no process. Does not
     * block. When this method returns, a receiver that does not survive the signal is dead. A signal to an ended
     * process is dropped.
     *
     * <p>Stands for {@code erlang:exit/2}.
     *
     * @param to the receiver; it ends, or receives an {@link Exit} if it traps exits
     * @param reason the reason of the signal; {@link ExitReason#KILL} can't be trapped
     * @throws IllegalArgumentException if the receiver belongs to another system; no signal is sent
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
     * Sends an exit signal from {@link #rootPid()} in two steps, for a caller that combines the signal with a decision
     * under a lock of its own. When this method returns, a receiver that does not survive the signal is dead, but no
     * other process is told yet and its thread is not interrupted yet. Does not block and calls no foreign code.
     *
     * @param to the receiver; it ends, or receives an {@link Exit} if it traps exits
     * @param reason the reason of the signal
     * @return the second step, for the caller to run once, soon, and without a lock; null if none is needed
     */
    public @Nullable Runnable beginExit(Pid to, ExitReason reason) {
        Objects.requireNonNull(reason, "reason must not be null");
        ProcessCell receiver = cell(to);
        return receiver.equals(root) ? null : ExitSignals.begin(root, receiver, reason);
    }

    /**
     * Registers a listener for the end of a process. If the process has ended already, this call runs the listener on
     * the calling thread.
     *
     * @param pid the process to watch
     * @param listener is told once
     * @return the registration, which the caller cancels when it no longer needs it
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
     * Registers a listener for the end of an ended process's thread. From then on the code of the process uses no
     * object any more. The listener runs as the last action of that thread. If the thread has ended already, or never
     * ran, this call runs the listener on the calling thread.
     *
     * @param pid a process that has ended
     * @param listener is told once
     * @throws IllegalStateException if the process has not ended; the call has no effect
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
     * Registers a process under a name. The name is free again as soon as the process is not alive. Stands for {@code
     * erlang:register/2}.
     *
     * @param name the name, not empty
     * @param pid a process of this system that is alive and has no name
     * @throws IllegalArgumentException if the name is empty or taken, or if the process has a name or is {@link
     *     #rootPid()}; the call has no effect
     * @throws NoProcessException if the process has ended; the call has no effect
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
     * Registers a process under a name, or finds the process that has the name. Otherwise as {@link #register}.
     *
     * @param name the name, not empty
     * @param pid a process of this system that is alive and has no name
     * @return {@code pid} if it has the name now, else the process that has it; then the call has no effect
     * @throws IllegalArgumentException if the name is empty, or if the process has a name or is {@link #rootPid()};
     *     the call has no effect
     * @throws NoProcessException if the process has ended; the call has no effect
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
     * @param name the name
     * @return true if a process had the name
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
     * Finds the process that has a name. Stands for {@code erlang:whereis/1}.
     *
     * @param name the name
     * @return the process; empty if no process has the name
     */
    public Optional<Pid> whereis(String name) {
        return Optional.ofNullable(state.names.get(name));
    }

    // ---- information

    /**
     * Returns a snapshot of the processes that are alive, in the order of their spawns. Stands for {@code
     * erlang:processes/0}.
     *
     * @return a new list
     */
    public List<Pid> processes() {
        return own(ProcessCell::isAlive);
    }

    /** Returns the matching processes of this system in the order of their spawns. */
    private List<Pid> own(Predicate<ProcessCell> which) {
        return ProcessThreads.find(cell -> cell.system == state && which.test(cell)).<Pid>map(cell -> cell).toList();
    }

    /**
     * Finds a process by its number. Looks at all threads of processes, so it takes time linear in their number. Stands
     * for {@code erlang:list_to_pid/1}, for people at a console.
     *
     * @param id the number of the pid
     * @return the process, alive or with a thread that still runs; empty if there is none
     */
    public Optional<Pid> find(long id) {
        return own(cell -> cell.id() == id).stream().findFirst();
    }

    /**
     * Describes a process, alive or ended. Stands for {@code erlang:process_info/1}.
     *
     * @param pid the process
     * @return a snapshot
     */
    public ProcessInfo info(Pid pid) {
        return cell(pid).info();
    }

    /**
     * Returns the stack of a process's thread. Stands for {@code erlang:process_info(Pid, current_stacktrace)}.
     *
     * @param pid the process; it may have ended
     * @return the innermost frame first; empty if no thread runs for the process
     */
    public StackTraceElement[] stackTrace(Pid pid) {
        Thread running = cell(pid).runningThread();
        return running == null ? new StackTraceElement[0] : running.getStackTrace();
    }

    /**
     * Returns the exit reason of a process.
     *
     * @param pid the process
     * @return the reason; empty while the process is alive
     */
    public Optional<ExitReason> exitReason(Pid pid) {
        return Optional.ofNullable(cell(pid).exitReason());
    }

    /**
     * Counts the threads that run for processes: processes that are alive, processes that are ending, and orphans.
     *
     * @return zero or more
     */
    public int threadCount() {
        return state.threads.get();
    }

    /**
     * Counts the threads that still run for processes ended by a signal. The count of a healthy system is 0 apart from
     * short moments. Code that ignores interrupts keeps it up.
     *
     * @return zero or more
     */
    public int orphanCount() {
        return state.orphans.get();
    }

    /**
     * Returns true if a process was ended by a signal and its thread still runs.
     *
     * @param pid the process
     * @return false as soon as the thread has ended, and for a process that ended by itself
     */
    public boolean isOrphaned(Pid pid) {
        return cell(pid).isOrphan();
    }

    /**
     * Returns true if a process was ended by a signal.
     *
     * @param pid the process
     * @return false for a process that is alive or has ended by itself
     */
    public boolean wasEndedBySignal(Pid pid) {
        return cell(pid).wasEndedBySignal();
    }

    /**
     * Returns true if the calling thread is that of a process, runs for it or impersonates it, see {@link CallerRuns}.
     * A wait of the calling thread then keeps the process from its work.
     *
     * @param pid the process
     * @return false for any other thread
     */
    public boolean actsFor(Pid pid) {
        ProcessCell process = cell(pid);
        OwnerLock lock = process.ownerLock();
        return process.isThreadOf() || (lock != null && lock.isHeldByCaller());
    }

    /**
     * Returns the processes whose threads {@link #orphanCount()} counts.
     *
     * @return a new list
     */
    public List<Pid> orphaned() {
        return own(ProcessCell::isOrphan);
    }

    /**
     * Returns the members of a group, see {@link ProcessContext#group(Object)}: the processes that are alive, and ended
     * ones whose thread still runs. Does not block. An empty list means that no code of the group runs any more, unless
     * a member starts threads of its own.
     *
     * <p>A process that a member spawns is a member before it runs. So a caller that has killed the members of one list
     * asks again, until the list is empty. OTP's {@code application_master} ends an application in the same way.
     *
     * @param group the group
     * @return a new list in the order of the spawns
     */
    public List<Pid> members(Object group) {
        return state.groups.members(Objects.requireNonNull(group, "group must not be null"));
    }

    // ---- the end

    /**
     * Kills every process and refuses new ones. An application stops its supervision trees before it calls this. Does
     * not wait for the threads, see {@link #awaitThreads(Duration)}. A second call has no effect.
     */
    @Override
    public void close() {
        closed = true;
        // in the order of their spawns, so that a supervisor is killed before its children
        for (Pid process : own(ProcessCell::isAlive)) {
            ExitSignals.send(root, cell(process), ExitReason.KILL);
        }
    }

    /**
     * Blocks until no process is alive and no thread of an ended process runs.
     *
     * @param timeout the limit, in real time; zero and negative do not wait
     * @return true if no thread is left; false when the time is over
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
