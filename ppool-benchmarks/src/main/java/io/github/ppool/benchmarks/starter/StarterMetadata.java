package io.github.ppool.benchmarks.starter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The settings that the starter on the class path has: unknown ones would be refused, and older starters lack some. */
final class StarterMetadata {

    private static final Pattern OBSERVATIONS = Pattern
            .compile("\"name\":\\s*\"(ppool\\.[a-z.-]*observ[a-z.-]*)\",\\s*\"type\":\\s*\"java\\.lang\\.Boolean\"");

    private StarterMetadata() {}

    /** The settings that make each task an observation; none if it always is one. */
    static List<String> observationsOn() {
        try {
            for (URL resource : Collections.list(StarterMetadata.class.getClassLoader()
                    .getResources("META-INF/spring-configuration-metadata.json"))) {
                try (InputStream in = resource.openStream()) {
                    List<String> found = OBSERVATIONS.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                            .results()
                            .map((MatchResult match) -> match.group(1) + "=true")
                            .distinct()
                            .toList();
                    if (!found.isEmpty()) {
                        return found;
                    }
                }
            }
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
