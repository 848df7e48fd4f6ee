package io.github.ppool.process;

/**
 * The message that a monitor sends when the watched process has ended: Erlang's <code>{'DOWN', Ref, process, Pid,
 * Reason}</code>. An immutable value.
 *
 * @param monitor the monitor
 * @param from the process that ended
 * @param reason its exit reason; {@link ExitReason#NOPROC} if it had ended before the monitor was set up
 */
public record Down(Monitor monitor, Pid from, ExitReason reason) {}
