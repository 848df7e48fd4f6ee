package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.ReplySlot;

/** A call whose caller waits at a slot. */
final class PendingCall<R> extends ReplyTo<R> {

    private final Pid server;
    private final ReplySlot<R> slot;

    PendingCall(ProcessSystem system, Pid server) {
        this.server = server;
        this.slot = new ReplySlot<>(system.clock());
    }

    ReplySlot<R> slot() {
        return slot;
    }

    @Override
    public boolean reply(R value) {
        boolean counts = slot.reply(value);
        if (!counts) {
            UnansweredCalls.answered(server);
        }
        return counts;
    }

    @Override
    boolean fail(ExitReason reason) {
        return slot.fail(reason);
    }
}
