package io.github.ppool.process;

import io.github.ppool.time.MonotonicClock;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a starter for its new process. The process answers it, or the end of the process does; the first answer
 * counts.
 */
final class StartHandshake extends Watcher {

    private final ReplySlot<StartResult> slot;
    private volatile @Nullable StartResult atEnd; // written by the new process

    private final @Nullable ProcessCell starter;

    /** Called on the starter's thread. The starter is null if that thread is no process. */
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

    /** Sets the answer for the end of the process, instead of a failure. */
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
