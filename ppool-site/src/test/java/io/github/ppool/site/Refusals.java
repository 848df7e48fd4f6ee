package io.github.ppool.site;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The messages of all exceptions that the sources of the published modules make. A part of a message that differs from
 * time to time is shown as {@code …}.
 */
final class Refusals {

    /** A message, the simple name of its exception, and the file that has it. */
    record Refusal(String message, String exception, String file) {
    }

    private Refusals() {
    }

    /** The sources of the published modules. */
    static List<CompilationUnitTree> parse(Path root) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path sources : Javadoc.sources(root)) {
            try (Stream<Path> all = Files.walk(sources)) {
                all.filter(file -> file.toString().endsWith(".java")).sorted().forEach(files::add);
            }
        }
        List<CompilationUnitTree> units = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null,
                    manager.getJavaFileObjectsFromPaths(files));
            task.parse().forEach(units::add);
        }
        return units;
    }

    static List<Refusal> of(Path root) throws IOException {
        List<Refusal> refusals = new ArrayList<>();
        for (CompilationUnitTree unit : parse(root)) {
            String file = Path.of(unit.getSourceFile().toUri()).getFileName().toString();
            unit.accept(new TreeScanner<Void, Void>() {
                @Override
                public Void visitNewClass(NewClassTree made, Void nothing) {
                    String name = made.getIdentifier().toString().replaceAll("^.*\\.", "");
                    if (name.endsWith("Exception")) {
                        add(name, made.getArguments());
                    }
                    return super.visitNewClass(made, nothing);
                }

                /** The pool hands the constructor of a refusal to the method that makes it later. */
                @Override
                public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
                    if (call.getMethodSelect().toString().matches("refuse\\w*Impatient")) {
                        add("WorkerUnavailableException", call.getArguments());
                    }
                    for (ExpressionTree argument : call.getArguments()) {
                        if (argument instanceof MemberReferenceTree reference
                                && reference.getQualifierExpression().toString().endsWith("Exception")) {
                            add(reference.getQualifierExpression().toString(), call.getArguments());
                        }
                    }
                    return super.visitMethodInvocation(call, nothing);
                }

                private void add(String exception, List<? extends ExpressionTree> arguments) {
                    arguments.stream()
                            .map(Refusals::text)
                            .filter(text -> !text.replace("…", "").isBlank())
                            .findFirst()
                            .ifPresent(text -> refusals.add(new Refusal(text.strip(), exception, file)));
                }
            }, null);
        }
        return refusals;
    }

    /** The text of an expression, as far as it is written there. */
    static String text(ExpressionTree expression) {
        String text = switch (expression) {
            case ParenthesizedTree inner -> text(inner.getExpression());
            case BinaryTree sum when sum.getKind() == Tree.Kind.PLUS ->
                text(sum.getLeftOperand()) + text(sum.getRightOperand());
            case LiteralTree literal when literal.getValue() instanceof String words -> words;
            default -> "…";
        };
        return text.replaceAll("…+", "…").replace("\n", " ");
    }
}
