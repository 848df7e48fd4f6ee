package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ExitWatch;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessInit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a server process, by which others ask and tell it. May be used from any thread. Equal handles name the
 * same process.
 *
 * @param system where the server runs
 * @param pid the server
 * @param <Q> what can be asked
 * @param <R> what is answered
 * @param <M> what can be told
 */
public record GenServerRef<Q, R, M>(ProcessSystem system, Pid pid) {

    /** How long a {@link #call(Object)} waits: OTP's 5 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /**
     * Starts a server that is linked to nobody and waits until it is ready. If it traps exits, a signal from outside of
     * all processes, {@link ProcessSystem#rootPid()}, is to it what that of a parent is: it stops with that reason.
     * Stands for {@code gen_server:start/3}.
     *
     * @param system where
     * @param server makes the call-backs, on the new process
     * @param options how to spawn it
     * @return its handle
     * @throws ServerExitedException if the server could not be started or had nothing to do; it has ended
     * @throws InterruptedException if the calling thread is interrupted while it waits; the server is killed
     * @param <Q> what can be asked
     * @param <R> what is answered
     * @param <M> what can be told
     */
    public static <Q, R, M> GenServerRef<Q, R, M> start(
            ProcessSystem system, Supplier<? extends GenServer<Q, R, M>> server, SpawnOptions options)
            throws InterruptedException {
        return switch (system.start(new ServerLoop<>(server, system.rootPid()), options)) {
            case StartResult.Started(Pid pid, Object info) -> new GenServerRef<>(system, pid);
            case StartResult.Ignored ignored -> throw new ServerExitedException(system.rootPid(), ExitReason.NORMAL);
            case StartResult.Failed(ExitReason reason) -> throw new ServerExitedException(system.rootPid(), reason);
        };
    }

    /**
     * How to start a server linked to a parent, for {@link ProcessContext#startLink} and for child specifications. When
     * the server traps exits and the parent ends or tells it to, it stops with that reason. Stands for
     * {@code gen_server:start_link/3}.
     *
     * @param server makes the call-backs, on the new process, anew at each start
     * @param parent who starts it
     * @return what to start
     * @param <Q> what can be asked
     * @param <R> what is answered
     * @param <M> what can be told
     */
    public static <Q, R, M> ProcessInit linkedTo(Supplier<? extends GenServer<Q, R, M>> server, Pid parent) {
        return new ServerLoop<>(server, parent);
    }

    /**
     * Asks and waits for the answer up to {@link #DEFAULT_TIMEOUT}.
     *
     * @param request what
     * @return the answer
     * @throws CallTimeoutException if the time is over
     * @throws ServerExitedException if the server has ended or ends before it answers
     * @throws InterruptedException if the calling thread is interrupted
     * @throws IllegalStateException if the server's own process calls, or a process that the server waits for while it
     *     starts or stops it; nothing is done
     * @see #call(Object, Duration)
     */
    public R call(Q request) throws InterruptedException {
        return call(request, DEFAULT_TIMEOUT);
    }

    /**
     * Asks and waits for the answer. What is asked may have been done even if this throws. If the server lets
     * {@linkplain GenServer#callerRuns callers run} and is idle, the calling thread does by itself what is asked, and
     * takes the time that it takes. Stands for {@code gen_server:call/3}.
     *
     * @param request what
     * @param timeout how long to wait, by the system's clock; zero and negative give up at once
     * @return the answer
     * @throws CallTimeoutException if the time is over
     * @throws ServerExitedException if the server has ended or ends before it answers
     * @throws InterruptedException if the calling thread is interrupted
     * @throws IllegalStateException if the server's own process calls, or a process that the server waits for while it
     *     starts or stops it; nothing is done
     */
    public R call(Q request, Duration timeout) throws InterruptedException {
        return ask(request, timeout);
    }

    /**
     * Asks and waits for the answer without a limit: OTP's time-out {@code infinity}.
     *
     * @param request what
     * @return the answer
     * @throws ServerExitedException if the server has ended or ends before it answers
     * @throws InterruptedException if the calling thread is interrupted
     * @throws IllegalStateException if the server's own process calls, or a process that the server waits for while it
     *     starts or stops it; nothing is done
     */
    public R callForever(Q request) throws InterruptedException {
        return ask(request, null);
    }

    private R ask(Q request, @Nullable Duration timeout) throws InterruptedException {
        refuseOwnProcess("call");
        PendingCall<R> call = new PendingCall<>(system, pid);
        if (ServerLoop.letsCallersRun(pid) && (timeout == null || timeout.isPositive())) {
            long fromNanos = system.clock().nanoTime();
            if (ServerLoop.tryRunAs(pid, request, call)) {
                return ofOwnRun(call, timeout, fromNanos);
            }
        }
        ExitWatch watch = post(new ServerLoop.Call<>(request, call), call);
        return await(call, watch, timeout);
    }

    /**
     * The caller has run the call-back. There need not be an answer: it may come later, or the server has ended or is
     * about to.
     */
    private R ofOwnRun(PendingCall<R> call, @Nullable Duration timeout, long fromNanos) throws InterruptedException {
        ProcessContext current = ProcessSystem.currentProcess();
        if (current != null && !current.self().isAlive()) {
            throw current.exit(current.system().exitReason(current.self()).orElse(ExitReason.NOPROC));
        }
        if (call.slot().isSettled()) {
            return await(call, null, null, null);
        }
        ExitWatch watch = system.onExit(pid, (server, reason) -> call.fail(reason));
        Duration left = timeout == null ? null : timeout.minusNanos(system.clock().nanoTime() - fromNanos);
        return await(call, watch, left, timeout);
    }

    private <T> T await(PendingCall<T> call, ExitWatch watch, @Nullable Duration timeout) throws InterruptedException {
        return await(call, watch, timeout, timeout);
    }

    /** Waits as long as is left of a time-out. */
    private <T> T await(
            PendingCall<T> call, @Nullable ExitWatch watch, @Nullable Duration left, @Nullable Duration timeout)
            throws InterruptedException {
        boolean over = false;
        try {
            ReplySlot.Answer<T> answer = left == null ? call.slot().await() : call.slot().await(left);
            over = answer != null;
            if (answer instanceof ReplySlot.Replied<T> replied) {
                return replied.value();
            }
            if (answer instanceof ReplySlot.Exited<T> exited) {
                throw new ServerExitedException(pid, exited.reason());
            }
            throw new CallTimeoutException(pid, timeout == null ? Duration.ZERO : timeout);
        } finally {
            if (watch != null) {
                watch.cancel();
            }
            if (!over) {
                UnansweredCalls.add(system, pid);
            }
        }
    }

    /**
     * Whether the server has still to answer a call whose caller waits no longer: the caller's time was over, or it was
     * interrupted or ended, or it has completed the stage of {@link #callAsync} itself, as {@code orTimeout} and
     * {@code cancel} do.
     *
     * @return a snapshot; false when the server has ended
     */
    public boolean owesAnswers() {
        return UnansweredCalls.has(pid);
    }

    /**
     * Waits until the server has taken all that was sent to it before, and so is ready for what comes next. Answers
     * that it has put off are not waited for, and it does not {@linkplain #owesAnswers owe} them any longer. Stands for
     * a call of {@code sys:get_status/2} whose answer is dropped.
     *
     * @param timeout how long to wait; zero and negative give up at once
     * @throws CallTimeoutException if the time is over
     * @throws ServerExitedException if the server has ended or ends before
     * @throws InterruptedException if the calling thread is interrupted
     * @throws IllegalStateException as for {@link #call(Object)}
     */
    public void catchUp(Duration timeout) throws InterruptedException {
        refuseOwnProcess("wait for");
        PendingCall<Boolean> call = new PendingCall<>(system, pid);
        ExitWatch watch = post(new ServerLoop.Ping(call), call);
        await(call, watch, timeout);
        UnansweredCalls.forget(pid);
    }

    /**
     * Asks without waiting. Stands for {@code gen_server:send_request/2}.
     *
     * @param request what
     * @return completes with the answer, on the server's thread, or with a {@link ServerExitedException}; what depends
     *     on it directly must be short
     */
    public CompletionStage<R> callAsync(Q request) {
        PendingAsyncCall<R> call = new PendingAsyncCall<>(pid);
        ExitWatch watch = post(new ServerLoop.Call<>(request, call), call);
        var unused = call.future().whenComplete((value, failure) -> {
            watch.cancel();
            if (!call.isAnswered()) {
                UnansweredCalls.add(system, pid);
            }
        });
        return call.future();
    }

    /** A server that waits for itself waits for ever; OTP's {@code calling_self}. */
    private void refuseOwnProcess(String what) {
        ProcessContext current = ProcessSystem.currentProcess();
        if (current != null && current.self().equals(pid)) {
            throw new IllegalStateException("a server must not " + what + " itself, it would wait for ever: " + pid);
        }
        if (current != null && current.system() == system && current.isAwaitedBy(pid)) {
            throw new IllegalStateException(current.self() + " must not " + what + " " + pid
                    + " now: that server is starting or stopping it, and each would wait for the other");
        }
    }

    private ExitWatch post(Object message, ReplyTo<?> from) {
        ExitReason ended = system.exitReason(pid).orElse(null);
        ExitWatch watch = system.onExit(pid, (server, reason) -> from.fail(ended == null ? reason : ExitReason.NOPROC));
        pid.send(message);
        return watch;
    }

    /**
     * Tells the server something. Does not wait, and does not fail if the server has ended. Stands for
     * {@code gen_server:cast/2}.
     *
     * @param message what
     */
    public void cast(M message) {
        pid.send(new ServerLoop.Cast<>(message));
    }

    /**
     * Tells the server that another process is its parent: exit signals from that one stop it in good order from now
     * on, those of the former parent no more. Makes no link. Does not wait. Stands for the message
     * <code>{change_parent, Pid}</code> that director sends to a process that it takes over.
     *
     * @param parent who takes over
     */
    public void parentIs(Pid parent) {
        pid.send(new ServerLoop.ParentIs(parent));
    }

    /**
     * Tells the server to stop, after what was sent to it before. Does not wait; has no effect if it has ended.
     *
     * @param reason why
     */
    public void tellToStop(ExitReason reason) {
        pid.send(new ServerLoop.Stop(reason));
    }

    /**
     * Stops the server, after what was sent to it before, and waits until it has ended. Does nothing if it has. Stands
     * for {@code gen_server:stop/3}.
     *
     * @param reason why
     * @param timeout how long to wait; zero and negative only tell it
     * @return whether it has ended; false when the time is over, and it goes on stopping
     * @throws InterruptedException if the calling thread is interrupted; it goes on stopping
     * @throws IllegalStateException as for {@link #call(Object)}; the server itself uses {@link ServerContext#stop}
     */
    public boolean stop(ExitReason reason, Duration timeout) throws InterruptedException {
        refuseOwnProcess("stop");
        ReplySlot<ExitReason> ended = new ReplySlot<>(system.clock());
        ExitWatch watch = system.onExit(pid, (server, end) -> ended.reply(end));
        try {
            pid.send(new ServerLoop.Stop(reason));
            return ended.await(timeout) != null;
        } finally {
            watch.cancel();
        }
    }
}
