package io.github.ppool.process;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of a process whose starter waits. The process prepares itself, answers the starter, and goes on. */
final class StartedBody implements ProcessBody {

    private final ProcessInit init;
    private @Nullable StartHandshake handshake; // until the starter has its answer
    private @Nullable ProcessCell linkedStarter; // as long as the handshake

    StartedBody(ProcessInit init, StartHandshake handshake, @Nullable ProcessCell linkedStarter) {
        this.init = init;
        this.handshake = handshake;
        this.linkedStarter = linkedStarter;
    }

    @Override
    public void run(ProcessContext self) throws Exception {
        ProcessBody body = start(self);
        if (body != null) {
            self.checkOwnThread();
            body.run(self);
        }
    }

    /**
     * Prepares the process and answers the starter. Apart from {@link #run}, whose frame stays on the stack of every
     * waiting process and is smaller without these variables. Null if the process has no work.
     */
    private @Nullable ProcessBody start(ProcessContext self) {
        switch (initialise(self)) {
            case InitResult.Ok(var body, var info) -> {
                // If a signal ends the process here, the starter hears of the start, and of the end along the link.
                tellStarter(self, new StartResult.Started(self.self(), info));
                return body;
            }
            case InitResult.Ignore ignore -> {
                // at the end, so that the starter finds no remains of the process, for example its name
                leave(self);
                Objects.requireNonNull(handshake).completeAtEnd(StartResult.Ignored.INSTANCE);
                return null;
            }
            case InitResult.Stop(var reason) -> {
                leave(self);
                throw self.exit(reason);
            }
        }
    }

    /** The thread holds this body while the process lives, so the body must hold no object of the start. */
    private void tellStarter(ProcessContext self, StartResult outcome) {
        StartHandshake toTell = Objects.requireNonNull(handshake);
        handshake = null;
        linkedStarter = null;
        self.cell().removeWatcher(toTell);
        toTell.complete(outcome);
    }

    @SuppressWarnings("CatchingUnchecked") // any exception of init is the reason of the failed start
    private InitResult initialise(ProcessContext self) {
        try {
            return init.init(self);
        } catch (ProcessExit exit) {
            return InitResult.stop(exit.reason());
        } catch (Throwable thrown) {
            return InitResult.stop(ExitReason.failure(thrown));
        }
    }

    /**
     * Removes the link before a failed start. The starter learns of the failure from the handshake, which watches the
     * end of this process, and must not get an exit signal as well. If another process ended this one in the course of
     * init, the signal has been sent already; the starter takes that message out of its mailbox.
     */
    private void leave(ProcessContext self) {
        if (linkedStarter != null && self.cell().isAlive()) {
            self.cell().unlink(linkedStarter);
        }
    }
}
