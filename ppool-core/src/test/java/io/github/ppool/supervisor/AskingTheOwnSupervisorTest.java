package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A child that asks its own supervisor while that waits for the child's end is refused, and holds up no stop. */
class AskingTheOwnSupervisorTest {

    private final ProcessSystem system = new ProcessSystem();
    private final CompletableFuture<Supervisor> above = new CompletableFuture<>();
    private final Queue<Throwable> refusals = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        system.close();
    }

    /** Asks when it cleans up. */
    private final class Asker implements GenServer<String, String, String> {
        @Override
        public String handleCall(String request, ReplyTo<String> from, ServerContext self) {
            return request;
        }

        @Override
        public void terminate(ExitReason reason, ServerContext self) throws Exception {
            try {
                above.get(50, TimeUnit.SECONDS).countChildren();
            } catch (IllegalStateException refusal) {
                refusals.add(refusal);
            }
        }
    }

    private ChildSpec asking() {
        return ChildSpec.of("asking", (parent, argument) -> parent.startLink(
                GenServerRef.linkedTo(Asker::new, parent.self()),
                SpawnOptions.labelled("asking").trappingExits())).shutdown(Shutdown.infinity());
    }

    @Test
    void when_it_is_stopped_alone() throws Exception {
        above.complete(Supervisor.start(system, SupervisorSpec.oneForOne("one").children(asking())));
        assertThat(above.join().stop(Duration.ofSeconds(30))).isTrue();
        assertThat(refusals).hasSize(1);
    }

    @Test
    void when_it_is_stopped_with_all_others_of_its_template() throws Exception {
        above.complete(Supervisor.start(system, SupervisorSpec.simpleOneForOne("many", asking())));
        for (int i = 0; i < 3; i++) {
            assertThat(above.join().startChild(i)).isInstanceOf(ChildResult.Started.class);
        }
        assertThat(above.join().stop(Duration.ofSeconds(30))).isTrue();
        assertThat(refusals).hasSize(3);
    }
}
