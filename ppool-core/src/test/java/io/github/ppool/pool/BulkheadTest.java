package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.github.ppool.CapturedLog;
import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pool with a supervisor that ends again and again stays down alone. The clock stands still. */
@Timeout(60)
class BulkheadTest {

    private static final int MOST = Pools.DEFAULT_INTENSITY.intensity();
    private static final Duration PERIOD = Pools.DEFAULT_INTENSITY.period();

    private final CapturedLog log = CapturedLog.open();
    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    private PoolClient<Object> start(Pools tree, String name) {
        return start(tree, PoolSpec.builder(name, Object::new).size(1).maxOverflow(0));
    }

    private PoolClient<Object> start(Pools tree, PoolSpec.Builder<Object> spec) {
        PoolClient<Object> pool = world.perform(() -> tree.startPool(spec.build()));
        world.quiesce();
        return pool;
    }

    private void killSupervisor(Pools tree, String pool) {
        world.system().exit(tree.supervisor(pool).orElseThrow(), ExitReason.KILL);
        world.quiesce();
    }

    private static PoolPhase phase(PoolClient<?> pool) {
        return pool.status().phase();
    }

    /** A task that runs until the test is over. */
    private Task<?> busy(PoolClient<?> pool) {
        Task<?> task = world.perform(() -> pool.syncQueue(worker -> {
            ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
            self.receive("be done"::equals);
        }));
        world.quiesce();
        return task;
    }

    @Test
    void a_pool_that_gives_up_again_and_again_takes_no_other_pool_and_no_running_task_with_it() {
        PoolClient<Object> healthy = start(pools, "healthy");
        Task<?> running = busy(healthy);
        PoolClient<Object> bad = start(pools, PoolSpec.builder("bad", Object::new)
                .size(1)
                .maxOverflow(0)
                .restart(RestartPolicy.of(RestartPlan.parse("[restart]")).withCount(RestartCount.of(1))));
        for (int i = 0; phase(bad) != PoolPhase.GAVE_UP; i++) {
            assertThat(i).isLessThan(2 * (MOST + 1));
            world.perform(() -> bad.asyncQueue(worker -> {
                throw new IllegalStateException("bad input");
            }));
            world.quiesce();
        }
        assertThat(phase(healthy)).isEqualTo(PoolPhase.RUNNING);
        assertThat(running.state()).isEqualTo(TaskState.RUNNING);
        assertThat(pools.supervisor().isAlive()).isTrue();
        assertThat(log.messages(Level.ERROR).stream().filter(line -> line.startsWith("Pool "))).singleElement()
                .asString()
                .startsWith("Pool 'bad' stays down: the supervision tree has given up on the pool: its supervisor has"
                        + " ended 6 times within PT1M, the last time with ")
                .contains("bad input")
                .endsWith("Callers are refused until the pool is restarted; other pools go on");
    }

    @Test
    void its_callers_are_told_why_those_that_wait_and_those_that_come() {
        Queue<PoolPhase> phases = new ConcurrentLinkedQueue<>();
        PoolClient<Object> pool = start(pools, PoolSpec.builder("bad", Object::new)
                .size(0)
                .maxOverflow(0)
                .listener(new PoolListener() {
                    @Override
                    public void phaseChanged(String name, PoolPhase phase) {
                        phases.add(phase);
                    }
                }));
        World.Errand<Lease<Object>> waits = world.begin(() -> pool.checkout(Duration.ofHours(1)));
        Task<?> queued = world.perform(() -> pool.asyncQueue(worker -> {}));
        world.quiesce();
        for (int end = 1; end <= MOST; end++) {
            killSupervisor(pools, "bad");
            assertThat(waits.isDone()).as("after end %s", end).isFalse();
            assertThat(phase(pool)).isEqualTo(PoolPhase.RUNNING);
        }
        killSupervisor(pools, "bad");
        String why = "the supervision tree has given up on the pool: its supervisor has ended 6 times within PT1M, the"
                + " last time with killed";
        assertThatThrownBy(waits::result).isInstanceOf(PoolStoppedException.class).hasMessageStartingWith(why);
        assertThat(queued.state()).isEqualTo(TaskState.REJECTED);
        assertThatThrownBy(() -> pool.checkout(Duration.ofSeconds(1)))
                .isInstanceOf(PoolStoppedException.class)
                .hasMessageStartingWith("checkout was refused: " + why)
                .hasMessageContaining("pool 'bad' has given up");
        assertThatThrownBy(() -> pool.asyncQueue(worker -> {})).isInstanceOf(PoolStoppedException.class);
        assertThatThrownBy(() -> pool.run(worker -> {})).isInstanceOf(PoolStoppedException.class);
        assertThat(phases).last().isEqualTo(PoolPhase.GAVE_UP);
        assertThat(pools.supervisor("bad")).isEmpty();
        assertThat(pools.names()).contains("bad");
    }

    @Test
    void an_operator_starts_it_again_with_all_its_restarts() {
        PoolClient<Object> pool = start(pools, "bad");
        for (int round = 0; round < 3; round++) {
            for (int end = 0; end <= MOST; end++) {
                assertThat(phase(pool)).isEqualTo(PoolPhase.RUNNING);
                killSupervisor(pools, "bad");
            }
            assertThat(phase(pool)).isEqualTo(PoolPhase.GAVE_UP);
            assertThat(world.perform(() -> pools.admin().restartPool("bad"))).isTrue();
            world.quiesce();
            world.perform(() -> {
                pool.transaction(worker -> {});
                return true;
            });
        }
    }

    @Test
    void it_can_be_stopped_and_its_name_is_free_then() {
        PoolClient<Object> pool = start(pools, "bad");
        for (int end = 0; end <= MOST; end++) {
            killSupervisor(pools, "bad");
        }
        assertThat(world.perform(() -> pools.stopPool("bad", Duration.ZERO))).isTrue();
        assertThat(phase(pool)).isEqualTo(PoolPhase.STOPPED);
        assertThat(world.perform(() -> pools.admin().restartPool("bad"))).isFalse();
        assertThat(phase(start(pools, "bad"))).isEqualTo(PoolPhase.RUNNING);
    }

    @Test
    void a_pool_that_is_being_stopped_when_its_supervisor_ends_once_too_often_is_stopped() {
        PoolClient<Object> pool = start(pools, "bad");
        busy(pool);
        for (int end = 0; end < MOST; end++) {
            killSupervisor(pools, "bad");
        }
        busy(pool);
        World.Errand<Boolean> stop = world.begin(() -> pools.stopPool("bad", Duration.ofHours(1)));
        world.quiesce();
        killSupervisor(pools, "bad");
        assertThat(stop.isDone()).isTrue();
        assertThat(stop.result()).isTrue();
        assertThat(pools.names()).isEmpty();
    }

    @Test
    void restarts_that_are_older_than_the_period_do_not_count() {
        PoolClient<Object> pool = start(pools, "bad");
        for (int round = 0; round < 4; round++) {
            for (int end = 0; end < MOST; end++) {
                killSupervisor(pools, "bad");
            }
            assertThat(phase(pool)).as("round %s", round).isEqualTo(PoolPhase.RUNNING);
            world.advance(PERIOD.plusNanos(1));
        }
    }

    @Test
    void a_tree_with_an_intensity_for_all_pools_gives_up_with_all_of_them() {
        Pools shared = world.perform(() -> Pools.start(world.system(), Pools.DEFAULT_INTENSITY));
        assertThat(shared.sharedIntensity()).contains(Pools.DEFAULT_INTENSITY);
        assertThat(pools.sharedIntensity()).isEmpty();
        PoolClient<Object> one = start(shared, "one");
        PoolClient<Object> other = start(shared, "other");
        PoolClient<Object> elsewhere = start(pools, "elsewhere");
        for (int end = 0; end <= MOST; end++) {
            assertThat(phase(one)).isEqualTo(PoolPhase.RUNNING);
            killSupervisor(shared, end % 2 == 0 ? "one" : "other");
        }
        assertThat(phase(one)).isEqualTo(PoolPhase.GAVE_UP);
        assertThat(phase(other)).isEqualTo(PoolPhase.GAVE_UP);
        assertThatThrownBy(() -> other.checkout(Duration.ofSeconds(1)))
                .hasMessageStartingWith("checkout was refused: the supervision tree has given up with shutdown");
        assertThat(phase(elsewhere)).isEqualTo(PoolPhase.RUNNING);
    }

    /** Of several pools, against a list of the times at which each has ended. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void each_pool_gives_up_when_it_alone_has_ended_too_often(long seed) {
        Random random = new Random(seed);
        List<String> names = List.of("a", "b", "c");
        Map<String, PoolClient<Object>> clients = new HashMap<>();
        Map<String, Deque<Long>> ends = new HashMap<>();
        List<String> played = new ArrayList<>();
        names.forEach(name -> {
            clients.put(name, start(pools, name));
            ends.put(name, new ArrayDeque<>());
        });
        Map<String, PoolPhase> expected = new HashMap<>();
        names.forEach(name -> expected.put(name, PoolPhase.RUNNING));
        for (int step = 0; step < 150; step++) {
            String name = names.get(random.nextInt(random.nextInt(1, names.size() + 1)));
            Deque<Long> own = ends.get(name);
            if (expected.get(name) == PoolPhase.GAVE_UP && random.nextInt(4) == 0) {
                played.add("restart " + name);
                assertThat(world.perform(() -> pools.admin().restartPool(name))).isTrue();
                own.clear();
                expected.put(name, PoolPhase.RUNNING);
            } else if (expected.get(name) == PoolPhase.RUNNING && random.nextInt(3) > 0) {
                played.add("kill " + name);
                killSupervisor(pools, name);
                long now = world.clock().nanoTime();
                own.add(now);
                own.removeIf(end -> now - end > PERIOD.toNanos());
                expected.put(name, own.size() > MOST ? PoolPhase.GAVE_UP : PoolPhase.RUNNING);
            } else {
                Duration time = Duration.ofSeconds(random.nextInt(12));
                played.add("wait " + time);
                world.advance(time);
            }
            world.quiesce();
            Map<String, PoolPhase> found = new HashMap<>();
            clients.forEach((pool, client) -> found.put(pool, phase(client)));
            assertThat(found).as("seed %s: %s", seed, played).isEqualTo(expected);
        }
        assertThat(pools.supervisor().isAlive()).isTrue();
    }
}
