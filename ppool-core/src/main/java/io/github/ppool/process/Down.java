package io.github.ppool.process;

/**
 * The message that a monitor sends when the process it watches has ended: Erlang's
 * <code>{'DOWN', Ref, process, Pid, Reason}</code>.
 *
 * @param monitor which monitor
 * @param from who ended
 * @param reason why; {@link ExitReason#NOPROC} if it had ended before the monitor was set up
 */
public record Down(Monitor monitor, Pid from, ExitReason reason) {}
