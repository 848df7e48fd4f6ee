package io.github.ppool.process;

import io.github.ppool.guard.ForeignCode;

/**
 * The registration of an {@link ExitListener} for the end of a process. Any thread may use it.
 *
 * @see ProcessSystem#onExit(Pid, ExitListener)
 */
public final class ExitWatch extends Watcher {

    private final ProcessCell watched;
    private final ExitListener listener;

    ExitWatch(ProcessCell watched, ExitListener listener) {
        this.watched = watched;
        this.listener = listener;
    }

    /**
     * Cancels the registration. Does not block; a call of the listener that runs at this moment goes on.
     *
     * @return true if this call prevents the call of the listener; false if the process has ended already or the
     *     registration was cancelled before
     */
    public boolean cancel() {
        return watched.removeWatcher(this);
    }

    @Override
    public String toString() {
        return "An exit listener of " + watched;
    }

    @Override
    void ended(Pid process, ExitReason reason) {
        ForeignCode.tell(this, () -> listener.exited(process, reason));
    }
}
