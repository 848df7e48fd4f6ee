package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.PoolWorld;
import io.github.ppool.process.Pid;
import java.util.ArrayDeque;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * First in, first out, where a worker keeps its place among the idle ones while it is lent: the order must be as if it
 * did not.
 */
class FifoRotationTest {

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    /** Of which a worker was lent and came back, so that the next ones are lent in turn. */
    private PoolClient<Worker> pool(int size) {
        PoolClient<Worker> pool = world.start(spec -> spec.strategy(PoolStrategy.FIFO).size(size));
        pool.checkout().close();
        return pool;
    }

    private static Lease<Worker> rotating(PoolClient<Worker> pool) {
        Lease<Worker> lease = pool.checkout();
        assertThat(((PoolLease<?>) lease).slot.looksReused()).isTrue();
        return lease;
    }

    private static List<Pid> pids(List<Lease<Worker>> leases) {
        return leases.stream().map(Lease::pid).toList();
    }

    @Test
    void those_that_come_back_in_the_order_in_which_they_were_lent_are_lent_in_it_again() {
        PoolClient<Worker> pool = pool(3);
        List<Pid> before = PoolView.idleOldestFirst(pool);
        pool.checkout().close(); // a look at the pool ends the rotation; a check-in begins it
        List<Pid> lent = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Lease<Worker> lease = rotating(pool);
            lent.add(lease.pid());
            lease.close();
        }
        assertThat(lent).containsExactly(
                before.get(1), before.get(2), before.get(0), before.get(1), before.get(2), before.get(0));
    }

    @Test
    void limits_of_workers_that_were_made_in_time_do_not_end_the_rotation() {
        PoolClient<Worker> pool = pool(3);
        rotating(pool).close();
        world.advance(WorkerLimits.SLOW);
        rotating(pool).close();
        world.advance(Duration.ofMinutes(1)); // more than the time to make a worker
        rotating(pool).close();
    }

    @Test
    void those_that_come_back_in_another_order_are_lent_in_that_one() {
        PoolClient<Worker> pool = pool(3);
        Lease<Worker> first = rotating(pool);
        Lease<Worker> second = rotating(pool);
        Lease<Worker> third = rotating(pool);
        second.close();
        third.close();
        first.close();
        assertThat(PoolView.idleOldestFirst(pool)).containsExactly(second.pid(), third.pid(), first.pid());
        List<Lease<Worker>> next = List.of(pool.checkout(), pool.checkout(), pool.checkout());
        assertThat(pids(next)).containsExactly(second.pid(), third.pid(), first.pid());
    }

    @Test
    void the_turns_go_past_one_that_is_held() {
        PoolClient<Worker> pool = pool(3);
        Lease<Worker> held = rotating(pool);
        List<Pid> lent = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Lease<Worker> lease = pool.checkout();
            lent.add(lease.pid());
            lease.close();
        }
        assertThat(lent).doesNotContain(held.pid());
        assertThat(lent.subList(2, 6)).containsExactly(lent.get(0), lent.get(1), lent.get(0), lent.get(1));
        held.close();
        assertThat(PoolView.idleOldestFirst(pool)).containsExactly(lent.get(0), lent.get(1), held.pid());
        assertThat(pool.status()).returns(8L, PoolStatus::checkouts);
    }

    @Test
    void one_that_is_held_while_all_others_are_counts_as_borrowed_and_goes_to_who_waits() {
        PoolClient<Worker> pool = pool(2);
        Lease<Worker> first = rotating(pool);
        Lease<Worker> second = rotating(pool);
        assertThat(pool.status()).returns(2, PoolStatus::borrowed).returns(0, PoolStatus::available);
        Client<Lease<Worker>> waits = world.client(pool::checkout);
        assertThat(waits.done).isFalse();
        second.close();
        world.world.quiesce();
        assertThat(waits.result().pid()).isEqualTo(second.pid());
        first.close();
        assertThat(pool.status()).returns(1, PoolStatus::borrowed).returns(1, PoolStatus::available);
    }

    @Test
    void a_second_close_out_of_turn_changes_nothing() {
        PoolClient<Worker> pool = pool(3);
        Lease<Worker> first = rotating(pool);
        Lease<Worker> second = rotating(pool);
        second.close();
        first.close();
        List<Pid> order = PoolView.idleOldestFirst(pool);
        first.close();
        second.close();
        assertThat(PoolView.idleOldestFirst(pool)).isEqualTo(order);
        assertThat(pool.status()).returns(3, PoolStatus::available).returns(0, PoolStatus::borrowed);
    }

    @Test
    void whatever_comes_back_when_the_order_is_that_of_a_queue() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        PoolClient<Worker> pool = pool(1);
        for (int size = 1; size <= 40; size += 3) {
            world.pools.admin().resize(pool.name(), size, 0);
            world.world.quiesce();
            Deque<Pid> idle = new ArrayDeque<>(PoolView.idleOldestFirst(pool));
            assertThat(idle).hasSize(size);
            List<Lease<Worker>> lent = new ArrayList<>();
            int rotating = 0;
            for (int step = 0; step < 3_000; step++) {
                if (!idle.isEmpty() && (lent.isEmpty() || random.nextInt(2) == 0)) {
                    Lease<Worker> lease = pool.checkout();
                    rotating += ((PoolLease<?>) lease).slot.looksReused() ? 1 : 0;
                    assertThat(lease.pid()).as("seed %d, size %d, step %d", seed, size, step).isEqualTo(idle.poll());
                    lent.add(lease);
                } else {
                    int which = random.nextInt(2) == 0 ? lent.size() - 1 : random.nextInt(lent.size());
                    Lease<Worker> back = lent.remove(which);
                    back.close();
                    idle.add(back.pid());
                }
                if (random.nextInt(100) == 0) {
                    assertThat(pool.status()).as("seed %d, size %d, step %d", seed, size, step)
                            .returns(idle.size(), PoolStatus::available).returns(lent.size(), PoolStatus::borrowed);
                }
            }
            assertThat(rotating).isGreaterThan(100);
            lent.forEach(Lease::close);
        }
    }
}
