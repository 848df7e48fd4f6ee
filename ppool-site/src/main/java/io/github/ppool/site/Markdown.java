package io.github.ppool.site;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** Reads and writes Markdown: CommonMark with the tables of GitHub. */
final class Markdown {

    private static final Pattern CELL = Pattern.compile("<td[^>]*>.*?</td>", Pattern.DOTALL);
    private static final Pattern EMPTY_HEAD = Pattern.compile("<th( [^>]*)?></th>");
    private static final Pattern CODE = Pattern.compile("<code>[^<]*</code>");
    private static final Pattern POINT = Pattern.compile("(?<=\\w)\\.(?=\\w)");
    private static final Parser PARSER = Parser.builder().extensions(List.of(TablesExtension.create())).build();

    private Markdown() {
    }

    static Node parse(String text) {
        Node document = PARSER.parse(text);
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(HtmlBlock block) {
                // A comment says from which test a snippet is; it is for the tests and for editors.
                if (block.getLiteral().startsWith("<!--")) {
                    block.unlink();
                }
            }
        });
        return document;
    }

    /**
     * HTML, in which each node of {@code ids} has its id. A cell of a table knows the head of its column, for small
     * screens that show the cells of a row one below the other. Long names in a cell may be broken at their points.
     */
    static String html(Node document, Map<Node, String> ids) {
        String html = HtmlRenderer.builder()
                .extensions(List.of(TablesExtension.create()))
                .attributeProviderFactory(context -> (node, tag, attributes) -> {
                    String id = ids.get(node);
                    if (id != null && tag.toLowerCase(Locale.ROOT).matches("h[1-6]")) {
                        attributes.put("id", id);
                    }
                    if (node instanceof TableBlock table && columns(table) > 2) {
                        attributes.put("class", "wide");
                    }
                    if (node instanceof TableCell cell && tag.equals("td") && !head(cell).isEmpty()) {
                        attributes.put("data-head", head(cell));
                    }
                })
                .build()
                .render(document);
        // A column without a head has no empty one.
        html = EMPTY_HEAD.matcher(html).replaceAll("<td$1></td>");
        return CELL.matcher(html).replaceAll(cell -> Matcher.quoteReplacement(
                CODE.matcher(cell.group()).replaceAll(code -> Matcher.quoteReplacement(
                        POINT.matcher(code.group()).replaceAll(".<wbr>")))));
    }

    private static int columns(TableBlock table) {
        int columns = 0;
        for (Node cell = table.getFirstChild().getFirstChild().getFirstChild(); cell != null; cell = cell.getNext()) {
            columns++;
        }
        return columns;
    }

    /** The words at the head of a cell's column; empty if there are none. */
    private static String head(TableCell cell) {
        Node table = cell.getParent().getParent().getParent();
        Node head = table.getFirstChild().getFirstChild().getFirstChild();
        for (Node before = cell.getPrevious(); before != null && head != null; before = before.getPrevious()) {
            head = head.getNext();
        }
        return head == null ? "" : text(head);
    }

    /** The words below a node, without any mark-up. */
    static String text(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text words) {
                text.append(words.getLiteral());
            }

            @Override
            public void visit(Code code) {
                text.append(code.getLiteral());
            }

            @Override
            public void visit(SoftLineBreak end) {
                text.append(' ');
            }

            @Override
            public void visit(HardLineBreak end) {
                text.append(' ');
            }
        });
        return text.toString();
    }
}
