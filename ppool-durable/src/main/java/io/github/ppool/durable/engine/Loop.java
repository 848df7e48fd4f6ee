package io.github.ppool.durable.engine;

import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A daemon thread with a few chores. Each chore tells when it is due again, and may be woken before. A chore
 * that throws is done again after a growing wait, and holds up no other chore.
 */
final class Loop {

    /** The answer of a chore that has no work until it is woken. */
    static final long UNTIL_WOKEN = Long.MAX_VALUE / 4;

    private final String name;
    private final MonotonicClock clock;
    private final Problems problems;
    private final List<Chore> chores = new ArrayList<>();
    private volatile boolean signalled;
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;

    /** A piece of work that is done again and again, by one thread at a time. */
    @FunctionalInterface
    interface Turn {
        /**
         * Does the work that is due now.
         *
         * @return the time until the next turn in nanoseconds, zero for at once
         */
        long run() throws Exception;
    }

    Loop(String name, MonotonicClock clock, Problems problems) {
        this.name = name;
        this.clock = clock;
        this.problems = problems;
    }

    /** Adds a chore before the start. */
    Chore add(String what, Turn turn) {
        Chore chore = new Chore(turn, problems.step(what));
        chores.add(chore);
        return chore;
    }

    void start() {
        stopped = false;
        chores.forEach(Chore::wake);
        thread = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("ppool-durable-" + name)
                .start(this::run);
    }

    /** Lets the thread end after its present turn. */
    void stop() {
        stopped = true;
        signal();
    }

    /** Waits for the end of the thread. False if it goes on, or the caller is interrupted; then its flag is set. */
    boolean join(Duration most) {
        Thread running = thread;
        try {
            return running == null || running.join(most);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void signal() {
        if (!signalled) {
            signalled = true;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private void run() {
        while (!stopped) {
            signalled = false;
            long next = clock.nanoTime() + UNTIL_WOKEN;
            for (Chore chore : chores) {
                long due = chore.doIfDue();
                if (due - next < 0) {
                    next = due;
                }
            }
            while (!stopped && !signalled && clock.nanoTime() - next < 0) {
                Thread.interrupted(); // a driver may have left it; the thread would spin
                clock.parkUntil(this, next);
            }
        }
    }

    /** A chore of a loop. */
    final class Chore {

        private final Turn turn;
        private final Problems.Step step;
        private volatile boolean woken = true;
        private volatile boolean failing;
        // The loop's thread
        private long due;

        private Chore(Turn turn, Problems.Step step) {
            this.turn = turn;
            this.step = step;
            this.due = clock.nanoTime();
        }

        /** Makes the chore due now. One that has failed keeps its wait. */
        void wake() {
            woken = true;
            if (!failing) {
                signal();
            }
        }

        /** Does the chore if it is due; returns the time at which it is due next. */
        long doIfDue() {
            if (clock.nanoTime() - due >= 0 || (woken && !failing)) {
                due = clock.nanoTime() + turn();
            }
            return due;
        }

        @SuppressWarnings("CatchingUnchecked") // the chore is done again after each failure
        private long turn() {
            woken = false;
            try {
                long next = turn.run();
                failing = false;
                step.succeeded();
                return Math.clamp(next, 0, UNTIL_WOKEN);
            } catch (Throwable failed) {
                failing = true;
                return step.failedNanos(failed);
            }
        }
    }
}
