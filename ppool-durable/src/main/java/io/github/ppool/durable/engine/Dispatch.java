package io.github.ppool.durable.engine;

import io.github.ppool.guard.GuardedLog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Sends each settled attempt to the part that ends its task. Called on the processes of workers; does not block. */
final class Dispatch implements Attempt.Owner {

    private static final GuardedLog LOG = GuardedLog.of(Dispatch.class);

    private final Results results;
    private final Plans plans;
    private final Endings endings;
    private final Doubts doubts;
    private final Map<String, PoolFeed> feeds = new ConcurrentHashMap<>();
    private final AtomicBoolean notCalled = new AtomicBoolean();

    Dispatch(Results results, Plans plans, Endings endings, Doubts doubts) {
        this.results = results;
        this.plans = plans;
        this.endings = endings;
        this.doubts = doubts;
    }

    void add(PoolFeed feed) {
        feeds.put(feed.pool(), feed);
    }

    @Override
    public void begins(Attempt attempt) {
        results.begun(attempt);
    }

    @Override
    public void leavesPool(Attempt attempt) {
        PoolFeed feed = feeds.get(attempt.row().pool());
        if (feed != null) {
            feed.left();
        }
    }

    @Override
    public void settled(Attempt attempt, Attempt.Settled settled) {
        results.left(attempt);
        switch (settled) {
            case SUCCEEDED -> endings.add(Ending.succeeded(attempt));
            case COMMITTED -> {
                if (notCalled.get() && notCalled.compareAndSet(true, false)) {
                    LOG.info("durable tasks: transactions of attempts begin again");
                }
                results.succeeded(attempt);
            }
            case DOUBTFUL -> {
                LOG.warn("durable tasks: the commit of {} has failed, and the task is looked up: {}", attempt,
                        attempt.failure().failure());
                doubts.add(failed(attempt, true));
            }
            case FAILED -> endings.add(failed(attempt, false));
            case CANCELLED -> endings.add(Ending.cancelled(attempt));
            case VOID -> results.voided(attempt.row(), attempt);
            case NOT_BEGUN -> giveBack(attempt);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // a plan that can't be asked must not lose the task
    private Ending failed(Attempt attempt, boolean mayBeCommitted) {
        return Ending.failed(
                attempt,
                plans.afterFailure(attempt.row(), attempt.failure(), attempt.progress(), attempt.ranNanos()),
                mayBeCommitted);
    }

    private void giveBack(Attempt attempt) {
        if (attempt.isBegun()) {
            String text = attempt.failure().failure();
            if (notCalled.compareAndSet(false, true)) {
                LOG.warn("durable tasks: {} could not begin, and is given back: {}", attempt, text);
            } else {
                LOG.debug("durable tasks: {} could not begin, and is given back: {}", attempt, text);
            }
        }
        PoolFeed feed = feeds.get(attempt.row().pool());
        if (feed != null) {
            feed.giveBack(attempt);
        }
    }
}
