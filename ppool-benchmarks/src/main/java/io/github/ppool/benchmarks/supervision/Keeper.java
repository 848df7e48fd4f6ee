package io.github.ppool.benchmarks.supervision;

/** Whose supervision; OTP's own is measured by {@code otp.escript}. */
public enum Keeper {
    PPOOL {
        @Override
        Nursery open() throws InterruptedException {
            return new PpoolNursery();
        }
    },
    PEKKO {
        @Override
        Nursery open() {
            return new PekkoNursery();
        }
    };

    abstract Nursery open() throws InterruptedException;
}
