package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.ppool.conformance.World;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReplySlotTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Puppet puppet = new Puppet(world, "puppet");
    private final CompletableFuture<ReplySlot<String>> made = new CompletableFuture<>();

    @AfterEach
    void close() {
        world.close();
    }

    private CompletableFuture<Object> beginWait(Duration timeout) {
        CompletableFuture<Object> answer = puppet.begin(self -> {
            ReplySlot<String> slot = new ReplySlot<>(system.clock());
            made.complete(slot);
            return String.valueOf(timeout == null ? slot.await() : slot.await(timeout));
        });
        made.join();
        world.quiesce();
        return answer;
    }

    @Test
    void theFirstAnswerCounts() throws InterruptedException {
        ReplySlot<String> slot = new ReplySlot<>(system.clock());
        assertThat(slot.reply("first")).isTrue();
        assertThat(slot.reply("second")).isFalse();
        assertThat(slot.fail(ExitReason.KILLED)).isFalse();
        assertThat(slot.await()).isEqualTo(new ReplySlot.Replied<>("first"));
        assertThat(slot.await(SECOND)).isEqualTo(new ReplySlot.Replied<>("first"));
    }

    @Test
    void aProcessThatWaitsIsWoken() {
        CompletableFuture<Object> answer = beginWait(null);
        puppet.pid().send("beside it");
        world.quiesce();
        assertThat(answer).isNotDone();
        made.join().fail(ExitReason.KILLED);
        assertThat(answer.join()).isEqualTo("Exited[reason=killed]");
        assertThat(puppet.messages()).containsExactly("beside it");
    }

    @Test
    void aThreadThatIsNoProcessIsWoken() {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            ReplySlot<String> slot = new ReplySlot<>(system.clock());
            made.complete(slot);
            try {
                answer.complete(slot.await());
            } catch (InterruptedException e) {
                answer.completeExceptionally(e);
            }
        });
        made.join().reply("there");
        assertThat(answer.join()).isEqualTo(new ReplySlot.Replied<>("there"));
    }

    @Test
    void afterATimeOutNoAnswerCounts() {
        CompletableFuture<Object> answer = beginWait(SECOND);
        world.advance(SECOND);
        assertThat(answer).isCompletedWithValue("null");
        assertThat(made.join().reply("late")).isFalse();
    }

    @Test
    void aTimeOfZeroOrLessOnlyLooks() throws InterruptedException {
        ReplySlot<String> slot = new ReplySlot<>(system.clock());
        assertThat(slot.await(Duration.ZERO)).isNull();
        assertThat(slot.reply("late")).isFalse();
        ReplySlot<String> answered = new ReplySlot<>(system.clock());
        answered.reply("there");
        assertThat(answered.await(Duration.ofSeconds(-1))).isEqualTo(new ReplySlot.Replied<>("there"));
    }

    @Test
    void anInterruptEndsTheWaitAndNoAnswerCountsAfterwards() {
        Thread thread = puppet.get(self -> Thread.currentThread());
        CompletableFuture<Object> answer = beginWait(null);
        thread.interrupt();
        assertThatExceptionOfType(CompletionException.class).isThrownBy(answer::join)
                .withCauseInstanceOf(InterruptedException.class);
        assertThat(made.join().reply("late")).isFalse();
    }

    @Test
    void anAnswerThatCountedIsNotLostToAnInterruptAtTheSameMoment() throws InterruptedException {
        for (int i = 0; i < 2_000; i++) {
            ReplySlot<String> slot = new ReplySlot<>(system.clock());
            Thread waiter = Thread.currentThread();
            CompletableFuture<Boolean> counted = new CompletableFuture<>();
            Thread.ofVirtual().start(waiter::interrupt);
            Thread.ofVirtual().start(() -> counted.complete(slot.reply("it")));
            ReplySlot.Answer<String> answer;
            try {
                answer = slot.await();
            } catch (InterruptedException e) {
                answer = null;
            }
            // the interrupt of this round, wherever it comes
            boolean interrupted = answer == null;
            while (!interrupted) {
                interrupted = Thread.interrupted();
            }
            assertThat(counted.join()).isEqualTo(answer != null);
        }
    }

    @Test
    void aSignalEndsTheWait() {
        CompletableFuture<Object> answer = beginWait(null);
        system.exit(puppet.pid(), ExitReason.SHUTDOWN);
        assertThatExceptionOfType(CompletionException.class).isThrownBy(answer::join)
                .withCauseInstanceOf(ProcessExit.class);
        assertThat(made.join().reply("late")).isFalse();
    }

    @Test
    void onlyTheThreadThatMadeItWaits() {
        beginWait(null);
        assertThatIllegalStateException().isThrownBy(() -> made.join().await())
                .withMessageContaining("a reply slot is for the thread that made it");
        made.join().reply("");
    }

    @Test
    void aProcessWaitsByItsOwnClockAlsoForAnotherSystem() {
        try (World other = new World()) {
            other.clock().advance(Duration.ofDays(1));
            CompletableFuture<Object> answer = puppet
                    .begin(self -> String.valueOf(new ReplySlot<String>(other.system().clock()).await(SECOND)));
            world.quiesce();
            assertThat(answer).isNotDone();
            world.advance(SECOND);
            assertThat(answer).isCompletedWithValue("null");
        }
    }

    @Test
    void misuseIsNamed() {
        assertThatNullPointerException().isThrownBy(() -> new ReplySlot<String>(null));
        assertThatNullPointerException().isThrownBy(() -> new ReplySlot<String>(system.clock()).fail(null))
                .withMessage("reason must not be null");
    }
}
