package io.github.ppool.process;

/**
 * Is told, outside of any process, that a process has ended. For what has no mailbox: a pool that takes back what a dead process
 * had borrowed, a metric, a latch.
 */
@FunctionalInterface
public interface ExitListener {

    /**
     * The process has ended. Called once, by the thread that ended it, holding no lock: the process's own, or the one whose exit
     * signal it was. Must be short and must not block; what it throws is logged and otherwise ignored.
     *
     * @param pid who
     * @param reason why
     */
    void exited(Pid pid, ExitReason reason);
}
