package io.github.ppool.genserver;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A call whose caller does not wait. */
final class PendingAsyncCall<R> extends ReplyTo<R> {

    private final Pid server;
    private final CompletableFuture<R> future = new CompletableFuture<>();
    /** Set before the server completes the stage. If another thread completes the stage, the caller no longer waits. */
    private volatile boolean answered;

    PendingAsyncCall(Pid server) {
        this.server = server;
    }

    CompletableFuture<R> future() {
        return future;
    }

    boolean isAnswered() {
        return answered;
    }

    @Override
    public boolean reply(R value) {
        boolean first = !answered;
        answered = true;
        boolean counts = settled(() -> future.complete(value));
        if (first && !counts) {
            UnansweredCalls.answered(server);
        }
        return counts;
    }

    @Override
    boolean fail(ExitReason reason) {
        answered = true;
        return settled(() -> future.completeExceptionally(new ServerExitedException(server, reason)));
    }

    /** Dependents of the answer run on the calling thread, as a rule that of the server. */
    private boolean settled(BooleanSupplier settling) {
        boolean[] counts = {false};
        ForeignCode.run(this, () -> counts[0] = settling.getAsBoolean());
        return counts[0];
    }

    @Override
    public String toString() {
        return "What depends on an answer of " + server;
    }
}
