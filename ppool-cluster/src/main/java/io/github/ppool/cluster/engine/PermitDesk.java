package io.github.ppool.cluster.engine;

/**
 * The permits of this node. The desk has one thread and one connection of its own for all names. It acquires, gives
 * back and wishes in batches, keeps to the fair share of each node, and sends no statement while no permit is wanted or
 * given back.
 */
public interface PermitDesk {

    /**
     * Opens the account of a name. The permits are acquired with the node's lease, and lost with it; the account stays
     * open over that. Does not block.
     *
     * @param name the name: that of a pool, or of a singleton with its prefix
     * @param limit the number of permits that all nodes may hold together, at least one
     * @param user uses the permits
     * @return the account
     * @throws IllegalArgumentException if the limit is below one; the account is not opened
     * @throws IllegalStateException if an account of that name is open; it stays open
     */
    PermitAccount open(String name, int limit, PermitUser user);
}
