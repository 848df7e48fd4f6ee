package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;

/**
 * LYSE's {@code ppool_nagger}: sends its task to a receiver every delay, so many times or for ever, then ends normally.
 * A call stops it.
 */
final class Nagger implements GenServer<Nagger.Stop, String, Object> {

    /** For ever: LYSE's {@code infinity}. */
    static final int FOR_EVER = -1;

    /** The one thing that it can be asked. */
    record Stop() {}

    /** The message that the receiver gets. */
    record Nag(Pid nagger, String task) {}

    private final String task;
    private final Duration delay;
    private final Pid sendTo;
    private int left;

    Nagger(String task, Duration delay, int max, Pid sendTo) {
        this.task = task;
        this.delay = delay;
        this.sendTo = sendTo;
        this.left = max;
    }

    @Override
    public Init init(ServerContext self) {
        self.idleTimeout(delay);
        return Init.READY;
    }

    @Override
    public String handleCall(Stop request, ReplyTo<String> from, ServerContext self) {
        self.stop(ExitReason.NORMAL);
        return "ok";
    }

    @Override
    public void handleTimeout(ServerContext self) {
        sendTo.send(new Nag(self.self(), task));
        if (left == FOR_EVER || --left > 0) {
            self.idleTimeout(delay);
        } else {
            self.stop(ExitReason.NORMAL);
        }
    }
}
