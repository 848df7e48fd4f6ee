package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.CallerRuns;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the call-backs of a {@link GenServer} can do as the server. On the server's own thread only, and on that of a
 * caller that {@linkplain GenServer#callerRuns runs} a call-back.
 */
public final class ServerContext {

    private final ProcessContext process;
    private @Nullable ExitReason stopReason;
    private @Nullable Duration idleTimeout;
    private Pid parent;
    private @Nullable CallerRuns<?> callerRuns;
    private Runnable lastAnswer = () -> {};

    ServerContext(ProcessContext process, Pid parent) {
        this.process = process;
        this.parent = parent;
    }

    /**
     * The process that the server is.
     *
     * @return its context
     */
    public ProcessContext process() {
        return process;
    }

    /**
     * The server's pid.
     *
     * @return the pid
     */
    public Pid self() {
        return process.self();
    }

    /**
     * Ends the server once the call-back has returned, and after {@link GenServer#terminate}; the answer that
     * {@code handleCall} then returns is given after {@code terminate}, before the server's end. Called again, the last
     * reason counts. Stands for returning <code>{stop, Reason, …}</code>.
     *
     * @param reason why
     */
    public void stop(ExitReason reason) {
        stopReason = Objects.requireNonNull(reason, "reason must not be null");
    }

    /**
     * Calls {@link GenServer#handleTimeout} if nothing comes for that time after this call-back has returned. Holds for
     * the next wait only. Stands for the time-out in <code>{noreply, State, Timeout}</code>.
     *
     * @param time zero means at once if nothing is there already
     * @throws IllegalArgumentException if the time is negative
     */
    public void idleTimeout(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time must not be negative, got: " + time);
        }
        idleTimeout = time;
    }

    /**
     * From now on others may {@linkplain CallerRuns act} for the server whenever it waits for a message without an
     * {@linkplain #idleTimeout idle time-out}.
     *
     * @param shared the server's own
     */
    public void allowCallerRuns(CallerRuns<?> shared) {
        callerRuns = Objects.requireNonNull(shared, "turn must not be null");
    }

    /**
     * After a call-back: an interrupt that it has left behind must not fail the next wait. One that means the end is
     * found by that wait.
     */
    void dropInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            Thread.interrupted();
        }
    }

    /** Waits for the next message; null when the idle time-out is over. */
    @Nullable
    Object next() throws InterruptedException {
        while (true) {
            Duration idle = idleTimeout;
            idleTimeout = null;
            if (idle != null) {
                return process.receive(idle);
            }
            if (callerRuns == null) {
                return process.receive();
            }
            try {
                return callerRuns.receive();
            } catch (IdleTimeoutChanged idleTimeoutWasSet) {
                // by a call-back that a caller has run
            }
        }
    }

    boolean allowsCallerRuns() {
        return callerRuns != null;
    }

    boolean hasIdleTimeout() {
        return idleTimeout != null;
    }

    @Nullable
    ExitReason stopReason() {
        return stopReason;
    }

    Pid parent() {
        return parent;
    }

    void parent(Pid other) {
        parent = other;
    }

    /** What is answered once the server has cleaned up. */
    void lastAnswer(Runnable answer) {
        lastAnswer = answer;
    }

    void giveLastAnswer() {
        lastAnswer.run();
    }
}
