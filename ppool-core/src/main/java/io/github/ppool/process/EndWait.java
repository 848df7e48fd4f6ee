package io.github.ppool.process;

import java.util.concurrent.atomic.AtomicInteger;

/** The wait of a process for the end of one or several other processes. */
final class EndWait extends Watcher {

    private final ProcessCell waiter;
    private final ReplySlot<ExitReason> slot;
    private final AtomicInteger left;

    /**
     * Called on the thread of the waiting process.
     *
     * @param ends the number of ends that the process waits for
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
