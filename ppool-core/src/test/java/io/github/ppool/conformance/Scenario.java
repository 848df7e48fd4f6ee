package io.github.ppool.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A recorded run, and the comparison of a player with it: every key of every observation. */
record Scenario(JsonNode json) {

    String kind() {
        return json.get("kind").asString();
    }

    String name() {
        return json.get("name").asString();
    }

    /** Plays all of it; the first difference ends it. */
    void play(Player player) {
        try (player) {
            compare(player, "start", json.get("started"), player.start(json.get("setup")));
            int number = 0;
            for (JsonNode step : json.get("steps")) {
                JsonNode operation = step.get("do");
                compare(player, "step " + ++number + " " + operation, step.get("expect"), player.step(operation));
            }
        }
    }

    private void compare(Player player, String where, JsonNode expected, ObjectNode observed) {
        TreeSet<String> keys = new TreeSet<>(expected.propertyNames());
        keys.addAll(observed.propertyNames());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            JsonNode wanted = expected.has(key) ? player.inOrder(key, expected.get(key), expected) : null;
            JsonNode got = observed.has(key) ? player.inOrder(key, observed.get(key), observed) : null;
            if (wanted == null || !wanted.equals(got)) {
                differences.add(key + ": recorded " + wanted + ", ppool " + got);
            }
        }
        if (!differences.isEmpty()) {
            throw new AssertionError(name() + ", " + where + ":\n  " + String.join("\n  ", differences));
        }
    }
}
