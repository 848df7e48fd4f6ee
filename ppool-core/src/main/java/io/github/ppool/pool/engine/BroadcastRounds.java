package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.AdaptiveLock;
import io.github.ppool.process.Pid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts that are under way in one pool: which workers have the work already. Guarded by the engine's lock.
 *
 * <p>While a round is open, each worker that no borrower and no task has passes through {@link PoolCore#reassign}: the
 * fast paths around it are closed. There it gets the task of the round, once.
 */
final class BroadcastRounds<W> {

    private final AdaptiveLock lock;
    private final List<Round<W>> open = new ArrayList<>();

    BroadcastRounds(AdaptiveLock lock) {
        this.lock = lock;
    }

    /** One broadcast. */
    abstract static class Round<W> {

        /** The processes of all workers that the round has seen. */
        final Set<Pid> seen = new LinkedHashSet<>();
        /** Those that were given the task. */
        final Set<Pid> given = new HashSet<>();

        /** How many workers that it has seen have not ended the work. Under the lock. */
        abstract int left();

        /** A task for one worker, which has never had one of this round. Under the lock. */
        abstract PoolTask<W, ?> taskFor(Pid worker);
    }

    boolean isOpen() {
        return !open.isEmpty();
    }

    void open(Round<W> round) {
        assert lock.isHeldByCurrentThread();
        open.add(round);
    }

    /** False if the round was closed before. */
    boolean close(Round<W> round) {
        assert lock.isHeldByCurrentThread();
        return open.remove(round);
    }

    List<Round<W>> all() {
        return List.copyOf(open);
    }

    /** How many broadcasts are under way. */
    int size() {
        assert lock.isHeldByCurrentThread();
        return open.size();
    }

    /** How many workers have not ended the work of a broadcast, over all of them. */
    int left() {
        assert lock.isHeldByCurrentThread();
        return open.stream().mapToInt(Round::left).sum();
    }

    /** The task that a free worker is to run next; null if it has had those of all rounds. */
    @Nullable
    PoolTask<W, ?> nextFor(Slot<W> slot) {
        assert lock.isHeldByCurrentThread();
        Pid worker = slot.pid;
        for (Round<W> round : open) {
            if (worker != null && round.given.add(worker)) {
                round.seen.add(worker);
                return round.taskFor(worker);
            }
        }
        return null;
    }
}
