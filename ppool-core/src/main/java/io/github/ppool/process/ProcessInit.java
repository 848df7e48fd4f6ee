package io.github.ppool.process;

/**
 * A process whose starter waits until it is ready. Stands for a function started by {@code proc_lib:start_link/3}.
 *
 * @see ProcessContext#startLink(ProcessInit, SpawnOptions)
 * @see ProcessSystem#start(ProcessInit, SpawnOptions)
 */
@FunctionalInterface
public interface ProcessInit {

    /**
     * Prepares the process, on the process's own thread, while the starter waits.
     *
     * @param self the process; valid on this thread only
     * @return how it went, and what the process does next
     * @throws Exception whatever it likes: the start fails with {@link ExitReason#failure(Throwable)}
     */
    InitResult init(ProcessContext self) throws Exception;
}
