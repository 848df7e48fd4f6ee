package io.github.ppool.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.HostileExceptions;
import io.github.ppool.process.ExitReason;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The promises of {@link ForeignText}: bounded text in bounded time, of any object. */
class ForeignTextTest {

    /** More than the half second that an object has, and less than the limit of a test's wait. */
    private static final Duration SOON = Duration.ofSeconds(50);

    private static volatile CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
        release = new CountDownLatch(1);
    }

    /** An object of a class of its own, since how it behaves is remembered for its class. */
    private abstract static class Foreign {
        final AtomicInteger asked = new AtomicInteger();

        abstract String text() throws Exception;

        @Override
        public String toString() {
            asked.incrementAndGet();
            try {
                return text();
            } catch (Exception e) {
                HostileExceptions.sneak(e);
                return "never";
            }
        }
    }

    /** Until the test is over, in spite of interrupts. */
    private static String hang() {
        CountDownLatch until = release;
        while (true) {
            try {
                until.await();
                return "too late";
            } catch (InterruptedException e) {
                // hangs on
            }
        }
    }

    // ---- known ones

    @Test
    void values_of_the_jdk_and_of_the_library_say_what_they_are() {
        List<Object> values = List.of("text", 1, 1.5, 'c', true, new BigDecimal("1.50"), String.class, new UUID(1, 2),
                Duration.ofSeconds(1), Instant.EPOCH, ExitReason.NORMAL, TimeUnit.DAYS, new AtomicInteger(3));
        for (Object value : values) {
            assertThat(ForeignText.of(value)).isEqualTo(value.toString());
        }
        assertThat(ForeignText.of(null)).isEqualTo("null");
    }

    @Test
    void a_long_text_is_cut_and_says_how_long_it_was() {
        String exact = "x".repeat(ForeignText.LONGEST);
        assertThat(ForeignText.of(exact)).isEqualTo(exact);
        assertThat(ForeignText.of(exact + "x")).startsWith("xxx").endsWith("x… (2001 characters)")
                .hasSizeLessThanOrEqualTo(ForeignText.LONGEST);
        String megabytes = "x".repeat(10_000_000);
        assertThat(ForeignText.of(megabytes)).endsWith("x… (10000000 characters)")
                .hasSizeLessThanOrEqualTo(ForeignText.LONGEST);
        Foreign foreign = new Foreign() {
            @Override
            String text() {
                return megabytes;
            }
        };
        assertThat(ForeignText.of(foreign)).isEqualTo(ForeignText.of(megabytes));
    }

    // ---- foreign ones

    @Test
    void a_foreign_object_is_asked_once_whatever_it_says_later() {
        Foreign foreign = new Foreign() {
            @Override
            String text() {
                return "answer " + asked;
            }
        };
        ForeignText.take(foreign);
        for (int i = 0; i < 10; i++) {
            assertThat(ForeignText.of(foreign)).isEqualTo("answer 1");
        }
        assertThat(foreign.asked).hasValue(1);
    }

    private static final class Prompt extends Foreign {
        private Thread askedOn = Thread.currentThread();
        private @Nullable ClassLoader loader;

        @Override
        String text() {
            askedOn = Thread.currentThread();
            loader = askedOn.getContextClassLoader();
            return "prompt";
        }
    }

    @Test
    void the_first_object_of_a_class_is_asked_on_another_thread_and_the_next_on_the_callers() {
        ClassLoader own = new ClassLoader() {
        };
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        Prompt first = new Prompt();
        Prompt second = new Prompt();
        thread.setContextClassLoader(own);
        try {
            assertThat(ForeignText.of(first)).isEqualTo("prompt");
            assertThat(ForeignText.of(second)).isEqualTo("prompt");
        } finally {
            thread.setContextClassLoader(before);
        }
        assertThat(first.askedOn).isNotSameAs(thread);
        assertThat(first.askedOn.isDaemon()).isTrue();
        assertThat(first.loader).isSameAs(own);
        assertThat(second.askedOn).isSameAs(thread);
    }

    @Test
    void an_object_that_throws_is_named_by_its_class() {
        for (Throwable thrown : List.of(new IllegalStateException("hostile"), new IOException("hostile"),
                new AssertionError("hostile"), new OutOfMemoryError("hostile"), new StackOverflowError("hostile"))) {
            Foreign foreign = new Foreign() {
                @Override
                String text() {
                    HostileExceptions.sneak(thrown);
                    return "never";
                }
            };
            assertThat(ForeignText.of(foreign)).isEqualTo(foreign.getClass().getName()
                    + " (whose text cannot be had: " + thrown.getClass().getName() + ")");
            assertThat(ForeignText.of(foreign)).contains("cannot be had");
            assertThat(foreign.asked).hasValue(1);
        }
    }

    @Test
    void an_object_that_fills_the_stack_is_named_by_its_class() {
        Foreign foreign = new Foreign() {
            @Override
            String text() {
                return "" + HostileExceptions.overflow(0);
            }
        };
        assertThat(ForeignText.of(foreign)).endsWith("(whose text cannot be had: java.lang.StackOverflowError)");
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void an_object_may_say_null() {
        assertThat(ForeignText.of(new Foreign() {
            @Override
            String text() {
                return null;
            }
        })).isEqualTo("null");
    }

    private static final class Hanging extends Foreign {
        @Override
        String text() {
            return hang();
        }
    }

    @Test
    void an_object_that_does_not_answer_costs_half_a_second_and_its_class_is_not_asked_again() {
        Hanging first = new Hanging();
        Hanging second = new Hanging();
        String expected = Hanging.class.getName() + " (which did not answer in time)";
        within(SOON, () -> ForeignText.of(first), expected);
        within(SOON, () -> ForeignText.of(second), expected);
        for (int i = 0; i < 100; i++) { // 100 objects that are asked would take 50 seconds
            within(SOON, () -> ForeignText.of(new Hanging()), expected);
        }
        assertThat(first.asked).hasValue(1);
        assertThat(second.asked).hasValue(0);
    }

    private static void within(Duration time, Supplier<String> question, String expected) {
        long begin = System.nanoTime();
        assertThat(question.get()).isEqualTo(expected);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(time);
    }

    private static final class HangsUntilInterrupted extends Foreign {
        private static final CompletableFuture<Boolean> INTERRUPTED = new CompletableFuture<>();

        @Override
        String text() throws Exception {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                INTERRUPTED.complete(true);
                throw e;
            }
            return "never";
        }
    }

    @Test
    void a_thread_that_waits_for_an_answer_in_vain_is_interrupted() {
        assertThat(ForeignText.of(new HangsUntilInterrupted())).endsWith("(which did not answer in time)");
        assertThat(HangsUntilInterrupted.INTERRUPTED.orTimeout(50, TimeUnit.SECONDS).join()).isTrue();
    }

    private static final class Slow extends Foreign {
        private static final CountDownLatch ASKED = new CountDownLatch(1);

        @Override
        String text() throws Exception {
            ASKED.countDown();
            Thread.sleep(50); // a slow object, but not too slow
            return "slow";
        }
    }

    @Test
    void an_interrupt_does_not_shorten_the_wait_and_is_kept() throws Exception {
        CompletableFuture<String> found = new CompletableFuture<>();
        Thread asking = Thread.ofVirtual().start(() -> {
            String text = ForeignText.of(new Slow());
            found.complete(text + ", interrupted: " + Thread.currentThread().isInterrupted());
        });
        assertThat(Slow.ASKED.await(50, TimeUnit.SECONDS)).isTrue();
        asking.interrupt();
        assertThat(found.get(50, TimeUnit.SECONDS)).isEqualTo("slow, interrupted: true");
    }

    private static final class AskedWhileInterrupted extends Foreign {
        @Override
        String text() {
            return "prompt";
        }
    }

    @Test
    void an_interrupted_thread_may_ask_and_stays_interrupted() {
        Thread.currentThread().interrupt();
        String text = ForeignText.of(new AskedWhileInterrupted());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(text).isEqualTo("prompt");
    }

    // ---- too many

    /** Its class is defined again and again: each definition is a class that has not been called. */
    @SuppressWarnings("unused") // by its bytes
    static final class OneOfMany {
        @Override
        public String toString() {
            return Thread.currentThread().getName().equals("ppool-text") ? hang() : "asked on the caller's thread";
        }
    }

    private static Object oneOfMany() throws Exception {
        try (InputStream bytes = Objects.requireNonNull(
                ForeignTextTest.class.getResourceAsStream("ForeignTextTest$OneOfMany.class"))) {
            Class<?> type = MethodHandles.lookup()
                    .defineHiddenClass(bytes.readAllBytes(), true, MethodHandles.Lookup.ClassOption.NESTMATE)
                    .lookupClass();
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        }
    }

    @Test
    void many_classes_that_do_not_answer_take_a_bounded_number_of_threads() throws Exception {
        List<String> texts = new ArrayList<>();
        try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Object foreign = oneOfMany();
                answers.add(askers.submit(() -> ForeignText.of(foreign)));
            }
            for (Future<String> answer : answers) {
                texts.add(answer.get(50, TimeUnit.SECONDS));
            }
            assertThat(blockedThreads()).isLessThanOrEqualTo(32);
        }
        assertThat(texts).allMatch(text -> text.endsWith("(which did not answer in time)")
                || text.endsWith("(which was not asked: too many others do not answer)"));
        assertThat(texts).anyMatch(text -> text.contains("which was not asked"));
        // those that hang are let go: then others are asked again
        release.countDown();
        long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String again = "";
        while (!again.equals("too late") && System.nanoTime() - patience < 0) {
            again = ForeignText.of(oneOfMany());
        }
        assertThat(again).isEqualTo("too late");
    }

    private static long blockedThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ppool-text"))
                .count();
    }

    // ---- identity

    private static final class EqualToAll extends Foreign {
        private final String text;

        private EqualToAll(String text) {
            this.text = text;
        }

        @Override
        String text() {
            return text;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof EqualToAll;
        }

        @Override
        public int hashCode() {
            return 7;
        }
    }

    private static final class EqualToNone extends Foreign {
        @Override
        String text() {
            return "none";
        }

        @Override
        public boolean equals(@Nullable Object other) {
            throw new AssertionError("hostile");
        }

        @Override
        public int hashCode() {
            throw new AssertionError("hostile");
        }
    }

    @Test
    void objects_that_are_equal_have_texts_of_their_own() {
        EqualToAll one = new EqualToAll("one");
        EqualToAll two = new EqualToAll("two");
        assertThat(ForeignText.of(one)).isEqualTo("one");
        assertThat(ForeignText.of(two)).isEqualTo("two");
        assertThat(ForeignText.of(one)).isEqualTo("one");
        EqualToNone none = new EqualToNone();
        assertThat(ForeignText.of(none)).isEqualTo("none");
        assertThat(ForeignText.of(none)).isEqualTo("none");
        assertThat(none.asked).hasValue(1);
    }

    @Test
    void equality_and_hash_codes_of_foreign_objects_never_throw() {
        EqualToNone none = new EqualToNone();
        assertThat(ForeignText.areEqual(none, none)).isTrue();
        assertThat(ForeignText.areEqual(none, "other")).isFalse();
        assertThat(ForeignText.areEqual(new EqualToAll("one"), new EqualToAll("two"))).isTrue();
        assertThat(ForeignText.hashOf(none)).isEqualTo(EqualToNone.class.hashCode());
        assertThat(ForeignText.hashOf(new EqualToAll("one"))).isEqualTo(7);
    }

    @Test
    void no_object_is_kept_for_its_text() {
        WeakReference<Object> gone = forgotten();
        long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (gone.get() != null && System.nanoTime() - patience < 0) {
            System.gc();
        }
        assertThat(gone.get()).isNull();
    }

    private static WeakReference<Object> forgotten() {
        Object foreign = new EqualToAll("forgotten");
        assertThat(ForeignText.of(foreign)).isEqualTo("forgotten");
        return new WeakReference<>(foreign);
    }

    // ---- enums, exceptions

    private enum Plain {
        ONE
    }

    private enum Talkative {
        ONE {
            @Override
            public String toString() {
                throw new AssertionError("hostile");
            }
        }
    }

    @Test
    void an_enum_is_trusted_unless_it_has_text_of_its_own() {
        assertThat(ForeignText.of(Plain.ONE)).isEqualTo("ONE");
        assertThat(ForeignText.of(Talkative.ONE)).contains("whose text cannot be had");
    }

    @Test
    void an_exception_gives_the_text_that_its_failure_text_has() {
        Throwable thrown = new HostileExceptions.ThrowingException();
        ForeignText.take(thrown);
        assertThat(ForeignText.of(thrown)).isEqualTo(FailureText.of(thrown).toString());
    }

    /** Each test has a class of its own that hangs: how a class behaves is remembered for good. */
    private static final class HangingInAReason extends Foreign {
        @Override
        String text() {
            return hang();
        }
    }

    /** A value of the library may hold a foreign object. */
    @Test
    void an_exit_reason_that_holds_a_foreign_object_has_bounded_text() {
        ExitReason reason = ExitReason.of(new HangingInAReason());
        assertThat(ForeignText.of(reason)).contains(HangingInAReason.class.getName());
        assertThat(ForeignText.of(ExitReason.shutdown(new EqualToNone()))).isEqualTo("{shutdown, none}");
        assertThat(ForeignText.of(ExitReason.failure(new HostileExceptions.ThrowingException())))
                .contains("whose text cannot be had");
    }

    /** Leaves the calling thread in another state. */
    private static final class Untidy {
        @Override
        public String toString() {
            Thread.currentThread().interrupt();
            Thread.currentThread().setContextClassLoader(null);
            return "untidy";
        }
    }

    @Test
    void the_calling_thread_is_as_it_was_before_each_call() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        for (int i = 0; i < 3; i++) { // the first one is called on a thread of its own
            assertThat(ForeignText.of(new Untidy())).isEqualTo("untidy");
            assertThat(Thread.interrupted()).as("call %s", i).isFalse();
            assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(loader);
        }
        Thread.currentThread().interrupt();
        assertThat(ForeignText.of(new Untidy())).isEqualTo("untidy");
        assertThat(Thread.interrupted()).as("the flag that was set before").isTrue();
    }
}
