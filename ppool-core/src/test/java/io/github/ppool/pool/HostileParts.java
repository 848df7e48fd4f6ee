package io.github.ppool.pool;

import io.github.ppool.pool.HostileCodeTest.Place;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gates, owners of shared rates and keys of {@link HostileCodeTest}. Each call does its work, and then misbehaves. */
final class HostileParts {

    private static final Rate MANY = Rate.of(100_000, Duration.ofSeconds(1));

    private HostileParts() {}

    /** A gate that gives a permit to each worker, and counts them. */
    static final class Gate implements WorkerGate {

        private final Consumer<Place> at;
        /** Permits that were given and not given back. */
        final AtomicInteger out = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();

        Gate(Consumer<Place> at) {
            this.at = at;
        }

        @Override
        public void opened(GatedPool pool) {
            at.accept(Place.GATE_OPENED);
        }

        @Override
        public WorkerPermit acquire(GatedPool pool, Pid process) {
            at.accept(Place.GATE_ACQUIRE);
            out.incrementAndGet();
            return () -> {
                out.decrementAndGet();
                at.accept(Place.PERMIT_RELEASE);
            };
        }

        @Override
        public void closed(GatedPool pool) {
            closed.incrementAndGet();
            at.accept(Place.GATE_CLOSED);
        }
    }

    /** The owner of a rate with one pool, which gets its share in small parts, each as soon as it wants more. */
    static final class RateOwner implements SharedRate {

        private static final int PART = 5;

        private final Consumer<Place> at;
        final AtomicInteger closed = new AtomicInteger();

        RateOwner(Consumer<Place> at) {
            this.at = at;
        }

        @Override
        public Rate rate() {
            return MANY;
        }

        private static void grant(RateShare share) {
            var unused = share.use(); // the owner has looked, and is to be told again
            share.grant(PART, System.nanoTime() + Duration.ofDays(1).toNanos());
        }

        @Override
        public void opened(RateShare share) {
            grant(share);
            at.accept(Place.SHARE_OPENED);
        }

        @Override
        public void wanted(RateShare share) {
            grant(share);
            at.accept(Place.SHARE_WANTED);
        }

        @Override
        public void closed(RateShare share) {
            closed.incrementAndGet();
            at.accept(Place.SHARE_CLOSED);
        }

        @Override
        public String toString() {
            at.accept(Place.SHARE_TEXT);
            return "a hostile rate";
        }
    }

    /** Equal to all its like, so that all tasks with such keys have one order. */
    static final class Key {

        private final Consumer<Place> at;

        Key(Consumer<Place> at) {
            this.at = at;
        }

        @Override
        public int hashCode() {
            at.accept(Place.KEY_HASH);
            return 7;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            at.accept(Place.KEY_EQUALS);
            return other instanceof Key;
        }

        @Override
        public String toString() {
            at.accept(Place.KEY_TEXT);
            return "a hostile key";
        }
    }
}
