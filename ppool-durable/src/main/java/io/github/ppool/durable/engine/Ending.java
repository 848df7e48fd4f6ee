package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.FailedAttempt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The end of an attempt, on its way to the database. One thread at a time has it. */
final class Ending {

    /** The request to the database. */
    enum Kind {
        /** The task has succeeded, and ends. */
        SUCCEEDED,
        /** The plan has decided. */
        FAILED,
        /** The cancelled task ends. */
        CANCELLED
    }

    final Kind kind;
    final UUID node;
    final ClaimedTask row;
    /** The attempt; null for that of a dead node. */
    final @Nullable Attempt attempt;
    /** The decision of the plan; null if there was none to make. */
    @Nullable
    FailedAttempt decision;
    /** True if the transaction of the attempt may have ended the task. */
    final boolean mayBeCommitted;
    /** True after a call that has failed: it may have had its effect. */
    boolean repeated;
    /** True after the first look at the row. */
    boolean wasDoubtful;
    /** True if the database has answered. */
    boolean answered;

    Ending(Kind kind, UUID node, ClaimedTask row, @Nullable Attempt attempt, @Nullable FailedAttempt decision,
            boolean mayBeCommitted) {
        this.kind = kind;
        this.node = node;
        this.row = row;
        this.attempt = attempt;
        this.decision = decision;
        this.mayBeCommitted = mayBeCommitted;
    }

    static Ending succeeded(Attempt attempt) {
        return new Ending(Kind.SUCCEEDED, attempt.node(), attempt.row(), attempt, null, false);
    }

    static Ending cancelled(Attempt attempt) {
        return new Ending(Kind.CANCELLED, attempt.node(), attempt.row(), attempt, null, false);
    }

    static Ending failed(Attempt attempt, FailedAttempt decision, boolean mayBeCommitted) {
        return new Ending(Kind.FAILED, attempt.node(), attempt.row(), attempt, decision, mayBeCommitted);
    }

    static Ending lost(UUID node, ClaimedTask row, FailedAttempt decision) {
        return new Ending(Kind.FAILED, node, row, null, decision, false);
    }

    long id() {
        return row.id();
    }

    /** Leaves the texts out, of which the database has refused one. False if there was none. */
    boolean dropText() {
        FailedAttempt told = decision;
        if (told == null || (told.failure() == null && told.progress() == null)) {
            return false;
        }
        decision = new FailedAttempt(
                told.id(), told.attempt(), told.next(), told.delay(), told.plan(), told.reason(), null, told.lost(),
                null);
        return true;
    }
}
