package io.github.ppool.site;

import java.util.Collection;
import org.commonmark.node.Block;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;

/** The words of all pages, by heading, as a script: so the search works without a server, from a folder too. */
final class SearchIndex {

    /** The letters of a section that are looked through. The rest would make the index as large as the site. */
    private static final int LETTERS = 900;

    private SearchIndex() {
    }

    static String of(Collection<Page> pages) {
        StringBuilder script = new StringBuilder("window.ppoolSearch=[\n");
        for (Page page : pages) {
            for (Page.Anchor anchor : page.headings()) {
                script.append('[').append(quoted(page.target() + "#" + anchor.id())).append(',')
                        .append(quoted(page.title())).append(',')
                        .append(quoted(anchor.text())).append(',')
                        .append(quoted(words(anchor.heading()))).append("],\n");
            }
        }
        return script.append("];\n").toString();
    }

    /** The words from a heading to the next one. */
    private static String words(Heading heading) {
        StringBuilder words = new StringBuilder();
        for (Node node = heading.getNext(); node != null && !(node instanceof Heading); node = node.getNext()) {
            append(node, words);
            if (words.length() > LETTERS) {
                return words.substring(0, LETTERS);
            }
        }
        return words.toString();
    }

    private static void append(Node node, StringBuilder words) {
        boolean inside = false;
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            if (child instanceof Block || child.getClass().getSimpleName().startsWith("Table")) {
                inside = true;
                append(child, words);
            }
        }
        if (!inside) {
            words.append(Markdown.text(node)).append(' ');
        }
    }

    /** A literal of JavaScript, also of an HTML page. */
    private static String quoted(String text) {
        StringBuilder literal = new StringBuilder("\"");
        for (char letter : text.toCharArray()) {
            if (letter == '"' || letter == '\\' || letter == '<' || letter < ' ' || letter == '\u2028'
                    || letter == '\u2029') {
                literal.append(String.format("\\u%04x", (int) letter));
            } else {
                literal.append(letter);
            }
        }
        return literal.append('"').toString();
    }
}
