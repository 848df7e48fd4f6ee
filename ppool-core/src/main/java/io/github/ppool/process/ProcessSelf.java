package io.github.ppool.process;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A process as its own thread sees it: the cell, the process that the thread is at the moment, and the wait loop. The
 * only subclass is {@link ProcessContext}, which adds the public operations; the mechanisms below it use this type.
 */
abstract class ProcessSelf {

    final ProcessCell cell; // one field for this class and its subclass: a process has one of these
    /** The process that the thread of this process impersonates; null if none. Written and read by that thread only. */
    private @Nullable ProcessSelf runsAs;

    ProcessSelf(ProcessCell cell) {
        this.cell = cell;
    }

    final ProcessCell cell() {
        return cell;
    }

    /** The process that the thread of this process is at the moment: this one, or the one that it impersonates. */
    final ProcessSelf current() {
        ProcessSelf other = runsAs;
        return other == null ? this : other;
    }

    /** True while the thread of this process impersonates another one. */
    final boolean isImpersonating() {
        return runsAs != null;
    }

    /** Called by the thread of this process: it is the given process from now on; null means this process again. */
    @SuppressWarnings("ReferenceEquality") // the identity is meant
    final void runAs(@Nullable ProcessSelf other) {
        runsAs = this == other ? null : other;
    }

    /**
     * Waits until a condition holds. A thread that makes it hold must then {@linkplain ProcessCell#wake() wake} this
     * process.
     *
     * @param condition asked by this thread, and by any other that inspects this process
     * @return true if the condition holds; false when the deadline has passed
     */
    final boolean await(BooleanSupplier condition, long deadlineNanos) throws InterruptedException {
        boolean limited = deadlineNanos != ProcessCell.NO_DEADLINE;
        while (true) {
            cell.beginWait(condition, deadlineNanos);
            try {
                if (condition.getAsBoolean()) {
                    return true;
                }
                if (limited && deadlineNanos - cell.system.clock.nanoTime() <= 0) {
                    return false;
                }
                if (cell.isAlive()) {
                    if (limited) {
                        cell.system.clock.parkUntil(cell, deadlineNanos, cell);
                    } else {
                        LockSupport.park(cell);
                    }
                }
            } finally {
                cell.endWait();
            }
            checkAfterWait();
        }
    }

    /** Called after a park, which may have ended for any reason. */
    final void checkAfterWait() throws InterruptedException {
        checkOwnThread();
        if (Thread.interrupted() && !cell.keepsInterrupt()) {
            throw new InterruptedException("interrupted while waiting: " + cell);
        }
    }

    /** For operations that wait or touch the mailbox: only the process itself may run them. */
    final void checkOwnThread() {
        if (!cell.isOwnThread()) {
            throw misused(cell.isActing()
                    ? "a caller that runs for a process must not wait or receive for it: "
                    : "a process context is for the process's own thread: ");
        }
        checkNotEnded();
    }

    /** For operations that do not wait: the process itself or a caller that runs for it may run them. */
    final void checkAlive() {
        if (!cell.isActing()) {
            throw misused("a process context is for the process's own thread: ");
        }
        checkNotEnded();
    }

    private IllegalStateException misused(String how) {
        return new IllegalStateException(how + cell + " was used by " + Thread.currentThread());
    }

    private void checkNotEnded() {
        ExitReason reason = cell.exitReason();
        if (reason != null) {
            throw new ProcessExit(reason);
        }
    }
}
