package io.github.ppool.benchmarks.processes;

/** The library of the measured processes; {@code otp-processes.escript} measures those of OTP. */
public enum Mail {
    PPOOL {
        @Override
        Messages open() throws InterruptedException {
            return new PpoolMessages(false);
        }
    },
    /** A server that says that its callers may run. */
    PPOOL_CALLER_RUNS {
        @Override
        Messages open() throws InterruptedException {
            return new PpoolMessages(true);
        }
    },
    PEKKO {
        @Override
        Messages open() {
            return new PekkoMessages();
        }
    };

    abstract Messages open() throws InterruptedException;
}
