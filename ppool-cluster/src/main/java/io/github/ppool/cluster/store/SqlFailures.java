package io.github.ppool.cluster.store;

import io.github.ppool.guard.CauseChain;
import io.github.ppool.guard.FailureText;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the database's failures. Not for applications. */
public final class SqlFailures {

    private static final int LONGEST = 300;

    private SqlFailures() {}

    /**
     * Tells a failure in one line, without URLs: a URL may hold a password.
     *
     * @param failed the failure
     * @return the message and the state of the first SQL exception in the chain
     */
    public static String text(Throwable failed) {
        SQLException sql = sql(failed);
        Throwable told = sql == null ? failed : sql;
        String message = message(told).replaceAll("jdbc:\\S+", "(URL)").strip();
        String line = message.lines().findFirst().orElse("");
        String known = state(sql);
        String state = known.isEmpty() ? "" : " (" + known + ")";
        return (line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line) + state;
    }

    /**
     * Finds the database's own exception.
     *
     * @param failed the failure
     * @return the first SQL exception in the chain; null if there is none
     */
    public static @Nullable SQLException sql(Throwable failed) {
        for (Throwable cause : CauseChain.of(failed)) { // a driver's exceptions may be a ring
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** The message of an exception, whose class may be a driver's. */
    @SuppressWarnings("CatchingUnchecked") // it may throw any exception, and the failure itself must not be lost
    private static String message(Throwable told) {
        try {
            return String.valueOf(told.getMessage());
        } catch (Throwable failed) {
            return FailureText.of(told).toString();
        }
    }

    /** The state of an exception; empty if there is none, or if its class does not tell it. */
    @SuppressWarnings("CatchingUnchecked") // as above
    private static String state(@Nullable SQLException sql) {
        try {
            return sql == null ? "" : Objects.requireNonNullElse(sql.getSQLState(), "");
        } catch (Throwable failed) {
            return "";
        }
    }

    /**
     * Adds the failure of a roll-back to the failure that led to it. A driver may throw the same exception twice, which
     * can't be suppressed by itself.
     *
     * @param failed the failure that is told
     * @param broken the failure of the roll-back
     */
    @SuppressWarnings("ReferenceEquality") // the same object is meant
    static void suppress(Throwable failed, Throwable broken) {
        if (failed != broken) {
            failed.addSuppressed(broken);
        }
    }

    /**
     * Tells whether a table or a column does not exist, or this user may not see it.
     *
     * @param failed the failure
     * @return true if so
     */
    public static boolean isMissing(Throwable failed) {
        SQLException sql = sql(failed);
        String state = state(sql).toUpperCase(Locale.ROOT);
        return state.equals("42P01") || state.equals("42703") || state.equals("3F000") || state.startsWith("42S");
    }

    /**
     * Tells whether the database refuses a statement for good: the right is missing, or a name is wrong.
     *
     * @param failed the failure
     * @return true if so
     */
    public static boolean isRefused(Throwable failed) {
        SQLException sql = sql(failed);
        String state = state(sql);
        return state.startsWith("42") || state.equals("3F000") || state.equals("25006") || state.startsWith("90");
    }

    /** Whether a table or a row can't be made because it is there already. */
    static boolean isThere(Throwable failed) {
        SQLException sql = sql(failed);
        if (sql == null) {
            return false;
        }
        String state = state(sql);
        // The last one is H2's answer if two connections create the same index at the same moment.
        return "23505".equals(state) || "42S01".equals(state) || "42S11".equals(state)
                || ("HY000".equals(state) && message(sql).contains("already exists"));
    }

    /**
     * Tells whether the database has rolled the transaction back because of another one that ran beside it: a deadlock,
     * or a foreign key with a row that the statement could not see yet.
     *
     * @param failed the failure
     * @return true if so
     */
    public static boolean isCrossed(Throwable failed) {
        SQLException sql = sql(failed);
        String state = state(sql);
        return "40001".equals(state) || "40P01".equals(state) || isForeignKey(failed);
    }

    /** Whether a row that a foreign key needs does not exist any more. */
    static boolean isForeignKey(Throwable failed) {
        SQLException sql = sql(failed);
        String state = state(sql);
        return "23503".equals(state) || "23506".equals(state);
    }
}
