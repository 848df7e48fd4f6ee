package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.HostileExceptions;
import io.github.ppool.pool.Broadcast.End;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Work that runs once on each worker, on a clock that stands still. */
class BroadcastTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private CompletableFuture<Broadcast<String>> names(PoolClient<Worker> pool) {
        CompletableFuture<Broadcast<String>> result = pool
                .<String>broadcastResult(MINUTE, worker -> worker.name).toCompletableFuture();
        world.world.quiesce();
        return result;
    }

    private static List<String> values(Broadcast<String> broadcast) {
        return broadcast.ended(End.DONE).stream().map(outcome -> Objects.requireNonNull(outcome.value())).sorted()
                .toList();
    }

    @Test
    void each_idle_worker_does_the_work_once_and_tells_its_result() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(3));
        Broadcast<String> done = names(pool).join();
        assertThat(values(done)).containsExactly("w1", "w2", "w3");
        assertThat(done.isDoneByAll()).isTrue();
        assertThat(done.outcomes()).allSatisfy(outcome -> assertThat(outcome.pool()).isEqualTo("pool"));
        assertThat(pool.status().available()).isEqualTo(3);
        assertThat(pool.status().tasks().done()).isEqualTo(3);
    }

    @Test
    void a_pool_without_workers_has_nothing_to_do() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(0).maxOverflow(1));
        assertThat(names(pool).join().outcomes()).isEmpty();
    }

    @Test
    void a_borrowed_worker_does_the_work_when_it_comes_back_and_before_it_serves_the_next_waiter() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1));
        Lease<Worker> lease = world.client(pool::checkout).result();
        Client<String> waiter = world.client(() -> pool.transactionResult(worker -> {
            world.log.add("waiter");
            return worker.name;
        }));
        CompletableFuture<Broadcast<Void>> broadcast = pool.broadcast(worker -> world.log.add("broadcast"))
                .toCompletableFuture();
        world.world.quiesce();
        assertThat(broadcast).isNotDone();
        lease.close();
        world.world.quiesce();
        assertThat(broadcast.join().isDoneByAll()).isTrue();
        assertThat(waiter.result()).isEqualTo("w1");
        assertThat(world.log).containsSubsequence("broadcast", "waiter");
    }

    @Test
    void a_worker_that_was_borrowed_again_without_the_lock_does_the_work_too() {
        for (PoolStrategy strategy : PoolStrategy.values()) {
            PoolClient<Worker> pool = world.start(spec -> spec.size(2).strategy(strategy));
            Client<Broadcast<String>> client = world.client(() -> {
                for (int i = 0; i < 5; i++) {
                    pool.checkout().close();
                }
                Lease<Worker> again = pool.checkout();
                CompletableFuture<Broadcast<String>> all = pool
                        .<String>broadcastResult(MINUTE, worker -> worker.name).toCompletableFuture();
                again.close();
                return all.thenApply(result -> result).join();
            });
            world.world.quiesce();
            assertThat(values(client.result())).as("%s", strategy).hasSize(2).doesNotHaveDuplicates();
            world.perform(() -> world.pools.stopPool("pool", Duration.ZERO));
        }
    }

    @Test
    void a_worker_that_runs_a_task_does_the_work_after_it_and_before_the_next_task() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1));
        List<String> ran = new CopyOnWriteArrayList<>();
        world.perform(() -> pool.asyncQueue(worker -> {
            Objects.requireNonNull(ProcessSystem.currentProcess()).sleep(Duration.ofSeconds(1));
            ran.add("task");
        }));
        world.world.quiesce();
        world.perform(() -> pool.asyncQueue(worker -> ran.add("next")));
        CompletableFuture<Broadcast<Void>> broadcast = pool.broadcast(MINUTE, worker -> ran.add("broadcast"))
                .toCompletableFuture();
        assertThat(broadcast).isNotDone();
        world.advance(Duration.ofSeconds(1));
        assertThat(broadcast.join().isDoneByAll()).isTrue();
        assertThat(ran).containsExactly("task", "broadcast", "next");
    }

    @Test
    void a_worker_that_is_made_meanwhile_does_the_work() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1).maxOverflow(1));
        Lease<Worker> first = world.client(pool::checkout).result();
        CompletableFuture<Broadcast<String>> broadcast = names(pool);
        Lease<Worker> second = world.client(pool::checkout).result();
        assertThat(broadcast).isNotDone();
        assertThat(second.worker().name).isEqualTo("w2");
        second.close();
        first.close();
        world.world.quiesce();
        assertThat(values(broadcast.join())).containsExactly("w1", "w2");
    }

    @Test
    void a_worker_that_fails_crashes_and_the_others_go_on() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        CapturedLog silence = CapturedLog.silence();
        CompletableFuture<Broadcast<String>> broadcast = pool.<String>broadcastResult(MINUTE, worker -> {
            if (worker.name.equals("w1")) {
                throw new IllegalStateException("broken");
            }
            return worker.name;
        }).toCompletableFuture();
        world.world.quiesce();
        silence.close();
        Broadcast<String> result = broadcast.join();
        assertThat(result.isDoneByAll()).isFalse();
        assertThat(result.ended(End.FAILED)).singleElement()
                .satisfies(outcome -> assertThat(outcome.failure()).hasMessage("broken"));
        assertThat(values(result)).contains("w2");
        assertThat(pool.status().available()).isEqualTo(2);
    }

    private Throwable failureOf(PoolClient<Worker> pool, End end, RuntimeException thrown) {
        CompletableFuture<Broadcast<String>> broadcast = pool.<String>broadcastResult(MINUTE, worker -> {
            throw thrown;
        }).toCompletableFuture();
        world.world.quiesce();
        assertThat(broadcast.join().outcomes()).singleElement()
                .satisfies(outcome -> assertThat(outcome.end()).isEqualTo(end));
        return Objects.requireNonNull(broadcast.join().outcomes().getFirst().failure());
    }

    @Test
    void the_failure_is_the_exception_of_the_work_whatever_its_kind() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1).surviveOn(failure -> true));
        CapturedLog silence = CapturedLog.silence();
        RuntimeException joined = new CompletionException(new IllegalStateException(new IOException("the root")));
        assertThat(failureOf(pool, End.FAILED, joined)).isSameAs(joined);
        RuntimeException evil = new HostileExceptions.ThrowingException();
        assertThat(failureOf(pool, End.FAILED, evil) == evil).as("it has no text").isTrue();
        RuntimeException ofAnother = new PoolStoppedException("another pool", pool.status(), null);
        assertThat(failureOf(pool, End.FAILED, ofAnother)).isSameAs(ofAnother);
        RuntimeException endOfAnother = new WorkerExitException(world.perform(() -> {
            Objects.requireNonNull(ProcessSystem.currentProcess());
            return ProcessSystem.currentProcess().self();
        }), ExitReason.KILL);
        assertThat(failureOf(pool, End.FAILED, endOfAnother)).isSameAs(endOfAnother);
        silence.close();
    }

    @Test
    void a_worker_that_is_killed_during_the_work_is_told_as_ended() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1));
        CapturedLog silence = CapturedLog.silence();
        List<Pid> runs = new CopyOnWriteArrayList<>();
        CompletableFuture<Broadcast<String>> broadcast = pool.<String>broadcastResult(MINUTE, worker -> {
            ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
            runs.add(self.self());
            self.sleep(MINUTE);
            return "never";
        }).toCompletableFuture();
        world.world.quiesce();
        world.kill(runs.getFirst());
        world.world.quiesce();
        silence.close();
        assertThat(broadcast.join().ended(End.ENDED)).extracting(Broadcast.Outcome::worker).contains(runs.getFirst());
    }

    @Test
    void a_worker_that_ends_before_its_turn_is_told_as_ended_and_its_successor_does_the_work() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Lease<Worker> killed = world.client(pool::checkout).result();
        Lease<Worker> busy = world.client(pool::checkout).result();
        CompletableFuture<Broadcast<String>> broadcast = names(pool);
        Pid ended = killed.pid();
        CapturedLog silence = CapturedLog.silence();
        world.kill(ended);
        silence.close();
        assertThat(broadcast).isNotDone();
        String other = busy.worker().name;
        busy.close();
        world.world.quiesce();
        Broadcast<String> result = broadcast.join();
        assertThat(result.ended(End.ENDED)).extracting(Broadcast.Outcome::worker).containsExactly(ended);
        assertThat(values(result)).containsExactly(other, "w3");
    }

    @Test
    void workers_that_are_not_done_at_the_deadline_are_late() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Lease<Worker> lease = world.client(pool::checkout).result();
        CompletableFuture<Broadcast<String>> broadcast = pool.<String>broadcastResult(MINUTE, worker -> {
            world.log.add("broadcast " + worker);
            return worker.name;
        }).toCompletableFuture();
        world.advance(MINUTE);
        Broadcast<String> result = broadcast.join();
        assertThat(result.ended(End.LATE)).extracting(Broadcast.Outcome::worker).containsExactly(lease.pid());
        assertThat(result.ended(End.DONE)).hasSize(1);
        lease.close();
        world.world.quiesce();
        assertThat(world.log).filteredOn(line -> line.startsWith("broadcast")).hasSize(1);
        assertThat(pool.status().available()).isEqualTo(2);
    }

    @Test
    void two_broadcasts_reach_each_worker_in_their_order() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1));
        Lease<Worker> lease = world.client(pool::checkout).result();
        List<String> ran = new CopyOnWriteArrayList<>();
        CompletableFuture<?> first = pool.broadcast(worker -> ran.add("first")).toCompletableFuture();
        CompletableFuture<?> second = pool.broadcast(worker -> ran.add("second")).toCompletableFuture();
        lease.close();
        world.world.quiesce();
        assertThat(ran).containsExactly("first", "second");
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }

    @Test
    void a_suspended_pool_runs_a_broadcast_and_a_stopped_one_refuses_it() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1));
        world.pools.admin().suspend("pool");
        assertThat(values(names(pool).join())).containsExactly("w1");
        world.perform(() -> world.pools.stopPool("pool", Duration.ZERO));
        assertThatThrownBy(() -> pool.broadcast(worker -> {})).isInstanceOf(PoolStoppedException.class)
                .hasMessageContaining("broadcast was refused: the pool is stopped");
    }

    @Test
    void the_stop_of_the_pool_ends_a_broadcast() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1));
        Lease<Worker> lease = world.client(pool::checkout).result();
        CompletableFuture<Broadcast<String>> broadcast = names(pool);
        CapturedLog silence = CapturedLog.silence();
        world.perform(() -> world.pools.stopPool("pool", Duration.ZERO));
        silence.close();
        assertThat(broadcast.join().ended(End.ENDED)).extracting(Broadcast.Outcome::worker)
                .containsExactly(lease.pid());
    }

    /**
     * Random borrowers, tasks, kills, resizes and broadcasts. Each broadcast runs at most once on a worker, and on each
     * worker that lives from its begin to its end. The seed is printed; {@code -Dmodel.seed=N} gives it again.
     */
    @RepeatedTest(6)
    void a_broadcast_meets_each_worker_once(RepetitionInfo repetition) {
        long seed = Long.getLong("model.seed", System.nanoTime()) + repetition.getCurrentRepetition();
        System.out.println("BroadcastTest seed " + seed);
        Random dice = new Random(seed);
        CapturedLog silence = CapturedLog.silence();
        PoolClient<Worker> pool = world.start(spec -> spec.size(1 + dice.nextInt(4)).maxOverflow(dice.nextInt(3))
                .strategy(PoolStrategy.values()[dice.nextInt(3)]));
        List<Lease<Worker>> leases = new ArrayList<>();
        List<Client<Lease<Worker>>> waiting = new ArrayList<>();
        List<CompletableFuture<Broadcast<String>>> broadcasts = new ArrayList<>();
        List<List<String>> runs = new ArrayList<>();
        for (int step = 0; step < 120; step++) {
            switch (dice.nextInt(9)) {
                case 0, 1 -> waiting.add(world.client(() -> pool.checkout(MINUTE)));
                case 2, 3 -> {
                    if (!leases.isEmpty()) {
                        leases.remove(dice.nextInt(leases.size())).close();
                    }
                }
                case 4 -> pool.asyncQueue(worker -> Objects.requireNonNull(ProcessSystem.currentProcess())
                        .sleep(Duration.ofMillis(ThreadLocalRandom.current().nextInt(50))));
                case 5 -> {
                    List<String> ran = new CopyOnWriteArrayList<>();
                    runs.add(ran);
                    broadcasts.add(pool.<String>broadcastResult(null, worker -> {
                        ran.add(worker.name);
                        return worker.name;
                    }).toCompletableFuture());
                }
                case 6 -> {
                    if (!leases.isEmpty()) {
                        world.kill(leases.removeFirst().pid());
                    }
                }
                case 7 -> world.advance(Duration.ofMillis(dice.nextInt(100)));
                default -> world.pools.admin().resize("pool", 1 + dice.nextInt(4), dice.nextInt(3));
            }
            world.world.quiesce();
            waiting.removeIf(client -> client.result != null && leases.add(client.result()));
        }
        for (int round = 0; round < 50; round++) {
            leases.forEach(Lease::close);
            leases.clear();
            world.advance(Duration.ofMillis(200));
            waiting.removeIf(client -> client.result != null && leases.add(client.result()));
        }
        silence.close();
        for (int i = 0; i < broadcasts.size(); i++) {
            assertThat(broadcasts.get(i)).as("broadcast %s of seed %s, %s", i, seed, pool).isCompleted();
            Broadcast<String> result = broadcasts.get(i).join();
            assertThat(runs.get(i)).as("seed %s", seed).doesNotHaveDuplicates();
            assertThat(values(result)).as("seed %s", seed).allMatch(runs.get(i)::contains);
            Set<Pid> met = new HashSet<>();
            assertThat(result.outcomes()).as("seed %s", seed).allMatch(outcome -> met.add(outcome.worker()));
        }
        assertThat(values(names(pool).join())).as("seed %s", seed).hasSize(pool.status().available());
    }
}
