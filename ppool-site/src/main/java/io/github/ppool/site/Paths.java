package io.github.ppool.site;

import java.nio.file.Path;

/** Arithmetic of paths with slashes, which are those of links. */
final class Paths {

    private static final String INDEX = "README.md";

    private Paths() {
    }

    /** The path to which a link of a page leads. A link that leaves the root keeps its {@code ..}. */
    static String resolve(String page, String link) {
        return slashes(Path.of("/" + page).resolveSibling(link).normalize()).substring(1);
    }

    /** The link from a page to a path; both are below the same root. */
    static String relative(String page, String path) {
        return slashes(Path.of("/" + page).resolveSibling("").toAbsolutePath().relativize(Path.of("/" + path)));
    }

    /** The index of the folder of a page; for an index that of the folder above; empty at the root. */
    static String indexAbove(String page) {
        Path folder = Path.of(page).getParent();
        if (folder != null && page.endsWith("/" + INDEX)) {
            folder = folder.getParent();
        }
        return folder == null ? "" : slashes(folder) + "/" + INDEX;
    }

    /** The page of the site for Markdown of the repository: that of {@code docs} is at the root. */
    static String target(String source) {
        String path = source.startsWith("docs/") ? source.substring("docs/".length()) : "repository/" + source;
        return path.endsWith(INDEX)
                ? path.substring(0, path.length() - INDEX.length()) + "index.html"
                : path.substring(0, path.length() - ".md".length()) + ".html";
    }

    static String slashes(Path path) {
        return path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }
}
