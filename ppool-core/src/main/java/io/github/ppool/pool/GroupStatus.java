package io.github.ppool.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PoolGroup} at one moment. An immutable value.
 *
 * @param spec the configuration of the group
 * @param total the group as one pool: sums over the members. The length of the queue and the oldest wait are those of
 *     the group's own queue, with the tasks that wait for their key
 * @param members the members, in the order of the configuration
 * @param served the number of callers and tasks that got a worker through the group
 * @param refused the number of callers and tasks that the group refused, time-outs included
 */
public record GroupStatus(PoolGroupSpec spec, PoolStatus total, List<Member> members, long served, long refused) {

    /** Copies the list. */
    public GroupStatus {
        members = List.copyOf(members);
    }

    /**
     * A member at one moment.
     *
     * @param pool the name of the pool
     * @param status the pool; null if there is no pool of that name at the moment
     * @param served the number of callers and tasks of the group that this member served
     * @param passedOver the reason why the group passes the member over; null if it does not
     */
    public record Member(String pool, @Nullable PoolStatus status, long served, @Nullable String passedOver) {

        /**
         * Tells whether the member can serve callers.
         *
         * @return true if the pool runs or recovers, and the group does not pass it over
         */
        public boolean isUp() {
            return status != null && passedOver == null
                    && (status.phase() == PoolPhase.RUNNING || status.phase() == PoolPhase.RECOVERING);
        }
    }

    /**
     * Tells whether the group can serve callers.
     *
     * @return true if at least one member is {@linkplain Member#isUp() up}
     */
    public boolean isUp() {
        return members.stream().anyMatch(Member::isUp);
    }
}
