package io.github.ppool;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions with methods that harm their callers, and other ways to fail that tests of foreign code share.
 */
public final class HostileExceptions {

    private HostileExceptions() {}

    /** Throws any exception, as languages without checked exceptions do. */
    public static <X extends Throwable> void sneak(Throwable thrown) throws X {
        @SuppressWarnings("unchecked")
        X unchecked = (X) thrown;
        throw unchecked;
    }

    /** Fills the stack of the calling thread. */
    public static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    /** Each of its methods throws. */
    public static final class ThrowingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new AssertionError("hostile");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new StackOverflowError("hostile");
        }

        @Override
        public boolean equals(@Nullable Object other) {
            throw new AssertionError("hostile");
        }

        @Override
        public int hashCode() {
            throw new AssertionError("hostile");
        }
    }

    /** Never tells its message, not even after interrupts. */
    public static final class HangingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            CountDownLatch never = new CountDownLatch(1);
            while (true) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // hangs on
                }
            }
        }
    }

    /** Has a huge message, and a cause of its own kind each time it is asked. */
    public static final class EndlessException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            return "huge".repeat(1_000_000);
        }

        @Override
        public synchronized Throwable getCause() {
            return new EndlessException();
        }
    }
}
