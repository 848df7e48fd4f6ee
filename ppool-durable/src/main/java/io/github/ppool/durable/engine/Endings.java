package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.FailedAttempt;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.NonTransientDataAccessException;
import org.springframework.dao.NonTransientDataAccessResourceException;

/**
 * Tells the database the ends of attempts, many at once: up to {@link #BATCH}, or those of {@link #GATHER}. If
 * these are {@link #MANY}, more will come: then it waits for those of {@link #GATHER_MANY}. Any thread adds; one thread
 * takes turns.
 *
 * <p>A call that has failed is repeated, whether it had its effect or not: a task that has ended does not come back,
 * and an attempt that has failed is known by its number. A batch that the database refuses is halved, so that one end
 * which it can't store does not hold up the others.
 */
final class Endings implements Loop.Turn {

    private static final GuardedLog LOG = GuardedLog.of(Endings.class);

    /** The most ends of one statement. */
    static final int BATCH = 1_000;
    /** The longest time for which an end waits for others. */
    static final Duration GATHER = Duration.ofMillis(2);
    /** The same, if many come. */
    static final Duration GATHER_MANY = Duration.ofMillis(5);
    /** So many ends within a gathering are many: their statement costs less than the tasks. */
    static final int MANY = 16;

    private final Parts parts;
    private final Sink sink;
    private final Queue<Ending> added = new ConcurrentLinkedQueue<>();
    /** The ends that are added and not told. */
    private final AtomicInteger size = new AtomicInteger();
    private volatile @Nullable Runnable waker;
    // The thread of the turns
    private final List<Ending> batch = new ArrayList<>();
    private long gatheringSince;
    private boolean gathering;

    /** Learns of the answers of the database. */
    interface Sink {
        /** The task was this node's, and the database has changed its row. */
        void told(Ending ending);

        /** The database has left the task alone: it is another node's, has ended before, or is locked. */
        void notTold(Ending ending);
    }

    Endings(Parts parts, Sink sink) {
        this.parts = parts;
        this.sink = sink;
    }

    /** Sets the way to wake the thread of the turns. */
    void wakeBy(Runnable newWaker) {
        waker = newWaker;
    }

    void add(Ending ending) {
        added.add(ending);
        int now = size.incrementAndGet();
        Runnable wake = waker;
        if ((now == 1 || now == BATCH) && wake != null) {
            wake.run();
        }
    }

    /** The number of ends that the database does not know yet. */
    int size() {
        return size.get();
    }

    @Override
    public long run() {
        int waiting = size.get();
        if (waiting == 0) {
            gathering = false;
            return Loop.UNTIL_WOKEN;
        }
        if (batch.isEmpty() && waiting < BATCH) {
            long now = parts.clock().nanoTime();
            if (!gathering) {
                gathering = true;
                gatheringSince = now;
            }
            Duration longest = waiting < MANY ? GATHER : GATHER_MANY;
            long rest = gatheringSince + longest.toNanos() - now;
            if (rest > 0) {
                return rest;
            }
        }
        gathering = false;
        tellNow();
        return 0;
    }

    /** Tells up to a batch of ends, without waiting for others. */
    void tellNow() {
        while (batch.size() < BATCH) {
            Ending next = added.poll();
            if (next == null) {
                break;
            }
            next.answered = false;
            batch.add(next);
        }
        Map<Group, List<Ending>> groups = new LinkedHashMap<>();
        for (Ending ending : batch) {
            groups.computeIfAbsent(new Group(ending.kind, ending.node), unused -> new ArrayList<>()).add(ending);
        }
        RuntimeException refusal = null;
        try {
            for (Map.Entry<Group, List<Ending>> group : groups.entrySet()) {
                RuntimeException refused = tell(group.getKey(), group.getValue());
                refusal = refusal == null ? refused : refusal;
            }
        } finally {
            batch.removeIf(ending -> ending.answered);
        }
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Ends of which one call tells. */
    private record Group(Ending.Kind kind, UUID node) {}

    /** Tells the database. Returns its last refusal, null if there was none; any other failure is thrown. */
    private @Nullable RuntimeException tell(Group group, List<Ending> endings) {
        Set<Long> told;
        try {
            told = call(group, endings);
        } catch (RuntimeException | Error failed) { // an error of a driver may come after the effect, too
            endings.forEach(ending -> ending.repeated = true);
            if (failed instanceof RuntimeException refusal && isRefusal(refusal)) {
                return refused(group, endings, refusal);
            }
            throw failed;
        }
        for (Ending ending : endings) {
            ending.answered = true;
            size.decrementAndGet();
            if (told.contains(ending.id())) {
                sink.told(ending);
            } else {
                sink.notTold(ending);
            }
        }
        return null;
    }

    private Set<Long> call(Group group, List<Ending> endings) {
        List<Long> ids = endings.stream().map(Ending::id).toList();
        return switch (group.kind()) {
            case SUCCEEDED -> parts.own().complete(group.node(), ids);
            case CANCELLED -> parts.own().removeCancelled(group.node(), ids) == ids.size()
                    ? new HashSet<>(ids)
                    : Set.of();
            case FAILED -> {
                List<FailedAttempt> decisions = endings.stream().map(ending -> Objects.requireNonNull(ending.decision))
                        .toList();
                yield parts.own().fail(group.node(), decisions);
            }
        };
    }

    private @Nullable RuntimeException refused(Group group, List<Ending> endings, RuntimeException failed) {
        if (endings.size() > 1) {
            int half = endings.size() / 2;
            RuntimeException first = tell(group, endings.subList(0, half));
            RuntimeException second = tell(group, endings.subList(half, endings.size()));
            return first == null ? second : first;
        }
        Ending refused = endings.get(0);
        if (!refused.dropText()) {
            return failed;
        }
        LOG.warn("durable tasks: the database refuses the failure's text of the task {}, which is left out: {}",
                refused.id(), FailureText.of(failed));
        return tell(group, endings);
    }

    /** True if the database has answered, and will answer the same again. */
    private static boolean isRefusal(RuntimeException failed) {
        return failed instanceof NonTransientDataAccessException
                && !(failed instanceof NonTransientDataAccessResourceException);
    }
}
