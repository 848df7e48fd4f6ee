package io.github.ppool.pool;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The configuration of a {@link PoolGroup}. An immutable value.
 *
 * @param name the name of the group; no pool of the tree may have it
 * @param members the names of the pools, at least one, each once, in the order of {@link GroupStrategy#FIRST}
 * @param strategy the order in which the members are asked
 * @param retryAfter the time after which the group asks a member again that could not make a worker; more than zero. A
 *     stopped or suspended member is asked ten times a second while callers wait: the question makes no worker
 */
public record PoolGroupSpec(String name, List<String> members, GroupStrategy strategy, Duration retryAfter) {

    /** The time after which a member that could not make a worker is asked again, unless it is set. */
    public static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

    /**
     * Checks the configuration.
     *
     * @throws NullPointerException if a component or a member is null
     * @throws IllegalArgumentException if the name is blank, there is no member, a member is named twice, a member has
     *     the name of the group, or the time is zero or negative
     */
    public PoolGroupSpec {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(strategy, "strategy must not be null");
        Objects.requireNonNull(retryAfter, "retryAfter must not be null");
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be blank, got: '" + name + "'");
        }
        members = List.copyOf(Objects.requireNonNull(members, "members must not be null"));
        if (members.isEmpty()) {
            throw new IllegalArgumentException("members must name at least one pool, got: " + members);
        }
        Set<String> seen = new HashSet<>();
        for (String member : members) {
            if (!seen.add(member)) {
                throw new IllegalArgumentException("members must name each pool once, got '" + member + "' twice");
            }
        }
        if (seen.contains(name)) {
            throw new IllegalArgumentException("members must not name the group itself, got: '" + name + "'");
        }
        if (retryAfter.isNegative() || retryAfter.isZero()) {
            throw new IllegalArgumentException("retryAfter must be positive, got: " + retryAfter);
        }
    }

    /**
     * Makes the configuration of a group that asks its members in their order.
     *
     * @param name the name of the group
     * @param members the names of the pools
     * @return the configuration
     * @throws NullPointerException as the constructor
     * @throws IllegalArgumentException as the constructor
     */
    public static PoolGroupSpec of(String name, String... members) {
        return new PoolGroupSpec(name, List.of(members), GroupStrategy.FIRST, DEFAULT_RETRY_AFTER);
    }

    /**
     * Returns this configuration with another strategy.
     *
     * @param newStrategy the strategy
     * @return a new configuration
     * @throws NullPointerException if the strategy is null
     */
    public PoolGroupSpec withStrategy(GroupStrategy newStrategy) {
        return new PoolGroupSpec(name, members, newStrategy, retryAfter);
    }

    /**
     * Returns this configuration with another time between two attempts.
     *
     * @param newRetryAfter the time, more than zero
     * @return a new configuration
     * @throws NullPointerException if the time is null
     * @throws IllegalArgumentException if the time is zero or negative
     */
    public PoolGroupSpec withRetryAfter(Duration newRetryAfter) {
        return new PoolGroupSpec(name, members, strategy, newRetryAfter);
    }
}
