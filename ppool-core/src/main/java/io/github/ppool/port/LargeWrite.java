package io.github.ppool.port;

import io.github.ppool.guard.VisibleText;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a message that may not fit into the pipe, while another thread reads the answer. A program that answers before
 * it has read all would otherwise wait for its reader, and its reader for it.
 */
final class LargeWrite implements Runnable {

    private final OutputStream to;
    private final byte[] frame;
    private @Nullable IOException failure; // read after the thread has ended

    private LargeWrite(OutputStream to, byte[] frame) {
        this.to = to;
        this.frame = frame;
    }

    /** A write on a thread of its own, which ends with the write or with the program. */
    static LargeWrite.Running start(OutputStream to, byte[] frame, String name) {
        LargeWrite write = new LargeWrite(to, frame);
        return new Running(write, Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
                .name(VisibleText.of(name) + " standard input").start(write));
    }

    @Override
    public void run() {
        try {
            to.write(frame);
            to.flush();
        } catch (IOException closed) {
            failure = closed;
        }
    }

    /**
     * A write that goes on.
     *
     * @param write the write
     * @param thread its thread
     */
    record Running(LargeWrite write, Thread thread) {

        /**
         * Waits for the end of the write.
         *
         * @throws IOException if the write has failed, or the calling thread was interrupted; the interrupt is then
         *     pending again
         */
        void join() throws IOException {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new PortException("interrupted during a request", interrupted);
            }
            if (write.failure != null) {
                throw write.failure;
            }
        }
    }
}
