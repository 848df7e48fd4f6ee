package io.github.ppool.cluster.engine;

import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The permits of one name on this node. Any thread may call the methods. */
public interface PermitAccount {

    /**
     * Takes a permit that the desk has acquired already. Does not block.
     *
     * @return the permit; null if there is none
     */
    @Nullable
    HeldPermit poll();

    /**
     * Takes a permit that the desk has acquired already, or lets it ask the database once. Blocks until the desk has
     * the answer. If no permit is free, the desk records a wish, and {@link PermitUser#available} follows.
     *
     * @return the permit; null if none is free, or the share of this node is used up, or the node holds no lease
     * @throws InterruptedException if the thread is interrupted; a permit that comes too late is given back
     * @throws TimeoutException if the desk does not answer within three tenths of the lease
     */
    @Nullable
    HeldPermit acquire() throws InterruptedException, TimeoutException;

    /**
     * Tells that {@link PermitUser#wanted} has another answer. The desk acquires as many permits as it can, and calls
     * {@link PermitUser#available} when it has a permit. Does not block.
     */
    void wantedChanged();

    /**
     * Closes the account: the wish ends, and permits that no user has taken are given back. Permits that are held stay
     * held until their release. Does not block.
     */
    void close();
}
