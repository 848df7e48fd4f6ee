package io.github.ppool.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The description of an exception for reports: its text, the classes of its causes, and an exception that a logging
 * system may get. An exception is foreign code: its {@code getMessage}, {@code toString} and {@code getCause} may
 * throw, block, or return a ring of causes. So it is called once, when it comes in, on that thread, with limits of
 * length ({@link ForeignText#LONGEST}) and depth ({@link #DEEPEST}). Reports, refusals and health use the result.
 *
 * <p>An exception is harmless if neither its class nor those of its causes override these methods. It is called only
 * when its text is read. Immutable; any thread may use it.
 */
public final class FailureText {

    /** The greatest number of causes that are followed, and of suppressed exceptions of each. */
    public static final int DEEPEST = 20;
    /** The greatest number of exceptions in all. */
    private static final int MOST = 100;
    /** A longer message is not passed to a logging system unchanged. */
    private static final int LONGEST_LOGGED = 20_000;
    private static final int MOST_FRAMES = 2_000;
    private static final StackTraceElement[] NO_STACK = {};
    /**
     * A copy does not lead to its original, which is no cause of a harmless exception, or that would not be harmless.
     */
    private static final Texts<FailureText> COPIES = new Texts<>();
    private static final String MORE_SUPPRESSED = "there are more suppressed exceptions";

    private final String className;
    private final List<String> causes;
    private final Throwable loggable;
    private final boolean answers;
    private @Nullable String text; // of a trusted exception, set at the first call; a race does no harm

    private FailureText(
            String className, @Nullable String text, List<String> causes, Throwable loggable, boolean answers) {
        this.className = className;
        this.text = text;
        this.causes = causes;
        this.loggable = loggable;
        this.answers = answers;
    }

    /**
     * Describes an exception; a foreign one is called once. May block for half a second at the first exception of its
     * class.
     *
     * @param thrown any exception
     * @return its description
     */
    public static FailureText of(Throwable thrown) {
        if (thrown instanceof CopiedFailure copy) {
            return copy.original();
        }
        return isHarmless(thrown) ? ofHarmless(thrown) : COPIES.of(thrown, () -> new Copier().copy(thrown));
    }

    /**
     * Returns the class of the exception.
     *
     * @return its name
     */
    public String className() {
        return className;
    }

    /**
     * Returns the classes of the causes, the outermost first.
     *
     * @return at most {@link #DEEPEST} names; empty if there is no cause
     */
    public List<String> causes() {
        return causes;
    }

    /**
     * Returns an exception that a logging system may get.
     *
     * @return the exception itself if it is harmless, else a copy with methods of the library
     */
    public Throwable loggable() {
        return loggable;
    }

    /**
     * Returns an exception that a {@link java.util.concurrent.CompletableFuture} may get. A future calls {@code
     * toString} once for each dependent stage. Before JDK 23, a {@code toString} that throws keeps the other stages
     * from being completed. Any thread; may block for half a second at the first exception of its class.
     *
     * @param thrown any exception
     * @return the same, or a {@link CompletionException} around it if its {@code toString} fails
     */
    public static Throwable forStages(Throwable thrown) {
        if (TextGuard.isTrustedClass(thrown.getClass())) {
            return thrown;
        }
        FailureText told = of(thrown);
        return told.answers ? thrown : new CompletionException(told.toString(), thrown);
    }

    /**
     * Returns the exception that {@link #forStages} was given. A {@link CompletionException} that an application threw
     * is its own failure, and is returned as it is.
     *
     * @param told an exception of a stage
     * @return the cause if {@link #forStages} has wrapped it, else the same
     */
    @SuppressWarnings("ReferenceEquality") // the same object is meant
    public static Throwable ofStage(Throwable told) {
        Throwable cause = told.getClass() == CompletionException.class ? told.getCause() : null;
        return cause != null && forStages(cause) != cause ? cause : told;
    }

    /** The text of the exception's {@code toString}, bounded. */
    @Override
    public String toString() {
        String known = text;
        if (known == null) {
            known = textOf(loggable);
            text = known;
        }
        return known;
    }

    // ---- harmless exceptions

    private static FailureText ofHarmless(Throwable thrown) {
        List<String> causes = List.of();
        if (thrown.getCause() != null) {
            causes = new ArrayList<>();
            for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
                causes.add(TextGuard.nameOf(cause.getClass()));
            }
            causes = List.copyOf(causes);
        }
        return new FailureText(TextGuard.nameOf(thrown.getClass()), null, causes, thrown, true);
    }

    private static boolean isHarmless(Throwable thrown) {
        return isHarmless(thrown, new int[1]);
    }

    /**
     * True if the JDK or the library implements all methods that a logging system calls, and the chain is not too
     * large.
     *
     * @param count the number of exceptions so far; those of this chain are added
     */
    @SuppressWarnings("CatchingUnchecked") // no stack or no memory: no closer look then
    private static boolean isHarmless(Throwable thrown, int[] count) {
        try {
            Throwable cause = TextGuard.isTrustedClass(thrown.getClass()) ? thrown.getCause() : thrown;
            if (cause == null && thrown.getSuppressed().length == 0) {
                return ++count[0] <= MOST && hasBoundedMessage(thrown); // nearly every exception
            }
            return isHarmless(thrown, count, Collections.newSetFromMap(new IdentityHashMap<>()));
        } catch (Throwable failed) {
            return false;
        }
    }

    private static boolean isHarmless(Throwable thrown, int[] count, Set<Throwable> seen) {
        Throwable next = thrown;
        for (int depth = 0; next != null; depth++) {
            if (depth > DEEPEST
                    || ++count[0] > MOST
                    || !seen.add(next)
                    || !TextGuard.isTrustedClass(next.getClass())
                    || !hasBoundedMessage(next)) {
                return false;
            }
            for (Throwable suppressed : next.getSuppressed()) {
                if (depth == DEEPEST || !isHarmless(suppressed, count, seen)) {
                    return false;
                }
            }
            next = next.getCause();
        }
        return true;
    }

    private static boolean hasBoundedMessage(Throwable trusted) {
        String message = trusted.getMessage();
        return message == null || message.length() <= LONGEST_LOGGED;
    }

    private static String textOf(Throwable trusted) {
        return TextGuard.asked(trusted.getClass(), () -> TextGuard.cut(String.valueOf(trusted.toString())),
                why -> TextGuard.nameOf(trusted.getClass()) + why);
    }

    // ---- other exceptions

    /** Copies an exception with its causes and suppressed exceptions, up to the limits. */
    private static final class Copier {

        private final Map<Throwable, CopiedFailure> copies = new IdentityHashMap<>();
        private int count;

        FailureText copy(Throwable thrown) {
            return copy(thrown, 0).original();
        }

        private CopiedFailure copy(Throwable thrown, int depth) {
            count++;
            Answers answers = TextGuard.asked(thrown.getClass(), () -> Answers.of(thrown),
                    why -> new Answers(TextGuard.nameOf(thrown.getClass()) + why, false, null, NO_STACK));
            FailureText[] told = new FailureText[1];
            CopiedFailure copy = new CopiedFailure(answers.text, () -> told[0]);
            copies.put(thrown, copy);
            copy.setStackTrace(answers.stack);
            Throwable cause = answers.cause == null ? null : copyOf(answers.cause, depth, "there are more causes");
            copy.initCause(cause);
            addSuppressed(thrown, copy, depth);
            told[0] = new FailureText(TextGuard.nameOf(thrown.getClass()), answers.text, causes(answers.cause, cause),
                    copy, answers.hasText);
            return copy;
        }

        /** Returns the replacement of a cause or of a suppressed exception. */
        private Throwable copyOf(Throwable other, int depth, String ifTooMany) {
            CopiedFailure known = copies.get(other);
            if (known != null) {
                return CopiedFailure.cut("named before: " + known);
            }
            if (depth >= DEEPEST || count >= MOST) {
                return CopiedFailure.cut(ifTooMany);
            }
            int[] all = {count};
            if (isHarmless(other, all)) {
                count = all[0];
                return other;
            }
            return copy(other, depth + 1);
        }

        private static List<String> causes(@Nullable Throwable cause, @Nullable Throwable copied) {
            if (cause == null || copied == null) {
                return List.of();
            }
            List<String> names = new ArrayList<>();
            names.add(TextGuard.nameOf(cause.getClass()));
            if (!(copied instanceof CopiedFailure copy && copy.isCut())) {
                names.addAll(of(copied).causes());
            }
            return List.copyOf(names.subList(0, Math.min(DEEPEST, names.size())));
        }

        private void addSuppressed(Throwable thrown, CopiedFailure copy, int depth) {
            int left = DEEPEST;
            for (Throwable suppressed : thrown.getSuppressed()) {
                if (left-- == 0) {
                    copy.addSuppressed(CopiedFailure.cut(MORE_SUPPRESSED));
                    return;
                }
                copy.addSuppressed(copyOf(suppressed, depth, MORE_SUPPRESSED));
            }
        }
    }

    /** The answers of an exception. */
    private record Answers(String text, boolean hasText, @Nullable Throwable cause, StackTraceElement[] stack) {

        static Answers of(Throwable thrown) {
            boolean[] hasText = {true};
            String text = answered(() -> TextGuard.cut(String.valueOf(thrown.toString())), why -> {
                hasText[0] = false;
                return TextGuard.nameOf(thrown.getClass()) + why;
            });
            return new Answers(
                    text,
                    hasText[0],
                    answered(thrown::getCause, why -> null),
                    answered(() -> {
                        StackTraceElement[] all = thrown.getStackTrace();
                        StackTraceElement[] own = Arrays.copyOf(all, Math.min(all.length, MOST_FRAMES));
                        return Arrays.asList(own).contains(null) ? NO_STACK : own;
                    }, why -> NO_STACK));
        }

        @SuppressWarnings("CatchingUnchecked") // any of its methods may throw any exception
        private static <T extends @Nullable Object> T answered(
                Supplier<T> question, Function<String, T> otherwise) {
            try {
                return question.get();
            } catch (Throwable failed) {
                return otherwise.apply(" (whose text cannot be had: " + TextGuard.nameOf(failed.getClass()) + ")");
            }
        }
    }
}
