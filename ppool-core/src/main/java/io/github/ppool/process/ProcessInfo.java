package io.github.ppool.process;

import java.time.Duration;
import java.util.List;

/**
 * A snapshot of a process, for operators and tests. Its parts need not be of the same instant. An immutable
 * value. Stands for {@code erlang:process_info/1}.
 *
 * @param pid the process
 * @param status the state of the process
 * @param messageQueueLength the number of messages that it has not received
 * @param wakeUps the number of its waits that are over; if two looks find the same number and the process {@link
 *     ProcessStatus#WAITING}, it has not run in between
 * @param trapExits true if the process traps exits
 * @param links the linked processes
 * @param monitors the processes that it monitors, one entry for each monitor
 * @param monitoredBy the processes that monitor it, one entry for each monitor
 * @param registeredName the name of the process; empty if it has none
 * @param inStatusFor the time that it has had this status, right to some ten milliseconds; for an ended process the
 *     time since it last began or ended a wait
 */
public record ProcessInfo(
        Pid pid,
        ProcessStatus status,
        int messageQueueLength,
        long wakeUps,
        boolean trapExits,
        List<Pid> links,
        List<Pid> monitors,
        List<Pid> monitoredBy,
        String registeredName,
        Duration inStatusFor) {}
