package io.github.ppool.port;

/** The way in which requests and answers follow each other in the pipes of a program. Each request has one answer. */
public enum PortProtocol {
    /** A request is one line, and so is its answer. A line ends with a newline, which is no part of the message. */
    LINES,
    /**
     * As {@link #LINES}, and each line is one JSON value. Requests and answers are texts here: the library checks that
     * they are JSON and maps no objects.
     */
    JSON_LINES,
    /**
     * The length of a message, in four bytes, the most significant one first, and then its bytes. {@link
     * PortFactory.Builder#lengthPrefix} sets another form of the length.
     */
    LENGTH_PREFIXED
}
