package io.github.ppool.port;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The standard output of a program, with the bytes that are read but not used yet. One thread at a time uses it; the
 * state of the {@link Port} hands it from thread to thread.
 */
final class PortInput {

    private static final int BUFFER = 16_384;
    private static final byte[] NONE = {};

    private final InputStream from;
    private final byte[] buffer = new byte[BUFFER];
    private int next;
    private int limit;

    PortInput(InputStream from) {
        this.from = from;
    }

    /** True if bytes are read that belong to no answer. Does not ask the operating system. */
    boolean hasRest() {
        return next < limit;
    }

    /** True if there are bytes that belong to no answer, read or not. Does not block. */
    boolean hasUnread() throws IOException {
        return next < limit || from.available() > 0;
    }

    private void fill() throws IOException {
        int read = from.read(buffer, 0, BUFFER);
        if (read < 0) {
            throw new EOFException("the standard output has ended");
        }
        next = 0;
        limit = read;
    }

    /** The next line, without its newline. Blocks until it is there. The memory grows with the bytes that come. */
    byte[] readLine(int most) throws IOException {
        byte[] line = NONE;
        int known = 0;
        while (true) {
            if (next == limit) {
                fill();
            }
            int end = next;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            int part = end - next;
            if ((long) known + part > most) {
                throw new PortProtocolException("an answer is above max-message (" + most + " bytes)", null);
            }
            boolean whole = end < limit;
            if (known + part > line.length) {
                int size = whole ? known + part : (int) Math.min(most, Math.max(2L * line.length, known + part));
                line = Arrays.copyOf(line, size);
            }
            System.arraycopy(buffer, next, line, known, part);
            known += part;
            next = whole ? end + 1 : limit;
            if (whole) {
                return known == line.length ? line : Arrays.copyOf(line, known);
            }
        }
    }

    /** So many bytes. Blocks until they are there. The memory grows with the bytes that come. */
    byte[] readBytes(int count) throws IOException {
        byte[] bytes = new byte[Math.min(count, BUFFER)];
        int known = 0;
        while (known < count) {
            if (next == limit) {
                fill();
            }
            int part = Math.min(limit - next, count - known);
            if (known + part > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(count, Math.max(2L * bytes.length, known + part)));
            }
            System.arraycopy(buffer, next, bytes, known, part);
            next += part;
            known += part;
        }
        return bytes;
    }
}
