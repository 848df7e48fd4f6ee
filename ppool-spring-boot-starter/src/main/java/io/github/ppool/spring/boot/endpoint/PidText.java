package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.process.Pid;

/** A pid as the endpoint shows it. */
final class PidText {

    private PidText() {}

    /** The number of a pid in Erlang's notation, without the label, which the answers show beside it. */
    static String of(Pid pid) {
        return "<" + pid.id() + ">";
    }
}
