package io.github.ppool.process;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a process can do as itself. Valid on the process's own thread, and in that of one who {@linkplain CallerRuns acts} for
 * it; any other thread gets an {@link IllegalStateException}, and one who acts gets it from the methods that wait.
 *
 * <p>Every method throws {@link ProcessExit} once the process has been ended by a signal, also in the middle of a wait.
 * A thread that is interrupted by somebody other than ppool gets an {@link InterruptedException} from the methods that
 * wait, with nothing received or lost.
 */
public final class ProcessContext extends ProcessSelf {

    private static final BooleanSupplier NEVER = () -> false;

    private final ProcessSystem system;
    private final ProcessCell cell;

    ProcessContext(ProcessSystem system, ProcessCell cell) {
        super(cell);
        this.system = system;
        this.cell = cell;
    }

    /**
     * This process. Stands for {@code erlang:self/0}.
     *
     * @return its pid
     */
    public Pid self() {
        return cell;
    }

    /**
     * The system that this process belongs to.
     *
     * @return the system
     */
    public ProcessSystem system() {
        return system;
    }

    /**
     * The clock that this process waits by.
     *
     * @return the system's clock
     */
    public MonotonicClock clock() {
        return cell.system.clock;
    }

    // ---- receiving

    /**
     * Takes the oldest message, waiting for one if there is none. Stands for {@code receive Message -> … end}.
     *
     * @return the message
     * @throws InterruptedException if the thread is interrupted
     */
    public Object receive() throws InterruptedException {
        checkOwnThread();
        Object message = cell.mailbox.take(null);
        // here and not in a method that all share: one frame less on the stack of whoever waits
        while (message == null) {
            await(cell.mailbox, ProcessCell.NO_DEADLINE);
            message = cell.mailbox.takeNew(null);
        }
        return message;
    }

    /**
     * Takes the oldest message, waiting for one up to a time. Stands for {@code receive … after}.
     *
     * @param timeout how long; zero and negative take only what is there
     * @return the message, or null when the time is over
     * @throws InterruptedException if the thread is interrupted
     */
    public @Nullable Object receive(Duration timeout) throws InterruptedException {
        return receive(null, clock().deadlineAfter(timeout));
    }

    /**
     * Takes the oldest message that matches, waiting for one if there is none; the others keep their order. Each call
     * looks at all messages kept back before: linear in their number. Stands for Erlang's selective receive.
     *
     * @param match is asked on this thread, once for each message and call; if it throws, nothing has been taken
     * @return the message
     * @throws InterruptedException if the thread is interrupted
     */
    public Object receive(Predicate<Object> match) throws InterruptedException {
        return Objects.requireNonNull(receive(match, ProcessCell.NO_DEADLINE));
    }

    /**
     * Takes the oldest message that matches, waiting for one up to a time; the others keep their order.
     *
     * @param match is asked on this thread, once for each message and call; if it throws, nothing has been taken
     * @param timeout how long; zero and negative take only what is there
     * @return the message, or null when the time is over
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
     * Waits a time without looking at the mailbox. Stands for {@code timer:sleep/1}.
     *
     * @param time how long; zero and negative return at once
     * @throws InterruptedException if the thread is interrupted
     */
    public void sleep(Duration time) throws InterruptedException {
        checkOwnThread();
        await(NEVER, clock().deadlineAfter(time));
    }

    // ---- links and monitors

    /**
     * Decides whether exit signals from others end this process (false, the default) or arrive as {@link Exit}
     * messages. Stands for {@code process_flag(trap_exit, Value)}.
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
     * Links this process with another; a second link between the same two, and one with itself, changes nothing. Stands
     * for {@code erlang:link/1}.
     *
     * @param other with whom
     * @throws NoProcessException if the other has ended and this process does not trap exits; if it does, it receives
     *     an {@link Exit} with {@link ExitReason#NOPROC} instead
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
     * Undoes a link; without one it changes nothing. When this returns, no exit signal will come along that link any
     * more; an {@link Exit} message that came before stays in the mailbox. Stands for {@code erlang:unlink/1}.
     *
     * @param other from whom
     */
    public void unlink(Pid other) {
        checkAlive();
        cell.unlink(system.cell(other));
    }

    /**
     * Whether this process is linked with another.
     *
     * @param other which
     * @return a snapshot; false when one of the two has ended
     */
    public boolean isLinked(Pid other) {
        return cell.isLinked(system.cell(other));
    }

    /**
     * Watches another process: this one will receive a {@link Down}, also if the other has ended already. Each call
     * makes a monitor of its own. Stands for {@code erlang:monitor/2}.
     *
     * @param other whom
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
     * Takes a monitor down, and removes the {@link Down} that it may have sent. Stands for
     * {@code erlang:demonitor(Ref, [flush])}.
     *
     * @param monitor one that this process has set up; one that is down already changes nothing
     * @throws IllegalArgumentException if another process has set it up; nothing is changed
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
     * Waits until another process has ended. That process may find out by {@link #isAwaitedBy}.
     *
     * @param other which
     * @param timeout how long; zero and negative only look, null means without a limit
     * @return whether it has ended; false when the time is over
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitEnd(Pid other, @Nullable Duration timeout) throws InterruptedException {
        return awaitEnds(List.of(other), null, timeout);
    }

    /**
     * Tells other processes to end, and waits until all of them have ended. Each of them finds out that it is awaited
     * as soon as it gets the signal.
     *
     * @param others which
     * @param signal the reason that they are sent; null sends nothing
     * @param timeout how long, for all of them together; zero and negative only look, null means without a limit
     * @return whether all have ended; false when the time is over
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
            wait.ended(cell, ExitReason.NOPROC); // all are told: now the last end counts
            return timeout == null
                    ? wait.slot().await() instanceof ReplySlot.Replied
                    : wait.slot().await(timeout) instanceof ReplySlot.Replied;
        } finally {
            targets.forEach(target -> target.removeWatcher(wait));
        }
    }

    /**
     * Whether another process does nothing until this one is {@linkplain #startLink started} or
     * {@linkplain #awaitEnd(Pid, Duration) has ended}, or waits in that way for a third one that does. To wait for an
     * answer of such a process would be to wait for ever.
     *
     * @param other which
     * @return a snapshot
     */
    public boolean isAwaitedBy(Pid other) {
        return cell.isAwaitedBy(system.cell(other));
    }

    // ---- spawning

    /**
     * Spawns a process that is linked to this one from the beginning. Stands for {@code erlang:spawn_link/1}.
     *
     * @param body what it does
     * @param options how
     * @return the new process
     */
    public Pid spawnLink(ProcessBody body, SpawnOptions options) {
        checkAlive();
        return system.launch(body, options, cell, null);
    }

    /**
     * Spawns a process that this one monitors from the beginning. Stands for {@code erlang:spawn_monitor/1}.
     *
     * @param body what it does
     * @param options how
     * @return the monitor, which knows the new process
     */
    public Monitor spawnMonitor(ProcessBody body, SpawnOptions options) {
        checkAlive();
        AtomicReference<@Nullable Monitor> made = new AtomicReference<>();
        system.launch(body, options, null, spawned -> {
            Monitor monitor = new Monitor(cell, spawned);
            cell.holdMonitor(monitor);
            made.set(monitor);
            return monitor;
        });
        return Objects.requireNonNull(made.get());
    }

    /**
     * Starts a process linked to this one and waits until it is ready; messages that come meanwhile stay in the
     * mailbox. A start that fails leaves no link and no {@link Exit} behind. If somebody else ends the new process
     * before it is ready, and this one does not trap exits, the signal ends this one too, as along any link. Stands for
     * {@code proc_lib:start_link/3}; other than there, an init that fails does not end a starter that does not trap
     * exits.
     *
     * @param init how the new process prepares itself
     * @param options how to spawn it
     * @return what came of it
     * @throws InterruptedException if the thread is interrupted while it waits; the new process is killed and unlinked
     */
    public StartResult startLink(ProcessInit init, SpawnOptions options) throws InterruptedException {
        checkOwnThread();
        StartHandshake handshake = new StartHandshake(clock(), cell);
        ProcessCell child = system.launch(new StartedBody(init, handshake, cell), options, cell,
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
            // one who was killed has told those linked to it before those who watch it: its message is here, if there
            // is one
            cell.mailbox.take(message -> message instanceof Exit exit && exit.from().equals(child));
        }
        return result;
    }

    // ---- ending

    /**
     * Ends this process. Stands for {@code erlang:exit/1}.
     *
     * @param reason why
     * @return never; declared so that one can write {@code throw self.exit(reason)}
     */
    public ProcessExit exit(ExitReason reason) {
        throw new ProcessExit(Objects.requireNonNull(reason, "reason must not be null"));
    }

    /**
     * Sends an exit signal to another process, or to this one. A process that ends as a consequence of another's end
     * finds out at its next call, as in Erlang; only a signal to itself takes effect before this returns.
     *
     * @param to whom
     * @param reason why
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
     * Ties this process to something that ends by itself: a process of the operating system, a connection that tells
     * when it is closed. When the stage ends, normally or not, this process gets an exit signal from
     * {@link ProcessSystem#rootPid()} with an abnormal reason. So a worker of a pool crashes and follows its restart
     * plan, whether the worker is idle, lent or at work. A process that traps exits receives an {@link Exit} instead.
     *
     * <p>The reason is the stage's exception (without a {@link java.util.concurrent.CompletionException} around it);
     * or, if the stage ended normally, a text with the text of its value. Does not block. A stage that has ended
     * already takes effect before this method returns. A process may be tied to several stages, and a stage may outlive
     * the process: it does not keep the process in memory, and its end is then no signal.
     *
     * <p>Stands for the exit signal that the owner of an Erlang port gets when the port closes.
     *
     * @param stage ends when this process is of no use any more
     * @throws NullPointerException if the stage is null; nothing is changed
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
     * Ends another process if it does not trap exits, and takes away the link between the two, if there is one: this
     * process gets no {@link Exit} for it. A process that traps exits gets nothing, unless the reason is
     * {@link ExitReason#KILL}. This is what an Erlang supervisor does with {@code unlink/1} and {@code exit/2} to end a
     * child, in one step that nothing comes between. Does not block.
     *
     * @param to whom
     * @param reason why
     * @return whether it has ended, now or before; false if it traps exits, and nothing is changed
     * @throws IllegalArgumentException if the reason is {@link ExitReason#NORMAL}, which ends nobody, or if this
     *     process or {@link ProcessSystem#rootPid()} is to be ended; nothing is changed
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
