package io.github.ppool.process;

import io.github.ppool.guard.ForeignCode;

/**
 * The registration of an {@link ExitListener} with a process. May be used from any thread.
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
     * Ends the registration. Does not block and does not wait for a listener that runs at this moment.
     *
     * @return whether the listener was kept from being told by this call; false when the process has ended already, or
     *     the registration had been cancelled
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
