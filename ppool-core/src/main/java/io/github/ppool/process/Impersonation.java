package io.github.ppool.process;

import io.github.ppool.guard.ForeignCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The run of a thread as a process, while the process's own thread waits in {@link CallerRuns#receive}. The thread
 * makes it after it has taken the lock and ends it before it releases the lock.
 *
 * <p>Two ends can come meanwhile, and each of them interrupts the right thread:
 *
 * <ul>
 *   <li>The process ends. Its cell names the impersonating thread as its own, so that thread is interrupted. The end
 *       chooses the thread under the cell's monitor and interrupts it later. {@link #end} removes the thread under the
 *       same monitor. An interrupt that was decided before then finds the {@linkplain InterruptTarget target} closed,
 *       or has come and is dropped. So none comes late.
 *   <li>The process of the impersonating thread ends, if it has one. Its cell is marked as impersonating, so its end
 *       does not interrupt; the thread looks at its end afterwards.
 * </ul>
 */
final class Impersonation extends InterruptTarget {

    private final ProcessCell cell;
    private final Thread owner; // the thread of the process, which waits
    private final @Nullable ProcessSelf caller;
    private final @Nullable ClassLoader loader; // of the caller

    private Impersonation(ProcessCell cell, Thread owner, Thread thread, @Nullable ProcessSelf caller) {
        super(thread);
        this.cell = cell;
        this.owner = owner;
        this.caller = caller;
        this.loader = thread.getContextClassLoader();
    }

    /**
     * Makes the calling thread, which holds the process's lock, that process. Null if the caller or the process has
     * ended.
     */
    static @Nullable Impersonation begin(ProcessSelf process, Thread thread) {
        Thread owner = Objects.requireNonNull(process.cell().runningThread()); // it waits for the lock before it ends
        ProcessSelf caller = ProcessThreads.current();
        Impersonation impersonation = new Impersonation(process.cell(), owner, thread, caller);
        if (!process.cell().beginImpersonation(impersonation)) {
            return null;
        }
        boolean begun = false;
        try {
            // Only now that the process runs: a thread that inspects both must not see both of them wait.
            if (caller == null || caller.cell().beginImpersonating()) {
                ProcessThreads.runAs(thread, process);
                begun = true;
            }
        } finally {
            if (!begun) {
                impersonation.leave();
                impersonation.endImpersonating();
            }
        }
        if (!begun) {
            return null;
        }
        impersonation.useLoader(owner.getContextClassLoader());
        return impersonation;
    }

    @SuppressWarnings("ReferenceEquality") // a loader's equals is foreign code
    private void useLoader(@Nullable ClassLoader wanted) {
        if (wanted != loader) {
            thread.setContextClassLoader(wanted);
        }
    }

    /** Makes the calling thread again the process, or no process, that it was before. */
    void end() {
        ProcessThreads.runAs(thread, caller);
        if (!leave()) {
            Thread.interrupted(); // the interrupt for the process's end
        }
        ForeignCode.putRight(thread, isInterruptKept(), loader);
        endImpersonating();
    }

    /** False if the process has ended. From now on the end of the process does not interrupt this thread. */
    private boolean leave() {
        if (cell.endImpersonation(owner)) {
            return true;
        }
        close();
        return false;
    }

    private void endImpersonating() {
        if (caller != null) {
            caller.cell().endImpersonating();
        }
    }

    @Override
    public String toString() {
        return thread + " as " + cell;
    }
}
