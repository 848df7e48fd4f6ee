package io.github.ppool.process;

/**
 * Is told of the end of a process, outside of any process. For objects without a mailbox: a pool that takes back the
 * leases of a dead process, a metric, a latch.
 */
@FunctionalInterface
public interface ExitListener {

    /**
     * Called once, when the process has ended, by the thread that ended it: the process's own thread or the sender of
     * the exit signal. For {@link ProcessSystem#onThreadEnd} it is the last call on the process's own thread. The
     * thread holds no lock.
     *
     * <p>The call must be short and must not block: other processes that end of the same signal end after it. Any
     * exception of it is logged and otherwise ignored, errors of the virtual machine included. An interrupt that it
     * leaves behind is dropped, unless the calling thread belongs to a process that was ended. The context class loader
     * of the thread is restored.
     *
     * @param pid the process
     * @param reason its exit reason
     */
    void exited(Pid pid, ExitReason reason);
}
