package io.github.ppool.port;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.guard.VisibleText;
import io.github.ppool.pool.WorkerWear;
import io.github.ppool.process.ExitReason;
import io.github.ppool.time.MonotonicClock;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A running program of the operating system, which answers each request with one answer. A worker of a pool: see {@link
 * PortFactory}. Borrow it and call {@link #request(String)}, from any thread, one request at a time.
 *
 * <p>The program and the port stay in step, or the port ends. A request that does not come to its whole answer breaks
 * the port for good: by its time-out, by an answer against the protocol, by the end of the program or of the worker.
 * The program is then killed with all its descendants, and the worker ends with that exception as its reason. So an
 * answer that comes late, or half of one, never reaches the next request.
 *
 * <p>A request blocks the calling thread, which an interrupt does not end. The {@linkplain
 * PortFactory.Builder#requestTimeout time-out} ends it in any case. A virtual thread keeps its
 * carrier meanwhile, and the JDK adds another carrier for that time, up to 256.
 *
 * <p>Stands for an Erlang port with the options {@code exit_status}, {@code use_stdio}, and {@code line} or {@code
 * packet}.
 */
public final class Port implements AutoCloseable {

    /** A message up to this length fits into an empty pipe, and is written by the thread that reads the answer. */
    private static final int FITS_INTO_PIPE = 16_384;
    /** After the end of its output, a program has ended within that time, or it has closed its output only. */
    private static final long EXIT_SECONDS = 1;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long MEMORY_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * The work of the port. The thread that has moved it from IDLE to BUSY uses the pipes, and no other thread. The
     * thread that has moved it from IDLE to LOOKING asks if there is output in them. CLOSED and BROKEN are final.
     */
    private enum State {
        IDLE,
        LOOKING,
        BUSY,
        BROKEN,
        CLOSED
    }

    private final PortSettings settings;
    private final Framing framing;
    private final MonotonicClock clock;
    private final String name;
    private final Process process;
    private final ErrorOutput errors;
    private final ProcessTree tree;
    private final PortInput input;
    private final OutputStream output;
    private final RequestDeadline deadline;
    private final CompletionStage<Void> end;
    private final WorkerWear wear = new WorkerWear();
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final AtomicReference<@Nullable PortException> failure = new AtomicReference<>();
    private final Object look = new Object();
    /** Written by the thread that has the state BUSY. */
    private volatile long requests;
    /** True while a thread reads an answer: it waits for a pipe that another process may hold. */
    private volatile boolean reading;
    /** The pool closes the port. */
    private volatile boolean dismissed;
    private long memoryLookNanos;

    private Port(PortSettings settings, MonotonicClock clock, String name, GuardedLog log, Process process) {
        this.settings = settings;
        this.framing = settings.framing();
        this.clock = clock;
        this.name = name;
        this.process = process;
        this.errors = new ErrorOutput(process.getErrorStream(), log, name);
        this.tree = new ProcessTree(process, () -> errors.hasEnded() && !reading);
        this.input = new PortInput(process.getInputStream());
        this.output = process.getOutputStream();
        this.deadline = new RequestDeadline(clock, this::timedOut);
        this.end = process.onExit().thenCompose(ended -> {
            OpenPorts.remove(this);
            PortException why = whyEnded();
            // the end of a worker that is dismissed is no crash
            return dismissed ? new CompletableFuture<Void>() : CompletableFuture.failedFuture(why);
        });
    }

    /**
     * Starts a program.
     *
     * @param name the name of the worker, for its log and its threads
     * @throws PortException if the program can't be started; no process of it is left
     */
    static Port start(PortSettings settings, MonotonicClock clock, String name, GuardedLog log)
            throws PortException {
        List<String> command = new ArrayList<>(settings.command());
        command.set(0, ProgramFile.find(settings.program(), settings.directory()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(settings.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(settings.environment());
        if (settings.endWithJvm()) {
            OpenPorts.announce();
        }
        Port port = null;
        boolean running = false;
        try {
            port = new Port(settings, clock, name, log, builder.start());
            port.errors.start(VisibleText.of(name) + " standard error");
            port.lookLater();
            running = true;
            return port;
        } catch (IOException refused) {
            throw new PortException("the program " + settings.program() + " could not be started", refused);
        } finally {
            if (settings.endWithJvm()) {
                if (port == null) {
                    OpenPorts.notStarted();
                } else {
                    OpenPorts.started(port);
                }
            }
            if (port != null && !running) {
                port.close(); // no thread can be had
            } else if (port != null && !port.process.isAlive()) {
                OpenPorts.remove(port); // it has ended before it was added
            }
        }
    }

    /** Ends with the program, with an exception: the reason of the worker's end. Never, if the pool closes the port. */
    CompletionStage<Void> end() {
        return end;
    }

    /** The mark by which this worker is to be replaced. */
    WorkerWear wear() {
        return wear;
    }

    // ---- for borrowers and tasks

    /**
     * Sends a text and returns the answer, within the time-out of the factory. As {@link #request(String, Duration)}.
     *
     * @param message the request
     * @return the answer
     * @throws PortException if there is no answer; the port is broken then
     */
    public String request(String message) throws PortException {
        return request(message, settings.requestTimeout());
    }

    /**
     * Sends a text as UTF-8 and returns the answer as text. Any thread, one at a time. Blocks until the answer is
     * there.
     *
     * @param message the request; with {@link PortProtocol#LINES} one line without its newline, with {@link
     *     PortProtocol#JSON_LINES} one JSON value on one line
     * @param timeout the longest time, from this call to the end of the answer
     * @return the answer, without its frame
     * @throws PortTimeoutException if the answer is not there in time; the program is killed and the worker ends
     * @throws PortProtocolException if the answer is against the protocol, or is no UTF-8; the program is killed and
     *     the worker ends
     * @throws PortExitException if the program has ended without an answer; the worker ends
     * @throws PortException if the port was broken before, the same exception as then; if it was closed; or if another
     *     request is in progress, which is unchanged
     * @throws IllegalArgumentException if the message is no request of this protocol, is larger than {@code
     *     max-message}, or the time-out is not positive; no request is sent, and the port is as good as before
     * @throws NullPointerException if an argument is null; no request is sent
     */
    public String request(String message, Duration timeout) throws PortException {
        byte[] answer = exchange(Framing.bytes(message), timeout);
        String text = Framing.text(answer);
        if (text == null) {
            throw broken(new PortProtocolException("an answer of " + answer.length + " bytes is no UTF-8", null));
        }
        return text;
    }

    /**
     * Sends bytes and returns those of the answer, within the time-out of the factory. As {@link #request(byte[],
     * Duration)}.
     *
     * @param message the request
     * @return the answer
     * @throws PortException if there is no answer; the port is broken then
     */
    public byte[] request(byte[] message) throws PortException {
        return request(message, settings.requestTimeout());
    }

    /**
     * Sends bytes and returns those of the answer. As {@link #request(String, Duration)}, but for the texts.
     *
     * @param message the request, without its frame; not changed
     * @param timeout the longest time, from this call to the end of the answer
     * @return the answer, without its frame; a new array
     * @throws PortException if there is no answer; the port is broken then
     * @throws IllegalArgumentException as for a text
     */
    public byte[] request(byte[] message, Duration timeout) throws PortException {
        return exchange(message, timeout);
    }

    /**
     * Returns the number that the operating system has given to the program.
     *
     * @return the number; another process may have it once this one has ended
     */
    public long pid() {
        return process.pid();
    }

    /**
     * Returns true if the port can take requests. Does not block.
     *
     * @return false once the program has ended, or the port is broken or closed
     */
    public boolean isUsable() {
        return failure.get() == null && state.get() != State.CLOSED && process.isAlive();
    }

    /**
     * Returns the number of requests that have got their answers.
     *
     * @return 0 or more
     */
    public long requestCount() {
        return requests;
    }

    // ---- one exchange

    private byte[] exchange(byte[] message, Duration timeout) throws PortException {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive, got: " + timeout);
        }
        if (message.length > settings.maxMessage()) {
            throw new IllegalArgumentException("message must have at most max-message (" + settings.maxMessage()
                    + ") bytes, got: " + message.length);
        }
        byte[] frame = framing.frame(message);
        enter();
        boolean whole = false;
        try {
            deadline.begin(timeout);
            byte[] answer = transfer(frame);
            if (!deadline.end()) { // the answer has come at the last moment, too late
                throw new PortTimeoutException(settings.program(), timeout);
            }
            whole = true;
            count();
            leave();
            return answer;
        } catch (PortException against) {
            throw broken(against);
        } catch (IOException ended) {
            throw broken(outOfStep(ended));
        } finally {
            if (!whole) { // after each failure: no byte of this exchange may reach the next one
                PortException unused = broken(new PortException("a request to " + this + " was cut off", null));
                deadline.end();
            }
        }
    }

    private byte[] transfer(byte[] frame) throws IOException {
        if (input.hasUnread()) {
            throw unasked();
        }
        reading = true;
        try {
            LargeWrite.Running beside = null;
            if (frame.length <= FITS_INTO_PIPE) {
                output.write(frame);
                output.flush();
            } else {
                beside = LargeWrite.start(output, frame, name);
            }
            byte[] answer = framing.read(input);
            if (beside != null) {
                beside.join();
            }
            if (input.hasRest()) {
                throw unasked();
            }
            return answer;
        } finally {
            reading = false;
        }
    }

    private static PortProtocolException unasked() {
        return new PortProtocolException("there is an answer that no request has asked for", null);
    }

    private void enter() throws PortException {
        while (!state.compareAndSet(State.IDLE, State.BUSY)) {
            State now = state.get();
            if (now == State.LOOKING) {
                synchronized (look) { // the look does not block
                    if (state.compareAndSet(State.IDLE, State.BUSY)) {
                        return;
                    }
                }
            } else if (now != State.IDLE) { // else a look has ended in between
                throw refusal();
            }
        }
    }

    private PortException refusal() {
        PortException why = failure.get();
        if (state.get() == State.CLOSED) {
            return new PortException(this + " is closed", why);
        }
        return why == null
                ? new PortException(this + " is in the middle of another request: a port takes one at a time", null)
                : why; // the reason of the worker is the first one, whichever caller is told of it first
    }

    /**
     * An answer that has come as a whole counts, also if the program has ended or the port was closed since. Then the
     * next request is refused.
     */
    private void leave() {
        state.compareAndSet(State.BUSY, State.IDLE);
    }

    private void count() {
        long count = requests + 1;
        requests = count;
        if (settings.maxRequests() > 0 && count >= settings.maxRequests()) {
            wear.mark();
        }
        if (settings.maxMemory() > 0) {
            long now = clock.nanoTime();
            if (count == 1 || now - memoryLookNanos >= MEMORY_LOOK_NANOS) {
                memoryLookNanos = now;
                if (ProcFiles.residentBytes(process.pid()) > settings.maxMemory()) {
                    wear.mark();
                }
            }
        }
    }

    // ---- the end

    /** Why a pipe has failed or ended. */
    private PortException outOfStep(IOException pipe) {
        boolean ended = false;
        boolean interrupted = Thread.interrupted(); // it may be that of the end of a process: the answer counts first
        try {
            ended = process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException again) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return ended
                ? whyEnded()
                : new PortProtocolException(settings.program() + " has closed its "
                        + (pipe instanceof EOFException ? "standard output" : "standard input or output")
                        + " and goes on", pipe);
    }

    /** The program has ended. */
    private PortException whyEnded() {
        PortException why = state.get() == State.CLOSED
                ? new PortException(this + " was closed", null)
                : new PortExitException(settings.program(), process.exitValue());
        return failure.compareAndSet(null, why) ? why : Objects.requireNonNull(failure.get());
    }

    /**
     * The port is of no use any more: the program is killed by another thread. Does not block.
     *
     * @return the first reason of all
     */
    private PortException broken(PortException why) {
        boolean first = failure.compareAndSet(null, why);
        State before = state.getAndUpdate(now -> now == State.CLOSED ? now : State.BROKEN);
        if (before != State.CLOSED && before != State.BROKEN) {
            Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name(VisibleText.of(name) + " kill")
                    .start(tree::kill);
        }
        return first ? why : Objects.requireNonNull(failure.get());
    }

    /** On a thread of the clock, while the request is in progress: it can't end without a deadline any more. */
    private void timedOut(Duration timeout) {
        PortException unused = broken(new PortTimeoutException(settings.program(), timeout));
    }

    /** The worker's process has ended, and its thread may be within a request. */
    void workerEnded(ExitReason reason) {
        if (state.get() == State.BUSY) {
            PortException unused = broken(
                    new PortException("the worker of " + this + " has ended during a request: " + reason, null));
        }
    }

    private void lookLater() {
        var unused = clock.schedule(LOOK, this::lookAgain);
    }

    /** On a thread of the clock, from time to time. */
    private void lookAgain() {
        lookForUnasked();
        if (isUsable()) {
            lookLater();
        }
    }

    /** Finds an answer that no request has asked for, if the port is idle. Does not block. */
    private void lookForUnasked() {
        boolean found = false;
        synchronized (look) {
            if (state.compareAndSet(State.IDLE, State.LOOKING)) {
                try {
                    found = input.hasUnread();
                } catch (IOException ended) {
                    found = false; // the process tells of the end of the program
                } finally {
                    state.compareAndSet(State.LOOKING, State.IDLE);
                }
            }
        }
        if (found) {
            PortException unused = broken(unasked());
        }
    }

    /** True if an idle port has no output in its pipes. Finds an answer that no request has asked for. */
    boolean isInStep() {
        lookForUnasked();
        State now = state.get(); // a thread of the clock may be looking, too
        return isUsable() && (now == State.IDLE || now == State.LOOKING);
    }

    /** The pool closes the port: its worker has ended, or is to end. */
    void dismiss() {
        dismissed = true;
        close();
    }

    /**
     * Ends the program. Closes its input, so that it can end by itself. After the {@linkplain
     * PortFactory.Builder#exitGrace grace} the program and all its descendants get SIGTERM, and after it again SIGKILL.
     * A program in the middle of a request, and one that is out of step, is killed at once. Blocks until all have
     * ended, for about twice the grace at most. Any thread; a second call waits for the first. An interrupt
     * makes it send SIGKILL at once, and stays pending.
     *
     * <p>The pool calls it for its workers. If a borrower does, the worker crashes. Stands for {@code port_close/1},
     * which closes the pipes only.
     */
    @Override
    public void close() {
        State before;
        synchronized (look) { // a look is over then
            before = state.getAndUpdate(now -> now == State.BROKEN ? now : State.CLOSED);
        }
        if (before == State.BUSY) {
            failure.compareAndSet(null, new PortException(this + " was closed during a request", null));
        }
        if (before == State.IDLE || before == State.CLOSED) {
            tree.close(settings.exitGrace());
        } else {
            tree.kill();
        }
        OpenPorts.remove(this);
    }

    @Override
    public String toString() {
        return "port " + settings.program() + " (" + process.pid() + ")";
    }
}
