package io.github.ppool.guard;

import java.io.IOException;
import java.io.Writer;

/**
 * Keeps the text that a foreign object writes, up to a length. The values of an object may have no end, and the memory
 * has one. One thread uses it. Not for applications.
 */
public final class LimitedText extends Writer {

    private final long limit;
    private final StringBuilder text = new StringBuilder();
    private boolean full;

    /**
     * An empty text.
     *
     * @param limit the greatest length in characters, zero or more
     */
    public LimitedText(long limit) {
        this.limit = limit;
    }

    /** {@return the greatest length in characters} */
    public long limit() {
        return limit;
    }

    /** {@return true if more has come than the text may have; then the text is empty, and each write fails} */
    public boolean isFull() {
        return full;
    }

    private void require(int more) throws IOException {
        if (full || text.length() + (long) more > limit) {
            full = true;
            text.setLength(0); // it is of no use any more
            throw new IOException(); // isFull tells the rest
        }
    }

    @Override
    public void write(char[] from, int offset, int length) throws IOException {
        require(length);
        text.append(from, offset, length);
    }

    @Override
    public void write(String from, int offset, int length) throws IOException {
        require(length);
        text.append(from, offset, offset + length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
        return text.toString();
    }
}
