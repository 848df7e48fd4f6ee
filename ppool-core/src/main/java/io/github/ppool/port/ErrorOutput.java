package io.github.ppool.port;

import io.github.ppool.guard.GuardedLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the standard error of a program to the log of its pool. Runs on a thread of its own, because it blocks while
 * the program does not write, and since a program with a full pipe would stand still. Lines are bounded in length and
 * in number.
 */
final class ErrorOutput implements Runnable {

    /** The longest part of a line in the log, in bytes. */
    static final int LONGEST = 1_000;
    /** The number of lines in one second; those beyond are counted. */
    static final int MOST_IN_A_SECOND = 100;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final InputStream from;
    private final GuardedLog log;
    private final String worker;
    private final byte[] line = new byte[LONGEST];
    private int length;
    private long cut;
    private long secondBegan = System.nanoTime();
    private int inThisSecond;
    private long leftOut;
    private volatile boolean ended;

    ErrorOutput(InputStream from, GuardedLog log, String worker) {
        this.from = from;
        this.log = log;
        this.worker = worker;
    }

    /** Starts the thread. */
    void start(String name) {
        Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name(name).start(this);
    }

    /** True once the standard error has ended and all of it is logged. */
    boolean hasEnded() {
        return ended;
    }

    @Override
    public void run() {
        try {
            readAll();
            if (length > 0) {
                endLine();
            }
            tellLeftOut();
        } finally {
            ended = true; // the end of the program waits for it
        }
    }

    private void readAll() {
        byte[] buffer = new byte[4_096];
        try {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    take(buffer[i]);
                }
            }
        } catch (IOException closed) {
            log.debug("{}: its standard error can't be read any more", worker, closed);
        }
    }

    private void take(byte next) {
        if (next == '\n') {
            endLine();
        } else if (length < LONGEST) {
            line[length++] = next;
        } else {
            cut++;
        }
    }

    private void endLine() {
        long now = System.nanoTime();
        if (now - secondBegan >= SECOND_NANOS) {
            tellLeftOut();
            secondBegan = now;
            inThisSecond = 0;
        }
        if (inThisSecond < MOST_IN_A_SECOND) {
            inThisSecond++;
            int shown = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
            String text = new String(line, 0, shown, StandardCharsets.UTF_8);
            log.info("{} on standard error: {}{}", worker, text, cut == 0 ? "" : " … and " + cut + " more bytes");
        } else {
            leftOut++;
        }
        length = 0;
        cut = 0;
    }

    private void tellLeftOut() {
        if (leftOut > 0) {
            log.info("{} on standard error: {} more lines are left out, above {} in a second", worker, leftOut,
                    MOST_IN_A_SECOND);
            leftOut = 0;
        }
    }
}
