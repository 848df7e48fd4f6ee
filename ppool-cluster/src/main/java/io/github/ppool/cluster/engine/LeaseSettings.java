package io.github.ppool.cluster.engine;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings of this node's lease.
 *
 * @param node the name of the node
 * @param lease the length of the lease
 * @param permitRest the time for which the permits of a dead node rest
 */
public record LeaseSettings(String node, Duration lease, Duration permitRest) {

    /** The shortest lease: a shorter one would be lost at the first full collection of the garbage collector. */
    public static final Duration SHORTEST = Duration.ofSeconds(3);

    /** The longest name of a node or of a permit; the tables have as much room. */
    public static final int LONGEST_NAME = 200;

    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the name is blank or too long, the lease is below three seconds or above a
     *     day, or the rest is negative or above a day
     */
    public LeaseSettings {
        Objects.requireNonNull(node, "node must not be null");
        if (node.isBlank() || node.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "node must be a name of 1 to " + LONGEST_NAME + " characters, got: '" + node + "'");
        }
        if (lease.compareTo(SHORTEST) < 0 || lease.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("lease must be from 3s to 1d, got: " + lease);
        }
        if (permitRest.isNegative() || permitRest.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("permitRest must be from 0s to 1d, got: " + permitRest);
        }
    }

    /** The time between two heartbeats. */
    Duration heartbeat() {
        return lease.dividedBy(5);
    }

    /**
     * The longest wait for an answer of the database. A heartbeat that hangs is noticed after half of the lease, and
     * three tenths remain for another connection.
     */
    Duration timeout() {
        return lease.multipliedBy(3).dividedBy(10);
    }

    /**
     * The time after the sending of a heartbeat for which the node believes in its lease; the rest is to end its work.
     */
    Duration validity() {
        return lease.multipliedBy(4).dividedBy(5);
    }
}
