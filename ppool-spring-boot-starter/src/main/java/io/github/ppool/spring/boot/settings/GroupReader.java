package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.GroupStrategy;
import io.github.ppool.pool.PoolGroupSpec;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Reads and checks the settings of groups. */
public final class GroupReader {

    private GroupReader() {}

    /**
     * The prefix of the properties of a group.
     *
     * @param name the name of the group
     * @return the prefix, without a dot at its end
     */
    public static String property(String name) {
        return "ppool.groups." + name;
    }

    /**
     * Checks the settings of all groups, apart from the types of the workers.
     *
     * @param properties the settings
     * @param otherPools the names of pools that are not in the settings
     * @param problems gets the problems
     */
    public static void check(PpoolProperties properties, Set<String> otherPools, SettingProblems problems) {
        Set<String> pools = new TreeSet<>(properties.getPools().keySet());
        pools.addAll(otherPools);
        for (Map.Entry<String, PpoolProperties.Group> group : properties.getGroups().entrySet()) {
            String name = group.getKey();
            if (!PoolNames.isValid(name)) {
                problems.add(property(name), PoolNames.RULE.replace("of a pool", "of a group"),
                        "Change the name, for example to my-group.");
            }
            String alike = PoolNames.spelledIn(pools, name);
            if (alike != null) {
                problems.add(property(name), null,
                        "a group can't have the name of a pool, and there is a pool '" + alike
                                + "'",
                        "Rename the group, for example to " + name + "Group.");
            }
            checkMembers(name, group.getValue(), properties, pools, problems);
            Duration retryAfter = group.getValue().retryAfter();
            if (retryAfter != null && (retryAfter.isNegative() || retryAfter.isZero())) {
                problems.add(property(name) + ".retry-after", "retry-after must be positive",
                        "Set the time after which a member that could not make a worker is asked again.");
            }
        }
    }

    private static void checkMembers(String name, PpoolProperties.Group group, PpoolProperties properties,
            Set<String> pools, SettingProblems problems) {
        String property = property(name) + ".members";
        List<String> members = Objects.requireNonNullElse(group.members(), List.of());
        if (members.isEmpty()) {
            problems.add(property, "a group must have at least one member",
                    "Name the pools of the group" + (pools.isEmpty()
                            ? "."
                            : "; these there are: "
                                    + String.join(", ", pools) + "."));
        }
        Set<String> seen = new HashSet<>();
        for (String member : members) {
            if (!seen.add(member)) {
                problems.add(property, member, "a group must name each member once, and '" + member
                        + "' is named twice", "Remove one of them.");
            } else if (!pools.contains(member) && properties.getGroups().containsKey(member)) {
                problems.add(property, member, "a member must be a pool, and '" + member + "' is a group",
                        "Name the members of '" + member + "' instead.");
            } else if (!pools.contains(member)) {
                problems.add(property, member, "there is no pool '" + member + "'",
                        Nearest.asked(member, pools) + "These pools there are: " + String.join(", ", pools) + ".");
            }
        }
    }

    /**
     * The specification of a group with settings that were checked.
     *
     * @param name the name of the group
     * @param group its settings
     * @return the specification
     */
    public static PoolGroupSpec spec(String name, PpoolProperties.Group group) {
        return new PoolGroupSpec(name,
                Objects.requireNonNull(group.members()),
                Objects.requireNonNullElse(group.strategy(), GroupStrategy.FIRST),
                Objects.requireNonNullElse(group.retryAfter(), PoolGroupSpec.DEFAULT_RETRY_AFTER));
    }
}
