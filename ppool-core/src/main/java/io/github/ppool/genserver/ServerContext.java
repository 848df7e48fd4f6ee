package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.CallerRuns;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a {@link GenServer} for its call-backs. Only the server's own thread may use it, and a caller that
 * {@linkplain GenServer#callerRuns runs} a call-back.
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
     * Returns the process of the server.
     *
     * @return its operations
     */
    public ProcessContext process() {
        return process;
    }

    /**
     * Returns the pid of the server.
     *
     * @return the pid
     */
    public Pid self() {
        return process.self();
    }

    /**
     * Ends the server after this call-back and {@link GenServer#terminate}. The answer of this {@code handleCall} is
     * given after {@code terminate}, before the server's end. The last of several calls counts. Stands for the result
     * <code>{stop, Reason, …}</code>.
     *
     * @param reason the exit reason
     */
    public void stop(ExitReason reason) {
        stopReason = Objects.requireNonNull(reason, "reason must not be null");
    }

    /**
     * Calls {@link GenServer#handleTimeout} if no message comes within a time after this call-back. Holds for the next
     * wait only. Stands for the time-out in <code>{noreply, State, Timeout}</code>.
     *
     * @param time the time; zero calls at once, unless a message is there already
     * @throws IllegalArgumentException if the time is negative
     */
    public void idleTimeout(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time must not be negative, got: " + time);
        }
        idleTimeout = time;
    }

    /**
     * Lets {@linkplain CallerRuns callers run} for the server from now on, whenever it waits for a message without an
     * {@linkplain #idleTimeout idle time-out}.
     *
     * @param shared the caller-runs lock that the server has made
     */
    public void allowCallerRuns(CallerRuns<?> shared) {
        callerRuns = Objects.requireNonNull(shared, "turn must not be null");
    }

    /**
     * Called after a call-back: an interrupt that it has left behind must not fail the next wait. If the interrupt
     * means the end, that wait finds out.
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
                // a call-back on a caller's thread has set an idle time-out
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

    /** Sets the answer to give after the clean-up. */
    void lastAnswer(Runnable answer) {
        lastAnswer = answer;
    }

    void giveLastAnswer() {
        lastAnswer.run();
    }
}
