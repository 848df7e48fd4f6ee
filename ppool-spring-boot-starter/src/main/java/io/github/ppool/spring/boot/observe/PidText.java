package io.github.ppool.spring.boot.observe;

import io.github.ppool.process.Pid;

/** A pid as the endpoint shows it. */
public final class PidText {

    private PidText() {}

    /**
     * The number of a pid in Erlang's notation, without the label, which the answers show beside it.
     *
     * @param pid any process
     * @return such as {@code <17>}
     */
    public static String of(Pid pid) {
        return "<" + pid.id() + ">";
    }
}
