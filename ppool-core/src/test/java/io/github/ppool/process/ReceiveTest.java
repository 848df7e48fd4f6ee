package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.conformance.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReceiveTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Puppet puppet = new Puppet(world, "puppet");

    @AfterEach
    void close() {
        world.close();
    }

    private void send(Object... messages) {
        for (Object message : messages) {
            puppet.pid().send(message);
        }
    }

    @Test
    void messagesAreTakenInTheOrderInWhichTheyWereSent() {
        CompletableFuture<List<Object>> taken = puppet
                .begin(self -> List.of(self.receive(), self.receive(), self.receive()));
        send(1, 2, 3);
        assertThat(taken.join()).containsExactly(1, 2, 3);
    }

    @Test
    void aSelectiveReceiveLeavesTheOthersInTheirOrder() {
        CompletableFuture<List<Object>> taken = puppet.begin(self -> List.of(self.receive(message -> message.equals(3)),
                self.receive(message -> message.equals(4)), self.receive(), self.receive(), self.receive()));
        send(1, 2, 3, 4, 5);
        assertThat(taken.join()).containsExactly(3, 4, 1, 2, 5);
    }

    @Test
    void aSelectiveReceiveAsksOnceForEachMessageHoweverOftenItIsWoken() {
        List<Object> asked = new ArrayList<>();
        CompletableFuture<Object> taken = puppet.begin(self -> self.receive(message -> {
            asked.add(message);
            return message.equals("it");
        }));
        for (Object message : List.of("a", "b", "c", "it")) {
            world.quiesce();
            send(message);
        }
        assertThat(taken.join()).isEqualTo("it");
        assertThat(asked).containsExactly("a", "b", "c", "it");
        assertThat(puppet.messages()).containsExactly("a", "b", "c");
    }

    @Test
    void aPredicateThatThrowsTakesNothing() {
        CompletableFuture<Object> taken = puppet.begin(self -> self.receive(message -> {
            throw new IllegalStateException("expected by a test");
        }));
        send("kept");
        assertThat(taken).failsWithin(SECOND.multipliedBy(10));
        assertThat(puppet.messages()).containsExactly("kept");
    }

    @Test
    void aReceiveGivesUpWhenItsTimeIsOverByTheClock() {
        CompletableFuture<Object> taken = puppet.begin(self -> String.valueOf(self.receive(SECOND)));
        world.advance(Duration.ofMillis(999));
        assertThat(taken).isNotDone();
        world.advance(Duration.ofMillis(1));
        assertThat(taken).isCompletedWithValue("null");
    }

    @Test
    void aMessageInTimeEndsTheWait() {
        CompletableFuture<Object> taken = puppet.begin(self -> self.receive(SECOND));
        world.advance(Duration.ofMillis(500));
        send("in time");
        world.quiesce();
        assertThat(taken).isCompletedWithValue("in time");
        assertThat(world.clock().nanosToNextTimer()).isEmpty();
    }

    @Test
    void otherMessagesDoNotProlongASelectiveReceive() {
        CompletableFuture<Object> taken = puppet
                .begin(self -> String.valueOf(self.receive(message -> message.equals("never"), SECOND)));
        for (int i = 0; i < 10; i++) {
            send(i);
            world.advance(Duration.ofMillis(100));
        }
        assertThat(taken).isCompletedWithValue("null");
        assertThat(puppet.messages()).hasSize(10);
    }

    @Test
    void aTimeOfZeroOrLessTakesOnlyWhatIsThere() {
        CompletableFuture<List<Object>> taken = puppet.begin(self -> {
            self.receive(message -> message.equals("go"));
            List<Object> all = new ArrayList<>();
            all.add(self.receive(Duration.ZERO));
            all.add(self.receive(Duration.ofSeconds(-1)));
            all.add(self.receive(Duration.ZERO));
            all.add(self.receive(message -> true, Duration.ofSeconds(-1)));
            return all;
        });
        send(1, 2, "go");
        assertThat(taken.join()).containsExactly(1, 2, null, null);
    }

    @Test
    void aWaitWithoutEndIsPossible() {
        CompletableFuture<Object> taken = puppet.begin(self -> self.receive(Duration.ofSeconds(Long.MAX_VALUE)));
        world.quiesce();
        send("at last");
        assertThat(taken.join()).isEqualTo("at last");
    }

    @Test
    void sleepWaitsItsTimeWhateverComes() {
        CompletableFuture<Object> slept = puppet.begin(self -> {
            self.sleep(SECOND);
            self.sleep(Duration.ZERO);
            self.sleep(Duration.ofSeconds(-1));
            return "slept";
        });
        world.quiesce();
        long wakeUps = system.info(puppet.pid()).wakeUps();
        send("a", "b");
        world.advance(Duration.ofMillis(999));
        assertThat(slept).isNotDone();
        assertThat(system.info(puppet.pid()).wakeUps()).as("messages do not wake a sleeper").isEqualTo(wakeUps);
        world.advance(Duration.ofMillis(1));
        assertThat(slept).isCompletedWithValue("slept");
        assertThat(puppet.messages()).containsExactly("a", "b");
    }

    @Test
    void aSignalEndsAWaitOrASleep() {
        Puppet sleeper = new Puppet(world, "sleeper");
        sleeper.begin(self -> {
            self.sleep(SECOND);
            return "";
        });
        Puppet platform = new Puppet(world, SpawnOptions.DEFAULT.onPlatformThread());
        world.quiesce();
        for (Puppet one : List.of(puppet, sleeper, platform)) {
            system.exit(one.pid(), ExitReason.SHUTDOWN);
            assertThat(one.reason()).isEqualTo(ExitReason.SHUTDOWN);
        }
        assertThat(system.threadCount()).isZero();
        assertThat(world.clock().nanosToNextTimer()).isEmpty();
    }

    @Test
    void anInterruptFromElsewhereEndsTheWaitAndLosesNothing() {
        Thread thread = puppet.get(self -> Thread.currentThread());
        CompletableFuture<Object> interrupted = puppet.begin(self -> {
            try {
                return self.receive(message -> message.equals("never"));
            } catch (InterruptedException e) {
                return "interrupted, flag " + Thread.currentThread().isInterrupted();
            }
        });
        send("kept");
        world.quiesce();
        thread.interrupt();
        assertThat(interrupted.join()).isEqualTo("interrupted, flag false");
        assertThat(puppet.messages()).containsExactly("kept");
    }

    @Test
    void aMessageThatIsThereIsTakenEvenByAnInterruptedThread() {
        send("there");
        CompletableFuture<Object> taken = new CompletableFuture<>();
        system.spawn(self -> {
            self.self().send("there");
            Thread.currentThread().interrupt();
            taken.complete(self.receive() + " " + Thread.interrupted());
        });
        assertThat(taken.join()).isEqualTo("there true");
    }

    @Test
    void anEndedProcessKeepsNoMessages() {
        send("a", "b");
        CompletableFuture<Object> waiting = puppet.begin(self -> self.receive(message -> message.equals("never")));
        send("c");
        world.quiesce();
        assertThat(waiting).isNotDone();
        system.exit(puppet.pid(), ExitReason.KILL);
        world.quiesce();
        send("d");
        assertThat(system.info(puppet.pid()).messageQueueLength()).isZero();
        assertThat(system.info(puppet.pid()).status()).isEqualTo(ProcessStatus.ENDED);
    }

    @Test
    void theContextWaitsForNobodyElse() {
        ProcessContext stolen = puppet.get(self -> self);
        assertThatIllegalStateException().isThrownBy(() -> stolen.sleep(SECOND));
        assertThatIllegalStateException().isThrownBy(() -> stolen.receive(SECOND));
    }
}
