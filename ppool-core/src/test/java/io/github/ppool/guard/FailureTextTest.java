package io.github.ppool.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.HostileExceptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The promises of {@link FailureText}: an exception is called once, with bounds, and never later.
 */
class FailureTextTest {

    private static volatile CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
        release = new CountDownLatch(1);
    }

    /** Counts the calls of its methods. */
    private static class Counting extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final AtomicInteger texts = new AtomicInteger();
        final AtomicInteger causes = new AtomicInteger();
        final AtomicInteger stacks = new AtomicInteger();

        Counting(@Nullable String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        @Override
        public String toString() {
            texts.incrementAndGet();
            return super.toString();
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            causes.incrementAndGet();
            return super.getCause();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            stacks.incrementAndGet();
            return super.getStackTrace();
        }
    }

    /** The output of a logging system. */
    private static String printed(Throwable loggable) {
        StringWriter text = new StringWriter();
        loggable.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    // ---- harmless ones

    @Test
    void a_harmless_exception_is_logged_as_it_is() {
        Throwable thrown = new IllegalStateException("outer", new IOException("inner", new Error("innermost")));
        thrown.addSuppressed(new IllegalArgumentException("suppressed"));
        FailureText text = FailureText.of(thrown);
        assertThat(text).hasToString("java.lang.IllegalStateException: outer");
        assertThat(text.className()).isEqualTo("java.lang.IllegalStateException");
        assertThat(text.causes()).containsExactly("java.io.IOException", "java.lang.Error");
        assertThat(text.loggable()).isSameAs(thrown);
    }

    private static final class OwnClassWithoutMethods extends Exception {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void an_exception_of_a_foreign_class_that_overrides_nothing_is_harmless_and_may_have_no_message() {
        Throwable thrown = new OwnClassWithoutMethods();
        FailureText text = FailureText.of(thrown);
        assertThat(text).hasToString(OwnClassWithoutMethods.class.getName());
        assertThat(text.causes()).isEmpty();
        assertThat(text.loggable()).isSameAs(thrown);
        assertThat(FailureText.of(new NullPointerException())).hasToString("java.lang.NullPointerException");
    }

    // ---- asked once

    @Test
    void a_foreign_exception_is_asked_once_and_its_copy_says_the_same() {
        Counting thrown = new Counting("message", new IOException("inner"));
        thrown.addSuppressed(new IllegalArgumentException("suppressed"));
        FailureText text = FailureText.of(thrown);
        for (int i = 0; i < 5; i++) {
            assertThat(FailureText.of(thrown)).hasToString(Counting.class.getName() + ": message");
            assertThat(ForeignText.of(thrown)).isEqualTo(text.toString());
            assertThat(text.causes()).containsExactly("java.io.IOException");
            assertThat(printed(text.loggable())).contains(Counting.class.getName() + ": message",
                    "Caused by: java.io.IOException: inner",
                    "Suppressed: java.lang.IllegalArgumentException: suppressed",
                    "FailureTextTest.a_foreign_exception_is_asked_once_and_its_copy_says_the_same");
        }
        assertThat(text.className()).isEqualTo(Counting.class.getName());
        assertThat(text.loggable()).isNotSameAs(thrown);
        assertThat(thrown.texts).hasValue(1);
        assertThat(thrown.causes).hasValue(1);
        assertThat(thrown.stacks).hasValue(1);
        assertThat(FailureText.of(text.loggable()).toString()).isEqualTo(text.toString());
    }

    @Test
    void a_foreign_exception_within_a_harmless_one_is_asked_once_too() {
        Counting inner = new Counting(null, null);
        Throwable thrown = new IllegalStateException("outer", inner);
        FailureText text = FailureText.of(thrown);
        assertThat(FailureText.of(thrown).causes()).containsExactly(Counting.class.getName());
        assertThat(printed(text.loggable())).contains("java.lang.IllegalStateException: outer",
                "Caused by: " + Counting.class.getName());
        assertThat(inner.texts).hasValue(1);
    }

    @Test
    void no_exception_is_kept_for_its_text() {
        WeakReference<Throwable> gone = forgotten();
        long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (gone.get() != null && System.nanoTime() - patience < 0) {
            System.gc();
        }
        assertThat(gone.get()).isNull();
    }

    private static WeakReference<Throwable> forgotten() {
        Throwable foreign = new Counting("forgotten", null);
        assertThat(FailureText.of(foreign).toString()).endsWith("forgotten");
        return new WeakReference<>(foreign);
    }

    // ---- methods that throw

    @Test
    void an_exception_whose_methods_throw_is_named_by_its_class() {
        Throwable thrown = new HostileExceptions.ThrowingException();
        FailureText text = FailureText.of(thrown);
        String name = HostileExceptions.ThrowingException.class.getName();
        assertThat(text).hasToString(name + " (whose text cannot be had: java.lang.AssertionError)");
        assertThat(text.className()).isEqualTo(name);
        assertThat(text.causes()).isEmpty();
        assertThat(printed(text.loggable())).startsWith(text.toString())
                .contains("an_exception_whose_methods_throw_is_named_by_its_class");
    }

    private static final class ThrowsInToString extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private ThrowsInToString(Throwable cause) {
            super(cause);
        }

        @Override
        public String toString() {
            HostileExceptions.sneak(new IOException("hostile"));
            return "never";
        }
    }

    @Test
    void an_exception_that_has_no_text_has_its_cause_all_the_same() {
        FailureText text = FailureText.of(new ThrowsInToString(new IllegalStateException("inner")));
        assertThat(text.toString()).endsWith("(whose text cannot be had: java.io.IOException)");
        assertThat(text.causes()).containsExactly("java.lang.IllegalStateException");
        assertThat(printed(text.loggable())).contains("Caused by: java.lang.IllegalStateException: inner");
    }

    private static final class OddStack extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int kind;

        private OddStack(int kind) {
            this.kind = kind;
        }

        @Override
        @SuppressWarnings("NullAway") // the point of the test
        public StackTraceElement[] getStackTrace() {
            return switch (kind) {
                case 0 -> throw new AssertionError("hostile");
                case 1 -> null;
                case 2 -> new StackTraceElement[]{null, new StackTraceElement("Some", "method", "Some.java", 1), null};
                default -> {
                    StackTraceElement[] long_ = new StackTraceElement[100_000];
                    java.util.Arrays.fill(long_, new StackTraceElement("Some", "method", "Some.java", 1));
                    yield long_;
                }
            };
        }
    }

    @Test
    void a_stack_trace_that_can_not_be_had_does_not_cost_the_text() {
        for (int kind = 0; kind < 4; kind++) {
            FailureText text = FailureText.of(new OddStack(kind));
            assertThat(text).hasToString(OddStack.class.getName());
            assertThat(text.loggable().getStackTrace()).hasSizeLessThanOrEqualTo(2_000).doesNotContainNull();
        }
    }

    // ---- methods that hang

    private static void hang() {
        CountDownLatch until = release;
        while (until.getCount() > 0) {
            try {
                until.await();
            } catch (InterruptedException e) {
                // hangs on
            }
        }
    }

    private static final class HangsInToString extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final AtomicInteger ASKED = new AtomicInteger();

        @Override
        public String toString() {
            ASKED.incrementAndGet();
            hang();
            return "too late";
        }
    }

    private static final class HangsInGetMessage extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final AtomicInteger ASKED = new AtomicInteger();

        @Override
        public String getMessage() {
            ASKED.incrementAndGet();
            hang();
            return "too late";
        }
    }

    private static final class HangsInGetCause extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final AtomicInteger ASKED = new AtomicInteger();

        @Override
        public @Nullable Throwable getCause() {
            ASKED.incrementAndGet();
            hang();
            return null;
        }
    }

    private static final class HangsInGetStackTrace extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final AtomicInteger ASKED = new AtomicInteger();

        @Override
        public StackTraceElement[] getStackTrace() {
            ASKED.incrementAndGet();
            hang();
            return super.getStackTrace();
        }
    }

    private interface Made {
        Throwable make();
    }

    private static void neverAnswers(Made made, AtomicInteger asked) {
        long begin = System.nanoTime();
        for (int i = 0; i < 100; i++) { // 100 exceptions that are asked would take 50 seconds
            Throwable thrown = made.make();
            FailureText text = FailureText.of(thrown);
            assertThat(text).hasToString(thrown.getClass().getName() + " (which did not answer in time)");
            assertThat(text.causes()).isEmpty();
            assertThat(printed(text.loggable())).startsWith(text.toString());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(asked).hasValue(1);
    }

    @Test
    void an_exception_that_does_not_answer_costs_half_a_second_and_its_class_is_not_asked_again() {
        neverAnswers(HangsInToString::new, HangsInToString.ASKED);
        neverAnswers(HangsInGetMessage::new, HangsInGetMessage.ASKED);
        neverAnswers(HangsInGetCause::new, HangsInGetCause.ASKED);
        neverAnswers(HangsInGetStackTrace::new, HangsInGetStackTrace.ASKED);
    }

    // ---- too much

    @Test
    void a_message_of_megabytes_is_cut() {
        Throwable foreign = new HostileExceptions.EndlessException();
        assertThat(FailureText.of(foreign).toString()).hasSizeLessThanOrEqualTo(ForeignText.LONGEST)
                .startsWith(HostileExceptions.EndlessException.class.getName() + ": hugehuge")
                .containsPattern("… \\(40000\\d\\d characters\\)");
        Throwable ofTheJdk = new IllegalStateException("x".repeat(1_000_000));
        FailureText text = FailureText.of(ofTheJdk);
        assertThat(text.toString()).hasSizeLessThanOrEqualTo(ForeignText.LONGEST);
        assertThat(text.loggable()).isNotSameAs(ofTheJdk);
        assertThat(printed(text.loggable())).hasSizeLessThan(100_000);
    }

    @Test
    void causes_without_end_are_followed_for_a_while() {
        FailureText text = FailureText.of(new HostileExceptions.EndlessException());
        assertThat(text.causes()).hasSize(FailureText.DEEPEST)
                .containsOnly(HostileExceptions.EndlessException.class.getName());
        assertThat(chainLength(text.loggable())).isLessThanOrEqualTo(FailureText.DEEPEST + 2);
        assertThat(printed(text.loggable())).contains("there are more causes").hasSizeLessThan(1_000_000);
    }

    private static int chainLength(Throwable loggable) {
        int length = 0;
        for (Throwable next = loggable; next != null && length < 1_000; next = next.getCause()) {
            length++;
        }
        return length;
    }

    @Test
    void many_causes_of_the_jdk_are_followed_for_a_while() {
        Throwable thrown = new IllegalStateException("the innermost");
        for (int i = 0; i < 1_000; i++) {
            thrown = new IllegalStateException("number " + i, thrown);
        }
        FailureText text = FailureText.of(thrown);
        assertThat(text).hasToString("java.lang.IllegalStateException: number 999");
        assertThat(text.causes()).hasSizeBetween(1, FailureText.DEEPEST);
        assertThat(chainLength(text.loggable())).isLessThan(100);
    }

    @Test
    void causes_that_lead_round_in_a_ring_are_told_once() {
        IllegalStateException one = new IllegalStateException("one");
        IOException two = new IOException("two");
        one.initCause(two);
        two.initCause(one);
        FailureText text = FailureText.of(one);
        assertThat(text).hasToString("java.lang.IllegalStateException: one");
        assertThat(text.causes()).startsWith("java.io.IOException").hasSizeLessThanOrEqualTo(FailureText.DEEPEST);
        assertThat(chainLength(text.loggable())).isLessThan(10);
        assertThat(printed(text.loggable())).contains("named before: java.lang.IllegalStateException: one");
    }

    private static final class OwnCause extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            return this;
        }
    }

    @Test
    void an_exception_that_is_its_own_cause_is_told_once() {
        FailureText text = FailureText.of(new OwnCause());
        assertThat(text.causes()).containsExactly(OwnCause.class.getName());
        assertThat(chainLength(text.loggable())).isEqualTo(2);
    }

    @Test
    void what_was_suppressed_may_lead_round_in_a_ring() {
        Throwable one = new IllegalStateException("one");
        Throwable two = new IllegalStateException("two");
        one.addSuppressed(two);
        two.addSuppressed(one);
        FailureText text = FailureText.of(one);
        assertThat(text).hasToString("java.lang.IllegalStateException: one");
        assertThat(printed(text.loggable())).contains("Suppressed: java.lang.IllegalStateException: two",
                "named before: java.lang.IllegalStateException: one");
    }

    @Test
    void of_many_suppressed_exceptions_some_are_kept() {
        Throwable thrown = new Counting("many", null);
        for (int i = 0; i < 1_000; i++) {
            thrown.addSuppressed(new Counting("suppressed " + i, null));
        }
        Throwable loggable = FailureText.of(thrown).loggable();
        assertThat(loggable.getSuppressed()).hasSize(FailureText.DEEPEST + 1);
        assertThat(loggable.getSuppressed()[0].toString()).endsWith("suppressed 0");
        assertThat(loggable.getSuppressed()[FailureText.DEEPEST]).hasToString("there are more suppressed exceptions");
    }

    @Test
    void a_tree_of_suppressed_exceptions_is_cut() {
        Throwable tree = tree(5, 6); // more than nine thousand
        Throwable loggable = FailureText.of(tree).loggable();
        assertThat(size(loggable)).isLessThan(1_000);
        assertThat(printed(loggable)).contains("there are more suppressed exceptions");
    }

    private static Throwable tree(int depth, int width) {
        Throwable node = new IllegalStateException("of depth " + depth);
        for (int i = 0; depth > 0 && i < width; i++) {
            node.addSuppressed(tree(depth - 1, width));
        }
        return node;
    }

    private static int size(Throwable node) {
        int size = 1;
        for (Throwable child : node.getSuppressed()) {
            size += size(child);
        }
        return size;
    }

    // ---- stages

    private static final class Answers extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            return "it answers";
        }
    }

    @Test
    void a_stage_is_given_an_exception_that_answers_as_it_is() {
        Throwable ofTheJdk = new IllegalStateException("harmless");
        Throwable foreign = new Answers();
        assertThat(FailureText.forStages(ofTheJdk)).isSameAs(ofTheJdk);
        assertThat(FailureText.forStages(foreign)).isSameAs(foreign);
    }

    private static final class HangsForStages extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            hang();
            return "too late";
        }
    }

    @Test
    void a_stage_is_given_an_exception_that_does_not_answer_within_another_one() {
        for (Throwable thrown : new Throwable[]{new HostileExceptions.ThrowingException(), new HangsForStages(),
                new HangsForStages()}) {
            Throwable given = FailureText.forStages(thrown);
            assertThat(given).isExactlyInstanceOf(CompletionException.class);
            assertThat(given.getCause() == thrown).isTrue();
            assertThat(given.getMessage()).isEqualTo(FailureText.of(thrown).toString());
        }
    }

    @Test
    void the_exception_of_a_stage_is_the_one_that_it_was_given() {
        Throwable plain = new IllegalStateException("plain");
        Throwable own = new CompletionException(plain);
        Throwable evil = new HostileExceptions.ThrowingException();
        for (Throwable given : List.of(plain, own, evil)) {
            assertThat(FailureText.ofStage(FailureText.forStages(given)) == given).isTrue();
        }
        assertThat(FailureText.forStages(evil)).isInstanceOf(CompletionException.class);
    }
}
