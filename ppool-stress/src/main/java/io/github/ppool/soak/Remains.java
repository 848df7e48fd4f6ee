package io.github.ppool.soak;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Things that must not be left after a stop, for the faults that leave them. */
final class Remains {

    private static final int KEPT_BYTES = 64 << 20;

    private static final AtomicReference<byte @Nullable []> KEPT = new AtomicReference<>();

    private Remains() {}

    /** Called after the first measurement: memory that is kept before it is not found. */
    static void keepMemory(Fault fault) {
        if (fault == Fault.KEEP_MEMORY) {
            KEPT.set(new byte[KEPT_BYTES]);
        }
    }

    /** Leaves the thing that the fault names, if it names one. */
    static void leave(Fault fault, ProcessSystem system, String prefix) throws InterruptedException {
        switch (fault) {
            case KEEP_PROCESS -> system.spawn(self -> self.receive(), SpawnOptions.labelled("left"));
            case KEEP_ORPHAN -> {
                CountDownLatch runs = new CountDownLatch(1);
                Pid left = system.spawn(
                        self -> {
                            runs.countDown();
                            heedNothing();
                        },
                        SpawnOptions.labelled("left"));
                runs.await();
                system.exit(left, ExitReason.KILL);
            }
            case KEEP_THREAD -> Thread.ofPlatform().daemon().name(prefix + "left").start(Remains::heedNothing);
            default -> {
            }
        }
    }

    @SuppressWarnings("InfiniteLoopStatement")
    private static void heedNothing() {
        while (true) {
            Thread.interrupted();
            LockSupport.parkNanos(10_000_000);
        }
    }
}
