package io.github.ppool.port;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The settings of a factory, checked and immutable.
 *
 * @param command the program and its arguments
 * @param framing the protocol
 * @param requestTimeout the longest time of a request
 * @param directory the working directory of the program, absolute
 * @param environment the whole environment of the program
 * @param maxMessage the largest request and the largest answer, in bytes
 * @param maxRequests the number of requests after which the worker is replaced; 0 for no limit
 * @param maxMemory the resident memory in bytes above which the worker is replaced; 0 for no limit
 * @param exitGrace how long the program may take to end, after the end of its input and again after SIGTERM
 * @param endWithJvm true if a program that is left is ended with the virtual machine
 */
record PortSettings(
        List<String> command,
        Framing framing,
        Duration requestTimeout,
        Path directory,
        Map<String, String> environment,
        int maxMessage,
        long maxRequests,
        long maxMemory,
        Duration exitGrace,
        boolean endWithJvm) {

    /** The program without its arguments, which may be secret. */
    String program() {
        return command.get(0);
    }
}
