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
final class Impersonation {

    final Thread thread;
    private final ProcessCell cell;
    private final Thread owner; // the process's own, which waits
    private final @Nullable ProcessContext caller;
    private final @Nullable ClassLoader loader; // of the caller
    private boolean kept; // an interrupt that is not the process's business; of the thread only
    private boolean over; // guarded by the monitor

    private Impersonation(ProcessCell cell, Thread owner, Thread thread, @Nullable ProcessContext caller) {
        this.cell = cell;
        this.owner = owner;
        this.thread = thread;
        this.caller = caller;
        this.loader = thread.getContextClassLoader();
    }

    /**
     * The calling thread, which has the process's turn, is that process from now on; null if the caller or the process
     * has ended.
     */
    static @Nullable Impersonation begin(ProcessContext process, Thread thread) {
        Thread owner = Objects.requireNonNull(process.cell().runningThread()); // it waits for the turn before it ends
        ProcessContext caller = ProcessSystem.currentProcess();
        Impersonation impersonation = new Impersonation(process.cell(), owner, thread, caller);
        if (!process.cell().beginImpersonation(impersonation)) {
            return null;
        }
        boolean begun = false;
        try {
            // after the process has begun to run: whoever looks at both must not see both of them wait
            if (caller == null || caller.cell().beginImpersonating()) {
                ProcessSystem.runAs(thread, process);
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
        ProcessSystem.runAs(thread, caller);
        if (!leave()) {
            Thread.interrupted(); // what told of the process's end
        }
        ForeignCode.putRight(thread, kept, loader);
        endImpersonating();
    }

    /** False if the process has ended. From now on nobody interrupts this thread for it. */
    private boolean leave() {
        if (cell.endImpersonation(owner)) {
            return true;
        }
        synchronized (this) {
            over = true;
        }
        return false;
    }

    private void endImpersonating() {
        if (caller != null) {
            caller.cell().endImpersonating();
        }
    }

    /**
     * The thread, in a wait of the process that was interrupted, and not by the process's end: whether the wait goes
     * on.
     */
    boolean keepsInterrupt() {
        kept = true;
        return true;
    }

    /** Any thread, once: the process has ended. */
    synchronized void interrupt() {
        if (!over) {
            thread.interrupt();
        }
    }

    @Override
    public String toString() {
        return thread + " as " + cell;
    }
}
