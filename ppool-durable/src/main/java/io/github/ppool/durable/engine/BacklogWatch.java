package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.durable.store.TaskStore.Backlog;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished tasks of all nodes in figures, for health and meters. The watch asks the database on a thread of
 * its own, at most once in {@link #PAUSE} and only while callers ask for the figures. It reads a bounded number of
 * index entries.
 *
 * <p>Any thread may call the methods. They wait for an answer of the database for at most a second.
 */
public final class BacklogWatch {

    /** The number at which counting ends. */
    public static final int MOST = 10_000;
    /** The shortest time between two questions to the database. */
    public static final Duration PAUSE = Duration.ofSeconds(5);

    private static final GuardedLog logger = GuardedLog.of(BacklogWatch.class);
    private static final long LONGEST_WAIT_MILLIS = 1_000;

    private final TaskStore store;
    private final MonotonicClock clock;
    private Figures figures = new Figures(Map.of(), null, false); // guarded by this
    private @Nullable CountDownLatch asking; // guarded by this
    private long askedAt; // guarded by this
    private boolean everAsked; // guarded by this

    /**
     * A watch.
     *
     * @param store the store
     * @param clock tells how old the figures are
     */
    public BacklogWatch(TaskStore store, MonotonicClock clock) {
        this.store = Objects.requireNonNull(store, "store must not be null");
        this.clock = Objects.requireNonNull(clock, "clock must not be null");
    }

    /**
     * The figures.
     *
     * @param pools the figures of the pools that have unfinished tasks, by name; none before the first answer
     * @param failure the last failure of the database; null if its last answer was one
     * @param known true if the database has ever answered
     */
    public record Figures(Map<String, Backlog> pools, @Nullable RuntimeException failure, boolean known) {

        /** Copies the figures. */
        public Figures {
            pools = Map.copyOf(pools);
        }
    }

    /**
     * Returns the figures, which are at most a few seconds old if the database answers in time.
     *
     * @return the last known figures
     */
    public Figures latest() {
        CountDownLatch answer = ask();
        if (answer != null) {
            try {
                if (!answer.await(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                    logger.debug("the database has not told the number of durable tasks within a second");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        synchronized (this) {
            return figures;
        }
    }

    private synchronized @Nullable CountDownLatch ask() {
        if (asking != null) {
            return asking;
        }
        long now = clock.nanoTime();
        if (everAsked && now - askedAt < PAUSE.toNanos()) {
            return null;
        }
        everAsked = true;
        askedAt = now;
        CountDownLatch answer = new CountDownLatch(1);
        asking = answer;
        Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("ppool-durable-backlog")
                .start(() -> read(answer));
        return answer;
    }

    private void read(CountDownLatch answer) {
        Map<String, Backlog> read = null;
        RuntimeException failure = null;
        try {
            read = store.backlog(MOST);
        } catch (RuntimeException | Error failed) {
            failure = failed instanceof RuntimeException thrown
                    ? thrown
                    : new IllegalStateException("the database does not tell the number of durable tasks", failed);
            logger.debug("the database does not tell the number of durable tasks", failed);
        } finally {
            settle(read, failure);
            answer.countDown();
        }
    }

    private synchronized void settle(@Nullable Map<String, Backlog> read, @Nullable RuntimeException failure) {
        asking = null;
        figures = read != null
                ? new Figures(read, null, true)
                : new Figures(figures.pools(), failure, figures.known());
    }
}
