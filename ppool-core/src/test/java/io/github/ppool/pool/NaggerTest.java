package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The nagger of "Learn You Some Erlang" under its ppool: size 0, so that each worker is made for its nagging and
 * dismissed after it.
 */
class NaggerTest {

    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));
    private final List<String> received = new CopyOnWriteArrayList<>();

    private final class Nagger {
        void nag(String task, Duration delay, int max) throws InterruptedException {
            ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
            for (int i = 0; i < max; i++) {
                if ("stop".equals(self.receive(message -> message.equals("stop"), delay))) {
                    return;
                }
                received.add(task);
            }
        }
    }

    private PoolClient<Nagger> start(int limit) {
        return world.perform(
                () -> pools.startPool(PoolSpec.builder("nagger", Nagger::new).size(0).maxOverflow(limit).build()));
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void naggers_run_up_to_the_limit_and_the_third_gets_noalloc() {
        PoolClient<Nagger> naggers = start(2);
        assertThat(naggers.run(w -> w.nag("finish the chapter", Duration.ofSeconds(1), 3))).isPresent();
        assertThat(naggers.run(w -> w.nag("watch a good movie", Duration.ofSeconds(2), 2))).isPresent();
        assertThat(naggers.run(w -> w.nag("clean up a bit", Duration.ofSeconds(1), 1))).isEmpty();
        world.advance(Duration.ofSeconds(4));
        assertThat(received)
                .containsExactlyInAnyOrder(
                        "finish the chapter",
                        "finish the chapter",
                        "finish the chapter",
                        "watch a good movie",
                        "watch a good movie");
        assertThat(naggers.status().workers()).isZero();
        assertThat(naggers.run(w -> w.nag("clean up a bit", Duration.ofSeconds(1), 1))).isPresent();
    }

    @Test
    void a_queued_nagger_begins_when_another_one_is_told_to_stop() {
        PoolClient<Nagger> naggers = start(1);
        Task<?> endless = naggers.asyncQueue(w -> w.nag("pay the bills", Duration.ofSeconds(1), Integer.MAX_VALUE));
        Task<?> queued = naggers.asyncQueue(w -> w.nag("take a shower", Duration.ofSeconds(1), 1));
        world.advance(Duration.ofSeconds(3));
        assertThat(received).containsExactly("pay the bills", "pay the bills", "pay the bills");
        assertThat(queued.state()).isEqualTo(TaskState.QUEUED);
        endless.pid().orElseThrow().send("stop");
        world.advance(Duration.ofSeconds(1));
        assertThat(endless.state()).isEqualTo(TaskState.DONE);
        assertThat(queued.state()).isEqualTo(TaskState.DONE);
        assertThat(received).endsWith("take a shower");
    }

    @Test
    void a_killed_nagger_frees_its_place_and_is_not_run_again() {
        PoolClient<Nagger> naggers = start(1);
        Optional<Task<Void>> nagger = naggers.runResult(w -> {
            w.nag("pay the bills", Duration.ofSeconds(1), 100);
            return null;
        });
        world.advance(Duration.ofSeconds(1));
        assertThat(nagger.orElseThrow().exit(ExitReason.KILL)).isTrue();
        world.advance(Duration.ofSeconds(10));
        assertThat(received).containsExactly("pay the bills");
        assertThat(nagger.orElseThrow().state()).isEqualTo(TaskState.FAILED);
        assertThat(naggers.run(w -> w.nag("again", Duration.ofSeconds(1), 1))).isPresent();
    }
}
