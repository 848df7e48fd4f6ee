package io.github.ppool.conformance;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A scenario with one expectation that is wrong.
 *
 * @param what a description of the change, for people
 * @param key the key of the changed value
 * @param altered the whole scenario
 */
record Alteration(String what, String key, JsonNode altered) {

    /** For each key of the start and of the first steps: its value replaced, and left out. */
    static List<Alteration> of(JsonNode scenario) {
        List<Alteration> alterations = new ArrayList<>();
        alter(scenario, alterations, "/started");
        int steps = Math.min(3, scenario.get("steps").size());
        for (int step = 0; step < steps; step++) {
            alter(scenario, alterations, "/steps/" + step + "/expect");
        }
        return alterations;
    }

    private static void alter(JsonNode scenario, List<Alteration> alterations, String pointer) {
        for (String key : scenario.at(pointer).propertyNames()) {
            JsonNode replaced = scenario.deepCopy();
            ((ObjectNode) replaced.at(pointer)).put(key, "something else");
            alterations.add(new Alteration(pointer + "/" + key + " replaced", key, replaced));
            JsonNode removed = scenario.deepCopy();
            ((ObjectNode) removed.at(pointer)).remove(key);
            alterations.add(new Alteration(pointer + "/" + key + " left out", key, removed));
        }
    }
}
