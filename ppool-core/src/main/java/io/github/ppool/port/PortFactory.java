package io.github.ppool.port;

import io.github.ppool.guard.CauseChain;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.WearingFactory;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.pool.WorkerWear;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Starts a program of the operating system for each worker: {@code PortFactory.builder("python3", "-u",
 * "thumbs.py").build()}. The operating system starts the program, without a shell. The end of the program is the end of
 * its worker at once, with a {@link PortExitException} as the reason.
 *
 * <p>The standard error of the program goes to the log of the pool, at level INFO. A line has at most 1,000 bytes
 * there, and a program at most 100 lines a second; the log tells how much is left out.
 *
 * <p>An immutable value; any thread may use it. Stands for {@code open_port/2} in the {@code init} of poolboy's
 * workers.
 */
public sealed class PortFactory implements WorkerFactory<Port> {

    /** The default of {@link Builder#requestTimeout}. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(10);
    /** The default of {@link Builder#maxMessage}: 1 MiB. */
    public static final int DEFAULT_MAX_MESSAGE = 1_048_576;
    /** The default of {@link Builder#exitGrace}. Twice this time is within the default of {@code shutdown}. */
    public static final Duration DEFAULT_EXIT_GRACE = Duration.ofSeconds(2);

    private final PortSettings settings;

    private PortFactory(PortSettings settings) {
        this.settings = settings;
    }

    /** A factory of ports that are replaced. The pool pays for a look at their marks only here. */
    private static final class Replacing extends PortFactory implements WearingFactory<Port> {

        Replacing(PortSettings settings) {
            super(settings);
        }

        @Override
        public WorkerWear wear(Port worker) {
            return worker.wear();
        }
    }

    private static PortFactory of(PortSettings settings) {
        return settings.maxRequests() > 0 || settings.maxMemory() > 0
                ? new Replacing(settings)
                : new PortFactory(settings);
    }

    /**
     * Begins a factory.
     *
     * @param program the program: a path, or a name that is looked up in the PATH of this virtual machine
     * @param arguments its arguments, passed on as they are
     * @return a builder
     */
    public static Builder builder(String program, String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = program;
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return new Builder(List.of(command));
    }

    /**
     * Begins a factory.
     *
     * @param command the program and its arguments
     * @return a builder
     * @throws IllegalArgumentException if the list is empty, the program is blank, or a text contains the character
     *     zero
     */
    public static Builder builder(List<String> command) {
        return new Builder(List.copyOf(command));
    }

    /**
     * Returns a factory that leaves its programs to the application at the end of the virtual machine. For an
     * application that closes its pools at that time itself, as Spring does.
     *
     * @return a factory that is otherwise equal
     */
    public PortFactory leftToPools() {
        return settings.endWithJvm()
                ? of(new PortSettings(settings.command(), settings.framing(), settings.requestTimeout(),
                        settings.directory(), settings.environment(), settings.maxMessage(), settings.maxRequests(),
                        settings.maxMemory(), settings.exitGrace(), false))
                : this;
    }

    /**
     * Starts the program and ties the calling process to it, if the caller is a process of ppool. Reads the file system
     * and may block for that.
     *
     * @return a port
     * @throws PortException if the program or its directory does not exist, or may not be run; no process is left
     *     behind
     */
    @Override
    public Port create() throws PortException {
        ProcessContext self = ProcessSystem.currentProcess();
        if (self == null) {
            return Port.start(settings, MonotonicClock.system(), settings.program(), GuardedLog.of(Port.class));
        }
        String worker = Thread.currentThread().getName();
        int slash = worker.lastIndexOf('/');
        String pool = slash < 0 ? worker : worker.substring(0, slash);
        Port port = Port.start(settings, self.clock(), worker, GuardedLog.of("io.github.ppool.supervisor." + pool));
        boolean tied = false;
        try {
            var unused = self.system().onExit(self.self(), (process, reason) -> port.workerEnded(reason));
            self.crashWhen(port.end());
            tied = true;
        } finally {
            if (!tied) {
                port.dismiss();
            }
        }
        return port;
    }

    /** Ends the program: {@link Port#close()}. */
    @Override
    public void destroy(Port worker, @Nullable Throwable cause) {
        worker.dismiss();
    }

    /** True if the port is usable, and no answer is there that no request has asked for. */
    @Override
    public boolean validate(Port worker) {
        return worker.isInStep();
    }

    /**
     * True for a failure that is not that of a port. A port that is out of step ends its worker by itself, so a task
     * that fails for reasons of its own costs no program.
     */
    @Override
    public boolean survives(Throwable failure) {
        return CauseChain.of(failure).stream().noneMatch(PortException.class::isInstance);
    }

    @Override
    public String toString() {
        return "PortFactory[" + settings.program() + "]";
    }

    /** The settings of a factory. One thread uses a builder. */
    public static final class Builder {

        private final List<String> command;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private PortProtocol protocol = PortProtocol.LINES;
        private int prefixBytes = 4;
        private ByteOrder prefixOrder = ByteOrder.BIG_ENDIAN;
        private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
        private Path directory = Path.of("").toAbsolutePath();
        private int maxMessage = DEFAULT_MAX_MESSAGE;
        private long maxRequests;
        private long maxMemory;
        private Duration exitGrace = DEFAULT_EXIT_GRACE;
        private boolean endWithJvm = true;

        private Builder(List<String> command) {
            if (command.isEmpty() || command.get(0).isBlank()) {
                throw new IllegalArgumentException("command must begin with a program, got: "
                        + (command.isEmpty() ? "nothing" : "a blank text"));
            }
            for (int i = 0; i < command.size(); i++) {
                if (command.get(i).indexOf('\0') >= 0) {
                    throw new IllegalArgumentException("command must not contain the character zero, but element "
                            + (i + 1) + " does");
                }
            }
            this.command = command;
        }

        /**
         * Sets the protocol. By default {@link PortProtocol#LINES}.
         *
         * @param value the protocol
         * @return this
         */
        public Builder protocol(PortProtocol value) {
            protocol = Objects.requireNonNull(value, "protocol must not be null");
            return this;
        }

        /**
         * Sets the protocol {@link PortProtocol#LENGTH_PREFIXED} and the form of the length. By default it has four
         * bytes, the most significant one first, as {@code {packet, 4}} in Erlang.
         *
         * @param bytes 1, 2 or 4
         * @param order the order of the bytes
         * @return this
         * @throws IllegalArgumentException if the number is another one; the builder is unchanged
         */
        public Builder lengthPrefix(int bytes, ByteOrder order) {
            if (bytes != 1 && bytes != 2 && bytes != 4) {
                throw new IllegalArgumentException("bytes of the length must be 1, 2 or 4, got: " + bytes);
            }
            protocol = PortProtocol.LENGTH_PREFIXED;
            prefixBytes = bytes;
            prefixOrder = Objects.requireNonNull(order, "order must not be null");
            return this;
        }

        /**
         * Sets the time within which a request must have its whole answer. By default 10 s. It bounds the write of the
         * request, too.
         *
         * @param value more than zero
         * @return this
         * @throws IllegalArgumentException if it is zero or negative; the builder is unchanged
         */
        public Builder requestTimeout(Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("request-timeout must be positive, got: " + value);
            }
            requestTimeout = value;
            return this;
        }

        /**
         * Sets the working directory. By default that of this virtual machine. A program that is given by a relative
         * path is looked up from there.
         *
         * @param value the directory; a relative one is resolved now
         * @return this
         */
        public Builder directory(Path value) {
            directory = value.toAbsolutePath();
            return this;
        }

        /**
         * Adds a variable to the environment of the program, which has no others: it inherits none of this virtual
         * machine, the PATH included.
         *
         * @param name the name
         * @param value the value
         * @return this
         * @throws IllegalArgumentException if the name is empty or contains {@code =}, or one of them contains the
         *     character zero; the builder is unchanged
         */
        public Builder environment(String name, String value) {
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "environment must have names without = and the character zero, got: '" + name + "'");
            }
            if (value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "environment must have values without the character zero, but that of " + name + " has one");
            }
            environment.put(name, value);
            return this;
        }

        /**
         * Adds variables as they are now in the environment of this virtual machine. Those that it does not have are
         * left out.
         *
         * @param names their names, such as {@code PATH}
         * @return this
         */
        public Builder inheritEnvironment(String... names) {
            Arrays.asList(names).forEach(name -> {
                String value = System.getenv(name);
                if (value != null) {
                    environment(name, value);
                }
            });
            return this;
        }

        /**
         * Sets the size of the largest request and of the largest answer. By default 1 MiB. A larger answer ends the
         * worker.
         *
         * @param bytes 1 or more, without the frame
         * @return this
         * @throws IllegalArgumentException if it is less than 1; the builder is unchanged
         */
        public Builder maxMessage(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("max-message must be at least 1 byte, got: " + bytes);
            }
            maxMessage = bytes;
            return this;
        }

        /**
         * Sets the number of answers after which the worker is replaced, as soon as it has no holder. By default it is
         * not.
         *
         * @param value 0 for no limit
         * @return this
         * @throws IllegalArgumentException if it is negative; the builder is unchanged
         */
        public Builder replaceAfterRequests(long value) {
            if (value < 0) {
                throw new IllegalArgumentException("replace-after-requests must not be negative, got: " + value);
            }
            maxRequests = value;
            return this;
        }

        /**
         * Sets the resident memory above which the worker is replaced, as soon as it has no holder: that of the program
         * and its descendants together. It is looked up after answers, once a second at most. Linux tells it; elsewhere
         * the setting has no effect. By default it is not replaced.
         *
         * @param bytes 0 for no limit
         * @return this
         * @throws IllegalArgumentException if it is negative; the builder is unchanged
         */
        public Builder replaceAboveMemory(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("replace-above-memory must not be negative, got: " + bytes);
            }
            maxMemory = bytes;
            return this;
        }

        /**
         * Sets how long a program may take to end after the end of its input, and again after SIGTERM. By default 2 s.
         * Twice this time is to fit into {@link io.github.ppool.pool.PoolSpec#shutdown}, after which the worker's
         * process is killed, and the program with it.
         *
         * @param value zero kills at once
         * @return this
         * @throws IllegalArgumentException if it is negative; the builder is unchanged
         */
        public Builder exitGrace(Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException("exit-grace must not be negative, got: " + value);
            }
            exitGrace = value.compareTo(Duration.ofDays(1)) > 0 ? Duration.ofDays(1) : value;
            return this;
        }

        /**
         * Sets whether programs that are left at the orderly end of the virtual machine are ended then, as by {@link
         * Port#close()}. By default they are. An application that closes its pools in a shutdown hook of its own sets
         * false, since hooks run at the same time.
         *
         * @param value true to end them
         * @return this
         */
        public Builder endWithJvm(boolean value) {
            endWithJvm = value;
            return this;
        }

        /**
         * Makes the factory. The program is not looked up yet.
         *
         * @return a factory
         */
        public PortFactory build() {
            Framing framing = switch (protocol) {
                case LINES -> new Framing.Lines(false, maxMessage);
                case JSON_LINES -> new Framing.Lines(true, maxMessage);
                case LENGTH_PREFIXED -> new Framing.LengthPrefixed(prefixBytes, prefixOrder, maxMessage);
            };
            return of(new PortSettings(command, framing, requestTimeout, directory,
                    Map.copyOf(environment), maxMessage, maxRequests, maxMemory, exitGrace, endWithJvm));
        }
    }
}
