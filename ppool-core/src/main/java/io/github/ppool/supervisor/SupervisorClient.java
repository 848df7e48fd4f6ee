package io.github.ppool.supervisor;

import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.process.CallerRuns;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of a {@link Supervisor} handle to the supervisor's process and waits for the answers. If the
 * process is idle, the calling thread runs a suitable request by itself, see {@link CallerRuns}. Any thread.
 *
 * @param server the supervisor's process
 */
record SupervisorClient(
        GenServerRef<SupervisorProcess.Request<?>, SupervisorProcess.Reply<?>, RestartDue> server) {

    /**
     * With this many orphans or more, no caller runs a request: ended processes whose threads have not ended need the
     * processor.
     */
    private static final int MANY_ORPHANS = 64;

    SupervisorClient(ProcessSystem system, Pid pid) {
        this(new GenServerRef<>(system, pid));
    }

    Pid pid() {
        return server.pid();
    }

    boolean stop(ExitReason reason, Duration timeout) throws InterruptedException {
        return server.stop(reason, timeout);
    }

    void tellToStop(ExitReason reason) {
        server.tellToStop(reason);
    }

    /** Runs a query: on the calling thread if the supervisor is idle, else on the supervisor's. */
    <T> T look(String what, Object whom, Function<SupervisorRequests, T> work) throws InterruptedException {
        T seen = CallerRuns.tryRun(pid(), SupervisorRequests.class, requests -> requests.tryLook(work));
        return seen != null ? seen : ask(what, whom, work);
    }

    /**
     * Runs an action: on the calling thread if the supervisor is idle and the action needs no wait, else on the
     * supervisor's.
     */
    ChildResult act(
            String what,
            Object whom,
            Function<SupervisorRequests, @Nullable ChildResult> atOnce,
            Function<SupervisorRequests, ChildResult> work)
            throws InterruptedException {
        if (server.system().orphanCount() >= MANY_ORPHANS) {
            // A caller that never waits ends children faster than their threads run, and on one processor keeps them
            // from it.
            Thread.yield();
            return ask(what, whom, work);
        }
        ChildResult done = CallerRuns.tryRun(pid(), SupervisorRequests.class, atOnce);
        return done != null ? done : ask(what, whom, work);
    }

    <T> T ask(String what, Object whom, Function<SupervisorRequests, T> work) throws InterruptedException {
        return value(server.callForever(request(what, whom, work)));
    }

    <T> CompletionStage<T> askAsync(String what, Object whom, Function<SupervisorRequests, T> work) {
        return server.callAsync(request(what, whom, work)).thenApply(SupervisorClient::value);
    }

    private static <T> SupervisorProcess.Request<T> request(
            String what, Object whom, Function<SupervisorRequests, T> work) {
        ProcessContext caller = ProcessSystem.currentProcess();
        return new SupervisorProcess.Request<>(what, whom, caller == null ? Thread.currentThread() : caller.self(),
                work);
    }

    // the value is the result of this request's work; without a value there is a misuse
    @SuppressWarnings({"unchecked", "NullAway"})
    private static <T> T value(SupervisorProcess.Reply<?> reply) {
        if (reply.misuse() != null) {
            throw reply.misuse();
        }
        return (T) reply.value();
    }
}
