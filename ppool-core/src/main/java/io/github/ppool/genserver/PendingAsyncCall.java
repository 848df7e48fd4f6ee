package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.util.concurrent.CompletableFuture;

/** A caller that does not wait. */
final class PendingAsyncCall<R> extends ReplyTo<R> {

    private final Pid server;
    private final CompletableFuture<R> future = new CompletableFuture<>();

    PendingAsyncCall(Pid server) {
        this.server = server;
    }

    CompletableFuture<R> future() {
        return future;
    }

    @Override
    public boolean reply(R value) {
        return future.complete(value);
    }

    @Override
    boolean fail(ExitReason reason) {
        return future.completeExceptionally(new ServerExitedException(server, reason));
    }
}
