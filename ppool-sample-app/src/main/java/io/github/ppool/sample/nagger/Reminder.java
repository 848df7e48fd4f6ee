package io.github.ppool.sample.nagger;

import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.process.ExitReason;
import io.github.ppool.sample.mail.Deliveries;
import io.github.ppool.sample.mail.Mail;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The request and the progress of a nagger. All methods may be called from any thread. */
class Reminder {

    private final long id;
    private final String name;
    private final String from;
    private final NaggerRequest request;
    private final AtomicInteger nagged = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile @Nullable Task<?> task;
    private volatile boolean stopped;

    Reminder(String run, long id, String from, NaggerRequest request) {
        this.id = id;
        this.name = run + id;
        this.from = from;
        this.request = request;
    }

    long id() {
        return id;
    }

    // ---- for the nagger

    Duration every() {
        return request.every();
    }

    boolean isWanted(int number) {
        return !stopped && (request.times() == null || number <= request.times());
    }

    Mail nag(int number) {
        nagged.incrementAndGet();
        String progress = request.times() == null ? "reminder " + number : number + " of " + request.times();
        return new Mail(
                from,
                request.to(),
                request.task() + " (" + progress + ")",
                "You wanted to be reminded: " + request.task(),
                name);
    }

    /** The key of a mail: one nagger never hands it over twice. */
    String key(int number) {
        return name + "." + number;
    }

    /** The name of the nagger, which no other one has, not even in another run of the application. */
    String name() {
        return name;
    }

    // ---- for the client

    void accepted(Task<?> accepted) {
        task = accepted;
        accepted.result().whenComplete((nothing, failure) -> ended.complete(null));
        if (stopped) {
            end(accepted);
        }
    }

    void refused() {
        ended.complete(null);
    }

    /** Ends the nagger in any state: in the queue, asleep, or at work. Has no effect after its end. */
    void stop() {
        if (hasEnded()) {
            return;
        }
        stopped = true;
        Task<?> accepted = task;
        if (accepted != null) {
            end(accepted);
        }
    }

    private static void end(Task<?> task) {
        if (!task.cancel()) {
            task.exit(ExitReason.SHUTDOWN);
        }
    }

    /** Completes at the end of the nagger, for any reason. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    NaggerState state() {
        Task<?> accepted = task;
        TaskState state = accepted == null ? TaskState.QUEUED : accepted.state();
        if (stopped && state.isFinal()) {
            return NaggerState.STOPPED;
        }
        return switch (state) {
            // with `run` it never waits in a queue: it has its place, and its worker is still being made
            case QUEUED -> request.mode() == Mode.RUN ? NaggerState.RUNNING : NaggerState.QUEUED;
            case RUNNING -> NaggerState.RUNNING;
            case DONE -> NaggerState.DONE;
            case FAILED -> NaggerState.FAILED;
            case CANCELLED -> NaggerState.STOPPED;
            case REJECTED -> NaggerState.REJECTED;
        };
    }

    boolean hasEnded() {
        return state().compareTo(NaggerState.RUNNING) > 0;
    }

    NaggerView view(Deliveries.Count mails) {
        return new NaggerView(
                id,
                request.task(),
                request.every(),
                request.times(),
                request.to(),
                request.mode(),
                state(),
                nagged.get(),
                mails.sent(),
                mails.lost());
    }

    @Override
    public String toString() {
        String limit = request.times() == null
                ? " reminders, without a limit"
                : " of " + request.times() + " reminders";
        return "nagger " + id + " '" + request.task() + "' is " + state().name().toLowerCase(Locale.ROOT) + " after "
                + nagged + limit;
    }
}
