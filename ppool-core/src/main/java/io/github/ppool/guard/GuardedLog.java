package io.github.ppool.guard;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.CallerBoundaryAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The log of the library. Foreign objects reach it as text ({@link ForeignText}) and foreign exceptions as what {@link FailureText#loggable}
 * makes of them, so that writing a line calls no foreign method. A logging system that throws does no harm either: the line is
 * lost and standard error says so.
 *
 * <p>May be used from any thread, and holding no lock, since a logging system may block.
 */
public final class GuardedLog {

    private final Logger logger;

    private GuardedLog(Logger logger) {
        this.logger = logger;
    }

    /**
     * The log of a class.
     *
     * @param owner the class
     * @return a log
     */
    public static GuardedLog of(Class<?> owner) {
        return of(owner.getName());
    }

    /**
     * The log of a name.
     *
     * @param name the name of the logger
     * @return a log
     */
    public static GuardedLog of(String name) {
        return new GuardedLog(LoggerFactory.getLogger(name));
    }

    /**
     * Writes a line at level DEBUG.
     *
     * @param format the line, with {@code {}} for each argument
     * @param arguments what is put in; a last one that is a {@link Throwable} has no {@code {}}, its stack trace is printed
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
            int length = arguments.length;
            LoggingEventBuilder filled = event;
            if (length > 0 && arguments[length - 1] instanceof Throwable thrown) {
                filled = event.setCause(FailureText.of(thrown).loggable());
                length--;
            }
            Object[] texts = new Object[length];
            for (int i = 0; i < length; i++) {
                texts[i] = ForeignText.of(arguments[i]);
            }
            filled.log(format, texts);
        });
    }

    /** Puts a line together and writes it. */
    @FunctionalInterface
    public interface Line {

        /**
         * Called if the level is on.
         *
         * @param event to be filled with own text only, and logged
         */
        void write(LoggingEventBuilder event);
    }

    /**
     * Writes a line with key-value pairs, if its level is on.
     *
     * @param level the level
     * @param line puts it together
     */
    @SuppressWarnings("CatchingUnchecked") // appenders and filters are foreign code
    public void log(Level level, Line line) {
        try {
            if (logger.isEnabledForLevel(level)) {
                LoggingEventBuilder event = logger.atLevel(level);
                if (event instanceof CallerBoundaryAware aware) {
                    aware.setCallerBoundary(GuardedLog.class.getName());
                }
                line.write(event);
            }
        } catch (Throwable thrown) {
            lost(level, thrown);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // there is nobody left to be told
    private void lost(Level level, Throwable thrown) {
        try {
            System.err.println("ppool: a line for the log " + logger.getName() + " (" + level
                    + ") is lost, the logging system has thrown " + thrown.getClass().getName());
        } catch (Throwable again) {
            // no stack, no memory or no standard error: what was to be logged must not be stopped by that
        }
    }
}
