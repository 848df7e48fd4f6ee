package io.github.ppool.spring.boot;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A supervision tree of {@link Scope#CLUSTER} on this node, as a {@link ClusterScope} sees it. The starter implements
 * this interface.
 *
 * <p>One thread at a time starts, stops and rests the tree. The other methods may be called from any thread.
 */
public interface ClusterTree {

    /**
     * The name of the tree.
     *
     * @return the name of its bean
     */
    String name();

    /**
     * Starts the tree on this node. Blocks until its first children are ready. All its processes, also those of later
     * restarts, are members of the given group.
     *
     * @param group the {@linkplain io.github.ppool.process.ProcessContext#group group} of the processes: an object that
     *     no other start has
     * @param gaveUp is told, once and on a process of the tree, when the tree has ended too often and is not restarted
     *     by itself. It must not block. A tree that is stopped does not give up
     * @throws InterruptedException if the calling thread is interrupted; the tree may run, so stop it
     * @throws IllegalStateException if a first child could not be started, or the tree runs already
     */
    void start(Object group, Consumer<ExitReason> gaveUp) throws InterruptedException;

    /**
     * Stops the tree on this node, and has no effect if it does not run. The threads of its processes are interrupted
     * before this method blocks. Each child has its own shutdown time. After the given time all processes that are left
     * are killed. When this method returns, no process of the tree is alive; a thread that ignores its interrupt may
     * still run, see {@link io.github.ppool.process.ProcessSystem#members}.
     *
     * @param atMost the longest time until the processes are killed; zero and negative kill them at once. The time of
     *     the application's shutdown phase is another limit
     * @throws InterruptedException if the calling thread is interrupted; all processes are killed then
     */
    void stop(Duration atMost) throws InterruptedException;

    /**
     * Notes whether the tree rests: this node does not want it for a while, because it has given up here. Only health
     * and the endpoint tell the difference. Does not block.
     *
     * @param resting true from the give-up to the end of the rest
     */
    void rest(boolean resting);
}
