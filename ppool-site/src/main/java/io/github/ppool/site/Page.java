package io.github.ppool.site;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;

/**
 * A page of the site.
 *
 * @param source   the path of its Markdown in the repository, with slashes
 * @param target   the path of its HTML on the site, with slashes
 * @param title    the text of its first heading
 * @param document its parsed text
 * @param headings its headings in their order
 */
record Page(String source, String target, String title, Node document, List<Anchor> headings) {

    /** A heading, with the name by which a link leads to it. */
    record Anchor(Heading heading, int level, String id, String text) {
    }

    /** Reads a page. A page without a heading is refused with an {@link IllegalArgumentException}. */
    static Page of(String source, String target, String markdown) {
        Node document = Markdown.parse(markdown);
        List<Anchor> headings = new ArrayList<>();
        Slugs slugs = new Slugs();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Heading heading) {
                String text = Markdown.text(heading);
                headings.add(new Anchor(heading, heading.getLevel(), slugs.next(text), text));
            }
        });
        if (headings.isEmpty() || headings.getFirst().level() != 1) {
            throw new IllegalArgumentException("a page must begin with a heading of level 1: " + source);
        }
        return new Page(source, target, headings.getFirst().text(), document, List.copyOf(headings));
    }

    boolean has(String anchor) {
        return headings.stream().anyMatch(heading -> heading.id().equals(anchor));
    }

    /** The nodes of the headings with their anchors. */
    Map<Node, String> ids() {
        Map<Node, String> ids = new IdentityHashMap<>();
        headings.forEach(anchor -> ids.put(anchor.heading(), anchor.id()));
        return ids;
    }

    /** The way from the page's folder to the root of the site: empty, or some {@code ../}. */
    String toRoot() {
        return "../".repeat((int) target.chars().filter(letter -> letter == '/').count());
    }
}
