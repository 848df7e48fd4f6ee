package io.github.ppool.process;

/**
 * The code of a process. It runs on the process's own thread; its variables are the process's state and need no lock.
 *
 * <p>Stands for the function given to Erlang's {@code spawn/1}.
 */
@FunctionalInterface
public interface ProcessBody {

    /**
     * Runs the process from its first to its last instruction. Returning ends it with {@link ExitReason#NORMAL},
     * {@link ProcessContext#exit(ExitReason)} with the reason given, and anything else that is thrown with
     * {@link ExitReason#failure(Throwable)}.
     *
     * @param self the process; valid on this thread only
     * @throws Exception whatever it likes: the process crashes, and those linked to it are told
     */
    void run(ProcessContext self) throws Exception;
}
