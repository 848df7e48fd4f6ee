package io.github.ppool.cluster.engine;

/**
 * Uses the permits of one name. The desk calls these methods on its own thread, {@link #lost} excepted, and without a
 * lock. None of them may block.
 */
public interface PermitUser {

    /** {@return how many more permits would be used now; those at hand in the account are counted too} */
    int wanted();

    /** {@return how many permits could be given back now, because nothing needs them at the moment} */
    int idle();

    /** Tells that {@link PermitAccount#poll} has a permit. One that is not taken within a heartbeat is given back. */
    void available();

    /**
     * Asks for permits back, because another node wants them and has fewer. The user releases them as soon as it can.
     *
     * @param count the number of permits, at most {@link #idle}
     * @return the number of permits that will be released
     */
    int giveBack(int count);

    /**
     * Tells how many permits other nodes should have from this one, while all of them are in use. The user releases
     * that many as soon as their present use ends, before another one begins. Called at each heartbeat of such a time:
     * between two calls the user subtracts the permits that it has released.
     *
     * @param count the number of permits, instead of the last one; those included that are about to be released. Zero
     *     ends the debt
     */
    default void owe(int count) {}

    /** Tells that an operator asks this node to hand the permits over. Called at each heartbeat until it is done. */
    default void handOver() {}

    /**
     * Tells that the lease of the node is lost: all permits are lost, and their use must end at once. Called on the
     * thread that found it out.
     */
    void lost();
}
