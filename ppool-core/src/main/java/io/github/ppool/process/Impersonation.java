package io.github.ppool.process;

import io.github.ppool.guard.ForeignCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs as a process while the process's own thread waits with its {@link CallerRuns}. Made by that thread,
 * which has the turn, and over before it gives the turn back.
 *
 * <p>Two ends can come meanwhile, and each finds its thread:
 *
 * <ul>
 *   <li>The process ends. Its cell names the stand-in's thread as its own, so that thread is interrupted. The end
 *       decides whom to interrupt under the cell's monitor, and interrupts later; {@link #end} takes its name out under
 *       the same monitor, and an interrupt that was decided on before then finds the stand-in over, or has come and is
 *       dropped. So none comes late.
 *   <li>The process whose thread it is ends, if it is a process's. Its cell is marked as away, and its end does not
 *       interrupt; the thread looks when it comes back.
 * </ul>
 */
final class Impersonation extends InterruptTarget {

    private final ProcessCell cell;
    private final Thread owner; // the process's own, which waits
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
     * The calling thread, which has the process's turn, is that process from now on; null if the caller or the process
     * has ended.
     */
    static @Nullable Impersonation begin(ProcessSelf process, Thread thread) {
        Thread owner = Objects.requireNonNull(process.cell().runningThread()); // it waits for the turn before it ends
        ProcessSelf caller = ProcessThreads.current();
        Impersonation impersonation = new Impersonation(process.cell(), owner, thread, caller);
        if (!process.cell().beginImpersonation(impersonation)) {
            return null;
        }
        boolean begun = false;
        try {
            // after the process has begun to run: whoever looks at both must not see both of them wait
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

    @SuppressWarnings("ReferenceEquality") // a loader may say what it likes of another one
    private void useLoader(@Nullable ClassLoader wanted) {
        if (wanted != loader) {
            thread.setContextClassLoader(wanted);
        }
    }

    /** The calling thread is what it was before. */
    void end() {
        ProcessThreads.runAs(thread, caller);
        if (!leave()) {
            Thread.interrupted(); // what told of the process's end
        }
        ForeignCode.putRight(thread, isInterruptKept(), loader);
        endImpersonating();
    }

    /** False if the process has ended. From now on nobody interrupts this thread for it. */
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
