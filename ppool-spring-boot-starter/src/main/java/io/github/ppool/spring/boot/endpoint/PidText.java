package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.process.Pid;

/** A pid as the endpoint shows it. */
final class PidText {

    private PidText() {}

    /**
     * In the manner of Erlang, with the number alone: the label says nothing that the answer does not say beside it.
     */
    static String of(Pid pid) {
        return "<" + pid.id() + ">";
    }
}
