package io.github.ppool.spring.boot.observe;

import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A problem of the application.
 *
 * @param level {@code down}, {@code degraded} or {@code waiting}
 * @param kind {@code pool}, {@code group}, {@code tree}, {@code durable} or {@code cluster}
 * @param of the name of the pool, the group, the tree, the node or the singleton
 * @param what a word for the problem, such as {@code given_up}
 * @param text the problem in words
 * @param sinceMillis for how long it has lasted; null if that is not known
 * @param waitedMillis for how long the longest wait has lasted; null without a waiter
 */
public record Problem(
        String level,
        String kind,
        String of,
        String what,
        String text,
        @Nullable Long sinceMillis,
        @Nullable Long waitedMillis) {

    /** How bad a problem is, the worst first. */
    enum Level {
        DOWN,
        DEGRADED,
        WAITING;

        final String key = name().toLowerCase(Locale.ROOT);

        static Level of(String key) {
            return valueOf(key.toUpperCase(Locale.ROOT));
        }
    }

    /** The worst first; among equals the one that waits longest, then by name. */
    static final Comparator<Problem> WORST_FIRST = Comparator
            .comparing((Problem problem) -> Level.of(problem.level))
            .thenComparing(problem -> problem.waitedMillis == null ? 0 : -problem.waitedMillis)
            .thenComparing(Problem::of);
}
