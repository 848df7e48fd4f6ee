package io.github.ppool.process;

import java.util.concurrent.atomic.AtomicInteger;

/** The wait of a process for the end of another one, or of several. */
final class EndWait extends Watcher {

    private final ProcessCell waiter;
    private final ReplySlot<ExitReason> slot;
    private final AtomicInteger left;

    /**
     * On the thread of the waiting process.
     *
     * @param ends how many ends the process waits for
     */
    EndWait(ProcessCell waiter, int ends) {
        this.waiter = waiter;
        this.slot = new ReplySlot<>(waiter.system.clock);
        this.left = new AtomicInteger(ends);
    }

    ReplySlot<ExitReason> slot() {
        return slot;
    }

    @Override
    void ended(Pid process, ExitReason reason) {
        if (left.decrementAndGet() == 0) {
            slot.reply(reason);
        }
    }

    @Override
    ProcessCell waiter() {
        return waiter;
    }
}
