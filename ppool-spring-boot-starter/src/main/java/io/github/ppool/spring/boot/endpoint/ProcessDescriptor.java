package io.github.ppool.spring.boot.endpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process as {@code erlang:process_info/1} shows it.
 *
 * @param pid the process
 * @param label the label that it was started with; null if it has none
 * @param registeredName the name that it is registered with; null if it has none
 * @param status {@code running}, {@code waiting}, {@code orphaned} or {@code ended}
 * @param doing the object of its wait, such as {@code a message} or {@code a reply}, or the method outside of the JDK
 * and
 *     this library that it is in; null if it is not known
 * @param sinceMillis the time that it has been in this status, right to some ten milliseconds
 * @param messages the number of messages in its mailbox
 * @param wakeUps the number of its waits that are over: two answers with the same number have found it in one wait
 * @param trapExits true if it traps exits
 * @param links the linked processes
 * @param monitors the processes that it monitors
 * @param monitoredBy the processes that monitor it
 * @param lastExit the reason of its end, an exception by its class alone; null if it has not ended
 * @param stack the frames of its thread, the innermost first; empty if no thread runs for it
 */
public record ProcessDescriptor(
        String pid,
        @Nullable String label,
        @Nullable String registeredName,
        String status,
        @Nullable String doing,
        long sinceMillis,
        int messages,
        long wakeUps,
        boolean trapExits,
        List<String> links,
        List<String> monitors,
        List<String> monitoredBy,
        @Nullable String lastExit,
        List<String> stack)
        implements
            EndpointAnswer {}
