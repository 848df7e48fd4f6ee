package io.github.ppool.process;

import io.github.ppool.time.MonotonicClock;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a starter for the process that it starts. It is told by the new process, or by that process's death,
 * whichever comes first; the first word counts.
 */
final class StartHandshake extends Watcher {

    private final ReplySlot<StartResult> slot;
    private volatile @Nullable StartResult atEnd; // written by the new process

    private final @Nullable ProcessCell starter;

    /** On the starter's thread; null if it is no process. */
    StartHandshake(MonotonicClock clock, @Nullable ProcessCell starter) {
        this.slot = new ReplySlot<>(clock);
        this.starter = starter;
    }

    @Override
    @Nullable
    ProcessCell waiter() {
        return starter;
    }

    void complete(StartResult outcome) {
        slot.reply(outcome);
    }

    /** What the starter is told when the process has ended, instead of a failure. */
    void completeAtEnd(StartResult outcome) {
        atEnd = outcome;
    }

    StartResult await() throws InterruptedException {
        return switch (slot.await()) {
            case ReplySlot.Replied<StartResult>(StartResult result) -> result;
            case ReplySlot.Exited<StartResult>(ExitReason reason) -> new StartResult.Failed(reason);
        };
    }

    @Override
    void ended(Pid process, ExitReason reason) {
        StartResult prepared = atEnd;
        slot.reply(prepared != null ? prepared : new StartResult.Failed(reason));
    }
}
