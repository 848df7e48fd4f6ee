package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.LeaseClosedException;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.PoolWorld;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Workers that are taken again by the thread that had them last, without the engine's lock: the result must be as if
 * they were not. The thread of the test is one borrower, {@link #other} a second one; neither is a process.
 */
class LeaseReuseTest {

    private final PoolWorld world = new PoolWorld();
    private final long me = Thread.currentThread().threadId();
    private final ExecutorService other = Executors.newSingleThreadExecutor(this::threadWithItsOwnSeat);

    @AfterEach
    void close() throws Exception {
        other.shutdown();
        assertThat(other.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        world.close();
    }

    /** One thread of 256 has the seat of another one: then the pool does not know which worker it had last. */
    private Thread threadWithItsOwnSeat(Runnable work) {
        Thread thread = new Thread(work);
        while (RecentSlots.index(thread.threadId(), 256) == RecentSlots.index(me, 256)) {
            thread = new Thread(work);
        }
        return thread;
    }

    private PoolClient<Worker> pool(PoolStrategy strategy, int size) {
        return world.start(spec -> spec.strategy(strategy).size(size));
    }

    private interface Step<T> {
        T take() throws Exception;
    }

    private <T> T byTheOther(Step<T> step) throws Exception {
        return other.submit(step::take).get(50, TimeUnit.SECONDS);
    }

    /** From the second time on a worker is taken without the lock. */
    private static Lease<Worker> again(PoolClient<Worker> pool) {
        pool.checkout().close();
        Lease<Worker> lease = pool.checkout();
        assertThat(((PoolLease<?>) lease).slot.looksReused()).isTrue();
        return lease;
    }

    private static Worker next(PoolClient<Worker> pool) {
        return pool.transactionResult(worker -> worker);
    }

    @ParameterizedTest
    @EnumSource
    void is_counted_as_borrowed(PoolStrategy strategy) {
        PoolClient<Worker> pool = pool(strategy, 3);
        Lease<Worker> lease = again(pool);
        assertThat(pool.status()).returns(1, PoolStatus::borrowed).returns(2, PoolStatus::available)
                .returns(2L, PoolStatus::checkouts);
        lease.close();
        assertThat(pool.status()).returns(0, PoolStatus::borrowed).returns(3, PoolStatus::available);
        for (int i = 0; i < 100; i++) {
            pool.checkout().close();
        }
        assertThat(pool.status()).returns(102L, PoolStatus::checkouts).returns(3, PoolStatus::available);
    }

    /** The table of last workers is a kilobyte or more, which an idle pool does without. */
    @ParameterizedTest
    @EnumSource
    void the_first_borrower_makes_the_table_of_last_workers(PoolStrategy strategy) {
        PoolClient<Worker> pool = pool(strategy, 2);
        IdleWorkers<?> workers = EngineInvariants.engineOf(pool).core.workers;
        assertThat(workers.recent).isEmpty();

        again(pool).close();

        assertThat(workers.recent).hasSize(workers.rotation() == null ? 256 : 0);
    }

    @ParameterizedTest
    @EnumSource
    void is_not_handed_to_anybody_else(PoolStrategy strategy) throws Exception {
        PoolClient<Worker> pool = pool(strategy, 2);
        Lease<Worker> mine = again(pool);
        Worker worker = mine.worker();
        Lease<Worker> his = byTheOther(pool::checkout);
        assertThat(his.worker()).isNotSameAs(worker);
        assertThat(pool.tryCheckout()).isEmpty();
        assertThat(byTheOther(pool::tryCheckout)).isEmpty();
        assertThat(pool.run(w -> {})).isEmpty();
        mine.close();
        assertThat(byTheOther(pool::checkout).worker()).isSameAs(worker);
        assertThat(pool.status()).returns(2, PoolStatus::borrowed).returns(0, PoolStatus::available);
    }

    @Test
    void under_affine_each_thread_has_its_own() throws Exception {
        PoolClient<Worker> pool = pool(PoolStrategy.AFFINE, 2);
        Lease<Worker> mine = pool.checkout();
        Worker worker = mine.worker();
        Lease<Worker> his = byTheOther(pool::checkout);
        Worker other = his.worker();
        mine.close();
        his.close();
        for (int i = 0; i < 5; i++) {
            assertThat(pool.transactionResult(Worker::toString)).isEqualTo(worker.toString());
            assertThat(byTheOther(() -> pool.transactionResult(Worker::toString))).isEqualTo(other.toString());
        }
    }

    @Test
    void last_in_first_out_holds_between_threads_that_take_again() throws Exception {
        PoolClient<Worker> pool = pool(PoolStrategy.LIFO, 3);
        Lease<Worker> mine = again(pool);
        Worker newest = mine.worker();
        Lease<Worker> his = byTheOther(pool::checkout);
        Worker second = his.worker();
        mine.close();
        his.close(); // comes back after mine, so it is the newest now
        assertThat(next(pool)).isSameAs(second);
        his = byTheOther(pool::checkout);
        assertThat(his.worker()).isSameAs(second);
        mine = pool.checkout();
        assertThat(mine.worker()).isSameAs(newest);
        his.close();
        mine.close();
        List<Pid> idle = PoolView.idleOldestFirst(pool);
        assertThat(idle).hasSize(3).endsWith(second.process, newest.process);
    }

    @ParameterizedTest
    @EnumSource
    void who_waits_gets_it_when_it_comes_back(PoolStrategy strategy) {
        PoolClient<Worker> pool = pool(strategy, 1);
        Lease<Worker> mine = again(pool);
        Client<Lease<Worker>> waits = world.client(pool::checkout);
        assertThat(waits.done).isFalse();
        assertThat(pool.status()).returns(1, PoolStatus::queueDepth).returns(1, PoolStatus::borrowed);
        mine.close();
        world.world.quiesce();
        assertThat(waits.result().isOpen()).isTrue();
        assertThat(pool.tryCheckout()).isEmpty();
        waits.result().close();
        assertThat(pool.status()).returns(1, PoolStatus::available);
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_waits_gets_it_when_it_comes_back(PoolStrategy strategy) {
        PoolClient<Worker> pool = pool(strategy, 1);
        Lease<Worker> mine = again(pool);
        Task<String> task = pool.asyncQueueResult(Worker::toString);
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        mine.close();
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.DONE);
    }

    @ParameterizedTest
    @EnumSource
    void closing_twice_does_not_touch_the_next_lease(PoolStrategy strategy) {
        PoolClient<Worker> pool = pool(strategy, 1);
        Lease<Worker> first = again(pool);
        first.close();
        Lease<Worker> second = pool.checkout();
        first.close();
        first.fail(new IllegalStateException("too late"));
        assertThat(first.isOpen()).isFalse();
        assertThatThrownBy(first::worker).isInstanceOf(LeaseClosedException.class);
        assertThat(second.isOpen()).isTrue();
        second.close();
        assertThat(pool.status()).returns(1, PoolStatus::available);
    }

    @ParameterizedTest
    @EnumSource
    void a_worker_that_dies_while_it_is_taken_ends_the_lease(PoolStrategy strategy) {
        PoolClient<Worker> pool = pool(strategy, 1);
        Lease<Worker> mine = again(pool);
        Worker dead = mine.worker();
        world.kill(mine.pid());
        assertThat(mine.isOpen()).isFalse();
        assertThatThrownBy(mine::worker).isInstanceOf(LeaseClosedException.class).hasMessageContaining("has died");
        mine.close();
        assertThat(pool.status()).returns(1, PoolStatus::available);
        assertThat(next(pool)).isNotSameAs(dead);
    }

    @ParameterizedTest
    @EnumSource
    void a_worker_that_dies_while_it_is_idle_is_not_taken_again(PoolStrategy strategy) {
        PoolClient<Worker> pool = pool(strategy, 1);
        Lease<Worker> mine = again(pool);
        Worker dead = mine.worker();
        mine.close();
        world.kill(mine.pid());
        Lease<Worker> next = pool.checkout();
        assertThat(next.worker()).isNotSameAs(dead);
        assertThat(next.pid().isAlive()).isTrue();
        next.close();
    }

    @ParameterizedTest
    @EnumSource
    void failing_a_lease_crashes_the_worker(PoolStrategy strategy) {
        PoolClient<Worker> pool = pool(strategy, 1);
        Lease<Worker> mine = again(pool);
        mine.fail(new IllegalStateException("broken"));
        world.world.quiesce();
        assertThat(world.made).hasValue(2);
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::borrowed);
    }

    @ParameterizedTest
    @EnumSource
    void a_suspended_pool_lends_nothing_to_those_who_had_something(PoolStrategy strategy) {
        PoolClient<Worker> pool = world.start(spec -> spec.strategy(strategy).size(2).refuseWhileSuspended(true));
        Lease<Worker> mine = again(pool);
        world.pools.admin().suspend("pool");
        assertThat(mine.isOpen()).isTrue();
        assertThatThrownBy(pool::checkout).isInstanceOf(PoolRejectedException.class);
        mine.close();
        assertThatThrownBy(pool::checkout).isInstanceOf(PoolRejectedException.class);
        world.pools.admin().resume("pool");
        assertThat(pool.status()).returns(2, PoolStatus::available);
        again(pool).close();
    }

    @ParameterizedTest
    @EnumSource
    void draining_waits_for_it(PoolStrategy strategy) throws Exception {
        PoolClient<Worker> pool = pool(strategy, 2);
        Lease<Worker> mine = again(pool);
        Client<Boolean> stopping = world.client(() -> world.pools.stopPool("pool", Duration.ofSeconds(10)));
        assertThat(stopping.done).isFalse();
        assertThat(mine.isOpen()).isTrue();
        mine.close();
        world.world.quiesce();
        assertThat(stopping.done).isTrue();
        assertThatThrownBy(pool::checkout).isInstanceOf(PoolStoppedException.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_smaller_pool_dismisses_what_comes_back(PoolStrategy strategy) {
        PoolClient<Worker> pool = pool(strategy, 2);
        Lease<Worker> mine = again(pool);
        world.pools.admin().resize("pool", 0, 2);
        world.world.quiesce();
        assertThat(pool.status()).returns(1, PoolStatus::workers).returns(1, PoolStatus::borrowed);
        mine.close();
        world.world.quiesce();
        assertThat(pool.status()).returns(0, PoolStatus::workers);
    }

    /** A process that takes one step after the other, as it is told. */
    private final class Puppet {
        private final AtomicReference<@Nullable Object> result = new AtomicReference<>();
        private final Pid pid = world.world.system().spawn(self -> {
            while (true) {
                result.set(((Step<?>) self.receive()).take());
            }
        });

        <T> T takes(Step<T> step) {
            pid.send(step);
            world.world.quiesce();
            @SuppressWarnings("unchecked") // of the step just taken
            T taken = (T) Objects.requireNonNull(result.get());
            return taken;
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_process_that_dies_gives_back_what_it_took_again(PoolStrategy strategy) {
        PoolClient<Worker> pool = pool(strategy, 2);
        Puppet puppet = new Puppet();
        Lease<Worker> lease = puppet.takes(() -> again(pool));
        assertThat(pool.status()).returns(1, PoolStatus::borrowed);
        world.kill(puppet.pid);
        assertThat(lease.isOpen()).isFalse();
        assertThat(pool.status()).returns(2, PoolStatus::available).returns(0, PoolStatus::borrowed);
    }

    @ParameterizedTest
    @EnumSource
    void a_thread_that_outlives_its_process_gets_nothing_more(PoolStrategy strategy) throws Exception {
        PoolClient<Worker> pool = pool(strategy, 1);
        CountDownLatch killed = new CountDownLatch(1);
        CompletableFuture<String> after = new CompletableFuture<>();
        Pid pid = world.world.system().spawn(self -> {
            again(pool).close();
            boolean waiting = true;
            while (waiting) {
                try {
                    killed.await();
                    waiting = false;
                } catch (InterruptedException e) {
                    continue; // of the kill, which this thread ignores
                }
            }
            try {
                after.complete("got " + pool.checkout());
            } catch (Throwable refused) {
                after.complete(refused.getClass().getSimpleName());
                throw refused;
            }
        });
        while (pool.status().checkouts() < 2) {
            Thread.onSpinWait();
        }
        world.world.system().exit(pid, ExitReason.KILL);
        killed.countDown();
        assertThat(after.get(50, TimeUnit.SECONDS)).isEqualTo("ProcessExit");
        world.world.quiesce();
        assertThat(pool.status()).returns(1, PoolStatus::available);
    }

    @ParameterizedTest
    @EnumSource
    void a_thread_that_ends_with_it_loses_it_to_the_next(PoolStrategy strategy) throws Exception {
        PoolClient<Worker> pool = pool(strategy, 1);
        Thread thread = Thread.ofPlatform().start(() -> again(pool));
        thread.join();
        assertThat(pool.status()).returns(1, PoolStatus::borrowed);
        Lease<Worker> mine = pool.checkout();
        assertThat(mine.isOpen()).isTrue();
        mine.close();
    }

    @Test
    void a_pool_that_has_something_to_decide_at_each_checkout_never_lends_without_the_lock() {
        PoolClient<Worker> pool = world.start(spec -> spec.strategy(PoolStrategy.AFFINE).size(2).maxUses(3));
        List<Worker> used = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            used.add(pool.transactionResult(w -> w));
            world.world.quiesce();
        }
        assertThat(used.stream().distinct().count()).isGreaterThan(1);
        assertThat(pool.status()).returns(6L, PoolStatus::checkouts);
    }

    @Test
    void the_stage_of_a_process_that_dies_while_it_waits_is_refused() {
        PoolClient<Worker> pool = pool(PoolStrategy.LIFO, 1);
        Lease<Worker> mine = pool.checkout();
        Puppet puppet = new Puppet();
        CompletableFuture<Lease<Worker>> stage = puppet.takes(() -> pool.checkoutAsync().toCompletableFuture());
        assertThat(stage).isNotDone();
        world.kill(puppet.pid);
        assertThat(stage).isCompletedExceptionally();
        assertThatThrownBy(stage::get).hasCauseInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("that asked for a worker has ended");
        assertThat(pool.status()).returns(0, PoolStatus::queueDepth);
        mine.close();
        assertThat(pool.status()).returns(1, PoolStatus::available);
    }
}
