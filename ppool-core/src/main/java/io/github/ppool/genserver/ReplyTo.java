package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;
import org.jspecify.annotations.Nullable;

/**
 * Answers one caller. Any thread may answer, once. Stands for the {@code From} of {@code handle_call/3}.
 *
 * @param <R> the type of the answer
 */
public abstract sealed class ReplyTo<R> permits PendingCall, PendingAsyncCall {

    private boolean deferred; // used by the server's thread only

    ReplyTo() {}

    /**
     * Answers. Any thread; does not block. The first answer counts. Stands for {@code gen_server:reply/2}.
     *
     * @param value the answer
     * @return true if the answer counts; false if there was an answer, or if the caller no longer waits
     */
    public abstract boolean reply(R value);

    abstract boolean fail(ExitReason reason);

    /**
     * Postpones the answer to a later {@link #reply}. Called on the server's thread, within {@link
     * GenServer#handleCall} only. Stands for the result {@code noreply}.
     *
     * @return a value for {@code handleCall} to return, which is never passed on
     */
    @SuppressWarnings("NullAway") // the value is never passed on
    public R later() {
        deferred = true;
        return nothing();
    }

    private @Nullable R nothing() {
        return null;
    }

    boolean isDeferred() {
        return deferred;
    }
}
