package io.github.ppool.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The documentation as a site. Its pages are all Markdown below {@code docs}, and the other files that the index names.
 */
final class Site {

    static final String INDEX = "docs/README.md";
    private static final String REPOSITORY = "https://github.com/ppool/ppool";

    private final Path root;
    private final Map<String, Page> pages = new TreeMap<>();
    private final Navigation navigation;
    private final Links links;
    private final List<String> faults = new ArrayList<>();

    /** Reads all pages of the repository in the folder {@code root}. */
    Site(Path root) throws IOException {
        this.root = root;
        try (Stream<Path> files = Files.walk(root.resolve("docs"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".md")).sorted().toList()) {
                read(Paths.slashes(root.relativize(file)));
            }
        }
        Page index = pages.get(INDEX);
        if (index == null) {
            throw new IllegalArgumentException("there must be an index " + INDEX + " in " + root);
        }
        navigation = Navigation.of(INDEX, index.document());
        for (Navigation.Item item : navigation.pages()) {
            if (!pages.containsKey(item.source())) {
                if (!item.source().endsWith(".md") || !Files.isRegularFile(root.resolve(item.source()))) {
                    throw new IllegalArgumentException("the index " + INDEX + " must name pages that exist, got: "
                            + item.source());
                }
                read(item.source());
            }
        }
        links = new Links(root, REPOSITORY, pages);
        for (Page page : pages.values()) {
            links.rewrite(page);
            if (!page.source().equals(INDEX) && navigation.sectionOf(page.source()).isEmpty()) {
                faults.add(page.source() + ": no section of " + INDEX + " has the page");
            }
        }
        faults.addAll(links.faults());
    }

    private void read(String source) throws IOException {
        pages.put(source, Page.of(source, Paths.target(source), Files.readString(root.resolve(source))));
    }

    /** One line for each link that leads nowhere, and for each page that the navigation does not reach. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** Writes the site into a folder. Files that are there and not written stay as they are. */
    void write(Path folder, String version, boolean javadoc) throws IOException {
        Layout layout = new Layout(navigation, pages, REPOSITORY, version, javadoc);
        for (Page page : pages.values()) {
            write(folder.resolve(page.target()), layout.html(page));
        }
        for (String asset : List.of("site.css", "site.js")) {
            write(folder.resolve(asset), Layout.resource(asset));
        }
        write(folder.resolve("search-index.js"), SearchIndex.of(pages.values()));
        for (String file : links.files()) {
            Path copy = folder.resolve(file.substring("docs/".length()));
            Files.createDirectories(parent(copy));
            Files.write(copy, Files.readAllBytes(root.resolve(file)));
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(parent(file));
        Files.writeString(file, text);
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of(".") : parent;
    }
}
