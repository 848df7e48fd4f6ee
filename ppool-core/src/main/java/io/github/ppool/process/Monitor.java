package io.github.ppool.process;

/**
 * A monitor: when the watched process ends, it sends its owner one {@link Down} message. Monitors are compared by
 * identity. Any thread may use one, but only its owner may remove it. Stands for the reference that {@code
 * erlang:monitor/2} returns.
 */
public final class Monitor extends Watcher {

    private final ProcessCell owner;
    private final ProcessCell watched;

    Monitor(ProcessCell owner, ProcessCell watched) {
        this.owner = owner;
        this.watched = watched;
    }

    /**
     * Returns the watched process.
     *
     * @return its pid
     */
    public Pid watched() {
        return watched;
    }

    ProcessCell watchedCell() {
        return watched;
    }

    ProcessCell owner() {
        return owner;
    }

    /** A removed monitor sends no message: the removal from the owner's set decides. */
    @Override
    void ended(Pid process, ExitReason reason) {
        owner.down(this, new Down(this, process, reason));
    }

    @Override
    void ownerEnded() {
        watched.removeWatcher(this);
    }

    @Override
    public String toString() {
        return "Monitor[" + owner + " -> " + watched + "]";
    }
}
