package io.github.ppool.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.node.Link;

/**
 * The links of all pages. A link to a page leads to its HTML, one to a file of {@code docs} to its copy, and one to any
 * other file to the repository on the web. Each link that leads nowhere is a fault.
 */
final class Links {

    private final Path root;
    private final String repository;
    private final Map<String, Page> pages;
    private final List<String> faults = new ArrayList<>();
    private final Set<String> files = new TreeSet<>();

    /** The pages are those of the site, by the path of their Markdown. */
    Links(Path root, String repository, Map<String, Page> pages) {
        this.root = root;
        this.repository = repository;
        this.pages = pages;
    }

    /** Changes the links of a page to those of the site. */
    void rewrite(Page page) {
        page.document().accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                link.setDestination(destination(page, link.getDestination()));
                visitChildren(link);
            }

            @Override
            public void visit(Image image) {
                image.setDestination(destination(page, image.getDestination()));
                visitChildren(image);
                if (!(image.getParent() instanceof Link)) {
                    // A picture is small on a telephone: it leads to its file, which can be enlarged.
                    Link whole = new Link(image.getDestination(), null);
                    image.insertBefore(whole);
                    whole.appendChild(image);
                }
            }
        });
    }

    /** One line for each link that leads nowhere. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** The files below {@code docs} to which pages lead, as paths in the repository. */
    Set<String> files() {
        return Set.copyOf(files);
    }

    private String destination(Page page, String link) {
        if (link.matches("[a-z]+:.*")) {
            return link;
        }
        int hash = link.indexOf('#');
        String anchor = hash < 0 ? "" : link.substring(hash + 1);
        String path = hash == 0
                ? page.source()
                : Paths.resolve(page.source(), hash < 0 ? link : link.substring(0, hash));
        Page other = pages.get(path);
        if (other != null) {
            if (!anchor.isEmpty() && !other.has(anchor)) {
                faults.add(page.source() + ": there is no heading " + link);
            }
            return hash == 0 ? link : Paths.relative(page.target(), other.target()) + (hash < 0 ? "" : "#" + anchor);
        }
        Path file = root.resolve(path);
        if (path.isEmpty() || path.startsWith("..") || !Files.exists(file)) {
            faults.add(page.source() + ": there is no file " + link);
            return link;
        }
        if (path.startsWith("docs/") && Files.isRegularFile(file)) {
            files.add(path);
            return Paths.relative(page.target(), path.substring("docs/".length()));
        }
        return repository + (Files.isDirectory(file) ? "/tree/main/" : "/blob/main/") + path;
    }
}
