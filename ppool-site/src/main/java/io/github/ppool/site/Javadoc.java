package io.github.ppool.site;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Javadoc of the API of all published modules, in one folder, so that links lead from module to module. The parts
 * that are no API are those that the API check of the build leaves out.
 */
final class Javadoc {

    private static final Pattern NO_API = Pattern.compile("<exclude>(io\\.github\\.ppool[\\w.]*)</exclude>");
    private static final Pattern MODULE = Pattern.compile("<module>([\\w-]+)</module>");

    private Javadoc() {
    }

    /** Writes the Javadoc. A comment that the tool refuses is an {@link IllegalStateException} with its words. */
    static void write(Path root, Path folder, String version) throws IOException {
        List<Path> sources = sources(root);
        List<String> arguments = new ArrayList<>(List.of("-quiet", "-Xdoclint:none", "-encoding", "UTF-8",
                "-docencoding", "UTF-8", "-notimestamp", "-protected", "-windowtitle", "ppool " + version,
                "-doctitle", "ppool " + version, "-d", folder.toString(), "-classpath",
                System.getProperty("java.class.path")));
        // Files, and no path of sources: the descriptor of the core's module would be read there, and then all others
        // would have to be modules, too.
        Set<String> packages = packages(root, sources);
        for (Path module : sources) {
            try (Stream<Path> files = Files.walk(module)) {
                files.filter(file -> file.toString().endsWith(".java") && packages.contains(packageOf(module, file)))
                        .map(Path::toString).sorted().forEach(arguments::add);
            }
        }
        StringWriter words = new StringWriter();
        PrintWriter out = new PrintWriter(words, true);
        int failed = ToolProvider.findFirst("javadoc")
                .orElseThrow(() -> new IllegalStateException("there must be a JDK with javadoc, there is none in "
                        + System.getProperty("java.home")))
                .run(out, out, arguments.toArray(String[]::new));
        if (failed != 0) {
            throw new IllegalStateException("javadoc failed with " + failed + ":\n" + words);
        }
    }

    /** The sources of the modules that are published. */
    static List<Path> sources(Path root) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : find(MODULE, Files.readString(root.resolve("pom.xml")))) {
            Path java = root.resolve(module).resolve("src/main/java");
            boolean published = !Files.readString(root.resolve(module).resolve("pom.xml"))
                    .contains("<maven.deploy.skip>true</maven.deploy.skip>");
            if (published && Files.isDirectory(java)) {
                sources.add(java);
            }
        }
        return sources;
    }

    /** The packages of the API. */
    static Set<String> packages(Path root, List<Path> sources) throws IOException {
        Set<String> packages = new TreeSet<>();
        for (Path folder : sources) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.endsWith("package-info.java")).map(file -> packageOf(folder, file))
                        .forEach(packages::add);
            }
        }
        packages.removeAll(find(NO_API, Files.readString(root.resolve("pom.xml"))));
        return packages;
    }

    private static String packageOf(Path folder, Path file) {
        return Paths.slashes(folder.relativize(file)).replaceFirst("/?[^/]+$", "").replace('/', '.');
    }

    private static Set<String> find(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
