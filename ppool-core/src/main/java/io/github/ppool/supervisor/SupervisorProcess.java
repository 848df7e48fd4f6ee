package io.github.ppool.supervisor;

import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.process.Exit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.CallerRuns;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The process of a supervisor: takes one message after the other and dispatches it. OTP's supervisor is a {@code
 * gen_server}, and so is this one.
 */
final class SupervisorProcess
        implements
            GenServer<SupervisorProcess.Request<?>, SupervisorProcess.Reply<?>, RestartDue> {

    /** A request of {@link Supervisor}: the work itself, for this process. Its text is built for a trace only. */
    record Request<T>(String what, Object whom, @Nullable Object by, Function<SupervisorRequests, T> work) {
        @Override
        public String toString() {
            return (what + " " + ForeignText.of(whom)).trim();
        }
    }

    /** The answer, or the misuse that only this process could find. */
    record Reply<T>(@Nullable T value, @Nullable IllegalArgumentException misuse) {}

    private final SupervisorSpec spec;
    private @Nullable RestartLogic restarts;
    private @Nullable SupervisorRequests requests;

    SupervisorProcess(SupervisorSpec spec) {
        this.spec = spec;
    }

    @Override
    public Init init(ServerContext self) throws Exception {
        String name = spec.registeredName();
        if (name != null) {
            Pid holder = self.process().system().registerOrFind(name, self.self());
            if (!holder.equals(self.self())) {
                self.stop(ExitReason.of(new AlreadyStarted(name, holder)));
                return Init.READY;
            }
        }
        RestartLogic made = new RestartLogic(self, spec);
        restarts = made;
        SupervisorRequests shared = new SupervisorRequests(made);
        requests = shared;
        made.startFirstChildren();
        self.allowCallerRuns(new CallerRuns<>(self.process(), shared));
        return Init.READY;
    }

    @Override
    public Reply<?> handleCall(Request<?> request, ReplyTo<Reply<?>> from, ServerContext self) {
        Reply<?> reply = answer(request);
        if (restarts().isTracing()) {
            restarts().trace(request.toString(), request.by(), reply.misuse() == null ? reply.value() : reply.misuse());
        }
        return reply;
    }

    private <T> Reply<T> answer(Request<T> request) {
        try {
            return new Reply<>(request.work().apply(requests()), null);
        } catch (IllegalArgumentException misuse) {
            return new Reply<>(null, misuse);
        }
    }

    @Override
    public void handleCast(RestartDue due, ServerContext self) throws Exception {
        restarts().due(due.child(), due.pending());
    }

    @Override
    public void handleInfo(Object message, ServerContext self) throws Exception {
        if (message instanceof Exit(Pid from, ExitReason reason)) {
            restarts().exited(from, reason);
        } else {
            restarts().reports().unexpected(message);
        }
    }

    @Override
    public void terminate(ExitReason reason, ServerContext self) throws Exception {
        restarts().stopAllChildren();
    }

    private RestartLogic restarts() {
        if (restarts == null) {
            throw new IllegalStateException("init has not run");
        }
        return restarts;
    }

    private SupervisorRequests requests() {
        if (requests == null) {
            throw new IllegalStateException("init has not run");
        }
        return requests;
    }
}
