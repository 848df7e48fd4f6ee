package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;
import org.jspecify.annotations.Nullable;

/**
 * Whom to answer. Stands for the {@code From} of {@code handle_call/3}.
 *
 * @param <R> what is answered
 */
public abstract sealed class ReplyTo<R> permits PendingCall, PendingAsyncCall {

    private boolean deferred; // the server's thread only

    ReplyTo() {}

    /**
     * Answers. Any thread; does not block. The first answer counts. Stands for {@code gen_server:reply/2}.
     *
     * @param value the answer
     * @return whether it counted; false if there was an answer, or the caller waits no more
     */
    public abstract boolean reply(R value);

    abstract boolean fail(ExitReason reason);

    /**
     * Says that the answer comes later, by {@link #reply}. On the server's thread, in {@link GenServer#handleCall}
     * only. Stands for returning {@code noreply}.
     *
     * @return a value for {@code handleCall} to return, which nobody will see
     */
    @SuppressWarnings("NullAway") // the value is never handed on
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
