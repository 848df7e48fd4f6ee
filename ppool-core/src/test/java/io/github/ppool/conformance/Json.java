package io.github.ppool.conformance;

import io.github.ppool.process.ExitReason;
import io.github.ppool.restart.PlanExit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The words of the recordings, to and from ppool's. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** As if it had been read from a file, so that numbers compare as numbers. */
    static JsonNode tree(Object value) {
        return MAPPER.readTree(MAPPER.writeValueAsString(value));
    }

    static JsonNode sorted(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>(array.valueStream().toList());
        elements.sort(Comparator.comparing(JsonNode::toString));
        return tree(elements);
    }

    static String text(JsonNode node, String key, String otherwise) {
        return node.has(key) ? node.get(key).asString() : otherwise;
    }

    static ExitReason reason(String word) {
        return word.startsWith("shutdown:")
                ? ExitReason.shutdown(word.substring("shutdown:".length()))
                : ExitReason.of(word);
    }

    static String word(ExitReason reason) {
        return switch (reason) {
            case ExitReason.ShutdownWith(Object detail) -> "shutdown:" + detail;
            case ExitReason.Other(PlanExit exit) -> exit.word();
            default -> reason.toString();
        };
    }
}
