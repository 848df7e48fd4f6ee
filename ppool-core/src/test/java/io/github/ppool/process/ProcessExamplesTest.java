package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of the pages on processes. */
@Timeout(60)
class ProcessExamplesTest {

    @Test
    void spawnSendAndReceive() throws InterruptedException {
        CompletableFuture<Object> printed = new CompletableFuture<>();
        // region spawn
        ProcessSystem system = new ProcessSystem();

        Pid greeter = system.spawn(self -> {
            while (self.receive(Duration.ofSeconds(30)) instanceof String name) {
                printed.complete("hello " + name);
            }
        }, SpawnOptions.labelled("greeter"));

        greeter.send("world");
        // end
        assertThat(printed.join()).isEqualTo("hello world");
        // region close
        system.close(); // kills the remaining processes
        boolean quiet = system.awaitThreads(Duration.ofSeconds(5));
        // end
        assertThat(quiet).isTrue();
    }

    @Test
    void linksAndTrappedExits() {
        try (ProcessSystem system = new ProcessSystem()) {
            CompletableFuture<ExitReason> heard = new CompletableFuture<>();
            // region link
            system.spawn(self -> {
                self.trapExits(true);
                Pid worker = self.spawnLink(it -> {
                    throw new IllegalStateException("out of paper");
                }, SpawnOptions.labelled("printer"));
                if (self.receive() instanceof Exit(Pid from, ExitReason reason) && from.equals(worker)) {
                    heard.complete(reason);
                }
            });
            // end
            assertThat(heard.join().cause()).get().isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void monitors() {
        try (ProcessSystem system = new ProcessSystem()) {
            CompletableFuture<ExitReason> heard = new CompletableFuture<>();
            Pid database = system.spawn(ProcessContext::receive);
            CountDownLatch watching = new CountDownLatch(1);
            // region monitor
            system.spawn(self -> {
                Monitor monitor = self.monitor(database);
                watching.countDown();
                Down down = (Down) self.receive(message -> message instanceof Down it && it.monitor() == monitor);
                heard.complete(down.reason());
            });
            // end
            assertThat(watching).satisfies(CountDownLatch::await);
            system.exit(database, ExitReason.KILL);
            assertThat(heard.join()).isEqualTo(ExitReason.KILLED);
        }
    }

    @Test
    void names() {
        try (ProcessSystem system = new ProcessSystem()) {
            Pid pid = system.spawn(ProcessContext::receive);
            // region name
            system.register("mail", pid);
            system.whereis("mail").ifPresent(mail -> system.exit(mail, ExitReason.SHUTDOWN));
            boolean free = system.whereis("mail").isEmpty(); // at once
            // end
            assertThat(free).isTrue();
        }
    }

    @Test
    void startingWithAnInit() throws InterruptedException {
        try (ProcessSystem system = new ProcessSystem()) {
            List<String> connections = List.of("connection");
            // region start
            StartResult result = system.start(self -> {
                if (connections.isEmpty()) {
                    return InitResult.ignore();
                }
                String connection = connections.get(0); // a throw here would be a Failed
                return InitResult.ok(it -> {
                    it.receive();
                }, connection);
            }, SpawnOptions.labelled("worker"));

            String said = switch (result) {
                case StartResult.Started(Pid pid, Object info) -> "runs with " + info;
                case StartResult.Ignored ignored -> "nothing to do";
                case StartResult.Failed(ExitReason reason) -> "failed: " + reason;
            };
            // end
            assertThat(said).isEqualTo("runs with connection");
        }
    }

    @Test
    void theManualClock() {
        CompletableFuture<String> ran = new CompletableFuture<>();
        // region clock
        ManualClock clock = new ManualClock();
        ProcessSystem system = new ProcessSystem(clock);
        Pid sleeper = system.spawn(self -> {
            self.sleep(Duration.ofDays(1));
            ran.complete("a day later");
        });
        while (system.info(sleeper).status() != ProcessStatus.WAITING) {
            Thread.onSpinWait();
        }
        clock.advance(Duration.ofDays(1));
        // end
        assertThat(ran.join()).isEqualTo("a day later");
        system.close();
    }

    @Test
    void aProcessThatIsTiedToAStage() throws Exception {
        CompletableFuture<Void> connectionClosed = new CompletableFuture<>();
        CountDownLatch tied = new CountDownLatch(1);
        try (ProcessSystem system = new ProcessSystem()) {
            // region tied
            Pid client = system.spawn(self -> {
                self.crashWhen(connectionClosed); // a CompletionStage, such as Process.onExit()
                tied.countDown();
                self.receive();
            }, SpawnOptions.labelled("client"));
            // end
            assertThat(tied.await(50, TimeUnit.SECONDS)).isTrue();
            IllegalStateException reset = new IllegalStateException("reset");
            connectionClosed.completeExceptionally(reset);
            assertThat(system.exitReason(client)).contains(ExitReason.failure(reset));
        }
    }
}
