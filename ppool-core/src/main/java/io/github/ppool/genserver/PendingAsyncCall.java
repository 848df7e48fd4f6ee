package io.github.ppool.genserver;

import io.github.ppool.guard.ForeignCode;
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
        return ForeignCode.ask(() -> future.complete(value)); // what depends on it
    }

    @Override
    boolean fail(ExitReason reason) {
        return ForeignCode.ask(() -> future.completeExceptionally(new ServerExitedException(server, reason)));
    }
}
