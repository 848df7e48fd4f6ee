package io.github.ppool.pool.engine;

import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.guard.TraceLimit;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.Task;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Failed tasks with results that no caller asks for, so that the log is the only place where their failures can be
 * seen: one line each, as {@code @Async} has for methods without a result.
 *
 * <p>A caller asks for the result after the task was accepted, and a task may fail before that. So a failure is looked
 * at again after {@link #GRACE}, and is logged if the result was not asked for by then. A task that succeeds has
 * no cost.
 *
 * <p>Any thread. The state is guarded by the monitor of this, under which no other code is called.
 */
final class UnobservedFailures {

    /** How long a caller may take to ask for the result. */
    static final Duration GRACE = Duration.ofSeconds(1);
    /** So many wait to be looked at; if there are more, the oldest is looked at early. */
    private static final int MOST = 10_000;

    private final PoolContext<?> context;
    private final GuardedLog log;
    private final TraceLimit traces = new TraceLimit();

    private final Deque<Unseen> waiting = new ArrayDeque<>(0); // grows with the first failure
    private boolean scheduled;

    private record Unseen(PoolTask<?, ?> task, Throwable failure, long dueNanos) {}

    UnobservedFailures(PoolContext<?> context) {
        this.context = context;
        this.log = GuardedLog.of(Task.class);
    }

    /** A task has failed, or was rejected after it had been accepted. Holds no lock. */
    void failed(PoolTask<?, ?> task, Throwable failure) {
        if (!task.isFailureUnobserved()) {
            return;
        }
        Unseen early = null;
        boolean first;
        synchronized (this) {
            waiting.add(new Unseen(task, failure, context.clock().nanoTime() + GRACE.toNanos()));
            if (waiting.size() > MOST) {
                early = waiting.poll();
            }
            first = !scheduled;
            scheduled = true;
        }
        if (early != null) {
            tell(early);
        }
        if (first) {
            schedule(GRACE);
        }
    }

    private void schedule(Duration delay) {
        var unused = context.clock().schedule(delay, () -> context.clock().handOff(context.forCalls(), this::look));
    }

    private void look() {
        long now = context.clock().nanoTime();
        List<Unseen> due = new ArrayList<>();
        long next;
        synchronized (this) {
            while (!waiting.isEmpty() && waiting.getFirst().dueNanos - now <= 0) {
                due.add(waiting.removeFirst());
            }
            scheduled = !waiting.isEmpty();
            next = scheduled ? waiting.getFirst().dueNanos : 0;
        }
        if (next != 0) {
            schedule(Duration.ofNanos(Math.max(0, next - now)));
        }
        due.forEach(this::tell);
    }

    /** The waits are over: the pool has been stopped. */
    void tellAll() {
        List<Unseen> all;
        synchronized (this) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(this::tell);
    }

    private void tell(Unseen unseen) {
        if (!unseen.task.isFailureUnobserved()) {
            return;
        }
        FailureText text = FailureText.of(unseen.failure);
        @Nullable
        Throwable trace = unseen.failure instanceof PoolException ? null : traces.trace("", text);
        log.log(Level.WARN, event -> event.addKeyValue("pool", context.name())
                .addKeyValue("context", "task_failed")
                .setCause(trace)
                .log("{} failed, and its result was not asked for: {}", unseen.task, text));
    }
}
