package io.github.ppool.process;

/**
 * The message that a process receives instead of an exit signal while it traps exits: Erlang's <code>{'EXIT', From,
 * Reason}</code>. An immutable value.
 *
 * @param from the process that ended or sent the signal
 * @param reason the reason of the signal
 */
public record Exit(Pid from, ExitReason reason) {}
