package io.github.ppool.process;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a process on itself. Only the process's own thread may use it, and a thread that {@linkplain
 * CallerRuns runs for} the process. Any other thread gets an {@link IllegalStateException}. A thread that runs for the
 * process gets one from the methods that wait, unless it impersonates the process.
 *
 * <p>Once a signal has ended the process, every method throws {@link ProcessExit}, also in the middle of a wait. If
 * other code interrupts the thread, the methods that wait throw {@link InterruptedException}; no message is received or
 * lost.
 */
public final class ProcessContext extends ProcessSelf {

    private static final BooleanSupplier NEVER = () -> false;

    private final ProcessSystem system;

    ProcessContext(ProcessSystem system, ProcessCell cell) {
        super(cell);
        this.system = system;
    }

    /**
     * Returns the pid of this process. Stands for {@code erlang:self/0}.
     *
     * @return the pid
     */
    public Pid self() {
        return cell;
    }

    /**
     * Returns the system that this process belongs to.
     *
     * @return the system
     */
    public ProcessSystem system() {
        return system;
    }

    /**
     * Returns the clock for the waits of this process.
     *
     * @return the clock of the system
     */
    public MonotonicClock clock() {
        return cell.system.clock;
    }

    // ---- receiving

    /**
     * Takes the oldest message and blocks until there is one. Stands for {@code receive Message -> … end}.
     *
     * @return the message
     * @throws InterruptedException if the thread is interrupted
     */
    public Object receive() throws InterruptedException {
        checkOwnThread();
        Object message = cell.mailbox.take(null);
        // here and not in shared methods: fewer frames on the stack of a waiting process
        while (message == null) {
            cell.beginWait(cell.mailbox, ProcessCell.NO_DEADLINE);
            boolean come;
            try {
                come = cell.mailbox.getAsBoolean();
                if (!come && cell.isAlive()) {
                    LockSupport.park(cell);
                }
            } finally {
                cell.endWait();
            }
            if (!come) {
                checkAfterWait();
            }
            message = cell.mailbox.takeNew(null);
        }
        return message;
    }

    /**
     * Takes the oldest message and blocks up to a time until there is one. Stands for {@code receive … after}.
     *
     * @param timeout the limit; zero and negative do not wait
     * @return the message; null when the time is over
     * @throws InterruptedException if the thread is interrupted
     */
    public @Nullable Object receive(Duration timeout) throws InterruptedException {
        return receive(null, clock().deadlineAfter(timeout));
    }

    /**
     * Takes the oldest message that matches and blocks until there is one. The other messages keep their order. Each
     * call looks at all messages in the mailbox, in linear time. Stands for Erlang's selective receive.
     *
     * @param match called on this thread, once for each message and call; if it throws, no message is taken
     * @return the message
     * @throws InterruptedException if the thread is interrupted
     */
    public Object receive(Predicate<Object> match) throws InterruptedException {
        return Objects.requireNonNull(receive(match, ProcessCell.NO_DEADLINE));
    }

    /**
     * Takes the oldest message that matches and blocks up to a time until there is one. The other messages keep their
     * order.
     *
     * @param match called on this thread, once for each message and call; if it throws, no message is taken
     * @param timeout the limit; zero and negative do not wait
     * @return the message; null when the time is over
     * @throws InterruptedException if the thread is interrupted
     */
    public @Nullable Object receive(Predicate<Object> match, Duration timeout) throws InterruptedException {
        return receive(match, clock().deadlineAfter(timeout));
    }

    private @Nullable Object receive(@Nullable Predicate<Object> match, long deadlineNanos)
            throws InterruptedException {
        checkOwnThread();
        Object message = cell.mailbox.take(match);
        while (message == null) {
            if (!await(cell.mailbox, deadlineNanos)) {
                return null;
            }
            message = cell.mailbox.takeNew(match);
        }
        return message;
    }

    /**
     * Blocks for a time and leaves the mailbox alone. Stands for {@code timer:sleep/1}.
     *
     * @param time the time; zero and negative return at once
     * @throws InterruptedException if the thread is interrupted
     */
    public void sleep(Duration time) throws InterruptedException {
        checkOwnThread();
        await(NEVER, clock().deadlineAfter(time));
    }

    // ---- links and monitors

    /**
     * Sets the treatment of exit signals from other processes. With false, the default, a signal ends this process;
     * with true it arrives as an {@link Exit} message. Stands for {@code process_flag(trap_exit, Value)}.
     *
     * @param value the new setting
     * @return the setting before
     */
    public boolean trapExits(boolean value) {
        checkAlive();
        boolean before = cell.isTrappingExits(); // only this thread changes it
        if (before != value) {
            cell.trapExits(value);
        }
        return before;
    }

    /**
     * Links this process with another one. A second link between the same two processes has no effect, nor does a
     * link of a process with itself. Stands for {@code erlang:link/1}.
     *
     * @param other the other process
     * @throws NoProcessException if the other process has ended and this one does not trap exits; if this process traps
     *     exits, it receives an {@link Exit} with {@link ExitReason#NOPROC} instead
     */
    public void link(Pid other) {
        checkAlive();
        ProcessCell target = system.cell(other);
        if (target.equals(cell) || target.equals(system.rootPid()) || cell.link(target)) {
            return;
        }
        if (!cell.isTrappingExits()) {
            throw new NoProcessException("cannot link " + cell + " with " + other + ": it has ended");
        }
        cell.send(new Exit(other, ExitReason.NOPROC));
    }

    /**
     * Removes the link with another process; without a link the call has no effect. After this call no exit signal
     * arrives along that link. An {@link Exit} message that arrived before stays in the mailbox. Stands for {@code
     * erlang:unlink/1}.
     *
     * @param other the other process
     */
    public void unlink(Pid other) {
        checkAlive();
        cell.unlink(system.cell(other));
    }

    /**
     * Returns true if this process is linked with another one.
     *
     * @param other the other process
     * @return a snapshot; false if one of the two has ended
     */
    public boolean isLinked(Pid other) {
        return cell.isLinked(system.cell(other));
    }

    /**
     * Sets up a monitor of another process. When that process ends, this one receives a {@link Down}; if it has ended
     * already, the message comes at once. Each call makes a new monitor. Stands for {@code erlang:monitor/2}.
     *
     * @param other the process to monitor
     * @return the monitor
     */
    public Monitor monitor(Pid other) {
        checkAlive();
        ProcessCell target = system.cell(other);
        Monitor monitor = new Monitor(cell, target);
        cell.holdMonitor(monitor);
        if (!target.addWatcher(monitor)) {
            monitor.ended(target, ExitReason.NOPROC);
        } else if (!cell.isAlive()) {
            target.removeWatcher(monitor);
        }
        return monitor;
    }

    /**
     * Removes a monitor, and the {@link Down} that it may have sent. Stands for {@code erlang:demonitor(Ref, [flush])}.
     *
     * @param monitor a monitor that this process has set up; a second removal has no effect
     * @throws IllegalArgumentException if another process has set the monitor up; the call has no effect
     */
    public void demonitor(Monitor monitor) {
        checkOwnThread();
        if (!monitor.owner().equals(cell)) {
            throw new IllegalArgumentException("monitor must be one of " + cell + "'s own, got: " + monitor);
        }
        if (cell.releaseMonitor(monitor)) {
            monitor.watchedCell().removeWatcher(monitor);
        } else {
            cell.mailbox.take(message -> message instanceof Down down && down.monitor() == monitor);
        }
    }

    /**
     * Blocks until another process has ended. That process can ask for it with {@link #isAwaitedBy}.
     *
     * @param other the process to wait for
     * @param timeout the limit; zero and negative do not wait, null means no limit
     * @return true if the process has ended; false when the time is over
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitEnd(Pid other, @Nullable Duration timeout) throws InterruptedException {
        return awaitEnds(List.of(other), null, timeout);
    }

    /**
     * Sends an exit signal to each of several processes and blocks until all of them have ended. Each receiver can see
     * that it is awaited as soon as it gets the signal.
     *
     * @param others the processes to wait for
     * @param signal the reason of the signals; null sends none
     * @param timeout the limit for all of them together; zero and negative do not wait, null means no limit
     * @return true if all have ended; false when the time is over
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitEnds(List<Pid> others, @Nullable ExitReason signal, @Nullable Duration timeout)
            throws InterruptedException {
        checkOwnThread();
        List<ProcessCell> targets = others.stream().map(system::cell).toList();
        EndWait wait = new EndWait(cell, targets.size() + 1);
        try {
            for (ProcessCell target : targets) {
                if (!target.addWatcher(wait)) {
                    wait.ended(target, ExitReason.NOPROC);
                } else if (signal != null) {
                    exit(target, signal);
                }
            }
            wait.ended(cell, ExitReason.NOPROC); // all watchers are set up: from now on the last end completes the wait
            return timeout == null
                    ? wait.slot().await() instanceof ReplySlot.Replied
                    : wait.slot().await(timeout) instanceof ReplySlot.Replied;
        } finally {
            targets.forEach(target -> target.removeWatcher(wait));
        }
    }

    /**
     * Returns true if another process blocks until this one is {@linkplain #startLink started} or {@linkplain
     * #awaitEnd(Pid, Duration) has ended}. Also true if a chain of such waits leads from it to this one. A wait for an
     * answer of such a process never ends.
     *
     * @param other the other process
     * @return a snapshot
     */
    public boolean isAwaitedBy(Pid other) {
        return cell.isAwaitedBy(system.cell(other));
    }

    // ---- the group

    /**
     * Returns the group of this process. Stands for {@code erlang:group_leader/0}.
     *
     * @return the object that {@link #group(Object)} has set, here or in the process that has spawned this one; null if
     *     there is none
     */
    public @Nullable Object group() {
        checkAlive();
        return cell.system.groups.of(cell);
    }

    /**
     * Puts this process into a group, which may be any object. Each process that this one spawns from now on is a
     * member too, and so are the processes that those spawn. The processes of before keep their group. The counterpart
     * of Erlang's group leader, which need not be a process here. Stands for {@code erlang:group_leader/2}.
     *
     * @param group the group, compared by {@code equals}; null for none
     * @return the group before; null if there was none
     * @see ProcessSystem#members
     */
    public @Nullable Object group(@Nullable Object group) {
        checkAlive();
        Object before = cell.system.groups.of(cell);
        cell.system.groups.put(cell, group);
        return before;
    }

    // ---- spawning

    /**
     * Spawns a process and links it before it runs. Returns at once. Stands for {@code erlang:spawn_link/1}.
     *
     * @param body the code of the process
     * @param options the label, the kind of thread and other options
     * @return the new process
     */
    public Pid spawnLink(ProcessBody body, SpawnOptions options) {
        checkAlive();
        return system.launch(body, options, cell, true, null);
    }

    /**
     * Spawns a process and monitors it before it runs. Returns at once. Stands for {@code erlang:spawn_monitor/1}.
     *
     * @param body the code of the process
     * @param options the label, the kind of thread and other options
     * @return the monitor, which knows the new process
     */
    public Monitor spawnMonitor(ProcessBody body, SpawnOptions options) {
        checkAlive();
        AtomicReference<@Nullable Monitor> made = new AtomicReference<>();
        system.launch(body, options, cell, false, spawned -> {
            Monitor monitor = new Monitor(cell, spawned);
            cell.holdMonitor(monitor);
            made.set(monitor);
            return monitor;
        });
        return Objects.requireNonNull(made.get());
    }

    /**
     * Starts a linked process and blocks until it is ready. Messages that come meanwhile stay in the mailbox. A failed
     * start leaves no link and no {@link Exit} behind. If another process ends the new one before it is ready, the
     * signal travels along the link as along any other: it ends this process unless it traps exits.
     *
     * <p>Stands for {@code proc_lib:start_link/3}. Unlike there, an init that fails does not end a starter that does
     * not trap exits.
     *
     * @param init prepares the new process on its own thread
     * @param options the label, the kind of thread and other options
     * @return the outcome of the start
     * @throws InterruptedException if the thread is interrupted while it waits; the new process is killed and unlinked
     */
    public StartResult startLink(ProcessInit init, SpawnOptions options) throws InterruptedException {
        checkOwnThread();
        StartHandshake handshake = new StartHandshake(clock(), cell);
        ProcessCell child = system.launch(new StartedBody(init, handshake, cell), options, cell, true,
                spawned -> handshake);
        StartResult result;
        try {
            result = handshake.await();
        } catch (InterruptedException e) {
            cell.unlink(child);
            system.exit(child, ExitReason.KILL);
            throw e;
        }
        if (result instanceof StartResult.Failed) {
            // A killed process tells its links before its watchers, so its message, if any, is here.
            cell.mailbox.take(message -> message instanceof Exit exit && exit.from().equals(child));
        }
        return result;
    }

    // ---- ending

    /**
     * Ends this process. Stands for {@code erlang:exit/1}.
     *
     * @param reason the exit reason
     * @return never; declared so that a caller can write {@code throw self.exit(reason)}
     */
    public ProcessExit exit(ExitReason reason) {
        throw new ProcessExit(Objects.requireNonNull(reason, "reason must not be null"));
    }

    /**
     * Sends an exit signal to another process or to this one. If this process ends as a consequence of another
     * process's end, its next call finds out, as in Erlang. A signal to itself takes effect before this method returns.
     *
     * @param to the receiver
     * @param reason the reason of the signal
     * @see ProcessSystem#exit(Pid, ExitReason)
     */
    public void exit(Pid to, ExitReason reason) {
        checkAlive();
        system.exit(to, reason);
        if (to.equals(cell)) {
            checkAlive();
        }
    }

    /**
     * Ties this process to a stage that stands for an external resource, for example a process of the operating system
     * or a connection. When the stage ends, normally or not, this process gets an exit signal from {@link
     * ProcessSystem#rootPid()} with an abnormal reason. A worker of a pool then crashes and follows its restart plan,
     * whether it is idle, lent or at work. A process that traps exits receives an {@link Exit} instead.
     *
     * <p>The reason is the exception of the stage, without a {@link java.util.concurrent.CompletionException} around
     * it. If the stage ended normally, the reason is a text that contains the text of its value. Does not block. A
     * stage that has ended already takes effect before this method returns. A process may be tied to several stages. A
     * stage that outlives the process does not keep it in memory.
     *
     * <p>Stands for the exit signal that the owner of an Erlang port gets when the port closes.
     *
     * @param stage ends when this process is of no use any more
     * @throws NullPointerException if the stage is null; the call has no effect
     */
    public void crashWhen(CompletionStage<?> stage) {
        Objects.requireNonNull(stage, "stage must not be null");
        checkAlive();
        ForeignCode.ask(() -> {
            StageEnd.watch(stage, cell);
            return stage;
        });
        checkAlive();
    }

    /**
     * Ends another process that does not trap exits and removes the link with it: this process gets no {@link Exit} for
     * it. A process that traps exits gets no signal, unless the reason is {@link ExitReason#KILL}. Does not block.
     *
     * <p>An Erlang supervisor does the same with {@code unlink/1} and {@code exit/2} to end a child; here it is one
     * atomic step.
     *
     * @param to the process to end
     * @param reason the reason of the signal
     * @return true if the process has ended, now or before; false if it traps exits, and the call has no effect
     * @throws IllegalArgumentException if the reason is {@link ExitReason#NORMAL}, which ends no process, or if {@code
     *     to} is this process or {@link ProcessSystem#rootPid()}; the call has no effect
     */
    public boolean dismiss(Pid to, ExitReason reason) {
        checkAlive();
        ProcessCell receiver = system.cell(to);
        if (reason.isNormal()) {
            throw new IllegalArgumentException("reason must be one that ends a process, got: " + reason);
        }
        if (receiver.equals(cell) || receiver.equals(system.rootPid())) {
            throw new IllegalArgumentException("pid must be another process, got: " + to);
        }
        return ExitSignals.dismiss(cell, receiver, reason);
    }
}
