package io.github.ppool.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import io.github.ppool.CapturedLog;
import io.github.ppool.HostileExceptions;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The promises of {@link ForeignCode}: exceptions reach the right place, and the thread has its former state.
 */
class ForeignCodeTest {

    private static final int PATIENCE_SECONDS = 30;

    private final CapturedLog log = CapturedLog.open();
    private final ProcessSystem system = new ProcessSystem();

    @AfterEach
    void close() throws InterruptedException {
        system.close();
        assertThat(system.awaitThreads(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
        log.close();
    }

    // ---- the end of the process at the wrong moment

    /** Answers for the calling thread until it is closed. */
    private static final class Answers implements AutoCloseable {
        private final Thread thread = Thread.currentThread();
        private final AtomicInteger asked = new AtomicInteger();
        private final List<Runs> answers;
        private volatile Function<Thread, Runs> before = other -> Runs.NO_PROCESS;

        private Answers(Runs... answers) {
            this.answers = List.of(answers);
        }

        private Answers open() {
            before = ForeignCode.processThreads(
                    asking -> asking.equals(thread) ? answers.get(asked.getAndIncrement()) : before.apply(asking));
            return this;
        }

        @Override
        public void close() {
            ForeignCode.processThreads(before);
        }
    }

    @Test
    void the_interrupt_that_tells_of_the_end_is_not_lost_with_one_that_is_dropped() {
        // the process ends after the first question: its answer is that the interrupt has no meaning
        try (Answers answers = new Answers(Runs.LIVING_PROCESS, Runs.ENDED_PROCESS).open()) {
            ForeignCode.tell("a listener", Thread.currentThread()::interrupt);
            assertThat(answers.asked).hasValue(2);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void an_interrupt_that_means_nothing_is_dropped_on_the_thread_of_a_living_process() {
        try (Answers answers = new Answers(Runs.LIVING_PROCESS, Runs.LIVING_PROCESS).open()) {
            ForeignCode.tell("a listener", Thread.currentThread()::interrupt);
            assertThat(answers.asked).hasValue(2);
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    // ---- exceptions

    /** The exceptions of foreign code. */
    private enum Thrown {
        RUNTIME_EXCEPTION(new IllegalStateException("hostile")),
        CHECKED_EXCEPTION(new IOException("hostile")),
        ASSERTION_ERROR(new AssertionError("hostile")),
        INTERRUPTED(new InterruptedException("hostile")),
        LINKAGE_ERROR(new NoClassDefFoundError("hostile")),
        OUT_OF_MEMORY(new OutOfMemoryError("hostile")),
        INTERNAL_ERROR(new InternalError("hostile")),
        THREAD_DEATH(new Error("hostile")),
        THROWS_WHEN_ASKED(new HostileExceptions.ThrowingException()),
        HANGS_WHEN_ASKED(new HostileExceptions.HangingException()),
        WITHOUT_END(new HostileExceptions.EndlessException());

        private final Throwable thrown;

        Thrown(Throwable thrown) {
            this.thrown = thrown;
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_an_observer_or_a_dependent_throws_is_logged_and_changes_nothing(Thrown what) {
        ForeignCode.tell("The observer", () -> HostileExceptions.sneak(what.thrown));
        ForeignCode.run("The dependent", () -> HostileExceptions.sneak(what.thrown));
        assertThat(log.messages(Level.ERROR)).containsExactly("The observer failed", "The dependent failed");
        Throwable logged = log.thrown("The observer failed");
        assertThat(logged).isSameAs(FailureText.of(what.thrown).loggable());
        if (what.ordinal() < Thrown.THROWS_WHEN_ASKED.ordinal()) {
            assertThat(logged).isSameAs(what.thrown);
        }
    }

    @Test
    void an_overflow_of_the_stack_is_logged_and_changes_nothing() {
        ForeignCode.tell("The observer", () -> HostileExceptions.overflow(0));
        ForeignCode.run("The dependent", () -> HostileExceptions.overflow(0));
        assertThat(log.messages(Level.ERROR)).containsExactly("The observer failed", "The dependent failed");
        assertThat(log.thrown("The observer failed")).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void the_exit_of_a_process_thrown_by_an_observer_is_logged_and_does_not_end_the_process() {
        List<String> seen = onProcess(false, self -> {
            ForeignCode.tell("The observer", () -> {
                throw self.exit(ExitReason.of("hostile"));
            });
            ForeignCode.run("The dependent", () -> {
                throw self.exit(ExitReason.of("hostile"));
            });
            return List.of("alive: " + self.self().isAlive());
        });
        assertThat(seen).containsExactly("alive: true");
        assertThat(log.messages(Level.ERROR)).containsExactly("The observer failed", "The dependent failed");
    }

    @ParameterizedTest
    @EnumSource
    void what_is_thrown_instead_of_an_answer_goes_on_unchanged(Thrown what) {
        Throwable came = catchThrowable(() -> ForeignCode.ask(() -> {
            HostileExceptions.sneak(what.thrown);
            return "no answer";
        }));
        assertThat(came == what.thrown).isTrue();
        assertThat(log.messages(Level.ERROR)).isEmpty();
    }

    @Test
    void the_exit_of_a_process_thrown_instead_of_an_answer_ends_the_process() throws Exception {
        CompletableFuture<ExitReason> ended = new CompletableFuture<>();
        Pid pid = system.spawn(self -> ForeignCode.ask(() -> {
            throw self.exit(ExitReason.of("its own wish"));
        }));
        system.onExit(pid, (process, reason) -> ended.complete(reason));
        assertThat(ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(ExitReason.of("its own wish"));
    }

    @Test
    void an_answer_is_handed_on_and_may_be_null() {
        assertThat(ForeignCode.<String, RuntimeException>ask(() -> "an answer")).isEqualTo("an answer");
        assertThat(ForeignCode.<@Nullable String, RuntimeException>ask(() -> null)).isNull();
        assertThat(log.messages(Level.ERROR)).isEmpty();
    }

    // ---- judging

    @Test
    void a_judge_that_answers_is_believed() {
        Throwable failure = new IllegalStateException("judged");
        assertThat(ForeignCode.judges("The judge", thrown -> thrown == failure, failure)).isTrue();
        assertThat(ForeignCode.judges("The judge", thrown -> thrown != failure, failure)).isFalse();
        assertThat(log.messages(Level.ERROR)).isEmpty();
        assertThat(failure.getSuppressed()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_judge_that_throws_counts_as_false_and_the_failure_tells_of_it(Thrown what) {
        Throwable failure = new IllegalStateException("judged");
        assertThat(judgeThatThrows(what.thrown, failure)).isFalse();
        assertThat(log.messages(Level.ERROR)).containsExactly(
                "The judge failed on java.lang.IllegalStateException: judged, which counts as false");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0] == what.thrown).isTrue();
    }

    @Test
    void a_judge_that_overflows_the_stack_counts_as_false() {
        Throwable failure = new IllegalStateException("judged");
        assertThat(ForeignCode.judges("The judge", thrown -> HostileExceptions.overflow(0) > 0, failure)).isFalse();
        assertThat(failure.getSuppressed()).singleElement().isInstanceOf(StackOverflowError.class);
    }

    @Test
    void a_judge_that_throws_what_it_was_to_judge_counts_as_false() {
        Throwable failure = new IllegalStateException("judged"); // an exception can't suppress itself
        assertThat(judgeThatThrows(failure, failure)).isFalse();
        assertThat(failure.getSuppressed()).isEmpty();
        assertThat(log.messages(Level.ERROR)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = {"THROWS_WHEN_ASKED", "HANGS_WHEN_ASKED", "WITHOUT_END"})
    void a_failure_that_does_harm_when_it_is_asked_is_judged_all_the_same(Thrown what) {
        assertThat(judgeThatThrows(new IllegalStateException("of the judge"), what.thrown)).isFalse();
        assertThat(ForeignCode.judges("The judge", thrown -> true, what.thrown)).isTrue();
        assertThat(log.messages(Level.ERROR)).singleElement().asString()
                .startsWith("The judge failed on ").endsWith(", which counts as false")
                .hasSizeLessThan(ForeignText.LONGEST + 100);
    }

    private static boolean judgeThatThrows(Throwable thrown, Throwable failure) {
        return ForeignCode.judges("The judge", judged -> {
            HostileExceptions.sneak(thrown);
            return true;
        }, failure);
    }

    // ---- the description

    @Test
    void a_description_is_asked_only_if_there_is_something_to_log() {
        AtomicInteger asked = new AtomicInteger();
        Object description = new Object() {
            @Override
            public String toString() {
                return "The observer number " + asked.incrementAndGet();
            }
        };
        ForeignCode.tell(description, () -> {});
        ForeignCode.run(description, () -> {});
        ForeignCode.judges(description, failure -> true, new IllegalStateException("judged"));
        assertThat(asked).hasValue(0);
        ForeignCode.tell(description, () -> {
            throw new IllegalStateException("hostile");
        });
        assertThat(log.messages(Level.ERROR)).containsExactly("The observer number 1 failed");
    }

    @Test
    void a_description_that_throws_does_no_harm() {
        Object description = new Object() {
            @Override
            public String toString() {
                throw new AssertionError("hostile");
            }
        };
        ForeignCode.tell(description, () -> {
            throw new IllegalStateException("hostile");
        });
        assertThat(log.messages(Level.ERROR)).singleElement().asString()
                .contains("whose text cannot be had: java.lang.AssertionError");
    }

    // ---- the interrupt

    /** How foreign code is called. */
    private enum Way {
        TELL(true) {
            @Override
            void call(Runnable foreign) {
                ForeignCode.tell("The observer", foreign::run);
            }
        },
        TELL_WHAT_THROWS(true) {
            @Override
            void call(Runnable foreign) {
                ForeignCode.tell("The observer", () -> {
                    foreign.run();
                    throw new IllegalStateException("hostile");
                });
            }
        },
        RUN(false) {
            @Override
            void call(Runnable foreign) {
                ForeignCode.run("The dependent", foreign::run);
            }
        },
        RUN_WHAT_THROWS(false) {
            @Override
            void call(Runnable foreign) {
                ForeignCode.run("The dependent", () -> {
                    foreign.run();
                    throw new AssertionError("hostile");
                });
            }
        },
        ASK(false) {
            @Override
            void call(Runnable foreign) {
                ForeignCode.ask(() -> {
                    foreign.run();
                    return "answer";
                });
            }
        },
        ASK_WHAT_THROWS(false) {
            @Override
            void call(Runnable foreign) {
                try {
                    ForeignCode.ask(() -> {
                        foreign.run();
                        throw new IllegalStateException("hostile");
                    });
                } catch (IllegalStateException expected) {
                    assertThat(expected).hasMessage("hostile");
                }
            }
        },
        JUDGES(true) {
            @Override
            void call(Runnable foreign) {
                ForeignCode.judges("The judge", failure -> {
                    foreign.run();
                    return true;
                }, new IllegalStateException("judged"));
            }
        },
        JUDGES_AND_THROWS(true) {
            @Override
            void call(Runnable foreign) {
                ForeignCode.judges("The judge", failure -> {
                    foreign.run();
                    throw new IllegalStateException("hostile");
                }, new IllegalStateException("judged"));
            }
        },
        PUT_RIGHT(false) {
            @Override
            void call(Runnable foreign) {
                Thread thread = Thread.currentThread();
                boolean interrupted = thread.isInterrupted();
                ClassLoader loader = thread.getContextClassLoader();
                foreign.run();
                ForeignCode.putRight(thread, interrupted, loader);
            }
        };

        private final boolean observes;

        Way(boolean observes) {
            this.observes = observes;
        }

        abstract void call(Runnable foreign);

        /** The flag afterwards. */
        private boolean interruptedAfter(Runs runs, boolean before, boolean left) {
            if (before) {
                return true;
            }
            return left && switch (runs) {
                case NO_PROCESS -> !observes;
                case LIVING_PROCESS -> false;
                case ENDED_PROCESS -> true;
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_interrupt_flag_is_put_right_on_a_thread_without_a_process(Way way) throws Exception {
        for (Thread.Builder builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            CompletableFuture<List<String>> wrong = new CompletableFuture<>();
            Thread thread = builder.start(() -> wrong.complete(wrongFlags(way, Runs.NO_PROCESS)));
            assertThat(wrong.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEmpty();
            thread.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_interrupt_flag_is_put_right_on_the_thread_of_a_living_process(Way way) {
        for (boolean platform : new boolean[]{false, true}) {
            assertThat(onProcess(platform, self -> wrongFlags(way, Runs.LIVING_PROCESS))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_interrupt_flag_is_put_right_on_the_thread_of_an_ended_process(Way way) {
        for (boolean platform : new boolean[]{false, true}) {
            assertThat(onProcess(platform, self -> {
                system.exit(self.self(), ExitReason.KILL);
                await(() -> Thread.interrupted()); // the one that tells the thread of the end
                return wrongFlags(way, Runs.ENDED_PROCESS);
            })).isEmpty();
        }
    }

    /** On the thread that is to be put right. */
    private static List<String> wrongFlags(Way way, Runs runs) {
        List<String> wrong = new ArrayList<>();
        for (boolean before : new boolean[]{false, true}) {
            for (boolean left : new boolean[]{false, true}) {
                set(before);
                way.call(() -> set(left));
                boolean after = Thread.interrupted();
                if (after != way.interruptedAfter(runs, before, left)) {
                    wrong.add("before " + before + ", left " + left + ", after " + after);
                }
            }
        }
        return wrong;
    }

    private static void set(boolean interrupt) {
        if (interrupt) {
            Thread.currentThread().interrupt();
        } else {
            var unused = Thread.interrupted();
        }
    }

    @Test
    void an_interrupt_from_outside_stays_after_a_dependent_and_is_dropped_after_an_observer() throws Exception {
        for (boolean observer : new boolean[]{false, true}) {
            CountDownLatch inside = new CountDownLatch(1);
            CompletableFuture<Boolean> after = new CompletableFuture<>();
            Thread thread = Thread.ofVirtual().start(() -> {
                ForeignCode.Call foreign = () -> {
                    inside.countDown();
                    await(() -> Thread.currentThread().isInterrupted());
                };
                if (observer) {
                    ForeignCode.tell("The observer", foreign);
                } else {
                    ForeignCode.run("The dependent", foreign);
                }
                after.complete(Thread.currentThread().isInterrupted());
            });
            assertThat(inside.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            assertThat(after.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(!observer);
        }
    }

    // ---- the context class loader

    /** Says of every loader that it is its equal. */
    private static final class EqualLoader extends URLClassLoader {
        private EqualLoader() {
            super(new URL[0]);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ClassLoader;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_context_class_loader_is_put_right(Way way) throws Exception {
        List<String> wrong = new ArrayList<>();
        Thread thread = Thread.currentThread();
        ClassLoader original = thread.getContextClassLoader();
        try (EqualLoader one = new EqualLoader(); EqualLoader two = new EqualLoader()) {
            for (ClassLoader before : new ClassLoader[]{original, one, null}) {
                for (ClassLoader left : new ClassLoader[]{original, two, null}) {
                    thread.setContextClassLoader(before);
                    way.call(() -> thread.setContextClassLoader(left));
                    if (thread.getContextClassLoader() != before) {
                        wrong.add("before " + before + ", left " + left);
                    }
                }
            }
        } finally {
            thread.setContextClassLoader(original);
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void the_context_class_loader_of_a_process_is_put_right(Way way) {
        for (boolean platform : new boolean[]{false, true}) {
            assertThat(onProcess(platform, self -> {
                ClassLoader before = Thread.currentThread().getContextClassLoader();
                way.call(() -> Thread.currentThread().setContextClassLoader(null));
                return Thread.currentThread().getContextClassLoader() == before ? List.of() : List.of("another loader");
            })).isEmpty();
        }
    }

    @Test
    void foreign_code_runs_on_the_calling_thread_once() {
        List<Thread> threads = new ArrayList<>();
        for (Way way : Way.values()) {
            way.call(() -> threads.add(Thread.currentThread()));
        }
        assertThat(threads).hasSize(Way.values().length).containsOnly(Thread.currentThread());
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void the_way_to_recognise_a_process_must_not_be_null() {
        assertThatThrownBy(() -> ForeignCode.processThreads(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("which must not be null");
    }

    // ----

    private interface OnProcess {
        List<String> run(ProcessContext self) throws Exception;
    }

    /** The state that code finds on the thread of a process. */
    private List<String> onProcess(boolean platform, OnProcess code) {
        CompletableFuture<List<String>> found = new CompletableFuture<>();
        SpawnOptions options = SpawnOptions.labelled("probe");
        system.spawn(self -> {
            try {
                found.complete(code.run(self));
            } catch (ProcessExit exit) {
                found.complete(List.of("ended"));
                throw exit;
            } catch (Throwable thrown) {
                found.completeExceptionally(thrown);
            }
        }, platform ? options.onPlatformThread() : options);
        return found.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private interface State {
        boolean isReached();
    }

    private static void await(State state) {
        AtomicBoolean inTime = new AtomicBoolean();
        long begin = System.nanoTime();
        while (!inTime.get() && System.nanoTime() - begin < PATIENCE_SECONDS * 1_000_000_000L) {
            inTime.set(state.isReached());
            Thread.yield();
        }
        assertThat(inTime).isTrue();
    }
}
