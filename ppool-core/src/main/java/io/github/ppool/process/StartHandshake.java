package io.github.ppool.process;

/**
 * The wait of a starter for the process that it starts. It is told by the new process, or by that process's death, whichever
 * comes first; the first word counts.
 */
final class StartHandshake extends Watcher {

    private final ReplySlot<StartResult> slot;

    StartHandshake(ProcessSystem system) {
        this.slot = new ReplySlot<>(system);
    }

    void complete(StartResult outcome) {
        slot.reply(outcome);
    }

    StartResult await() throws InterruptedException {
        return switch (slot.await()) {
            case ReplySlot.Replied<StartResult>(StartResult result) -> result;
            case ReplySlot.Exited<StartResult>(ExitReason reason) -> new StartResult.Failed(reason);
        };
    }

    @Override
    void ended(ProcessCell process, ExitReason reason) {
        slot.fail(reason);
    }
}
