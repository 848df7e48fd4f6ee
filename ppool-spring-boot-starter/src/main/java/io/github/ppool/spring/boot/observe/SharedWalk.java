package io.github.ppool.spring.boot.observe;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The last walk over all processes, which observers share for most of a second. Any thread. */
final class SharedWalk {

    /** A walk is used for so long: less than the time between two looks of an observer. Tests set another time. */
    static final Duration FRESH = Duration.ofMillis(900);

    private final Duration fresh;
    private final ReentrantLock lock = new ReentrantLock();
    // guarded by the lock
    private TopLists.@Nullable Processes last;
    private int length;
    private long atNanos;

    SharedWalk() {
        this(FRESH);
    }

    SharedWalk(Duration fresh) {
        this.fresh = fresh;
    }

    /**
     * Walks, unless there is a fresh walk for lists of the same length. An observer that comes meanwhile waits for the
     * walk, which takes a bounded time.
     */
    TopLists.Processes get(int wanted, Supplier<TopLists.Processes> walk) {
        lock.lock();
        try {
            TopLists.Processes known = last;
            if (known != null && length == wanted && System.nanoTime() - atNanos < fresh.toNanos()) {
                return known;
            }
            TopLists.Processes walked = walk.get();
            last = walked;
            length = wanted;
            atNanos = System.nanoTime();
            return walked;
        } finally {
            lock.unlock();
        }
    }
}
