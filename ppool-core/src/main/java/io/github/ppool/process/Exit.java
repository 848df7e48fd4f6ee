package io.github.ppool.process;

/**
 * The message that a process which traps exits receives instead of an exit signal: Erlang's
 * <code>{'EXIT', From, Reason}</code>.
 *
 * @param from who ended, or who sent the signal
 * @param reason why
 */
public record Exit(Pid from, ExitReason reason) {}
