package io.github.ppool.benchmarks.handover;

import java.util.concurrent.Semaphore;

/** A virtual thread for each task, and a semaphore that lets ten of them through. */
final class SemaphoreOffice implements Office {

    private final Semaphore permits = new Semaphore(LIMIT);
    private final boolean submitterWaits;

    SemaphoreOffice(boolean submitterWaits) {
        this.submitterWaits = submitterWaits;
    }

    @Override
    public void handOver(Runnable task) throws InterruptedException {
        if (submitterWaits) {
            permits.acquire();
            Thread.startVirtualThread(() -> runThenRelease(task));
        } else {
            Thread.startVirtualThread(() -> {
                permits.acquireUninterruptibly();
                runThenRelease(task);
            });
        }
    }

    private void runThenRelease(Runnable task) {
        try {
            task.run();
        } finally {
            permits.release();
        }
    }

    @Override
    public void close() {}
}
