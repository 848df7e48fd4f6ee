package io.github.ppool.pool;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A worker that is no object: a place in which work runs. A pool of places limits, queues, supervises and counts work
 * that needs no resource, as an executor does. Its tasks get the place and have no use for it.
 *
 * <p>A place survives each {@link Exception} of a task. It crashes with an {@link Error}, or when its process is
 * killed, for example by a time-out. Immutable, so any thread may use it.
 */
public final class Place {

    private static final AtomicLong LAST = new AtomicLong();

    private final long number = LAST.incrementAndGet();

    private Place() {}

    /**
     * Returns a factory of places. Making and closing a place takes no time and does not fail.
     *
     * @return the factory, for {@link PoolSpec#builder}
     */
    public static WorkerFactory<Place> factory() {
        return new WorkerFactory<>() {
            @Override
            public Place create() {
                return new Place();
            }

            @Override
            public boolean survives(Throwable failure) {
                return true;
            }

            @Override
            public String toString() {
                return "Place";
            }
        };
    }

    @Override
    public String toString() {
        return "Place " + number;
    }
}
