package io.github.ppool.durable.engine;

import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.store.FailedAttempt;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Looks tasks up whose end is not certain: the answer to a commit or to another call was lost, or the row was locked.
 * The end of a task that is still this attempt's is told again. Any thread adds; one thread takes turns.
 */
final class Doubts implements Loop.Turn, Endings.Sink {

    private static final long AGAIN_NANOS = Duration.ofMillis(200).toNanos();
    private static final int MOST = 500;

    private final Parts parts;
    private final Results results;
    private final Queue<Ending> doubts = new ConcurrentLinkedQueue<>();
    private Endings endings;
    private Runnable waker = () -> {};

    @SuppressWarnings("NullAway.Init") // the endings are set before the first turn
    Doubts(Parts parts, Results results) {
        this.parts = parts;
        this.results = results;
    }

    void tellAgainTo(Endings newEndings) {
        endings = newEndings;
    }

    void wakeBy(Runnable newWaker) {
        waker = newWaker;
    }

    void add(Ending ending) {
        doubts.add(ending);
        if (!ending.wasDoubtful) { // else it waits for the next turn: its row may be locked for a while
            ending.wasDoubtful = true;
            waker.run();
        }
    }

    boolean isEmpty() {
        return doubts.isEmpty();
    }

    @Override
    public void told(Ending ending) {
        switch (ending.kind) {
            case SUCCEEDED -> results.succeeded(Objects.requireNonNull(ending.attempt));
            case CANCELLED -> results.cancelled(ending.row, ending.attempt);
            case FAILED -> results.failed(ending.row, ending.attempt, decision(ending));
        }
    }

    private static FailedAttempt decision(Ending ending) {
        return Objects.requireNonNull(ending.decision);
    }

    @Override
    public void notTold(Ending ending) {
        add(ending);
    }

    @Override
    public long run() {
        if (doubts.isEmpty()) {
            return Loop.UNTIL_WOKEN;
        }
        for (int i = 0; i < MOST; i++) {
            Ending ending = doubts.peek();
            if (ending == null) {
                return AGAIN_NANOS;
            }
            Optional<DurableTaskView> found = parts.own().find(ending.id());
            doubts.remove(ending); // after the answer: a failure keeps it
            boolean again = found.isPresent() && isStillOfAttempt(found.get(), ending);
            if (again) {
                endings.add(ending);
            } else {
                isOver(ending, found.isEmpty());
            }
        }
        return 0;
    }

    private static boolean isStillOfAttempt(DurableTaskView view, Ending ending) {
        return view.state() == DurableTaskState.CLAIMED
                && ending.node.toString().equals(view.node())
                && view.attempts() == ending.row.attempt();
    }

    private void isOver(Ending ending, boolean isGone) {
        if (ending.mayBeCommitted && isGone) {
            results.succeeded(Objects.requireNonNull(ending.attempt));
        } else if (isGone && ending.kind == Ending.Kind.CANCELLED) {
            told(ending);
        } else if (ending.repeated && (isGone || ending.kind == Ending.Kind.FAILED)) {
            told(ending); // by the call with the lost answer
        } else {
            results.voided(ending.row, ending.attempt);
        }
    }
}
