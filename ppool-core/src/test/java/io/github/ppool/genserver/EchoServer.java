package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;

/** Answers what it is asked, and stops for the reason that it is given. Keeps no state. */
final class EchoServer implements GenServer<String, String, ExitReason> {

    @Override
    public String handleCall(String request, ReplyTo<String> from, ServerContext self) {
        return request;
    }

    @Override
    public void handleCast(ExitReason reason, ServerContext self) {
        self.stop(reason);
    }
}
