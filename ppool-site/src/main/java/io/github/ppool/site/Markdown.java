package io.github.ppool.site;

import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    /** HTML, in which each node of {@code ids} has its id. */
    static String html(Node document, Map<Node, String> ids) {
        return HtmlRenderer.builder()
                .extensions(List.of(TablesExtension.create()))
                .attributeProviderFactory(context -> (node, tag, attributes) -> {
                    String id = ids.get(node);
                    if (id != null && tag.toLowerCase(Locale.ROOT).matches("h[1-6]")) {
                        attributes.put("id", id);
                    }
                })
                .build()
                .render(document);
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
