package io.github.ppool.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The frame of each page: the navigation, the headings of the page, and the ways to its neighbours. */
final class Layout {

    private static final Pattern HOLE = Pattern.compile("\\{\\{(\\w+)}}");

    private final Navigation navigation;
    private final Map<String, Page> pages;
    private final String repository;
    private final String version;
    private final boolean javadoc;
    private final String frame = resource("layout.html");

    Layout(Navigation navigation, Map<String, Page> pages, String repository, String version, boolean javadoc) {
        this.navigation = navigation;
        this.pages = pages;
        this.repository = repository;
        this.version = version;
        this.javadoc = javadoc;
    }

    /** A file of the site that is the same for all pages. */
    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Layout.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String html(Page page) {
        Map<String, String> parts = Map.of(
                "title", escaped(page.title()),
                "root", page.toRoot(),
                "version", escaped(version),
                "navigation", navigation(page),
                "content", Markdown.html(page.document(), page.ids()),
                "headings", headings(page),
                "neighbours", neighbours(page),
                "source", repository + "/blob/main/" + page.source());
        return HOLE.matcher(frame).replaceAll(hole -> Matcher.quoteReplacement(
                Objects.requireNonNull(parts.get(hole.group(1)), hole.group(1))));
    }

    private String navigation(Page page) {
        StringBuilder html = new StringBuilder();
        for (Navigation.Section section : navigation.sections()) {
            boolean open = navigation.sectionOf(page.source()).filter(section::equals).isPresent();
            html.append("<details").append(open ? " open" : "").append("><summary>")
                    .append(escaped(section.title())).append("</summary>\n<ul>\n");
            String group = "";
            for (Navigation.Item item : section.items()) {
                if (!item.group().equals(group)) {
                    html.append(group.isEmpty() ? "" : "</ul></details></li>\n");
                    group = item.group();
                    html.append(group.isEmpty() ? "" : beginOfGroup(section, group, page));
                }
                boolean here = item.isPage() && item.source().equals(page.source());
                html.append("<li><a href=\"").append(way(page, item.source())).append(item.anchor()).append('"')
                        .append(here ? " aria-current=\"page\"" : "").append('>')
                        .append(escaped(item.title())).append("</a></li>\n");
            }
            html.append(group.isEmpty() ? "" : "</ul></details></li>\n");
            if (javadoc && section.title().equals("Reference")) {
                html.append("<li><a href=\"").append(page.toRoot()).append("api/index.html\">Javadoc</a></li>\n");
            }
            html.append("</ul></details>\n");
        }
        return html.toString();
    }

    /** A group is open if it has the page. */
    private static String beginOfGroup(Navigation.Section section, String group, Page page) {
        boolean open = section.items().stream()
                .anyMatch(item -> item.group().equals(group) && item.source().equals(page.source()));
        return "<li class=\"group\"><details" + (open ? " open" : "") + "><summary>" + escaped(group)
                + "</summary>\n<ul>\n";
    }

    private static String headings(Page page) {
        StringBuilder html = new StringBuilder();
        for (Page.Anchor anchor : page.headings()) {
            if (anchor.level() == 2 || anchor.level() == 3) {
                html.append("<li class=\"level").append(anchor.level()).append("\"><a href=\"#")
                        .append(anchor.id()).append("\">").append(escaped(anchor.text())).append("</a></li>\n");
            }
        }
        return html.toString();
    }

    private String neighbours(Page page) {
        List<Navigation.Item> items = navigation.pages();
        int at = items.stream().map(Navigation.Item::source).toList().indexOf(page.source());
        StringBuilder html = new StringBuilder();
        if (at > 0) {
            html.append("<a rel=\"prev\" href=\"").append(way(page, items.get(at - 1).source())).append("\">‹ ")
                    .append(escaped(items.get(at - 1).title())).append("</a>");
        }
        if (at >= 0 && at + 1 < items.size()) {
            html.append("<a rel=\"next\" href=\"").append(way(page, items.get(at + 1).source())).append("\">")
                    .append(escaped(items.get(at + 1).title())).append(" ›</a>");
        }
        return html.toString();
    }

    private String way(Page page, String source) {
        Page other = Objects.requireNonNull(pages.get(source), source);
        return Paths.relative(page.target(), other.target());
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
