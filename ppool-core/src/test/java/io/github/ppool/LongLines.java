package io.github.ppool;

import io.github.ppool.Prose.Finding;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The lines of more than {@value #COLUMNS} columns in all files that people write and read. */
final class LongLines {

    static final int COLUMNS = 120;

    /** Kinds of files that people write. Data and pictures are written by programs. */
    private static final Set<String> KINDS = Set.of(
            "java", "kt", "py", "js", "css", "html", "md", "xml", "yml", "yaml", "sql", "escript", "properties", "");
    /** Folders that the build writes, and that of Git. */
    private static final Set<String> LEFT_OUT = Set.of("target", ".git", ".idea");
    private static final List<Path> EXCEPTIONS = List.of(
            // Recorded runs and their descriptions are data and stay as they are.
            Path.of("ppool-core", "src", "test", "resources", "conformance"),
            // report.py writes this page, a paragraph on each line.
            Path.of("docs", "benchmarks", "results.md"),
            // Entries are written by several hands at once; a new one is not to wrap those of others anew.
            Path.of("CHANGELOG.md"));

    private static final Pattern FENCE = Pattern.compile("\\s*(```|~~~).*");
    /** A row of a table, an image, the source of a snippet, and code with an indent: Markdown has them on one line. */
    private static final Pattern ONE_LINE_OF_MARKDOWN = Pattern
            .compile("\\s*[|].*|\\s*!\\[.*|<!-- from \\S+: \\S+ -->|( {4}|\\t).*");
    /** An element with one text that must not have line breaks: an argument of javac, the id of an execution. */
    private static final Pattern ONE_LINE_OF_XML = Pattern.compile("\\s*<(arg|id)>.*</\\1>");
    /** An attribute that is a policy or a picture. */
    private static final Pattern LONG_ATTRIBUTE = Pattern.compile(".*=\"[^\"]{90,}\".*");
    private static final Pattern WITHOUT_A_BLANK = Pattern.compile("\\s*\\S+");

    private LongLines() {}

    /** All of them below a folder, in the order of the files. */
    static List<Finding> below(Path root) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return LEFT_OUT.contains(folder.getFileName().toString()) || isExcepted(root, folder)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (KINDS.contains(kind(file)) && !isExcepted(root, file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        List<Finding> found = new ArrayList<>();
        for (Path file : files) {
            addThoseOf(file, found);
        }
        return found;
    }

    private static boolean isExcepted(Path root, Path path) {
        return EXCEPTIONS.contains(root.relativize(path));
    }

    private static void addThoseOf(Path file, List<Finding> found) throws IOException {
        String kind = kind(file);
        boolean fenced = false;
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (kind.equals("md") && FENCE.matcher(line).matches()) {
                fenced = !fenced;
            }
            boolean isLong = line.codePointCount(0, line.length()) > COLUMNS;
            if (isLong && !fenced && !mustBeOneLine(kind, line)) {
                found.add(new Finding(file, number, line.strip()));
            }
        }
    }

    private static boolean mustBeOneLine(String kind, String line) {
        return WITHOUT_A_BLANK.matcher(line).matches() || switch (kind) {
            case "md" -> ONE_LINE_OF_MARKDOWN.matcher(line).matches();
            case "xml" -> ONE_LINE_OF_XML.matcher(line).matches();
            case "html" -> LONG_ATTRIBUTE.matcher(line).matches();
            default -> false;
        };
    }

    /** The ending of a file's name; empty for a script without an ending. */
    private static String kind(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }
}
