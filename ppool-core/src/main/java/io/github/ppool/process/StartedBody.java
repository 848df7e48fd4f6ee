package io.github.ppool.process;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of a process whose starter waits: it prepares itself, tells the starter how that went, and goes on. */
final class StartedBody implements ProcessBody {

    private final ProcessInit init;
    private @Nullable StartHandshake handshake; // until the starter has been told
    private @Nullable ProcessCell linkedStarter; // as long as the handshake

    StartedBody(ProcessInit init, StartHandshake handshake, @Nullable ProcessCell linkedStarter) {
        this.init = init;
        this.handshake = handshake;
        this.linkedStarter = linkedStarter;
    }

    @Override
    public void run(ProcessContext self) throws Exception {
        switch (initialise(self)) {
            case InitResult.Ok(var body, var info) -> {
                // If a signal ends the process here, the starter hears that it has started, and of its end along the
                // link.
                tellStarter(self, new StartResult.Started(self.self(), info));
                self.checkOwnThread();
                body.run(self);
            }
            case InitResult.Ignore ignore -> {
                // told at the end, so that the starter finds nothing left of it: no name, for one
                leave(self);
                Objects.requireNonNull(handshake).completeAtEnd(StartResult.Ignored.INSTANCE);
            }
            case InitResult.Stop(var reason) -> {
                leave(self);
                throw self.exit(reason);
            }
        }
    }

    /** The thread holds this body for as long as the process lives, so nothing of the start must be held by it. */
    private void tellStarter(ProcessContext self, StartResult outcome) {
        StartHandshake toTell = Objects.requireNonNull(handshake);
        handshake = null;
        linkedStarter = null;
        self.cell().removeWatcher(toTell);
        toTell.complete(outcome);
    }

    @SuppressWarnings("CatchingUnchecked") // whatever init throws is the reason why the start failed
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
     * The starter learns of a failed start from the handshake, which watches this process's end; it must not get an
     * exit signal for it as well. An exit in the course of init that is somebody else's doing has been signalled
     * already; the starter takes that message back out of its mailbox.
     */
    private void leave(ProcessContext self) {
        if (linkedStarter != null && self.cell().isAlive()) {
            self.cell().unlink(linkedStarter);
        }
    }
}
