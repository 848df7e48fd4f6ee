package io.github.ppool.durable.engine;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Runs handlers: plainly, or in a transaction whose first statement ends the task. The thread of the worker calls; the
 * handler may throw any exception.
 */
final class HandlerRun {

    private static final GuardedLog LOG = GuardedLog.of(HandlerRun.class);

    private final Parts parts;

    HandlerRun(Parts parts) {
        this.parts = parts;
    }

    /** The ways in which a run ends. */
    enum Kind {
        /** The handler has returned; the task is to be ended. */
        RETURNED,
        /** The handler has returned, and its transaction has ended the task. */
        COMMITTED,
        /** The handler has thrown, or its transaction could not be committed. */
        FAILED,
        /** The payload can't be read. The handler was not called. */
        UNREADABLE,
        /** The node has lost the task. The handler was not called. */
        NOT_OURS,
        /** The database did not answer before the handler was called. */
        NOT_CALLED,
        /** The handler has returned, and the answer to the commit was lost or bad. */
        DOUBTFUL
    }

    /**
     * The end of a run.
     *
     * @param kind the way in which it ended
     * @param failure the exception; null if there was none
     */
    record Ran(Kind kind, @Nullable Throwable failure) {

        private static final Ran RETURNED = new Ran(Kind.RETURNED, null);
        private static final Ran COMMITTED = new Ran(Kind.COMMITTED, null);
        private static final Ran NOT_OURS = new Ran(Kind.NOT_OURS, null);
    }

    /** A run within a transaction. */
    private static final class Course {
        private boolean called;
        private boolean returned;
        private @Nullable Ran ran;
    }

    /**
     * Runs a handler once. The transaction is one of its own.
     *
     * @return the end; never throws an exception of the handler
     */
    Ran run(TaskHandler handler, UUID node, ClaimedTask row, DurableTask task, Object worker) {
        return run(handler, node, row, task, worker, parts.transactions());
    }

    /** Runs a handler once, with other transactions than the application's. */
    @SuppressWarnings({"CatchingUnchecked", "ReferenceEquality"}) // a hook that fails must not change the attempt
    Ran run(
            TaskHandler handler,
            UUID node,
            ClaimedTask row,
            DurableTask task,
            Object worker,
            @Nullable TransactionOperations transactions) {
        if (parts.hook() == AttemptHook.NONE) {
            return once(handler, node, row, task, worker, transactions);
        }
        Ran[] ran = new Ran[1];
        AttemptHook.Attempt attempt = () -> {
            Ran end = once(handler, node, row, task, worker, transactions);
            ran[0] = end;
            if (end.failure() != null) {
                throw end.failure();
            }
        };
        try {
            parts.hook().around(row, attempt);
        } catch (Throwable thrown) {
            hookThrew(thrown, ran[0]);
        }
        if (ran[0] == null) { // the hook has failed before
            try {
                attempt.run();
            } catch (Throwable told) {
                LOG.debug("durable tasks: the task {} has failed: {}", row.id(), FailureText.of(told));
            }
        }
        return Objects.requireNonNull(ran[0]);
    }

    private Ran once(
            TaskHandler handler,
            UUID node,
            ClaimedTask row,
            DurableTask task,
            Object worker,
            @Nullable TransactionOperations transactions) {
        return handler.transactional()
                ? inTransaction(handler, node, row, task, worker, Objects.requireNonNull(transactions))
                : plainly(handler, row, task, worker);
    }

    @SuppressWarnings("ReferenceEquality") // the equals of an exception is foreign code
    private static void hookThrew(Throwable thrown, @Nullable Ran ran) {
        if (ran == null || thrown != ran.failure()) {
            LOG.warn("durable tasks: the hook around attempts has failed: {}", FailureText.of(thrown));
        }
    }

    @SuppressWarnings("CatchingUnchecked") // handlers throw any exception
    private static Ran plainly(TaskHandler handler, ClaimedTask row, DurableTask task, Object worker) {
        try {
            handler.run(worker, row, task);
            return Ran.RETURNED;
        } catch (UnreadablePayloadException unreadable) {
            return new Ran(Kind.UNREADABLE, unreadable);
        } catch (Throwable thrown) {
            return new Ran(Kind.FAILED, thrown);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // as above
    private Ran inTransaction(
            TaskHandler handler,
            UUID node,
            ClaimedTask row,
            DurableTask task,
            Object worker,
            TransactionOperations transactions) {
        Course course = new Course();
        try {
            transactions.executeWithoutResult(status -> {
                if (!parts.application().completeFirst(node, row.id(), parts.hold().lease())) {
                    course.ran = Ran.NOT_OURS;
                    status.setRollbackOnly();
                    return;
                }
                course.called = true;
                Ran ran = plainly(handler, row, task, worker);
                if (ran.kind() == Kind.RETURNED) {
                    course.returned = true;
                } else {
                    course.ran = ran;
                    status.setRollbackOnly();
                }
            });
        } catch (Throwable failed) {
            return failed(course, row, failed);
        }
        Ran undone = course.ran;
        return undone == null ? Ran.COMMITTED : undone;
    }

    /** The transaction itself has failed: before the handler, after it, or in its roll-back. */
    private static Ran failed(Course course, ClaimedTask row, Throwable failed) {
        Ran ran = course.ran;
        if (ran != null) {
            LOG.debug("durable tasks: the transaction of the task {} could not be rolled back: {}", row.id(),
                    FailureText.of(failed));
            return ran;
        }
        return new Ran(course.returned ? Kind.DOUBTFUL : course.called ? Kind.FAILED : Kind.NOT_CALLED, failed);
    }
}
