package io.github.ppool.genserver;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.ExitReason;
import java.time.Duration;

/**
 * The call-backs of a server process. All of them run on the process's own thread (see {@link #callerRuns} for the
 * exception), one at a time, so that the fields of the implementing class are its state and need no lock. An exception
 * from any of them ends the server with {@link ExitReason#failure(Throwable)}, after {@link #terminate}; who waits for
 * a reply gets a {@link ServerExitedException}. An interrupt that a call-back leaves behind is dropped before the next
 * message.
 *
 * <p>Stands for the behaviour {@code gen_server}.
 *
 * @param <Q> what can be asked with {@code call}
 * @param <R> what is answered
 * @param <M> what can be told with {@code cast}
 */
public interface GenServer<Q, R, M> {

    /**
     * Prepares the server, while its starter waits. To fail, throw, or call {@link ServerContext#stop(ExitReason)}.
     *
     * @param self this process
     * @return {@link Init#READY}, or {@link Init#IGNORE} if there is nothing to do for this server
     * @throws Exception whatever it likes: the start fails
     */
    default Init init(ServerContext self) throws Exception {
        return Init.READY;
    }

    /**
     * Answers a request. Either return the answer, or {@code return from.later()} and call {@link ReplyTo#reply} some
     * time later, from any thread.
     *
     * @param request what is asked
     * @param from whom to answer
     * @param self this process
     * @return the answer
     * @throws Exception whatever it likes: the server ends
     */
    R handleCall(Q request, ReplyTo<R> from, ServerContext self) throws Exception;

    /**
     * Takes a message that wants no answer. By default it is logged as a warning and dropped.
     *
     * @param message what was sent with {@code cast}
     * @param self this process
     * @throws Exception whatever it likes: the server ends
     */
    default void handleCast(M message, ServerContext self) throws Exception {
        GuardedLog.of(getClass()).warn("{} has no use for the cast {}", self.self(), message);
    }

    /**
     * Takes any other message: what was sent to the pid, {@link io.github.ppool.process.Down},
     * {@link io.github.ppool.process.Exit}. By default it is logged as a warning and dropped.
     *
     * @param message the message
     * @param self this process
     * @throws Exception whatever it likes: the server ends
     */
    default void handleInfo(Object message, ServerContext self) throws Exception {
        GuardedLog.of(getClass()).warn("{} received an unexpected message: {}", self.self(), message);
    }

    /**
     * Nothing has come for the time set with {@link ServerContext#idleTimeout}. By default nothing happens.
     *
     * @param self this process
     * @throws Exception whatever it likes: the server ends
     */
    default void handleTimeout(ServerContext self) throws Exception {}

    /**
     * Cleans up. Called as the last thing when the server stops, fails, or its parent tells it to end and it traps
     * exits. Not called when it is ended by an exit signal: by {@link ExitReason#KILL}, or by any other if it does not
     * trap exits.
     *
     * @param reason why the server ends
     * @param self this process
     * @throws Exception whatever it likes: it becomes the reason
     */
    default void terminate(ExitReason reason, ServerContext self) throws Exception {}

    /**
     * Whether a caller may run {@link #handleCall} by itself while the server is idle, which saves two switches of
     * threads. Asked once, on the server's process, after {@link #init} has said {@link Init#READY}. By default false.
     * Has no counterpart in OTP.
     *
     * <p>If it says true, a thread that calls {@link GenServerRef#call(Object)},
     * {@link GenServerRef#call(Object, Duration)} or {@link GenServerRef#callForever} while the server waits for a
     * message runs {@code handleCall} within that call. The order of messages is the same: no call overtakes a message
     * that waits. For the time of {@code handleCall} the thread is the server's process, so
     * {@link io.github.ppool.process.ProcessSystem#currentProcess()}, links, exit signals and waits are those of the
     * server. An exception ends the server as ever, and {@link #terminate} runs on the server's own thread. Everything
     * else also runs there: the other call-backs, calls that come while the server is busy or has an
     * {@linkplain ServerContext#idleTimeout idle time-out} running, calls with a time-out of zero or less,
     * {@link GenServerRef#callAsync}, and calls by a thread that is interrupted or has little stack left.
     *
     * <p>Say true only if {@code handleCall} is short and does not depend on its thread:
     *
     * <ul>
     *   <li>Its thread-locals, its scoped values, the locks that it holds and its transactions are those of the caller.
     *       The context class loader is the server's.
     *   <li>The caller comes back when {@code handleCall} is over, also beyond its time-out, and then has the answer. A
     *       caller that is killed is dead at once, but its thread goes on with {@code handleCall} first. If the server
     *       is killed, the thread is interrupted, and the caller hears of it when {@code handleCall} is over.
     *   <li>An interrupt of the caller's thread does not end waits of the library's processes, {@code receive} or
     *       {@code call} for example. It ends other waits of {@code handleCall}, such as
     *       {@link Thread#sleep(Duration)}, and with them the server.
     *   <li>It has the stack that the caller has left.
     *   <li>A deep chain of such servers that call one another runs on one stack.
     * </ul>
     *
     * @return true for such a server; the server must not {@linkplain ServerContext#allowCallerRuns lend} a turn of its own then,
     *     or its start fails with an {@link IllegalStateException}
     */
    default boolean callerRuns() {
        return false;
    }

    /** What {@link #init} can say. */
    enum Init {
        /** The server is ready. */
        READY,
        /** There is nothing to do; the process ends and is no failure: OTP's {@code ignore}. */
        IGNORE
    }
}
