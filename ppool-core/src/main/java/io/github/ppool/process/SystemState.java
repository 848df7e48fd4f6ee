package io.github.ppool.process;

import io.github.ppool.time.MonotonicClock;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The state that all processes of one {@link ProcessSystem} share: the clock, the table of names and the counters. Any
 * thread.
 */
final class SystemState {

    final MonotonicClock clock;
    final AtomicLong lastId = new AtomicLong();
    /** Threads of processes that have not ended. */
    final AtomicInteger threads = new AtomicInteger();
    /** Threads that still run for processes that were ended by a signal. */
    final AtomicInteger orphans = new AtomicInteger();
    final ConcurrentHashMap<String, Pid> names = new ConcurrentHashMap<>();
    final ProcessGroups groups = new ProcessGroups();
    private @Nullable Pid root; // set once, in the constructor of the system

    SystemState(MonotonicClock clock) {
        this.clock = clock;
    }

    void rootIs(Pid pid) {
        root = pid;
    }

    /** The pid that stands for all threads that are no processes. */
    Pid root() {
        return Objects.requireNonNull(root);
    }
}
