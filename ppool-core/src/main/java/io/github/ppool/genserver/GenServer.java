package io.github.ppool.genserver;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.ExitReason;

/**
 * The call-backs of a server process. All of them run on the process's own thread, one at a time, so that the fields of the
 * implementing class are its state and need no lock. An exception from any of them ends the server with
 * {@link ExitReason#failure(Throwable)}, after {@link #terminate}; who waits for a reply gets a {@link ServerExitedException}. An
 * interrupt that a call-back leaves behind is dropped before the next message.
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
     * Answers a request. Either return the answer, or {@code return from.later()} and call {@link ReplyTo#reply} some time later,
     * from any thread.
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
     * Cleans up. Called as the last thing when the server stops, fails, or its parent tells it to end and it traps exits. Not
     * called when it is ended by an exit signal: by {@link ExitReason#KILL}, or by any other if it does not trap exits.
     *
     * @param reason why the server ends
     * @param self this process
     * @throws Exception whatever it likes: it becomes the reason
     */
    default void terminate(ExitReason reason, ServerContext self) throws Exception {}

    /** What {@link #init} can say. */
    enum Init {
        /** The server is ready. */
        READY,
        /** There is nothing to do; the process ends and is no failure: OTP's {@code ignore}. */
        IGNORE
    }
}
