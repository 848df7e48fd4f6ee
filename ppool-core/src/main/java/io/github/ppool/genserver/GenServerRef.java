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
 * The handle of a server process, for requests and messages. Any thread may use it. Equal handles name the same
 * process.
 *
 * @param system the system of the server's process
 * @param pid the server
 * @param <Q> the type of requests
 * @param <R> the type of answers
 * @param <M> the type of messages without an answer
 */
public record GenServerRef<Q, R, M>(ProcessSystem system, Pid pid) {

    /** The time-out of {@link #call(Object)}: OTP's 5 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /**
     * Starts a server without a link and blocks until it is ready. If the server traps exits, a signal from outside of
     * all processes, {@link ProcessSystem#rootPid()}, counts as that of a parent: the server stops with its reason.
     * Stands for {@code gen_server:start/3}.
     *
     * @param system the system of the server's process
     * @param server makes the call-backs, on the new process
     * @param options the options of the spawn
     * @return its handle
     * @throws ServerExitedException if the server could not be started or had no work; it has ended
     * @throws InterruptedException if the calling thread is interrupted while it waits; the server is killed
     * @param <Q> the type of requests
     * @param <R> the type of answers
     * @param <M> the type of messages without an answer
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
     * Makes the initialisation of a server with a parent, for {@link ProcessContext#startLink} and for child
     * specifications. If the server traps exits, an exit signal of the parent stops it with that reason. Stands for
     * {@code gen_server:start_link/3}.
     *
     * @param server makes the call-backs, on the new process, anew at each start
     * @param parent the process that starts the server
     * @return the initialisation
     * @param <Q> the type of requests
     * @param <R> the type of answers
     * @param <M> the type of messages without an answer
     */
    public static <Q, R, M> ProcessInit linkedTo(Supplier<? extends GenServer<Q, R, M>> server, Pid parent) {
        return new ServerLoop<>(server, parent);
    }

    /**
     * Sends a request and blocks up to {@link #DEFAULT_TIMEOUT} for the answer.
     *
     * @param request the request
     * @return the answer
     * @throws CallTimeoutException if the time is over
     * @throws ServerExitedException if the server has ended, or ends before it answers
     * @throws InterruptedException if the calling thread is interrupted
     * @throws IllegalStateException if the caller is the server's own process, or a process that the server is starting
     *     or stopping; the call has no effect
     * @see #call(Object, Duration)
     */
    public R call(Q request) throws InterruptedException {
        return call(request, DEFAULT_TIMEOUT);
    }

    /**
     * Sends a request and blocks for the answer. The server may carry out the request even if this method throws. If
     * the server lets {@linkplain GenServer#callerRuns callers run} and is idle, the calling thread carries out the
     * request by itself, however long that takes. Stands for {@code gen_server:call/3}.
     *
     * @param request the request
     * @param timeout the limit, by the system's clock; zero and negative give up at once
     * @return the answer
     * @throws CallTimeoutException if the time is over
     * @throws ServerExitedException if the server has ended, or ends before it answers
     * @throws InterruptedException if the calling thread is interrupted
     * @throws IllegalStateException if the caller is the server's own process, or a process that the server is starting
     *     or stopping; the call has no effect
     */
    public R call(Q request, Duration timeout) throws InterruptedException {
        return ask(request, timeout);
    }

    /**
     * Sends a request and blocks for the answer without a limit: OTP's time-out {@code infinity}.
     *
     * @param request the request
     * @return the answer
     * @throws ServerExitedException if the server has ended, or ends before it answers
     * @throws InterruptedException if the calling thread is interrupted
     * @throws IllegalStateException if the caller is the server's own process, or a process that the server is starting
     *     or stopping; the call has no effect
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

    /** The caller has run the call-back. The answer may come later, and the server may have ended or be about to. */
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

    /** Waits for the rest of a time-out. */
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
     * Returns true if the server still owes an answer to a call whose caller no longer waits. The caller's time was
     * over, the caller was interrupted or has ended, or the caller has completed the stage of {@link #callAsync}
     * itself, as {@code orTimeout} and {@code cancel} do.
     *
     * @return a snapshot; false if the server has ended
     */
    public boolean owesAnswers() {
        return UnansweredCalls.has(pid);
    }

    /**
     * Blocks until the server has taken all earlier messages. Postponed answers are not waited for, and the server does
     * not {@linkplain #owesAnswers owe} them any longer. Stands for a call of {@code sys:get_status/2} whose answer is
     * dropped.
     *
     * @param timeout the limit; zero and negative give up at once
     * @throws CallTimeoutException if the time is over
     * @throws ServerExitedException if the server has ended, or ends before
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
     * Sends a request and does not wait. Stands for {@code gen_server:send_request/2}.
     *
     * @param request the request
     * @return a stage with the answer or a {@link ServerExitedException}; the server's thread completes it, so direct
     *     dependents must be short
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

    /**
     * Refuses calls that would wait for ever: those of the server itself (OTP's {@code calling_self}), and those of a
     * process that the server waits for.
     */
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
     * Sends a message without an answer. Does not block, and does not fail if the server has ended. Stands for {@code
     * gen_server:cast/2}.
     *
     * @param message the message
     */
    public void cast(M message) {
        pid.send(new ServerLoop.Cast<>(message));
    }

    /**
     * Gives the server another parent: exit signals of that process stop the server in good order from now on, those of
     * the former parent no more. Makes no link. Does not block. Stands for the message <code>{change_parent,
     * Pid}</code> that director sends to an adopted process.
     *
     * @param parent the new parent
     */
    public void parentIs(Pid parent) {
        pid.send(new ServerLoop.ParentIs(parent));
    }

    /**
     * Tells the server to stop after all earlier messages. Does not block; has no effect if the server has ended.
     *
     * @param reason the exit reason of the server
     */
    public void tellToStop(ExitReason reason) {
        pid.send(new ServerLoop.Stop(reason));
    }

    /**
     * Stops the server after all earlier messages and blocks until it has ended. Has no effect if it has ended already.
     * Stands for {@code gen_server:stop/3}.
     *
     * @param reason the exit reason of the server
     * @param timeout the limit of the wait; zero and negative only send the message
     * @return true if the server has ended; false when the time is over, and it goes on stopping
     * @throws InterruptedException if the calling thread is interrupted; the server goes on stopping
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
