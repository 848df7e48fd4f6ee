package io.github.ppool.genserver;

import io.github.ppool.process.Exit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessInit;
import io.github.ppool.process.CallerRuns;
import java.util.function.Supplier;

/** The life of a server process: init, then one message after the other, then terminate. */
final class ServerLoop<Q, R, M> implements ProcessInit {

    /** A request. The caller's watch tells the caller of the server's end. */
    record Call<Q, R>(Q request, ReplyTo<R> from) {}

    /** A message without an answer. */
    record Cast<M>(M message) {}

    /** Gives the server another parent: its exit signals stop the server. */
    record ParentIs(Pid parent) {}

    /** Stops the server: {@code gen_server:stop/3}. */
    record Stop(ExitReason reason) {}

    /** Asks for an answer after all earlier messages have been taken. */
    record Ping(ReplyTo<Boolean> from) {}

    /** The state that a caller needs to run a call-back as the server. */
    record Callbacks(GenServer<?, ?, ?> server, ServerContext self) {}

    private final Supplier<? extends GenServer<Q, R, M>> factory;
    private final Pid parent; // the first parent; this object may start many servers, so the changes are in the context

    ServerLoop(Supplier<? extends GenServer<Q, R, M>> factory, Pid parent) {
        this.factory = factory;
        this.parent = parent;
    }

    @Override
    public InitResult init(ProcessContext process) throws Exception {
        ServerContext self = new ServerContext(process, parent);
        GenServer<Q, R, M> server = factory.get();
        GenServer.Init ready = server.init(self);
        ExitReason stopReason = self.stopReason();
        if (stopReason != null) {
            return InitResult.stop(stopReason);
        }
        if (ready == GenServer.Init.IGNORE) {
            return InitResult.ignore();
        }
        if (server.callerRuns()) {
            if (self.allowsCallerRuns()) {
                throw new IllegalStateException(
                        "callerRuns must be false for a server that allows caller-runs by itself: " + self.self());
            }
            self.allowCallerRuns(new CallerRuns<>(process, new Callbacks(server, self)));
        }
        return InitResult.ok(own -> serve(server, self));
    }

    /** True if the server lets callers run. Any thread. */
    static boolean letsCallersRun(Pid server) {
        return CallerRuns.isOf(server, Callbacks.class);
    }

    /**
     * Runs the call-back for a request on the caller's thread, if the server is idle. Afterwards there is an answer, or
     * one comes later, or the server has ended or is about to.
     *
     * @return true if the call-back was run
     */
    static boolean tryRunAs(Pid server, Object request, PendingCall<?> from) {
        return CallerRuns.tryRunAs(server, Callbacks.class, callbacks -> run(callbacks, request, from));
    }

    @SuppressWarnings("unchecked") // as below
    private static <Q, R> void run(Callbacks callbacks, Object request, PendingCall<R> from) throws Exception {
        ServerContext self = callbacks.self();
        R value = ((GenServer<Q, R, ?>) callbacks.server()).handleCall((Q) request, from, self);
        if (self.self().isAlive()) { // else the end has come before the answer
            answer(from, value, self);
        }
        ExitReason stopReason = self.stopReason();
        if (stopReason != null) {
            throw self.process().exit(stopReason); // the server's own thread handles it
        }
        if (self.hasIdleTimeout()) {
            throw new IdleTimeoutChanged();
        }
    }

    private void serve(GenServer<Q, R, M> server, ServerContext self) throws Exception {
        ExitReason reason;
        try {
            reason = loop(server, self);
        } catch (ProcessExit exit) {
            reason = exit.reason();
        } catch (Exception | Error thrown) {
            reason = ExitReason.failure(thrown);
        }
        // A signal has ended the server in the middle of a call-back: no clean-up, as in OTP.
        if (self.self().isAlive()) {
            try {
                server.terminate(reason, self);
            } finally {
                self.giveLastAnswer();
            }
        }
        throw self.process().exit(reason);
    }

    private ExitReason loop(GenServer<Q, R, M> server, ServerContext self) throws Exception {
        while (true) {
            self.dropInterrupt();
            Object message = self.next();
            switch (message) {
                case null -> server.handleTimeout(self);
                case Call<?, ?> call -> answer(server, self, call);
                case Cast<?> cast -> handleCast(server, self, cast);
                case Stop(ExitReason reason) -> self.stop(reason);
                case ParentIs(Pid other) -> self.parent(other);
                case Ping(ReplyTo<Boolean> from) -> from.reply(true);
                case Exit(Pid from, ExitReason reason) when from.equals(self.parent()) -> self.stop(reason);
                default -> server.handleInfo(message, self);
            }
            ExitReason stopReason = self.stopReason();
            if (stopReason != null) {
                return stopReason;
            }
        }
    }

    @SuppressWarnings("unchecked") // only a GenServerRef of these types makes calls
    private void answer(GenServer<Q, R, M> server, ServerContext self, Call<?, ?> message) throws Exception {
        Call<Q, R> call = (Call<Q, R>) message;
        R value = server.handleCall(call.request(), call.from(), self);
        answer(call.from(), value, self);
    }

    private static <R> void answer(ReplyTo<R> from, R value, ServerContext self) {
        if (from.isDeferred()) {
            return;
        }
        if (self.stopReason() == null) {
            from.reply(value);
        } else {
            // OTP answers a call that stops the server after terminate: the receiver of the answer may rely on the
            // clean-up
            self.lastAnswer(() -> from.reply(value));
        }
    }

    @SuppressWarnings("unchecked") // as above
    private void handleCast(GenServer<Q, R, M> server, ServerContext self, Cast<?> cast) throws Exception {
        server.handleCast((M) cast.message(), self);
    }
}
