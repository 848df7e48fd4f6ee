package io.github.ppool.spring.boot.settings;

import io.github.ppool.port.PortProtocol;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The settings of a pool of processes of the operating system. They are part of {@link PoolProperties}. */
@SuppressWarnings("doclint:missing") // the comment of a property is that of its field
public abstract class PortProperties extends ExecutorProperties {

    /**
     * Program and arguments of the operating-system process that each worker is, instead of a worker bean. Started
     * without a shell. Not for the defaults.
     */
    private @Nullable List<String> command;
    /** Way in which requests to the process and its answers follow each other. */
    private @Nullable PortProtocol protocol;
    /** Time that a request to the process may take. Then the process is killed, and the worker crashes. */
    private @Nullable Duration requestTimeout;
    /** Working directory of the process. That of this virtual machine unless set. */
    private @Nullable String directory;
    /**
     * Environment of the process, which inherits nothing else: NAME=value, or NAME alone for the value that this
     * virtual machine has.
     */
    private @Nullable List<String> environment;
    /** Size of the largest request to the process, and of its largest answer. */
    private @Nullable DataSize maxMessage;
    /** Number of answers after which the process is replaced when it is next idle. 0 means never. */
    private @Nullable Long replaceAfterRequests;
    /**
     * Resident memory of the process and its descendants above which it is replaced when it is next idle. Has an effect
     * on Linux only. Unlimited unless set.
     */
    private @Nullable DataSize replaceAboveMemory;
    /**
     * Time that the process may take to end after the end of its input, and again after SIGTERM. Then it is killed.
     */
    private @Nullable Duration exitGrace;

    PortProperties() {}

    public @Nullable List<String> getCommand() {
        return command;
    }

    public void setCommand(@Nullable List<String> command) {
        this.command = command;
    }

    public @Nullable PortProtocol getProtocol() {
        return protocol;
    }

    public void setProtocol(@Nullable PortProtocol protocol) {
        this.protocol = protocol;
    }

    public @Nullable Duration getRequestTimeout() {
        return requestTimeout;
    }

    public void setRequestTimeout(@Nullable Duration requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public @Nullable String getDirectory() {
        return directory;
    }

    public void setDirectory(@Nullable String directory) {
        this.directory = directory;
    }

    public @Nullable List<String> getEnvironment() {
        return environment;
    }

    public void setEnvironment(@Nullable List<String> environment) {
        this.environment = environment;
    }

    public @Nullable DataSize getMaxMessage() {
        return maxMessage;
    }

    public void setMaxMessage(@Nullable DataSize maxMessage) {
        this.maxMessage = maxMessage;
    }

    public @Nullable Long getReplaceAfterRequests() {
        return replaceAfterRequests;
    }

    public void setReplaceAfterRequests(@Nullable Long replaceAfterRequests) {
        this.replaceAfterRequests = replaceAfterRequests;
    }

    public @Nullable DataSize getReplaceAboveMemory() {
        return replaceAboveMemory;
    }

    public void setReplaceAboveMemory(@Nullable DataSize replaceAboveMemory) {
        this.replaceAboveMemory = replaceAboveMemory;
    }

    public @Nullable Duration getExitGrace() {
        return exitGrace;
    }

    public void setExitGrace(@Nullable Duration exitGrace) {
        this.exitGrace = exitGrace;
    }

    @Override
    void addTo(List<@Nullable Object> values) {
        super.addTo(values);
        Collections.addAll(values, command, protocol, requestTimeout, directory, environment, maxMessage,
                replaceAfterRequests, replaceAboveMemory, exitGrace);
    }
}
