package io.github.ppool.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.FilterReply;
import io.github.ppool.CapturedLog;
import io.github.ppool.HostileExceptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * The promises of {@link GuardedLog}: neither a logged object nor the logging system harms the logging thread.
 */
class GuardedLogTest {

    private static final String NAME = "io.github.ppool.guarded-log-test";

    private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);
    private final GuardedLog log = GuardedLog.of(NAME);
    private final PrintStream standardError = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private @Nullable CapturedLog captured;

    @BeforeEach
    void open() {
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        captured = CapturedLog.open();
    }

    @AfterEach
    void close() {
        System.setErr(standardError);
        logger.setLevel(null);
        logger.detachAndStopAllAppenders();
        logger.getLoggerContext().resetTurboFilterList();
        captured().close();
    }

    private CapturedLog captured() {
        assertThat(captured).isNotNull();
        return captured;
    }

    /** Handles a line in the way of a test. */
    private static final class Appender extends AppenderBase<ILoggingEvent> {
        private final List<ILoggingEvent> events = new ArrayList<>();
        private final Runnable then;

        private Appender(Runnable then) {
            this.then = then;
        }

        @Override
        public synchronized void doAppend(ILoggingEvent event) { // the superclass would catch exceptions
            event.getCallerData(); // as a layout with the caller's place does
            events.add(event);
            then.run();
        }

        @Override
        protected void append(ILoggingEvent event) {
            throw new AssertionError("not called");
        }
    }

    private Appender appender(Runnable then) {
        Appender appender = new Appender(then);
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
        return appender;
    }

    private String standardError() {
        return written.toString(StandardCharsets.UTF_8);
    }

    // ---- the logging system

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, java.io.IOException.class, AssertionError.class,
            StackOverflowError.class, OutOfMemoryError.class, NoClassDefFoundError.class})
    void an_appender_that_throws_loses_the_line_and_nothing_else(Class<? extends Throwable> type) throws Exception {
        Throwable thrown = type.getConstructor().newInstance();
        appender(() -> HostileExceptions.sneak(thrown));
        log.error("a line");
        log.log(org.slf4j.event.Level.WARN, event -> event.log("another line"));
        assertThat(standardError().lines()).containsExactly(
                "ppool: a line for the log " + NAME + " (ERROR) is lost, the logging system has thrown "
                        + type.getName(),
                "ppool: a line for the log " + NAME + " (WARN) is lost, the logging system has thrown "
                        + type.getName());
    }

    @Test
    void an_appender_that_fills_the_stack_loses_the_line_and_nothing_else() {
        appender(() -> HostileExceptions.overflow(0));
        log.error("a line");
        assertThat(standardError()).contains("is lost, the logging system has thrown java.lang.StackOverflowError");
    }

    @Test
    void an_appender_that_throws_what_does_harm_loses_the_line_and_nothing_else() {
        appender(() -> {
            throw new HostileExceptions.HangingException();
        });
        log.error("a line");
        assertThat(standardError()).contains("has thrown " + HostileExceptions.HangingException.class.getName());
    }

    @Test
    void a_filter_that_throws_loses_the_line_and_nothing_else() {
        TurboFilter filter = new TurboFilter() {
            @Override
            public FilterReply decide(
                    @Nullable Marker marker,
                    Logger from,
                    Level level,
                    @Nullable String format,
                    Object @Nullable [] params,
                    @Nullable Throwable thrown) {
                if (from.getName().equals(NAME)) {
                    throw new AssertionError("hostile");
                }
                return FilterReply.NEUTRAL;
            }
        };
        filter.start();
        logger.getLoggerContext().addTurboFilter(filter);
        log.warn("a line");
        assertThat(standardError()).contains("(WARN) is lost, the logging system has thrown java.lang.AssertionError");
    }

    @Test
    void if_standard_error_throws_too_the_caller_goes_on() {
        System.setErr(new PrintStream(written) {
            @Override
            public void println(@Nullable String line) {
                throw new AssertionError("hostile");
            }
        });
        AtomicInteger appended = new AtomicInteger();
        appender(() -> {
            appended.incrementAndGet();
            throw new AssertionError("hostile");
        });
        log.error("a line");
        assertThat(appended).hasValue(1);
        assertThat(standardError()).isEmpty();
    }

    @Test
    void what_puts_a_line_together_may_throw() {
        log.log(org.slf4j.event.Level.ERROR, event -> {
            throw new IllegalStateException("hostile");
        });
        assertThat(standardError()).contains("has thrown java.lang.IllegalStateException");
    }

    // ---- levels

    @Test
    void each_level_has_its_method() {
        logger.setLevel(Level.DEBUG);
        log.debug("debug {}", 1);
        log.info("info {} {}", 1, 2);
        log.warn("warn");
        log.error("error {}", (Object) null);
        assertThat(captured().messages(Level.DEBUG)).containsExactly("debug 1");
        assertThat(captured().messages(Level.INFO)).containsExactly("info 1 2");
        assertThat(captured().messages(Level.WARN)).containsExactly("warn");
        assertThat(captured().messages(Level.ERROR)).containsExactly("error null");
        assertThat(standardError()).isEmpty();
    }

    @Test
    void a_line_is_put_together_only_if_its_level_is_on() {
        logger.setLevel(Level.ERROR);
        AtomicInteger asked = new AtomicInteger();
        log.warn("{}", new Object() {
            @Override
            public String toString() {
                return "asked " + asked.incrementAndGet();
            }
        });
        log.log(org.slf4j.event.Level.WARN, event -> asked.incrementAndGet());
        assertThat(asked).hasValue(0);
        assertThat(captured().messages(Level.WARN)).isEmpty();
    }

    // ---- the logged objects

    @Test
    void foreign_objects_are_text_before_they_reach_the_logging_system() {
        Appender appender = appender(() -> {});
        Object foreign = new Object() {
            @Override
            public String toString() {
                return "long ".repeat(1_000);
            }
        };
        Object hostile = new Object() {
            @Override
            public String toString() {
                throw new AssertionError("hostile");
            }
        };
        log.error("{} and {} and {}", foreign, hostile, new HostileExceptions.ThrowingException(), "no cause");
        ILoggingEvent event = appender.events.getFirst();
        assertThat(event.getArgumentArray()).hasOnlyElementsOfType(String.class);
        assertThat(event.getFormattedMessage()).contains("… (5000 characters)")
                .contains("whose text cannot be had: java.lang.AssertionError").hasSizeLessThan(7_000);
        assertThat(event.getThrowableProxy()).isNull();
    }

    @Test
    void the_last_argument_may_be_an_exception_whose_stack_trace_is_logged() {
        Throwable harmless = new IllegalStateException("harmless");
        Throwable hostile = new HostileExceptions.EndlessException();
        log.error("first {}", 1, harmless);
        log.error("second", hostile);
        assertThat(captured().messages(Level.ERROR)).containsExactly("first 1", "second");
        assertThat(captured().thrown("first")).isSameAs(harmless);
        assertThat(captured().thrown("second")).isSameAs(FailureText.of(hostile).loggable())
                .isNotSameAs(hostile);
    }

    @Test
    void each_text_of_a_stack_trace_is_one_line_whatever_is_in_it() {
        IllegalStateException thrown = new IllegalStateException("outer",
                new IOException("inner\n2026-11-29 INFO nothing happened \u001b[31m"));
        thrown.addSuppressed(new IllegalArgumentException("suppressed\r\nforged"));
        log.error("it failed", thrown);
        StringWriter trace = new StringWriter();
        Throwable logged = captured().thrown("it failed");
        logged.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString().lines().filter(line -> !line.startsWith("\tat ") && !line.startsWith("\t... ")
                && !line.startsWith("\t\tat ") && !line.startsWith("\t\t... ")))
                .containsExactly(
                        "java.lang.IllegalStateException: outer",
                        "\tSuppressed: java.lang.IllegalArgumentException: suppressed\\r\\nforged",
                        "Caused by: java.io.IOException: inner\\n2026-11-29 INFO nothing happened \\u001b[31m");
        assertThat(logged.getStackTrace()).isEqualTo(thrown.getStackTrace());
    }

    /** Answers so many times, and throws then. */
    private static final class AnswersForAWhile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private int left;

        private AnswersForAWhile(int times) {
            left = times;
        }

        @Override
        public String toString() {
            if (left-- <= 0) {
                throw new IllegalStateException("no more");
            }
            return "one\nline forged";
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void an_exception_that_answers_no_more_loses_no_line_and_forges_none(int times) {
        log.error("it failed", new AnswersForAWhile(times));
        assertThat(captured().messages(Level.ERROR)).contains("it failed");
        assertThat(captured().thrown("it failed").toString()).doesNotContain("\n");
    }

    @Test
    void an_exception_whose_texts_are_one_line_is_logged_as_it_is() {
        IllegalStateException thrown = new IllegalStateException("plain", new RuntimeException("too"));
        log.error("it failed", thrown);
        assertThat(captured().thrown("it failed")).isSameAs(thrown);
    }

    @Test
    void a_message_is_one_line_whatever_is_in_it() {
        Appender appender = appender(() -> {});
        String hostile = "x\r\n2026-01-01 ERROR all is lost" + (char) 0x1b + "[2J" + (char) 0x2028 + (char) 0x202e;
        Object foreign = new Object() {
            @Override
            public String toString() {
                return hostile;
            }
        };
        Throwable thrown = new IllegalStateException(hostile);
        String visible = "x\\r\\n2026-01-01 ERROR all is lost\\u001b[2J\\u2028\\u202e";
        log.error("{}, {} and {}", hostile, foreign, thrown, 1);
        log.error("its trace", thrown);
        log.error(hostile);
        log.log(org.slf4j.event.Level.ERROR, event -> event.addKeyValue("text", hostile)
                .addKeyValue("object", foreign)
                .addKeyValue("harmless", new Object() {
                    @Override
                    public String toString() {
                        return "harmless";
                    }
                }).addKeyValue("number", 5).addKeyValue("none", null)
                .log("{} is {}", "this", foreign));
        assertThat(captured().messages(Level.ERROR)).containsExactly(
                visible + ", " + visible + " and java.lang.IllegalStateException: " + visible,
                "its trace",
                visible,
                "this is " + visible);
        assertThat(captured().thrown("its trace")).hasToString("java.lang.IllegalStateException: " + visible);
        assertThat(appender.events.getLast().getKeyValuePairs())
                .extracting(pair -> pair.key, pair -> pair.value)
                .containsExactly(tuple("text", visible), tuple("object", visible),
                        tuple("harmless", "harmless"), tuple("number", 5),
                        tuple("none", null));
    }

    @Test
    void a_line_that_is_put_together_says_where_it_was_written() {
        Appender appender = appender(() -> {});
        log.log(org.slf4j.event.Level.ERROR, event -> event.addKeyValue("key", 1).log("a line"));
        assertThat(appender.events.getFirst().getCallerData()[0].getClassName()).isEqualTo(getClass().getName());
    }

    @Test
    void the_name_of_a_log_is_one_line() {
        GuardedLog.of(NAME + ".a\nb").error("a line");
        assertThat(captured().messages(Level.ERROR)).containsExactly("a line");
        assertThat(((ch.qos.logback.classic.LoggerContext) LoggerFactory.getILoggerFactory())
                .exists(NAME + ".a\\nb")).isNotNull();
    }

    @Test
    void a_line_says_where_it_was_written() {
        Appender appender = appender(() -> {});
        log.error("a line");
        assertThat(appender.events.getFirst().getCallerData()[0].getClassName()).isEqualTo(getClass().getName());
    }

    @Test
    void the_log_of_a_class_has_its_name() {
        Appender appender = new Appender(() -> {});
        Logger ofClass = (Logger) LoggerFactory.getLogger(GuardedLogTest.class);
        appender.setContext(ofClass.getLoggerContext());
        appender.start();
        ofClass.addAppender(appender);
        try {
            GuardedLog.of(GuardedLogTest.class).error("a line");
            assertThat(appender.events).singleElement().extracting(ILoggingEvent::getLoggerName)
                    .isEqualTo(GuardedLogTest.class.getName());
        } finally {
            ofClass.detachAppender(appender);
        }
    }
}
