package io.github.ppool.durable.beans;

import io.github.ppool.durable.PayloadUpgrade;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The upgrades that bring payloads of one name up to the version of its method. */
final class UpgradeChain {

    private final int version;
    private final Map<Integer, PayloadUpgrade> byVersion;

    private UpgradeChain(int version, Map<Integer, PayloadUpgrade> byVersion) {
        this.version = version;
        this.byVersion = byVersion;
    }

    /** Sorts the upgrades of an application. Refuses those that no payload would reach. */
    static Map<String, UpgradeChain> of(List<TaskMethod> methods, List<PayloadUpgrade> upgrades) {
        Map<String, Map<Integer, PayloadUpgrade>> byName = new LinkedHashMap<>();
        for (PayloadUpgrade upgrade : upgrades) {
            PayloadUpgrade other = byName.computeIfAbsent(upgrade.name(), name -> new TreeMap<>())
                    .putIfAbsent(upgrade.from(), upgrade);
            if (other != null) {
                throw new DurableStartException(
                        "The PayloadUpgrade beans of the classes " + other.getClass().getName() + " and "
                                + upgrade.getClass().getName() + " both upgrade '" + upgrade.name()
                                + "' from the version " + upgrade.from() + ".",
                        "Leave one of them.", null);
            }
        }
        Map<String, UpgradeChain> chains = new LinkedHashMap<>();
        for (TaskMethod method : methods) {
            Map<Integer, PayloadUpgrade> ofName = byName.remove(method.name());
            Map<Integer, PayloadUpgrade> chain = ofName == null ? Map.of() : ofName;
            check(method, chain);
            chains.put(method.name(), new UpgradeChain(method.version(), chain));
        }
        byName.forEach((name, left) -> {
            throw new DurableStartException(
                    "The PayloadUpgrade bean of the class " + left.values().iterator().next().getClass().getName()
                            + " is for tasks named '" + name + "', and no @PoolTask method has that name.",
                    methods.isEmpty()
                            ? "Correct the name, or remove the bean."
                            : "Correct the name, or remove the bean. These names there are: "
                                    + methods.stream().map(TaskMethod::name).sorted()
                                            .collect(Collectors.joining(", "))
                                    + ".",
                    null);
        });
        return chains;
    }

    private static void check(TaskMethod method, Map<Integer, PayloadUpgrade> chain) {
        if (!chain.isEmpty() && !method.hasPayload()) {
            throw new DurableStartException(
                    "There is a PayloadUpgrade bean for '" + method.name() + "', whose method " + method.source()
                            + " has no payload.",
                    "Remove the bean.", null);
        }
        boolean begun = false;
        List<Integer> missing = new ArrayList<>();
        chain.forEach((from, upgrade) -> {
            if (from < 1 || from >= method.version()) {
                throw new DurableStartException(
                        "The PayloadUpgrade bean of the class " + upgrade.getClass().getName()
                                + " upgrades '" + method.name() + "' from the version " + from
                                + ", but its method " + method.source() + " has the version " + method.version() + ".",
                        "An upgrade is from a version of 1 or more, below that of the method.", null);
            }
        });
        for (int from = 1; from < method.version(); from++) {
            begun |= chain.containsKey(from);
            if (begun && !chain.containsKey(from)) {
                missing.add(from);
            }
        }
        if (!missing.isEmpty()) {
            throw new DurableStartException(
                    "The PayloadUpgrade beans for '" + method.name() + "' are from the versions " + chain.keySet()
                            + ", but the method " + method.source() + " has the version " + method.version()
                            + ": none is from " + missing + ".",
                    "Add the missing upgrades, or remove those of the versions before.", null);
        }
    }

    /** The versions that can be brought up, that of the method included. */
    Set<Integer> versions() {
        Set<Integer> versions = new TreeSet<>(byVersion.keySet());
        versions.add(version);
        return versions;
    }

    /**
     * Upgrades a payload.
     *
     * @throws FailedException if an upgrade fails
     */
    JsonNode upgrade(JsonNode payload, int from) {
        JsonNode upgraded = payload;
        for (int at = from; at < version; at++) {
            PayloadUpgrade upgrade = byVersion.get(at);
            if (upgrade == null) {
                throw new FailedException("there is no upgrade from the version " + at, null);
            }
            try {
                upgraded = upgrade.upgrade(upgraded);
            } catch (RuntimeException | StackOverflowError failed) {
                throw new FailedException("the upgrade from the version " + at + " failed with a "
                        + failed.getClass().getSimpleName(), failed);
            }
            if (upgraded == null) {
                throw new FailedException("the upgrade from the version " + at + " returned null", null);
            }
        }
        if (from > version) {
            throw new FailedException("the method has the version " + version, null);
        }
        return upgraded;
    }

    /** Reports a failed upgrade. Its message has no part of the payload. */
    static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
