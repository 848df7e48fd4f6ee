package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.conformance.World;
import io.github.ppool.genserver.CallTimeoutException;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.PoolWorld;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process runs one task after the other. A signal for one task, or a message of the pool, reaches no other task. */
@Timeout(60)
class IdentityTest {

    private final CapturedLog log = CapturedLog.silence();
    private final ProcessSystem system = new ProcessSystem();
    private Pools pools;
    private final AtomicInteger exits = new AtomicInteger();

    @BeforeEach
    void start() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
        log.close();
    }

    private <W> PoolClient<W> single(WorkerFactory<W> factory, UnaryOperator<PoolSpec.Builder<W>> settings) {
        return pools.startPool(settings.apply(PoolSpec.builder("pool", factory)
                .size(1)
                .maxOverflow(0)
                .checkoutTimeout(Duration.ofSeconds(20))
                .restart(PoolWorld.AT_ONCE)
                .listener(new PoolListener() {
                    @Override
                    public void workerExited(String pool, Pid worker, ExitReason reason) {
                        exits.incrementAndGet();
                    }
                }))
                .build());
    }

    private static @Nullable Throwable failure(Task<?> task) throws Exception {
        try {
            task.result().toCompletableFuture().get(50, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    private static ProcessContext self() {
        return Objects.requireNonNull(ProcessSystem.currentProcess());
    }

    // ---- a task and the next one on the same process

    @Test
    void an_exit_of_a_task_that_has_ended_hits_nobody_and_says_so() throws Exception {
        PoolClient<Object> pool = single(Object::new, spec -> spec);
        Task<Pid> first = pool.asyncQueueResult(worker -> self().self());
        Pid process = first.result().toCompletableFuture().get(50, TimeUnit.SECONDS);
        CountDownLatch go = new CountDownLatch(1);
        Task<?> second = pool.syncQueue(worker -> go.await());
        assertThat(second.pid()).contains(process);
        for (ExitReason reason : new ExitReason[]{ExitReason.KILL, ExitReason.SHUTDOWN, ExitReason.of("boom")}) {
            assertThat(first.exit(reason)).isFalse();
        }
        assertThat(process.isAlive()).isTrue();
        go.countDown();
        assertThat(failure(second)).isNull();
        assertThat(exits).hasValue(0);
    }

    @Test
    void an_exit_of_a_task_that_has_not_begun_says_so() throws Exception {
        PoolClient<Object> pool = single(Object::new, spec -> spec);
        CountDownLatch go = new CountDownLatch(1);
        Task<?> first = pool.syncQueue(worker -> go.await());
        Task<?> second = pool.asyncQueue(worker -> {});
        assertThat(second.exit(ExitReason.KILL)).isFalse();
        go.countDown();
        assertThat(failure(first)).isNull();
        assertThat(failure(second)).isNull();
    }

    @Test
    void an_exit_at_the_moment_at_which_a_task_ends_hits_that_task_or_nobody() throws Exception {
        PoolClient<Object> pool = single(Object::new, spec -> spec);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int hit = 0;
        int missed = 0;
        for (int round = 0; round < 3000; round++) {
            int spins = random.nextInt(3000);
            CountDownLatch begun = new CountDownLatch(1);
            Task<?> first = pool.asyncQueue(worker -> {
                begun.countDown();
                spin(spins);
            });
            Task<?> second = pool.asyncQueue(worker -> spin(500));
            begun.await();
            spin(random.nextInt(3000));
            boolean sent = first.exit(ExitReason.KILL);
            assertThat(failure(second)).as("a task that nobody ended, in round %s", round).isNull();
            if (sent) {
                assertThat(failure(first)).isInstanceOf(WorkerExitException.class);
                hit++;
            } else {
                assertThat(failure(first)).isNull();
                missed++;
            }
        }
        assertThat(hit + missed).isEqualTo(3000);
        assertThat(pool.status()).returns(0, PoolStatus::queueDepth).returns(0, PoolStatus::working);
    }

    private static void spin(int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }

    @Test
    void the_time_out_of_a_task_hits_that_task_or_nobody() throws Exception {
        PoolClient<Object> pool = single(Object::new, spec -> spec);
        TaskQueue<Object> limited = pool.tasks(TaskOptions.DEFAULT.withTimeout(Duration.ofNanos(300_000)));
        for (int round = 0; round < 500; round++) {
            long nanos = 250_000 + ThreadLocalRandom.current().nextInt(100_000);
            Task<?> first = limited.asyncQueue(worker -> {
                long end = System.nanoTime() + nanos;
                while (System.nanoTime() - end < 0) {
                    Thread.onSpinWait();
                }
            });
            Task<?> second = pool.asyncQueue(worker -> spin(2000));
            assertThat(failure(second)).as("a task without a time-out, in round %s", round).isNull();
            Throwable failure = failure(first);
            if (failure != null) {
                assertThat(failure).isInstanceOf(TimeoutException.class);
            }
        }
        assertThat(pool.status().queueDepth()).isZero();
    }

    @Test
    void a_task_goes_on_when_the_time_of_the_one_before_it_would_be_over() {
        try (PoolWorld world = new PoolWorld()) {
            PoolClient<PoolWorld.Worker> pool = world.start(spec -> spec);
            pool.tasks(TaskOptions.DEFAULT.withTimeout(Duration.ofMillis(10))).asyncQueue(worker -> {});
            Task<?> second = pool.asyncQueue(worker -> self().sleep(Duration.ofHours(1)));
            world.advance(Duration.ofMinutes(59));
            assertThat(second.state()).isEqualTo(TaskState.RUNNING);
            world.advance(Duration.ofMinutes(1));
            assertThat(second.state()).isEqualTo(TaskState.DONE);
            assertThat(world.log).containsExactly("made w1");
        }
    }

    // ---- the mailbox of a worker's process

    private static Pid ownProcess() {
        return self().spawnLink(worker -> worker.receive(message -> message.equals("end")),
                SpawnOptions.labelled("worker"));
    }

    @Test
    void a_task_that_takes_all_messages_of_its_workers_process_takes_none_of_the_pools() throws Exception {
        PoolClient<Pid> pool = single(IdentityTest::ownProcess, spec -> spec);
        for (int round = 0; round < 20; round++) {
            CountDownLatch go = new CountDownLatch(1);
            Task<Boolean> greedy = pool.syncQueueResult(worker -> {
                go.await();
                worker.send("end");
                Eventually.so(worker::toString, () -> !worker.isAlive());
                Object taken = self().receive(Duration.ofMillis(2));
                while (taken != null) {
                    taken = self().receive(Duration.ZERO);
                }
                return worker.isAlive();
            });
            Task<Boolean> next = pool.asyncQueueResult(Pid::isAlive);
            go.countDown();
            assertThat(failure(greedy)).isNull();
            assertThat(next.result().toCompletableFuture().get(50, TimeUnit.SECONDS)).isEqualTo(true);
            boolean alive = pool.transactionResult(Pid::isAlive);
            assertThat(alive).isTrue();
        }
    }

    @Test
    void messages_that_strangers_send_to_a_workers_process_do_no_harm() throws Exception {
        PoolClient<Object> pool = single(Object::new, spec -> spec);
        Pid process;
        try (Lease<Object> lease = pool.checkout()) {
            process = lease.pid();
        }
        for (int i = 0; i < 100; i++) {
            process.send("message " + i);
            process.send(WorkerProcess.WAKE_UP);
            assertThat(failure(pool.asyncQueue(worker -> {}))).isNull();
        }
        assertThat(process.isAlive()).isTrue();
        assertThat(exits).hasValue(0);
    }

    @Test
    void an_idle_worker_whose_process_has_ended_is_never_lent() {
        for (PoolStrategy strategy : PoolStrategy.values()) {
            PoolClient<Pid> pool = single(IdentityTest::ownProcess, spec -> spec.strategy(strategy));
            for (int round = 0; round < 100; round++) {
                Pid idle = pool.transactionResult(worker -> worker);
                if (round % 2 == 0) {
                    system.exit(idle, ExitReason.KILL);
                } else {
                    idle.send("end");
                    Eventually.so(idle::toString, () -> !idle.isAlive());
                }
                try (Lease<Pid> lease = pool.checkout()) {
                    assertThat(lease.worker()).isNotEqualTo(idle);
                    assertThat(lease.worker().isAlive()).isTrue();
                }
            }
            pools.stopPool(pool, Duration.ZERO);
        }
    }

    @Test
    void a_borrowed_worker_whose_process_ends_takes_its_lease_with_it() {
        PoolClient<Pid> pool = single(IdentityTest::ownProcess, spec -> spec);
        try (Lease<Pid> lease = pool.checkout()) {
            lease.worker().send("end");
            Eventually.so(lease::toString, () -> !lease.isOpen());
        }
        boolean alive = pool.transactionResult(Pid::isAlive);
        assertThat(alive).isTrue();
    }

    // ---- an answer that a server still owes

    /** Answers when it is let. */
    private static final class Slow implements GenServer<CountDownLatch, String, String> {
        @Override
        public String handleCall(CountDownLatch until, ReplyTo<String> from, ServerContext self) throws Exception {
            until.await();
            return self.self().toString();
        }
    }

    private GenServerRef<CountDownLatch, String, String> server() throws InterruptedException {
        ProcessContext worker = self();
        StartResult started = worker.startLink(GenServerRef.linkedTo(Slow::new, worker.self()),
                SpawnOptions.labelled("server"));
        return new GenServerRef<>(system, ((StartResult.Started) started).pid());
    }

    @Test
    void a_server_that_still_owes_an_answer_is_lent_when_it_has_given_it() throws Exception {
        PoolClient<GenServerRef<CountDownLatch, String, String>> pool = single(this::server,
                spec -> spec.validationTimeout(Duration.ZERO));
        CountDownLatch never = new CountDownLatch(0);
        String name = pool.transactionResult(worker -> worker.call(never));
        for (int round = 0; round < 20; round++) {
            CountDownLatch until = new CountDownLatch(1);
            assertThatThrownBy(() -> pool.transaction(worker -> worker.call(until, Duration.ofMillis(1))))
                    .isInstanceOf(CallTimeoutException.class);
            assertThatThrownBy(() -> pool.checkout(Duration.ZERO)).isInstanceOf(CheckoutTimeoutException.class);
            assertThat(pool.status()).returns(0, PoolStatus::available).returns(1, PoolStatus::starting);
            CompletableFuture<String> next = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    next.complete(pool.transactionResult(worker -> worker.call(never)));
                } catch (InterruptedException | RuntimeException e) {
                    next.completeExceptionally(e);
                }
            });
            Eventually.so(pool::status, () -> pool.status().queueDepth() == 1);
            until.countDown();
            assertThat(next.get(50, TimeUnit.SECONDS)).isEqualTo(name);
        }
        assertThat(exits).hasValue(0);
    }

    @Test
    void a_server_that_never_answers_is_replaced_when_the_time_for_its_check_is_over() throws Exception {
        PoolClient<GenServerRef<CountDownLatch, String, String>> pool = single(this::server,
                spec -> spec.validationTimeout(Duration.ofMillis(20)));
        CountDownLatch never = new CountDownLatch(0);
        String name = pool.transactionResult(worker -> worker.call(never));
        CountDownLatch until = new CountDownLatch(1);
        assertThatThrownBy(() -> pool.transaction(worker -> worker.call(until, Duration.ofMillis(1))))
                .isInstanceOf(CallTimeoutException.class);
        String next = pool.transactionResult(worker -> worker.call(never));
        assertThat(next).isNotEqualTo(name);
        long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (exits.get() == 0 && System.nanoTime() - patience < 0) {
            Thread.onSpinWait(); // the end is told on a thread of its own, and the next worker does not wait for that
        }
        assertThat(exits).hasValue(1);
        until.countDown();
    }

    // ---- a caller that waits for the worker that it has itself

    @Test
    void a_caller_that_hands_over_to_the_pool_whose_worker_it_holds_is_refused_in_time_and_told_why() throws Exception {
        try (PoolWorld world = new PoolWorld()) {
            PoolClient<PoolWorld.Worker> pool = world.start(spec -> spec.checkoutTimeout(Duration.ofSeconds(3)));
            Task<?> inTask = pool.asyncQueue(worker -> pool.syncQueue(inner -> {}));
            World.Errand<Boolean> inBorrower = world.world.begin(() -> {
                self().sleep(Duration.ofSeconds(10));
                pool.transaction(worker -> pool.syncQueue(inner -> {}));
                return true;
            });
            World.Errand<Boolean> nested = world.world.begin(() -> {
                self().sleep(Duration.ofSeconds(20));
                pool.transaction(worker -> pool.transaction(inner -> {}));
                return true;
            });
            world.advance(Duration.ofMillis(2_999));
            assertThat(inTask.state()).isEqualTo(TaskState.RUNNING);
            world.advance(Duration.ofMinutes(1));
            assertThat(failure(inTask)).isInstanceOf(CheckoutTimeoutException.class)
                    .hasMessageContaining("the task did not begin within PT3S; the caller itself has pool/");
            assertThat(inBorrower.isDone()).isTrue();
            assertThatThrownBy(inBorrower::result).isInstanceOf(CheckoutTimeoutException.class)
                    .hasMessageContaining("the task did not begin within PT3S; the caller itself has pool/");
            assertThat(nested.isDone()).isTrue();
            assertThatThrownBy(nested::result).isInstanceOf(CheckoutTimeoutException.class)
                    .hasMessageContaining("no worker came within PT3S; the caller itself has pool/");
            assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::queueDepth);
        }
    }

    @Test
    void a_caller_that_holds_no_worker_waits_as_long_as_it_takes_for_its_task_to_begin() {
        try (PoolWorld world = new PoolWorld()) {
            PoolClient<PoolWorld.Worker> pool = world.start(spec -> spec.checkoutTimeout(Duration.ofSeconds(3)));
            pool.asyncQueue(worker -> self().sleep(Duration.ofMinutes(1)));
            World.Errand<Task<String>> waits = world.world.begin(() -> pool.syncQueueResult(worker -> worker.name));
            world.advance(Duration.ofSeconds(59));
            assertThat(waits.isDone()).isFalse();
            world.advance(Duration.ofSeconds(1));
            assertThat(waits.isDone()).isTrue();
        }
    }
}
