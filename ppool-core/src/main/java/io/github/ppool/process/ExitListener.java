package io.github.ppool.process;

/**
 * Is told, outside of any process, that a process has ended. For what has no mailbox: a pool that takes back what a
 * dead process had borrowed, a metric, a latch.
 */
@FunctionalInterface
public interface ExitListener {

    /**
     * The process has ended. Called once, by the thread that ended it, holding no lock: the process's own, or the one
     * whose exit signal it was; after {@link ProcessSystem#onThreadEnd} as the last thing on the process's own
     * thread. Must be short and must not block: other processes that end of the same signal end after this call.
     * Whatever it throws is logged and otherwise ignored, errors of the virtual machine included. An interrupt that
     * it leaves behind is dropped, unless the calling thread is that of a process that was ended; the context class
     * loader of the thread is put back.
     *
     * @param pid who
     * @param reason why
     */
    void exited(Pid pid, ExitReason reason);
}
