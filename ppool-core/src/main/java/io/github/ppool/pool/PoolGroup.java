package io.github.ppool.pool;

import java.util.List;
import java.util.Optional;

/**
 * Several pools with workers of the same kind, used as one pool: three mail servers, say. A caller gets a worker of
 * whichever member has one.
 *
 * <p>A caller first gets an idle worker, of the member that the {@linkplain GroupStrategy strategy} names first among
 * those that have one. If no member has an idle worker, the caller waits in the queue of the group. The queue is first
 * in first out, with the priorities of tasks. The first member with a worker serves the head of the queue. The group
 * has workers made as a pool does, one for each waiting caller, in the member that the strategy names first among those
 * with room. If that worker takes longer than a second, the next member makes one too.
 *
 * <p>A member that is stopped, has given up, is suspended with {@link PoolSpec#refuseWhileSuspended}, or can't make
 * workers is passed over and asked again later: see {@link PoolGroupSpec#retryAfter}. If all members refuse a caller,
 * the exception names each member with its reason. Direct users of a member go on to use it. They and the group stand
 * in the queue of the member in the order in which they came, or in the {@linkplain PoolSpec.Builder#queue order} of
 * the member.
 *
 * <p>The specification of the member that serves applies: its time-outs for tasks, its restart plans, its listener. The
 * time-out of {@link #checkout()} is that of the first member. A task that has begun belongs to its member, and so do
 * its further attempts.
 *
 * <p>Tasks of the group with equal {@linkplain TaskOptions#key keys} run one at a time, in the order of their
 * hand-over, over all members, also when a member dies or stops. The rules of a key that the options leave open are
 * those of the first member. Tasks that are handed to a member directly have no order with those of the group.
 *
 * <p>Otherwise a group behaves as {@link PoolClient} says. Any thread may use it.
 *
 * @param <W> the worker
 */
public interface PoolGroup<W> extends PoolClient<W> {

    /** {@return the configuration} */
    PoolGroupSpec spec();

    /**
     * Describes the group and each of its members at one moment. Takes the lock of each member for a moment.
     *
     * @return a snapshot
     */
    GroupStatus groupStatus();

    /**
     * Describes the group as one pool: the sums over its members, and the queue of the group. The phase is that of the
     * most usable member; the last failure is that of the first member that has one.
     *
     * @return a snapshot
     */
    @Override
    default PoolStatus status() {
        return groupStatus().total();
    }

    /**
     * Finds a member.
     *
     * @param name the name of the pool
     * @return its client; empty if the group has no such member, or if that pool does not exist at the moment
     */
    Optional<PoolClient<W>> member(String name);

    /**
     * Looks at the callers and tasks that wait for a worker of the group, one by one, in the order in which they are
     * served. Tasks that wait for their key come last. Takes the lock of the group's queue for some ten nanoseconds for
     * each of them, and does not block otherwise. {@link PoolAdmin#inspect} does it for a pool.
     *
     * @param most the most of them, 0 or more
     * @return those that wait; none if not overridden
     * @throws IllegalArgumentException if the number is negative
     */
    default List<PoolInspection.Waiting> waiting(int most) {
        return List.of();
    }
}
