package io.github.ppool.process;

/**
 * One monitor: it tells its watcher once, with a {@link Down} message, that the watched process has ended. Compared by
 * identity. Stands for the reference that {@code erlang:monitor/2} returns.
 */
public final class Monitor extends Watcher {

    private final ProcessCell owner;
    private final ProcessCell watched;

    Monitor(ProcessCell owner, ProcessCell watched) {
        this.owner = owner;
        this.watched = watched;
    }

    /**
     * The process that is watched.
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

    /** A monitor that was taken down in the meantime says nothing: whoever takes it from its owner's set decides. */
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
