package io.github.ppool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The prose of a file, and its figures: the Javadoc of a source file, its other comments, or the text of a Markdown
 * page. Code, snippets, links' targets, quoted messages and generated tables are no prose. Each of them is blanked out
 * in place, so that an offset in the prose is an offset in the file.
 */
final class Prose {

    /** A place in a file, with the words that are there. */
    record Finding(Path file, int line, String text) {
        @Override
        public String toString() {
            return file + ":" + line + ": " + text;
        }
    }

    /** The longest sentence that is not reported. */
    static final int WORDS = 30;

    /** Ends a sentence wherever punctuation does not: at the end of a heading, of an item, of a cell. */
    private static final char BREAK = '\f';
    /** Stands for code or a quotation, which is one word of its sentence. */
    private static final char TERM = 'X';
    private static final Set<String> INLINE = Set.of("a", "b", "code", "em", "i", "kbd", "strong", "sub", "sup");

    private static final Pattern PRONOUN = Pattern.compile("\\b(who|whoever|whom|whose|what|whatever|he|him|his|she"
            + "|hers|nobody|no\\s+one|somebody|someone|anybody|anyone|everybody|everyone"
            + "|nothing|something|anything|everything|(?:that|those)\\s+which)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\d][\\p{L}\\d'’_-]*");
    private static final Pattern END = Pattern.compile("\f|[.!?:;]+(?=[\\s\f)*_]|$)");

    /** A comment, or a literal, which may contain the signs of one. */
    private static final Pattern COMMENT_OR_LITERAL = Pattern.compile("/\\*.*?\\*/|//[^\\n]*"
            + "|\"\"\".*?(?<!\\\\)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\\n])++'", Pattern.DOTALL);
    /** The borders of a snippet are no prose. */
    private static final Pattern REGION = Pattern.compile("//\\s*(?:(?:end ?)?region\\b.*|(?:tag|end)::.*|end)");
    private static final Pattern NEXT_LINE = Pattern.compile("\\n[ \\t]*");
    private static final Pattern MARGIN = Pattern.compile("(?m)^[ \\t]*\\*+");
    private static final Pattern BLOCK_TAG = Pattern
            .compile("(?m)^[ \\t\f]*@(?:(?:param|throws|exception|see)\\s+\\S+|\\w+)");
    private static final Pattern HTML = Pattern.compile("</?(\\w+)[^<>]*>");
    private static final Pattern ENTITY = Pattern.compile("&#?\\w+;");
    private static final Pattern QUOTE = Pattern.compile("\"[^\"\f]{1,400}\"|“[^”\f]{1,400}”");
    private static final Pattern EMPTY_LINE = Pattern.compile("\\n[ \\t]*(?=\\n)");

    private static final Pattern FENCE = Pattern.compile("(?ms)^[ \\t]*(```+)[^\\n]*\\n.*?^[ \\t]*\\1[ \\t]*$");
    private static final Pattern INDENTED = Pattern.compile("(?m)(?<=\\n\\n)(?:(?: {4}|\\t)[^\\n]*(?:\\n|\\z))+");
    private static final Pattern CODE = Pattern.compile("(`+)(?!`)[^\\f]*?(?<!`)\\1(?!`)", Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
    private static final Pattern IMAGE = Pattern.compile("!\\[[^\\]]*]\\([^)]*\\)");
    private static final Pattern TARGET = Pattern.compile("(?<=])\\([^)\\n]*\\)");
    private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s)]+");
    private static final Pattern ITEM = Pattern.compile("(?m)^[ \\t]*(?:[-*+]|\\d+\\.)(?=\\s)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ [^\\n]*$");
    private static final Pattern ROW = Pattern.compile("(?m)^[ \\t]*\\|[^\\n]*$");

    private final Path file;
    private final StringBuilder text;
    private final int[] lineStarts;

    private Prose(Path file, String text) {
        this.file = file;
        this.text = new StringBuilder(text);
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
            starts.add(end + 1);
        }
        lineStarts = starts.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Reads the text of a Markdown page. */
    static Prose ofPage(Path page) {
        Prose prose = new Prose(page, read(page));
        prose.keepText();
        return prose;
    }

    /** Reads the Javadoc of a source file in Java or Kotlin. */
    static Prose ofJavadoc(Path source) {
        Prose prose = new Prose(source, read(source));
        prose.keepComments(Prose::isJavadoc);
        return prose;
    }

    /** Reads the comments of a source file that are no Javadoc. */
    static Prose ofComments(Path source) {
        Prose prose = new Prose(source, read(source));
        prose.keepComments(comment -> !isJavadoc(comment) && !REGION.matcher(comment).matches());
        return prose;
    }

    /** Only the title of a page, which is its first line. */
    static Prose titleOf(Path page) {
        Prose prose = ofPage(page);
        int end = prose.lineStarts.length == 1 ? prose.text.length() : prose.lineStarts[1];
        prose.blank(end, prose.text.length(), BREAK);
        return prose;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int words() {
        return count(WORD, text);
    }

    /** Pronouns in the place of a noun: the words of {@link #PRONOUN}. */
    List<Finding> pronouns() {
        List<Finding> findings = new ArrayList<>();
        for (Matcher pronoun = PRONOUN.matcher(text); pronoun.find();) {
            int from = Math.max(lineStarts[lineIndex(pronoun.start())], pronoun.start() - 30);
            int to = Math.min(text.length(), pronoun.end() + 30);
            findings.add(new Finding(file, lineIndex(pronoun.start()) + 1,
                    "'" + pronoun.group() + "' in: " + oneLine(text.substring(from, to))));
        }
        return findings;
    }

    /** Sentences of more than {@value #WORDS} words. A colon and a semicolon end a sentence as a full stop does. */
    List<Finding> longSentences() {
        List<Finding> findings = new ArrayList<>();
        int start = 0;
        Matcher end = END.matcher(text);
        while (start < text.length()) {
            int next = end.find() ? end.start() : text.length();
            String sentence = text.substring(start, next);
            int words = count(WORD, sentence);
            if (words > WORDS) {
                int first = start + sentence.length() - sentence.stripLeading().length();
                String begin = oneLine(sentence);
                findings.add(new Finding(file, lineIndex(first) + 1,
                        words + " words: " + begin.substring(0, Math.min(80, begin.length()))));
            }
            start = next == text.length() ? next : end.end();
        }
        return findings;
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\s\f]+", " ").strip();
    }

    private int lineIndex(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found : -found - 2;
    }

    private static int count(Pattern pattern, CharSequence in) {
        return (int) pattern.matcher(in).results().count();
    }

    private static boolean isJavadoc(String comment) {
        return comment.startsWith("/**") && comment.length() > 4;
    }

    private void keepComments(Predicate<String> kept) {
        String source = text.toString();
        int end = 0;
        for (MatchResult comment : COMMENT_OR_LITERAL.matcher(source).results().toList()) {
            if (!comment.group().startsWith("/") || !kept.test(comment.group())) {
                continue;
            }
            boolean oneLine = comment.group().startsWith("//");
            // A comment of several lines with two slashes each is one text.
            boolean goesOn = oneLine && NEXT_LINE.matcher(source.substring(end, comment.start())).matches();
            blank(end, comment.start() + (isJavadoc(comment.group()) ? 3 : 2), goesOn ? ' ' : BREAK);
            end = comment.end() - (oneLine ? 0 : 2);
        }
        blank(end, text.length(), BREAK);
        replaceAll(MARGIN, ' ');
        breakAt(EMPTY_LINE);
        for (int at = text.indexOf("{@"); at >= 0; at = text.indexOf("{@", at + 1)) {
            inlineTag(at);
        }
        blankElements("pre");
        blankElements("table");
        replaceAll(BLOCK_TAG, BREAK);
        for (MatchResult tag : HTML.matcher(text.toString()).results().toList()) {
            boolean inline = INLINE.contains(tag.group(1).toLowerCase(Locale.ROOT));
            blank(tag.start(), tag.end(), inline ? ' ' : BREAK);
        }
        replaceAll(ENTITY, ' ');
        terms(QUOTE);
    }

    private void inlineTag(int start) {
        int end = start;
        int depth = 0;
        do {
            depth += text.charAt(end) == '{' ? 1 : text.charAt(end) == '}' ? -1 : 0;
            end++;
        } while (depth > 0 && end < text.length());
        String tag = text.substring(start, end);
        Matcher label = Pattern.compile("\\{@link(?:plain)?\\s+[\\w.#]*(?:\\([^)]*\\))?\\s+(?=[^}])").matcher(tag);
        if (tag.startsWith("{@snippet")) {
            blank(start, end, BREAK);
        } else if (label.lookingAt()) {
            blank(start, start + label.end(), ' ');
            blank(end - 1, end, ' ');
        } else {
            term(start, end);
        }
    }

    private void blankElements(String name) {
        replaceAll(Pattern.compile("(?is)<" + name + "\\b.*?</" + name + ">"), BREAK);
    }

    private void keepText() {
        replaceAll(FENCE, BREAK);
        replaceAll(INDENTED, BREAK);
        replaceAll(COMMENT, ' ');
        breakAt(EMPTY_LINE);
        boolean generated = file.endsWith(Path.of("docs", "properties.md"));
        for (MatchResult row : ROW.matcher(text.toString()).results().toList()) {
            if (generated) {
                blank(row.start(), row.end(), BREAK);
            }
            breakAfter(row.end());
        }
        terms(CODE);
        replaceAll(IMAGE, ' ');
        replaceAll(TARGET, ' ');
        terms(ADDRESS);
        for (MatchResult heading : HEADING.matcher(text.toString()).results().toList()) {
            blank(heading.start(), heading.start() + 1, BREAK);
            breakAfter(heading.end());
        }
        replaceAll(ITEM, BREAK);
        replaceAll(Pattern.compile("\\|"), BREAK);
        terms(QUOTE);
    }

    private void breakAfter(int end) {
        if (end < text.length()) {
            text.setCharAt(end, BREAK);
        }
    }

    private void breakAt(Pattern pattern) {
        pattern.matcher(text.toString()).results().forEach(match -> text.setCharAt(match.start(), BREAK));
    }

    private void terms(Pattern pattern) {
        pattern.matcher(text.toString()).results().forEach(match -> term(match.start(), match.end()));
    }

    private void term(int start, int end) {
        blank(start, end, ' ');
        text.setCharAt(start, TERM);
    }

    private void replaceAll(Pattern pattern, char filler) {
        pattern.matcher(text.toString()).results().forEach(match -> blank(match.start(), match.end(), filler));
    }

    private void blank(int start, int end, char filler) {
        for (int at = start; at < end; at++) {
            text.setCharAt(at, filler);
        }
    }
}
