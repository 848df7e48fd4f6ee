package io.github.ppool.process;

/**
 * The code of a process whose starter waits until the process is ready. Stands for a function started by {@code
 * proc_lib:start_link/3}.
 *
 * @see ProcessContext#startLink(ProcessInit, SpawnOptions)
 * @see ProcessSystem#start(ProcessInit, SpawnOptions)
 */
@FunctionalInterface
public interface ProcessInit {

    /**
     * Prepares the process, on the process's own thread, while the starter waits.
     *
     * @param self the operations of the process; valid on this thread only
     * @return the outcome, and the body of the process
     * @throws Exception any exception: the start fails with {@link ExitReason#failure(Throwable)}
     */
    InitResult init(ProcessContext self) throws Exception;
}
