package io.github.ppool.process;

import java.util.List;

/**
 * A snapshot of a process, for operators and tests; its parts need not be of the same instant. Stands for
 * {@code erlang:process_info/1}.
 *
 * @param pid which process
 * @param status what it is doing
 * @param messageQueueLength how many messages it has not received
 * @param wakeUps how often it has been waiting and gone on; a process whose count did not change between two looks at
 *     which it was {@link ProcessStatus#WAITING} has done nothing in between
 * @param trapExits whether it traps exits
 * @param links who it is linked to
 * @param registeredName the name it is registered under, empty when there is none
 */
public record ProcessInfo(
        Pid pid,
        ProcessStatus status,
        int messageQueueLength,
        long wakeUps,
        boolean trapExits,
        List<Pid> links,
        String registeredName) {}
