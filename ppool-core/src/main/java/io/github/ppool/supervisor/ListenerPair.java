package io.github.ppool.supervisor;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.process.Pid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Two listeners as one. The exception of the first is logged, and the second is called all the same.
 *
 * @param own the listener of the specification, which is called first
 * @param beside the listener that a supervisor above has for this one
 */
record ListenerPair(SupervisorListener own, SupervisorListener beside) implements SupervisorListener {

    @Override
    public void on(SupervisorEvent event) {
        ForeignCode.tell(own, () -> own.on(event));
        ForeignCode.tell(beside, () -> beside.on(event));
    }

    @Override
    public void decided(Pid supervisor, String id, String follows, @Nullable Duration in) {
        ForeignCode.tell(own, () -> own.decided(supervisor, id, follows, in));
        ForeignCode.tell(beside, () -> beside.decided(supervisor, id, follows, in));
    }

    @Override
    public SupervisorListener below(String id) {
        SupervisorListener[] both = {NONE, NONE};
        ForeignCode.tell(own, () -> both[0] = own.below(id));
        ForeignCode.tell(beside, () -> both[1] = beside.below(id));
        return new ListenerPair(both[0], both[1]);
    }

    /** The first decides: the listener beside it writes no log. */
    @Override
    public boolean logsCrashes() {
        return own.logsCrashes();
    }
}
