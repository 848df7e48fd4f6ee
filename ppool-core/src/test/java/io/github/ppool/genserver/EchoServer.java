package io.github.ppool.genserver;

import io.github.ppool.process.ExitReason;

/** Returns each request as its answer, and stops with a given reason. It has no state. */
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
