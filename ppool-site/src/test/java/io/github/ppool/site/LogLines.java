package io.github.ppool.site;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The lines of level WARN and ERROR that the sources of the published modules write into the log. A part of a line that
 * differs from time to time is shown as {@code …}.
 */
final class LogLines {

    /** A line, its level, and the file that writes it. A level that the code chooses is {@code WARN or ERROR}. */
    record LogLine(String message, String level, String file) {
    }

    /** Names by which the sources know a log; others with the same methods are reports of settings, or sinks. */
    private static final String LOG = "(LOG|log|logger|GuardedLog\\.of\\(.*\\))";
    /** The log itself: its methods have the format as a parameter. */
    private static final Set<String> WRITERS = Set.of("GuardedLog.java");

    private LogLines() {
    }

    static List<LogLine> of(Path root) throws IOException {
        List<LogLine> lines = new ArrayList<>();
        for (CompilationUnitTree unit : Refusals.parse(root)) {
            String file = Path.of(unit.getSourceFile().toUri()).getFileName().toString();
            if (!WRITERS.contains(file)) {
                unit.accept(new Scanner(file, lines), null);
            }
        }
        return lines;
    }

    private static final class Scanner extends TreeScanner<Void, Void> {

        private final String file;
        private final List<LogLine> lines;

        Scanner(String file, List<LogLine> lines) {
            this.file = file;
            this.lines = lines;
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
            if (call.getMethodSelect() instanceof MemberSelectTree method
                    && method.getExpression().toString().matches(LOG)) {
                switch (method.getIdentifier().toString()) {
                    case "warn" -> add(call.getArguments().getFirst(), "WARN");
                    case "error" -> add(call.getArguments().getFirst(), "ERROR");
                    case "log" -> addEvent(call);
                    default -> {
                        // other levels are not on the page
                    }
                }
            }
            return super.visitMethodInvocation(call, nothing);
        }

        /** A line with keys: the level is the first argument, and the function in the second one ends with the line. */
        private void addEvent(MethodInvocationTree call) {
            String level = call.getArguments().getFirst().toString();
            String shown = switch (level) {
                case "Level.WARN" -> "WARN";
                case "Level.ERROR" -> "ERROR";
                case "Level.INFO", "Level.DEBUG", "Level.TRACE" -> "";
                default -> "WARN or ERROR";
            };
            if (shown.isEmpty()) {
                return;
            }
            int before = lines.size();
            call.getArguments().get(1).accept(new TreeScanner<Void, Void>() {
                @Override
                public Void visitMethodInvocation(MethodInvocationTree inner, Void nothing) {
                    if (inner.getMethodSelect() instanceof MemberSelectTree method
                            && method.getIdentifier().contentEquals("log")) {
                        add(inner.getArguments().getFirst(), shown);
                    }
                    return super.visitMethodInvocation(inner, nothing);
                }
            }, null);
            if (lines.size() == before) {
                throw new AssertionError("a line of the log of " + file + " can't be read from its code: " + call);
            }
        }

        private void add(ExpressionTree format, String level) {
            String text = Refusals.text(format).replace("{}", "…").replaceAll("…+", "…").strip();
            if (text.replace("…", "").isBlank()) {
                throw new AssertionError("a line of the log of " + file + " must be written where it is logged, got: "
                        + format);
            }
            lines.add(new LogLine(text, level, file));
        }
    }
}
