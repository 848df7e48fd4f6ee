package io.github.ppool.genserver;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.ExitReason;
import java.time.Duration;

/**
 * The call-backs of a server process. They run on the process's own thread, one at a time; for the exception see {@link
 * #callerRuns}. So the fields of the implementing class are the state of the server and need no lock. An exception of a
 * call-back ends the server with {@link ExitReason#failure(Throwable)}, after {@link #terminate}. A caller that waits
 * for a reply gets a {@link ServerExitedException}. An interrupt that a call-back leaves behind is dropped before the
 * next message.
 *
 * <p>Stands for the behaviour {@code gen_server}.
 *
 * @param <Q> the type of requests
 * @param <R> the type of answers
 * @param <M> the type of messages without an answer
 */
public interface GenServer<Q, R, M> {

    /**
     * Prepares the server while its starter waits. To fail, it throws or calls {@link ServerContext#stop(ExitReason)}.
     *
     * @param self the operations of the server
     * @return {@link Init#READY}, or {@link Init#IGNORE} if the server has no work
     * @throws Exception any exception: the start fails
     */
    default Init init(ServerContext self) throws Exception {
        return Init.READY;
    }

    /**
     * Answers a request. It returns the answer, or returns {@code from.later()} and calls {@link ReplyTo#reply} later,
     * from any thread.
     *
     * @param request the request
     * @param from answers the caller
     * @param self the operations of the server
     * @return the answer
     * @throws Exception any exception: the server ends
     */
    R handleCall(Q request, ReplyTo<R> from, ServerContext self) throws Exception;

    /**
     * Takes a message without an answer. By default the message is logged as a warning and dropped.
     *
     * @param message the message of {@code cast}
     * @param self the operations of the server
     * @throws Exception any exception: the server ends
     */
    default void handleCast(M message, ServerContext self) throws Exception {
        GuardedLog.of(getClass()).warn("{} has no use for the cast {}", self.self(), message);
    }

    /**
     * Takes any other message: a message sent to the pid, {@link io.github.ppool.process.Down} or {@link
     * io.github.ppool.process.Exit}. By default the message is logged as a warning and dropped.
     *
     * @param message the message
     * @param self the operations of the server
     * @throws Exception any exception: the server ends
     */
    default void handleInfo(Object message, ServerContext self) throws Exception {
        GuardedLog.of(getClass()).warn("{} received an unexpected message: {}", self.self(), message);
    }

    /**
     * No message has come within the time set with {@link ServerContext#idleTimeout}. By default the server ignores it.
     *
     * @param self the operations of the server
     * @throws Exception any exception: the server ends
     */
    default void handleTimeout(ServerContext self) throws Exception {}

    /**
     * Cleans up. It is the last call-back, when the server stops or fails, or when its parent ends it and it traps
     * exits. It is not called when an exit signal ends the server: {@link ExitReason#KILL}, or any other if the server
     * does not trap exits.
     *
     * @param reason the exit reason of the server
     * @param self the operations of the server
     * @throws Exception any exception: it becomes the exit reason
     */
    default void terminate(ExitReason reason, ServerContext self) throws Exception {}

    /**
     * Returns true if a caller may run {@link #handleCall} by itself while the server is idle, which saves two context
     * switches. Called once, on the server's process, after {@link #init} has returned {@link Init#READY}. Has no
     * counterpart in OTP.
     *
     * <p>With true, a thread that calls {@link GenServerRef#call(Object)}, {@link GenServerRef#call(Object, Duration)}
     * or {@link GenServerRef#callForever} while the server waits for a message runs {@code handleCall} within that
     * call. The order of messages stays: no call overtakes a waiting message. During {@code handleCall} the thread is
     * the server's process, so {@link io.github.ppool.process.ProcessSystem#currentProcess()}, links, exit signals and
     * waits are those of the server. An exception ends the server as ever, and {@link #terminate} runs on the server's
     * own thread.
     *
     * <p>All else runs on the server's own thread too: the other call-backs, {@link GenServerRef#callAsync}, and calls
     * with a time-out of zero or less. The same holds for calls while the server is busy or has an {@linkplain
     * ServerContext#idleTimeout idle time-out} running, and for calls of a thread that is interrupted or has little
     * stack left.
     *
     * <p>The server should return true only if {@code handleCall} is short and does not depend on its thread:
     *
     * <ul>
     *   <li>Its thread-locals, scoped values, locks and transactions are those of the caller. The context class loader
     *       is the server's.
     *   <li>The caller returns when {@code handleCall} is over, also beyond its time-out, and then has the answer. A
     *       killed caller is dead at once, but its thread first finishes {@code handleCall}. If the server is killed,
     *       the thread is interrupted, and the caller learns of it when {@code handleCall} is over.
     *   <li>An interrupt of the caller's thread does not end waits of the library's processes, for example {@code
     *       receive} or {@code call}. It ends other waits of {@code handleCall}, such as {@link
     *       Thread#sleep(Duration)}, and with them the server.
     *   <li>It has only the stack that the caller has left.
     *   <li>A deep chain of such servers that call one another runs on one stack.
     * </ul>
     *
     * @return true for such a server, false by default; a server that also {@linkplain ServerContext#allowCallerRuns
     *     allows caller-runs} by itself fails to start with an {@link IllegalStateException}
     */
    default boolean callerRuns() {
        return false;
    }

    /** The outcome of {@link #init}. */
    enum Init {
        /** The server is ready. */
        READY,
        /** The server has no work; the process ends, and that is no failure: OTP's {@code ignore}. */
        IGNORE
    }
}
