package io.github.ppool.process;

/** The wait of a process for the end of another one. */
final class EndWait extends Watcher {

    private final ProcessCell waiter;
    private final ReplySlot<ExitReason> slot;

    /** On the thread of the waiting process. */
    EndWait(ProcessCell waiter) {
        this.waiter = waiter;
        this.slot = new ReplySlot<>(waiter.system);
    }

    ReplySlot<ExitReason> slot() {
        return slot;
    }

    @Override
    void ended(ProcessCell process, ExitReason reason) {
        slot.reply(reason);
    }

    @Override
    ProcessCell waiter() {
        return waiter;
    }
}
