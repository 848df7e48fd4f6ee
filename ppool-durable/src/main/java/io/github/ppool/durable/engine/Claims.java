package io.github.ppool.durable.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that this node has claimed, until the database knows their end. Any thread may use it.
 *
 * <p>A call that claims tasks and enters them here holds the lock {@link #claiming}. The audit, which looks for tasks
 * that the database has for this node and that are not here, holds {@link #auditing}.
 */
final class Claims {

    private final Map<Long, Attempt> attempts = new ConcurrentHashMap<>();
    /** Tasks of dead nodes, from the take-over to the end in the database. */
    private final Set<Long> takenOver = ConcurrentHashMap.newKeySet();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean doubtful;

    Lock claiming() {
        return lock.readLock();
    }

    Lock auditing() {
        return lock.writeLock();
    }

    /** A call that claims has failed: the database may have tasks for this node that are not here. */
    void doubt() {
        doubtful = true;
    }

    boolean isDoubtful() {
        return doubtful;
    }

    void doubtIsOver() {
        doubtful = false;
    }

    void add(Attempt attempt) {
        attempts.put(attempt.row().id(), attempt);
    }

    void remove(Attempt attempt) {
        attempts.remove(attempt.row().id(), attempt);
    }

    void addTakenOver(Collection<Long> ids) {
        takenOver.addAll(ids);
    }

    void removeTakenOver(long id) {
        takenOver.remove(id);
    }

    boolean contains(long id) {
        return attempts.containsKey(id) || takenOver.contains(id);
    }

    @Nullable
    Attempt get(long id) {
        return attempts.get(id);
    }

    boolean isEmpty() {
        return attempts.isEmpty();
    }

    List<Attempt> all() {
        return new ArrayList<>(attempts.values());
    }

    /** The incarnations under which this node has claimed these tasks. */
    Set<UUID> nodes() {
        return attempts.values().stream().map(Attempt::node).collect(Collectors.toSet());
    }
}
