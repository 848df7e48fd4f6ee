package io.github.ppool;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The lines that the library logs while this is open; they are kept for the test instead of being printed. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final Logger LIBRARY = (Logger) LoggerFactory.getLogger("io.github.ppool");

    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final boolean keeps;

    private CapturedLog(boolean keeps) {
        this.keeps = keeps;
        setContext(LIBRARY.getLoggerContext());
        start();
        LIBRARY.setAdditive(false);
        LIBRARY.addAppender(this);
    }

    /** Keeps the lines. */
    public static CapturedLog open() {
        return new CapturedLog(true);
    }

    /** Drops the lines: for a test that makes more of them than are of use. */
    public static CapturedLog silence() {
        return new CapturedLog(false);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (keeps) {
            event.prepareForDeferredProcessing();
            events.add(event);
        }
    }

    public List<String> messages(Level level) {
        return events.stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .collect(Collectors.toList());
    }

    /** The exception of the first line that contains a text, as the logging system got it. */
    public @Nullable Throwable thrown(String part) {
        return events.stream()
                .filter(event -> event.getFormattedMessage().contains(part) && event.getThrowableProxy() != null)
                .map(event -> ((ThrowableProxy) event.getThrowableProxy()).getThrowable())
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        LIBRARY.detachAppender(this);
        LIBRARY.setAdditive(true);
        stop();
    }
}
