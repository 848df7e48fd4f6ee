package io.github.ppool.guard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.CallerBoundaryAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The log of the library. Foreign objects reach it as text ({@link ForeignText}) and foreign exceptions as {@link
 * FailureText#loggable}, so that a line calls no foreign method. Each message is one line, even if its text has several
 * ({@link VisibleText}), and so is the text of each exception in a stack trace. If a logging system throws, the line is
 * lost, and standard error says so.
 *
 * <p>Any thread may use it, without a lock, since a logging system may block.
 */
public final class GuardedLog {

    private final Logger logger;

    private GuardedLog(Logger logger) {
        this.logger = logger;
    }

    /**
     * Returns the log of a class.
     *
     * @param owner the class
     * @return a log
     */
    public static GuardedLog of(Class<?> owner) {
        return of(owner.getName());
    }

    /**
     * Returns the log of a name.
     *
     * @param name the name of the logger; it stands in each line, and so is made visible as a message is
     * @return a log
     */
    public static GuardedLog of(String name) {
        return new GuardedLog(LoggerFactory.getLogger(VisibleText.of(name)));
    }

    /**
     * Empties the logging context (the MDC) of the calling thread, after foreign code that may have left entries there
     * on a thread that serves others.
     */
    public static void clearContext() {
        ForeignCode.run("the logging context", MDC::clear);
    }

    /**
     * Writes a line at level DEBUG.
     *
     * @param format the line, with {@code {}} for each argument
     * @param arguments the arguments; a last {@link Throwable} has no {@code {}}, its stack trace is printed
     */
    public void debug(String format, @Nullable Object... arguments) {
        log(Level.DEBUG, format, arguments);
    }

    /**
     * Writes a line at level INFO.
     *
     * @param format as for {@link #debug}
     * @param arguments as for {@link #debug}
     */
    public void info(String format, @Nullable Object... arguments) {
        log(Level.INFO, format, arguments);
    }

    /**
     * Writes a line at level WARN.
     *
     * @param format as for {@link #debug}
     * @param arguments as for {@link #debug}
     */
    public void warn(String format, @Nullable Object... arguments) {
        log(Level.WARN, format, arguments);
    }

    /**
     * Writes a line at level ERROR.
     *
     * @param format as for {@link #debug}
     * @param arguments as for {@link #debug}
     */
    public void error(String format, @Nullable Object... arguments) {
        log(Level.ERROR, format, arguments);
    }

    private void log(Level level, String format, @Nullable Object... arguments) {
        log(level, event -> {
            Event filled = event;
            int length = arguments.length;
            if (length > 0 && arguments[length - 1] instanceof Throwable thrown) {
                filled = event.setCause(thrown);
                length--;
            }
            filled.log(format, Arrays.copyOf(arguments, length));
        });
    }

    /** The parts of a line. Each part becomes text here, on one line. */
    public static final class Event {

        private LoggingEventBuilder event;

        private Event(LoggingEventBuilder event) {
            this.event = event;
        }

        /**
         * Adds a key and its value.
         *
         * @param key own text
         * @param value any value; it is kept if it is the JDK's or the library's own and its text has one line
         * @return this
         */
        public Event addKeyValue(String key, @Nullable Object value) {
            String text = ForeignText.of(value);
            String visible = VisibleText.of(text);
            boolean kept = visible.equals(text) && (value == null || TextGuard.isTrustedClass(value.getClass()));
            event = event.addKeyValue(key, kept ? value : visible);
            return this;
        }

        /**
         * Sets the exception whose stack trace is printed.
         *
         * @param thrown any exception; null for none
         * @return this
         */
        public Event setCause(@Nullable Throwable thrown) {
            if (thrown != null) {
                event = event.setCause(VisibleFailure.of(FailureText.of(thrown).loggable()));
            }
            return this;
        }

        /**
         * Writes the line.
         *
         * @param format the line, with {@code {}} for each argument
         * @param arguments the arguments
         */
        public void log(String format, @Nullable Object... arguments) {
            Object[] texts = new Object[arguments.length];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = VisibleText.of(ForeignText.of(arguments[i]));
            }
            event.log(VisibleText.of(format), texts);
        }
    }

    /** Fills in a line and writes it. */
    @FunctionalInterface
    public interface Line {

        /**
         * Called if the level is on.
         *
         * @param event the line to fill in and write
         */
        void write(Event event);
    }

    /**
     * Writes a line with key-value pairs, if its level is on.
     *
     * @param level the level
     * @param line fills in the line
     */
    @SuppressWarnings("CatchingUnchecked") // appenders and filters are foreign code
    public void log(Level level, Line line) {
        try {
            if (logger.isEnabledForLevel(level)) {
                LoggingEventBuilder event = logger.atLevel(level);
                if (event instanceof CallerBoundaryAware aware) {
                    aware.setCallerBoundary(GuardedLog.class.getName());
                }
                line.write(new Event(event));
            }
        } catch (Throwable thrown) {
            lost(level, thrown);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // no place is left to report it
    private void lost(Level level, Throwable thrown) {
        try {
            System.err.println("ppool: a line for the log " + logger.getName() + " (" + level
                    + ") is lost, the logging system has thrown " + thrown.getClass().getName());
        } catch (Throwable again) {
            // no stack, no memory or no standard error: that must not stop the work that was to be logged
        }
    }
}
