package io.github.ppool.observer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The files of the page by their names: those of this module, and those of Preact and uPlot, read from their jars. The
 * table is made once, so a request can reach no other file. Immutable; any thread may use it.
 */
final class PageFiles {

    /** The folder of this module's own files. No handler of static resources serves it. */
    static final String FOLDER = "io/github/ppool/observer/page/";

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+\\.(js|css|svg|html)");
    private static final Pattern SOURCE_MAP = Pattern.compile("\\R?//# sourceMappingURL=\\S*\\s*$");

    /** A file of a library: its name in the page, and its place in each version of the library's jar. */
    enum Library {
        PREACT("preact.js", "preact", "dist/preact.module.js", ""),
        // Half the size of the library's own module, which is not minified.
        UPLOT("uplot.js", "uplot", "dist/uPlot.iife.min.js", "\nexport default uPlot;\n"),
        UPLOT_STYLE("uplot.css", "uplot", "dist/uPlot.min.css", "");

        private final String file;
        private final String artifact;
        private final String path;
        private final String end;

        Library(String file, String artifact, String path, String end) {
            this.file = file;
            this.artifact = artifact;
            this.path = path;
            this.end = end;
        }

        String pattern() {
            return "META-INF/resources/webjars/" + artifact + "/*/" + path;
        }
    }

    private final Map<String, PageFile> files;

    private PageFiles(Map<String, PageFile> files) {
        this.files = Collections.unmodifiableMap(files);
    }

    /**
     * Reads all files.
     *
     * @param classLoader that of the application
     * @throws IncompletePageException if a file can't be found or read
     */
    static PageFiles read(@Nullable ClassLoader classLoader) {
        PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver(classLoader);
        Map<String, PageFile> files = new TreeMap<>();
        for (Resource own : find(resolver, FOLDER + "*")) {
            String name = Objects.requireNonNullElse(own.getFilename(), "");
            if (NAME.matcher(name).matches()) {
                files.put(name, PageFile.of(name, text(own)));
            }
        }
        if (!files.containsKey("page.html")) {
            throw new IncompletePageException("io.github.ppool:ppool-observer", FOLDER + "page.html", null);
        }
        for (Library library : Library.values()) {
            // With several versions on the class path, the last one by name.
            Resource found = Arrays.stream(find(resolver, library.pattern()))
                    .max(Comparator.comparing(Resource::getDescription))
                    .orElseThrow(() -> new IncompletePageException(
                            "org.webjars.npm:" + library.artifact, library.pattern(), null));
            String content = SOURCE_MAP.matcher(text(found)).replaceFirst("\n") + library.end;
            files.put(library.file, PageFile.of(library.file, content));
        }
        return new PageFiles(files);
    }

    private static Resource[] find(PathMatchingResourcePatternResolver resolver, String pattern) {
        try {
            return resolver.getResources("classpath*:" + pattern);
        } catch (IOException failure) {
            throw new IncompletePageException("", pattern, failure);
        }
    }

    private static String text(Resource file) {
        try {
            return file.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new IncompletePageException("", file.getDescription(), failure);
        }
    }

    Optional<PageFile> file(String name) {
        return Optional.ofNullable(files.get(name));
    }

    /** All files by their names in the page. */
    Map<String, PageFile> all() {
        return files;
    }
}
