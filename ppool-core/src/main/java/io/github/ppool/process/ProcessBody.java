package io.github.ppool.process;

/**
 * The code of a process. It runs on the process's own thread; its variables are the process's state and need no lock.
 *
 * <p>Stands for the function argument of Erlang's {@code spawn/1}.
 */
@FunctionalInterface
public interface ProcessBody {

    /**
     * Runs the process from its first to its last instruction. A return ends it with {@link ExitReason#NORMAL}, {@link
     * ProcessContext#exit(ExitReason)} with the given reason, and any other exception with {@link
     * ExitReason#failure(Throwable)}.
     *
     * @param self the operations of the process; valid on this thread only
     * @throws Exception any exception: the process crashes, and its links and monitors are told
     */
    void run(ProcessContext self) throws Exception;
}
