package io.github.ppool.soak;

import java.util.Locale;

/** A kind of process that is killed. The supervisors of the pools are left alone. */
enum Victim {
    /** A worker without a holder. */
    IDLE_WORKER,
    /** A worker that a borrower has. */
    LENT_WORKER,
    /** A worker that runs a task. */
    WORKER_WITH_TASK,
    /** A borrower's process, while it has a lease. */
    BORROWER;

    /** As it is printed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
