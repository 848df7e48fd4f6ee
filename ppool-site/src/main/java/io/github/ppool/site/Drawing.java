package io.github.ppool.site;

import java.util.Locale;

/**
 * A picture as SVG: boxes, arrows and words on a plane of pixels. Its colours follow the reader's choice of light or
 * dark. The same calls make the same text, so a picture can be compared with its file.
 */
final class Drawing {

    /** The look of a box or a line. */
    enum Look {
        /** A part of ppool. */
        PART,
        /** A worker, or a thing that the application owns. */
        WORK,
        /** A frame around other boxes. */
        FRAME,
        /** A thing that is there at times only. */
        EXTRA,
        /** A fault, and the things that follow it. */
        FAULT,
        /** A remark. */
        NOTE
    }

    private static final String STYLE = """
            <style>
            svg { --page: #ffffff; --ink: #1c2330; --soft: #5a6575; --part: #dcebfb; --part-line: #2f6fb3;
              --work: #e2f3e4; --work-line: #3a8a4a; --fault: #fbe3e0; --fault-line: #b8402f; --frame: #f6f8fa;
              --frame-line: #aab3c0; }
            @media (prefers-color-scheme: dark) {
              svg { --page: #14181f; --ink: #e3e8f0; --soft: #a3aebd; --part: #1d344d; --part-line: #6aa8e8;
                --work: #1d3a24; --work-line: #6fc283; --fault: #4a211c; --fault-line: #f0897a; --frame: #1b212b;
                --frame-line: #5a6575; }
            }
            text { font: 13px system-ui, "DejaVu Sans", Verdana, sans-serif; fill: var(--ink); }
            .title { font-size: 16px; font-weight: 700; }
            .note { fill: var(--soft); font-size: 12px; }
            .fault { fill: var(--fault-line); font-size: 12px; }
            .page { fill: var(--page); }
            .box-part { fill: var(--part); stroke: var(--part-line); }
            .box-work { fill: var(--work); stroke: var(--work-line); }
            .box-frame { fill: var(--frame); stroke: var(--frame-line); }
            .box-extra { fill: none; stroke: var(--soft); stroke-dasharray: 5 4; }
            .box-fault { fill: var(--fault); stroke: var(--fault-line); }
            .line { fill: none; stroke: var(--ink); stroke-width: 1.5; }
            .line-fault { fill: none; stroke: var(--fault-line); stroke-width: 1.8; }
            .line-note { fill: none; stroke: var(--soft); stroke-dasharray: 4 4; }
            .head { fill: var(--ink); } .head-fault { fill: var(--fault-line); } .head-note { fill: var(--soft); }
            </style>
            """;

    /** All pictures are as wide as the text of a page. */
    private static final int WIDTH = 760;

    private final StringBuilder parts = new StringBuilder();
    private final int height;
    private final String title;
    private final String description;

    /** The description is for readers that do not see the picture. */
    Drawing(int height, String title, String description) {
        this.height = height;
        this.title = title;
        this.description = description;
        text(16, 28, "title", "start", title);
    }

    /** A box with its words in the middle, one line each. */
    Drawing box(Look look, int x, int y, int boxWidth, int boxHeight, String... lines) {
        parts.append(String.format(Locale.ROOT,
                "<rect class=\"box-%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"7\"/>%n",
                name(look), x, y, boxWidth, boxHeight));
        int first = y + boxHeight / 2 + 5 - (lines.length - 1) * 8;
        for (int line = 0; line < lines.length; line++) {
            text(x + boxWidth / 2, first + 16 * line, "plain", "middle", lines[line]);
        }
        return this;
    }

    /** A frame with its name at the upper left. */
    Drawing frame(Look look, int x, int y, int boxWidth, int boxHeight, String name) {
        box(look, x, y, boxWidth, boxHeight);
        return text(x + 12, y + 20, "note", "start", name);
    }

    /** An arrow along points, as pairs of x and y, with its head at the last one. */
    Drawing arrow(Look look, int... points) {
        String kind = look == Look.FAULT ? "-fault" : look == Look.NOTE ? "-note" : "";
        parts.append("<path class=\"line").append(kind).append("\" marker-end=\"url(#head").append(kind)
                .append(")\" d=\"");
        return path(points);
    }

    /** A line without a head. */
    Drawing line(Look look, int... points) {
        String kind = look == Look.FAULT ? "-fault" : look == Look.NOTE ? "-note" : "";
        parts.append("<path class=\"line").append(kind).append("\" d=\"");
        return path(points);
    }

    private Drawing path(int... points) {
        for (int at = 0; at < points.length; at += 2) {
            parts.append(at == 0 ? "M" : " L").append(points[at]).append(' ').append(points[at + 1]);
        }
        parts.append("\"/>\n");
        return this;
    }

    /** Words from a point on. */
    Drawing note(int x, int y, String words) {
        return text(x, y, "note", "start", words);
    }

    /** Words around a point. */
    Drawing label(int x, int y, String words) {
        return text(x, y, "note", "middle", words);
    }

    /** Words around a point, of a fault. */
    Drawing fault(int x, int y, String words) {
        return text(x, y, "fault", "middle", words);
    }

    private Drawing text(int x, int y, String kind, String anchor, String words) {
        parts.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
                kind, x, y, anchor, Layout.escaped(words)));
        return this;
    }

    private static String name(Look look) {
        return look.name().toLowerCase(Locale.ROOT);
    }

    /** The picture as a file. */
    String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                        + "role=\"img\" aria-labelledby=\"title words\">%n",
                WIDTH, height, WIDTH, height));
        svg.append("<title id=\"title\">").append(Layout.escaped(title)).append("</title>\n<desc id=\"words\">")
                .append(Layout.escaped(description)).append("</desc>\n").append(STYLE).append("<defs>\n");
        for (String kind : new String[]{"", "-fault", "-note"}) {
            svg.append("<marker id=\"head").append(kind)
                    .append("\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" ")
                    .append("orient=\"auto-start-reverse\"><path class=\"head").append(kind)
                    .append("\" d=\"M0 0L10 5L0 10z\"/></marker>\n");
        }
        svg.append(String.format(Locale.ROOT, "</defs>%n<rect class=\"page\" width=\"%d\" height=\"%d\"/>%n",
                WIDTH, height));
        return svg.append(parts).append("</svg>\n").toString().replace("\r\n", "\n");
    }
}
