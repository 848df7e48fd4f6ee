package io.github.ppool.process;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a starter for the process that it starts. It is told by the new process, or by that process's death, whichever
 * comes first; the first word counts.
 */
final class StartHandshake extends Watcher {

    private final Thread starter;
    private final @Nullable ProcessCell starterCell;
    private volatile @Nullable StartResult result;

    StartHandshake(Thread starter, @Nullable ProcessCell starterCell) {
        this.starter = starter;
        this.starterCell = starterCell;
    }

    synchronized void complete(StartResult outcome) {
        if (result == null) {
            result = outcome;
            if (starterCell != null) {
                starterCell.wake();
            } else {
                LockSupport.unpark(starter);
            }
        }
    }

    @Nullable StartResult result() {
        return result;
    }

    @Override
    void ended(ProcessCell process, ExitReason reason) {
        complete(new StartResult.Failed(reason));
    }
}
