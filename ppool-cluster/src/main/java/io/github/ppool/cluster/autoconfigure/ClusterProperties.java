package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.store.LeaseTables;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.guard.VisibleText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings under {@code ppool.cluster}.
 *
 * @param enabled Whether this application is a node of the cluster. If not, pools with a cluster-limit or a
 *     cluster-rate and beans with scope CLUSTER are refused.
 * @param lease Length of the node's lease, renewed every fifth of it. Work of a dead node is taken over within 1.2
 *     leases. At least 3s.
 * @param permitRest Time for which the permits of a dead node rest before other nodes use them. Bridges a pause of a
 *     node that goes on afterwards.
 * @param nodeName Name of the node in the cluster's views. The name of the machine and the number of the process if it
 *     is not set.
 * @param initializeSchema Whether the tables are created at the start: embedded for an H2 database of this JVM only,
 *     always, or never.
 * @param tablePrefix Beginning of the names of the tables, after a schema and a point if they are in one.
 */
@ConfigurationProperties(prefix = "ppool.cluster", ignoreUnknownFields = false)
record ClusterProperties(
        @DefaultValue("true") Boolean enabled,
        @DefaultValue("15s") Duration lease,
        @DefaultValue("0s") Duration permitRest,
        @Nullable String nodeName,
        @DefaultValue("embedded") SchemaMode initializeSchema,
        @DefaultValue(LeaseTables.PREFIX) String tablePrefix) {

    private static final Duration LONGEST = Duration.ofDays(1);

    /** The settings of the lease, checked. */
    LeaseSettings leaseSettings() {
        if (lease.compareTo(LeaseSettings.SHORTEST) < 0 || lease.compareTo(LONGEST) > 0) {
            throw wrong("lease", "must be from 3s to 1d, got: " + DurationText.of(lease),
                    "A shorter lease is lost at the first long pause of the garbage collector. 15s fits most"
                            + " applications.");
        }
        if (permitRest.isNegative() || permitRest.compareTo(LONGEST) > 0) {
            throw wrong("permit-rest", "must be from 0s to 1d, got: " + DurationText.of(permitRest),
                    "0s lets no permit rest.");
        }
        String name = nodeName == null ? NodeNames.ofThisProcess() : nodeName.strip();
        if (name.isEmpty() || name.length() > LeaseSettings.LONGEST_NAME) {
            throw wrong("node-name",
                    "must have 1 to " + LeaseSettings.LONGEST_NAME + " characters, got " + name.length(),
                    "Remove the line to have the name of the machine and the number of the process.");
        }
        if (!VisibleText.of(name).equals(name)) { // it stands in a table, in logs and in answers
            throw wrong("node-name", "must be one line of text without control characters, got: "
                    + VisibleText.of(name), "Use letters, digits and hyphens.");
        }
        return new LeaseSettings(name, lease, permitRest);
    }

    private static ClusterStartException wrong(String key, String rule, String remedy) {
        return new ClusterStartException("The setting ppool.cluster." + key + " " + rule, remedy, null);
    }

    /** Wraps a wrong prefix. */
    static ClusterStartException wrongPrefix(IllegalArgumentException cause) {
        String rule = String.valueOf(cause.getMessage()).replaceFirst("^tablePrefix ", "");
        return wrong("table-prefix", rule, "The default is " + LeaseTables.PREFIX + ".");
    }
}
