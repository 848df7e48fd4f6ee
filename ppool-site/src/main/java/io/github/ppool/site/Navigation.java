package io.github.ppool.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;

/**
 * The sections of the site with their pages. They are read from the index of the documentation, {@code docs/README.md}.
 * Each heading of level 2 is a section, and each heading of level 3 is a group of its pages. Each item of a list that
 * begins with a link is a page.
 */
record Navigation(List<Section> sections) {

    /** A section, and its pages in their order. */
    record Section(String title, List<Item> items) {
    }

    /** A page of a section: its group if any, its path, a heading on it if any, and its short title. */
    record Item(String group, String source, String anchor, String title) {

        /** True if the item is the page itself, and not a heading on it. */
        boolean isPage() {
            return anchor.isEmpty();
        }
    }

    /** Reads the index, whose path in the repository is {@code source}. */
    static Navigation of(String source, Node index) {
        List<Section> sections = new ArrayList<>();
        index.accept(new AbstractVisitor() {
            private String group = "";

            @Override
            public void visit(Heading heading) {
                if (heading.getLevel() == 2) {
                    sections.add(new Section(Markdown.text(heading), new ArrayList<>()));
                }
                group = heading.getLevel() == 3 ? Markdown.text(heading) : "";
            }

            @Override
            public void visit(ListItem item) {
                Node paragraph = item.getFirstChild();
                if (paragraph != null && paragraph.getFirstChild() instanceof Link link && !sections.isEmpty()) {
                    String[] parts = link.getDestination().split("#", 2);
                    sections.getLast().items().add(new Item(group, Paths.resolve(source, parts[0]),
                            parts.length == 1 ? "" : "#" + parts[1], Markdown.text(link)));
                }
                visitChildren(item);
            }
        });
        return new Navigation(sections.stream()
                .filter(section -> !section.items().isEmpty())
                .map(section -> new Section(section.title(), List.copyOf(section.items())))
                .toList());
    }

    /** All pages in their order, without headings on them. */
    List<Item> pages() {
        return sections.stream().flatMap(section -> section.items().stream()).filter(Item::isPage).toList();
    }

    /** The section of a page: its own, or that of the nearest index above it. */
    Optional<Section> sectionOf(String source) {
        for (String page = source; !page.isEmpty(); page = Paths.indexAbove(page)) {
            String wanted = page;
            Optional<Section> section = sections.stream()
                    .filter(each -> each.items().stream()
                            .anyMatch(item -> item.isPage() && item.source().equals(wanted)))
                    .findFirst();
            if (section.isPresent()) {
                return section;
            }
        }
        return Optional.empty();
    }
}
