package io.github.ppool.spring.boot.endpoint;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Parses the settings of a request: YAML, as below the name of a pool in {@code application.yml}. A short text with
 * aliases can expand to very many settings. The text is therefore measured before Spring Boot expands it; measuring
 * visits each node of the text once.
 */
final class RequestSettings {

    /** The largest length of a text in a request. */
    static final int MOST_BYTES = 16 * 1024;
    /** The largest number of settings, counted with all aliases expanded. */
    static final int MOST_SETTINGS = 1_000;
    /** The largest number of aliases for a list or a map. */
    static final int MOST_ALIASES = 50;
    /** The largest depth of lists and maps within each other, counted with all aliases expanded. */
    static final int MOST_LEVELS = 50;

    private final String yaml;
    private final Map<Node, Extent> measured = new IdentityHashMap<>();
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int aliases;

    private RequestSettings(String yaml) {
        this.yaml = yaml;
    }

    /**
     * Parses settings.
     *
     * @param yaml a text; null or a blank text has no settings
     * @return the settings by their names, modifiable
     * @throws org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException if the text is not YAML, is no
     *     map of settings, contains itself, or is too large
     */
    static Map<String, Object> read(@Nullable String yaml) {
        if (yaml == null || yaml.isBlank()) {
            return new LinkedHashMap<>();
        }
        requireBounded("settings", yaml);
        RequestSettings settings = new RequestSettings(yaml);
        settings.measure();
        return settings.expand();
    }

    /** Refuses a text of a request that is longer than any text that an operator writes. */
    static void requireBounded(String name, String text) {
        if (text.length() > MOST_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw Refusal.of(name + " must not be longer than " + MOST_BYTES + " bytes");
        }
    }

    private void measure() {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MOST_LEVELS);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE); // this class counts them, for a clear answer
        try {
            long settings = 0;
            for (Node document : new Yaml(options).composeAll(new StringReader(yaml))) {
                settings += extent(document).settings();
            }
            if (settings > MOST_SETTINGS) {
                throw Refusal.of("settings must not be more than " + MOST_SETTINGS
                        + ", counted after all aliases are expanded");
            }
        } catch (MarkedYAMLException | ReaderException unreadable) {
            throw notSettings();
        } catch (YAMLException tooDeep) {
            throw tooDeep();
        }
    }

    /** The size of a node when it is expanded. */
    private record Extent(long settings, int levels) {}

    private Extent extent(Node node) {
        if (!(node instanceof CollectionNode<?>)) {
            return new Extent(1, 0);
        }
        if (open.contains(node)) {
            throw Refusal.of("settings must not contain themselves, but an alias stands within its own anchor, line "
                    + (node.getStartMark().getLine() + 1));
        }
        Extent known = measured.get(node);
        if (known != null) {
            if (++aliases > MOST_ALIASES) {
                throw Refusal.of("settings must not have more than " + MOST_ALIASES
                        + " aliases that stand for a list or a map");
            }
            return known;
        }
        open.add(node);
        long settings = 0;
        int levels = 0;
        for (Node part : parts(node)) {
            Extent extent = extent(part);
            settings = Math.min(settings + extent.settings(), MOST_SETTINGS + 1L);
            levels = Math.max(levels, extent.levels());
        }
        open.remove(node);
        if (levels + 1 > MOST_LEVELS) {
            throw tooDeep();
        }
        // An empty list is a setting too.
        Extent all = new Extent(Math.max(settings, 1), levels + 1);
        measured.put(node, all);
        return all;
    }

    /** The values of a map or a list, and the keys of a map that are no plain texts. */
    private static List<Node> parts(Node node) {
        List<Node> parts = new ArrayList<>();
        if (node instanceof SequenceNode list) {
            parts.addAll(list.getValue());
        } else if (node instanceof MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                if (entry.getKeyNode() instanceof CollectionNode<?>) {
                    parts.add(entry.getKeyNode());
                }
                parts.add(entry.getValueNode());
            }
        }
        return parts;
    }

    private Map<String, Object> expand() {
        List<PropertySource<?>> documents;
        try {
            documents = new YamlPropertySourceLoader()
                    .load("settings", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | RuntimeException unreadable) {
            throw notSettings();
        }
        Map<String, Object> settings = new LinkedHashMap<>();
        for (PropertySource<?> document : documents) {
            for (String name : ((EnumerablePropertySource<?>) document).getPropertyNames()) {
                Object value = document.getProperty(name);
                if (value != null) {
                    settings.put(name, value);
                }
            }
        }
        if (settings.containsKey("document")) {
            // Spring Boot reads a text that is no map as a map with this one name.
            throw notSettings();
        }
        return settings;
    }

    private RuntimeException notSettings() {
        return Refusal.of(
                "settings must be YAML as below the name of a pool, such as {size: 2, restart: {plan: [restart, 5s]}},"
                        + " got: "
                        + yaml);
    }

    private static RuntimeException tooDeep() {
        return Refusal.of("settings must not have more than " + MOST_LEVELS
                + " levels of lists and maps within each other");
    }
}
