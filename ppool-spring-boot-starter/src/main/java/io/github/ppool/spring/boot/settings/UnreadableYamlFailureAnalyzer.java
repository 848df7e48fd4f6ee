package io.github.ppool.spring.boot.settings;

import io.github.ppool.guard.VisibleText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Explains that a file of settings is no YAML, with the place of the mistake. Spring Boot itself ends with a stack
 * trace that names no file and shows the lines around the mistake. These lines may contain a password, so no text of
 * the file is shown here. Only files that Spring Boot reads are considered, not YAML that the application reads by
 * itself.
 */
class UnreadableYamlFailureAnalyzer extends AbstractFailureAnalyzer<YAMLException> {

    private static final String LOADER = "org.springframework.boot.env.OriginTrackedYamlLoader";
    private static final int MOST_FILES = 100;
    private static final int LONGEST = 200;

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, YAMLException cause) {
        if (Arrays.stream(cause.getStackTrace()).noneMatch(frame -> frame.getClassName().startsWith(LOADER))) {
            return null;
        }
        List<String> files = filesThatFail(cause);
        String place = files.size() == 1
                ? files.get(0)
                : "one of the YAML files of the application (Spring Boot does not tell which one"
                        + (files.isEmpty() ? ")" : "; these have the same mistake: " + String.join(", ", files) + ")");
        String description = "A file of settings can't be read, so nothing was started:\n\n    File: " + place
                + position(cause) + "\n    Reason: " + VisibleText.of(reason(cause));
        return new FailureAnalysis(description, action(cause), cause);
    }

    private static String position(YAMLException cause) {
        Mark mark = cause instanceof MarkedYAMLException marked ? marked.getProblemMark() : null;
        if (mark != null) {
            return "\n    Line: " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
        }
        return cause instanceof ReaderException reader
                ? "\n    Position: character " + (reader.getPosition() + 1) + " of the file"
                : "";
    }

    /** The mistake, without values of the file; the names of settings are shown. */
    private static String reason(YAMLException cause) {
        if (cause instanceof ReaderException reader) {
            return "the character U+%04X must not be in YAML".formatted(reader.getCodePoint());
        }
        String problem = cause instanceof MarkedYAMLException marked
                ? Objects.requireNonNullElse(marked.getProblem(), "")
                : "";
        if (problem.startsWith("found undefined alias")) {
            return "a value that begins with * is taken for an alias, and there is no such alias";
        }
        if (problem.contains("tag ") || problem.contains("tag:")) {
            return "a value that begins with ! is taken for a tag, and there is no such tag";
        }
        // The rest of the message is from the file.
        int found = problem.startsWith("found ") ? -1 : problem.indexOf("found");
        String rule = (found < 0 ? problem : problem.substring(0, found)).strip();
        int got = rule.indexOf(", but got");
        rule = (got < 0 ? rule : rule.substring(0, got)).replaceAll("(,? but)?[,:;]?$", "");
        if (rule.isEmpty()) {
            return "this is not YAML";
        }
        return rule.length() <= LONGEST ? rule : rule.substring(0, LONGEST) + "…";
    }

    private static String action(YAMLException cause) {
        String problem = String.valueOf(cause instanceof MarkedYAMLException marked ? marked.getProblem() : null);
        if (problem.contains("duplicate key")) {
            return "Say everything that is below this name in one place: a name may be there once only.";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "Check the indentation of this line and of the one before it, and put a value with \": \" in it in"
                    + " quotation marks.";
        }
        if (problem.contains("cannot start any token")) {
            return "Indent with blanks instead of tabs, and put a value that begins with a special character in"
                    + " quotation marks.";
        }
        return "Check this line and the one before it: indentation by blanks, a blank behind each colon, and quotation"
                + " marks around values with special characters.";
    }

    /** The files, of those that Spring Boot reads, that have the very same mistake. */
    private static List<String> filesThatFail(YAMLException cause) {
        PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
        Set<String> failing = new LinkedHashSet<>();
        int read = 0;
        for (String place : places()) {
            for (Resource file : files(resolver, place)) {
                if (read++ < MOST_FILES && failsAlike(file, cause)) {
                    failing.add(name(file));
                }
            }
        }
        return List.copyOf(failing);
    }

    /** The name of a file. The same file may be on the class path and in the folder of the application. */
    private static String name(Resource file) {
        try {
            return file.isFile() ? file.getFile().toPath().toRealPath().toString() : file.getDescription();
        } catch (IOException | RuntimeException elsewhere) {
            return file.getDescription();
        }
    }

    private static List<String> places() {
        List<String> places = new ArrayList<>();
        for (String folder : List.of("classpath*:", "classpath*:config/", "file:./", "file:./config/")) {
            for (String extension : List.of("yml", "yaml")) {
                places.add(folder + "application*." + extension);
            }
        }
        for (String property : List.of("spring.config.location", "spring.config.additional-location")) {
            for (String place : System.getProperty(property, "").split("[,;]", -1)) {
                String plain = place.strip().replace("optional:", "");
                if (plain.endsWith(".yml") || plain.endsWith(".yaml")) {
                    places.add(plain.contains(":") ? plain : "file:" + plain);
                } else if (plain.endsWith("/")) {
                    places.add((plain.contains(":") ? plain : "file:" + plain) + "application*.y*ml");
                }
            }
        }
        return places;
    }

    private static Resource[] files(PathMatchingResourcePatternResolver resolver, String place) {
        try {
            return resolver.getResources(place);
        } catch (IOException | IllegalArgumentException unreadable) {
            return new Resource[0];
        }
    }

    private static boolean failsAlike(Resource file, YAMLException cause) {
        try {
            var unused = new YamlPropertySourceLoader().load("settings", file);
            return false;
        } catch (YAMLException failed) {
            return Objects.equals(failed.getMessage(), cause.getMessage());
        } catch (IOException | RuntimeException other) {
            return false;
        }
    }
}
