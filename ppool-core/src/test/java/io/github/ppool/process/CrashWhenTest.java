package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.ppool.conformance.World;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CrashWhenTest {

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Puppet plain = new Puppet(world, "plain");
    private final Puppet trapping = Puppet.trapping(world, "trapping");
    private final CompletableFuture<Object> stage = new CompletableFuture<>();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void the_process_ends_with_the_failure_of_the_stage() {
        IOException closed = new IOException("connection reset");
        plain.run(self -> self.crashWhen(stage));
        assertThat(plain.reason()).isNull();
        stage.completeExceptionally(closed);
        assertThat(plain.reason()).isEqualTo(ExitReason.failure(closed));
    }

    @Test
    void the_failure_of_a_stage_before_is_not_wrapped() {
        IOException closed = new IOException("connection reset");
        plain.run(self -> self.crashWhen(stage.thenApply(Object::toString)));
        stage.completeExceptionally(closed);
        assertThat(plain.reason()).isEqualTo(ExitReason.failure(closed));
    }

    @Test
    void a_normal_end_of_the_stage_is_an_abnormal_end_of_the_process() {
        plain.run(self -> self.crashWhen(stage));
        stage.complete("exit code 3");
        assertThat(plain.reason()).satisfies(reason -> {
            assertThat(reason.isOrderly()).isFalse();
            assertThat(reason).hasToString(
                    "the stage that the process depends on has ended with exit code 3");
        });
    }

    @Test
    void a_stage_without_a_value_says_only_that_it_has_ended() {
        plain.run(self -> self.crashWhen(stage));
        stage.complete(null);
        assertThat(plain.reason()).hasToString("the stage that the process depends on has ended");
    }

    @Test
    void a_cancelled_stage_has_ended() {
        plain.run(self -> self.crashWhen(stage));
        stage.cancel(true);
        assertThat(plain.reason()).isInstanceOf(ExitReason.Failure.class);
    }

    @Test
    void a_process_that_traps_exits_receives_a_message() {
        trapping.run(self -> self.crashWhen(stage));
        stage.complete(null);
        assertThat(trapping.messages()).singleElement().isInstanceOfSatisfying(Exit.class, exit -> {
            assertThat(exit.from()).isEqualTo(system.rootPid());
            assertThat(exit.reason()).hasToString("the stage that the process depends on has ended");
        });
        assertThat(trapping.reason()).isNull();
    }

    @Test
    void a_stage_that_has_ended_already_ends_the_process_within_the_call() {
        stage.complete(null);
        assertThat(catchThrowable(() -> plain.run(self -> self.crashWhen(stage)))).isInstanceOf(ProcessExit.class);
        assertThat(plain.reason()).isNotNull();
    }

    @Test
    void those_linked_to_the_process_end_too() {
        Puppet linked = new Puppet(world, "linked");
        plain.run(self -> {
            self.link(linked.pid());
            self.crashWhen(stage);
        });
        stage.complete(null);
        assertThat(linked.reason()).isEqualTo(plain.reason()).isNotNull();
    }

    @Test
    void the_first_of_several_stages_ends_the_process_and_the_end_of_the_others_is_no_signal() {
        CompletableFuture<Object> other = new CompletableFuture<>();
        plain.run(self -> {
            self.crashWhen(stage);
            self.crashWhen(other);
        });
        other.complete("other");
        stage.complete("stage");
        assertThat(plain.reason()).hasToString("the stage that the process depends on has ended with other");
    }

    @Test
    void null_and_another_thread_are_refused() {
        plain.run(self -> assertThatNullPointerException().isThrownBy(() -> self.crashWhen(null))
                .withMessage("stage must not be null"));
        ProcessContext context = plain.get(self -> self);
        assertThatIllegalStateException().isThrownBy(() -> context.crashWhen(stage));
        stage.complete(null);
        assertThat(plain.reason()).isNull();
    }

    @Test
    void a_stage_that_throws_throws_to_the_caller_and_the_process_goes_on() {
        CompletionStage<Object> hostile = new CompletableFuture<>() {
            @Override
            public CompletableFuture<Object> whenComplete(BiConsumer<? super Object, ? super Throwable> action) {
                throw new AssertionError("no");
            }
        };
        assertThat(catchThrowable(() -> plain.run(self -> self.crashWhen(hostile)))).hasMessage("no");
        assertThat(plain.reason()).isNull();
    }

    @Test
    void the_value_s_text_may_throw() {
        plain.run(self -> self.crashWhen(stage));
        stage.complete(new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("no text");
            }
        });
        assertThat(plain.reason()).isNotNull();
    }

    @Test
    void a_stage_does_not_keep_an_ended_process_in_memory() throws InterruptedException {
        AtomicReference<WeakReference<Object>> captured = new AtomicReference<>();
        CountDownLatch tied = new CountDownLatch(1);
        system.spawn(self -> {
            Object large = new Object[1000];
            captured.set(new WeakReference<>(large));
            self.crashWhen(stage);
            self.self().send(large);
            tied.countDown();
        });
        assertThat(tied.await(50, TimeUnit.SECONDS)).isTrue();
        world.quiesce();
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (captured.get().get() != null && System.nanoTime() < giveUp) {
            System.gc();
            Thread.sleep(10); // the collector is asked again
        }
        assertThat(captured.get().get()).isNull();
        assertThat(stage.getNumberOfDependents()).isOne();
    }
}
