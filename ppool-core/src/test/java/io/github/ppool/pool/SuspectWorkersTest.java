package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.HostileExceptions;
import io.github.ppool.genserver.CallTimeoutException;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A broken worker leaves the pool with the first transaction that finds out; one in doubt is validated first. */
@Timeout(60)
class SuspectWorkersTest {

    private final CapturedLog log = CapturedLog.open();
    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools = start(system);
    private final Queue<ExitReason> exits = new ConcurrentLinkedQueue<>();

    private static Pools start(ProcessSystem system) {
        try {
            return Pools.start(system);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
        log.close();
    }

    /** A connection that the other side may cut. */
    static final class Connection {
        final int number;
        volatile boolean dead;

        private Connection(int number) {
            this.number = number;
        }

        void send() throws IOException {
            if (dead) {
                throw new IOException("the other side hung up");
            }
        }

        @Override
        public String toString() {
            return "connection " + number;
        }
    }

    private interface Check {
        boolean validate(Connection connection) throws Exception;
    }

    private static final class Factory implements WorkerFactory<Connection> {
        final AtomicInteger made = new AtomicInteger();
        final Queue<Integer> validated = new ConcurrentLinkedQueue<>();
        volatile Check check = connection -> !connection.dead;

        @Override
        public Connection create() {
            return new Connection(made.incrementAndGet());
        }

        @Override
        public boolean validate(Connection connection) throws Exception {
            validated.add(connection.number);
            return check.validate(connection);
        }
    }

    private final Factory factory = new Factory();

    private <W> PoolClient<W> pool(
            WorkerFactory<W> workers, UnaryOperator<PoolSpec.Builder<W>> settings) {
        PoolListener observer = new PoolListener() {
            @Override
            public void workerExited(String pool, Pid worker, ExitReason reason) {
                exits.add(reason);
            }
        };
        return pools.startPool(settings
                .apply(PoolSpec.builder("pool", workers).size(1).maxOverflow(0).listener(observer)
                        .restart(PoolWorld.AT_ONCE))
                .build());
    }

    private PoolClient<Connection> pool(UnaryOperator<PoolSpec.Builder<Connection>> settings) {
        return pool(factory, settings);
    }

    private static void throwIn(PoolClient<?> pool, Throwable thrown) {
        assertThatThrownBy(() -> pool.transaction(worker -> HostileExceptions.sneak(thrown))).isSameAs(thrown);
    }

    private static int next(PoolClient<Connection> pool) {
        return pool.transactionResult(connection -> connection.number);
    }

    private void settles(PoolClient<?> pool, int workers) {
        Eventually.so(pool::status, () -> pool.status().available() == workers && pool.status().workers() == workers);
    }

    private ExitReason onlyExit() {
        Eventually.so(exits::toString, () -> !exits.isEmpty());
        assertThat(exits).hasSize(1);
        return exits.element();
    }

    // ---- broken workers go

    @ParameterizedTest
    @EnumSource(PoolStrategy.class)
    void one_dead_connection_of_five_fails_one_transaction(PoolStrategy strategy) throws Exception {
        PoolClient<Connection> pool = pool(spec -> spec.size(5).strategy(strategy));
        settles(pool, 5);
        pool.transaction(connection -> connection.dead = true);
        int failed = 0;
        for (int i = 0; i < 1_000; i++) {
            try {
                pool.transaction(Connection::send);
            } catch (IOException e) {
                failed++;
            }
        }
        assertThat(failed).isEqualTo(1);
        settles(pool, 5);
        assertThat(onlyExit())
                .satisfies(reason -> assertThat(reason.cause().orElseThrow()).isInstanceOf(IOException.class));
        assertThat(pool.status().transactions()).isEqualTo(new PoolStatus.Transactions(1_000, 0, 1));
        assertThat(factory.validated).isEmpty();
        assertThat(Stream.of(Level.ERROR, Level.WARN).flatMap(level -> log.messages(level).stream()))
                .as("the crash is told once")
                .singleElement().asString().contains("the other side hung up", "pool/");
        assertThat(pool.status().lastFailure()).isInstanceOf(IOException.class);
    }

    @Test
    void a_broken_resource_among_the_causes_crashes_the_worker_with_what_was_thrown() {
        PoolClient<Connection> pool = pool(spec -> spec);
        IllegalStateException thrown = new IllegalStateException(new UncheckedIOException(new IOException()));
        throwIn(pool, thrown);
        assertThat(next(pool)).isEqualTo(2);
        assertThat(onlyExit())
                .satisfies(reason -> assertThat(reason.cause().orElseThrow()).isSameAs(thrown));
    }

    @Test
    void a_result_function_that_throws_is_treated_alike() {
        PoolClient<Connection> pool = pool(spec -> spec);
        IOException thrown = new IOException();
        assertThatThrownBy(() -> pool.transactionResult(connection -> {
            throw thrown;
        })).isSameAs(thrown);
        assertThat(next(pool)).isEqualTo(2);
        IllegalStateException odd = new IllegalStateException();
        assertThatThrownBy(() -> pool.transactionResult(connection -> {
            throw odd;
        })).isSameAs(odd);
        assertThat(next(pool)).isEqualTo(2);
        assertThat(factory.validated).containsExactly(2);
        assertThat(pool.status().transactions()).isEqualTo(new PoolStatus.Transactions(2, 1, 1));
    }

    @Test
    void an_empty_list_leaves_the_worker_suspect() {
        PoolClient<Connection> pool = pool(spec -> spec.crashOn(failure -> false));
        throwIn(pool, new IOException());
        assertThat(next(pool)).isEqualTo(1);
        assertThat(factory.validated).containsExactly(1);
        assertThat(exits).isEmpty();
    }

    @Test
    void another_list_crashes_by_what_is_in_it_and_leaves_the_rest_suspect() {
        PoolClient<Connection> pool = pool(spec -> spec.crashOn(IllegalStateException.class::isInstance));
        throwIn(pool, new IOException());
        assertThat(next(pool)).isEqualTo(1);
        throwIn(pool, new RuntimeException(new IllegalStateException()));
        assertThat(next(pool)).isEqualTo(2);
        assertThat(factory.validated).containsExactly(1);
    }

    @Test
    void tasks_that_are_handed_over_crash_their_worker_as_before() {
        PoolClient<Connection> pool = pool(spec -> spec);
        Task<?> task = pool.asyncQueue(connection -> {
            throw new IllegalArgumentException();
        });
        Eventually.so(task::state, () -> task.state() == TaskState.FAILED);
        assertThat(next(pool)).isEqualTo(2);
        assertThat(factory.validated).isEmpty();
        assertThat(pool.status().transactions()).isEqualTo(new PoolStatus.Transactions(1, 0, 0));
    }

    // ---- suspect workers are validated

    static Stream<Throwable> inDoubt() {
        return Stream.of(new IllegalStateException("odd"), new NoSuchFileException("letter.txt"), new AssertionError(),
                new StackOverflowError(), new InterruptedException(), new HostileExceptions.ThrowingException());
    }

    @ParameterizedTest
    @MethodSource("inDoubt")
    void a_suspect_that_is_valid_is_validated_once_and_lent_again(Throwable thrown) {
        PoolClient<Connection> pool = pool(spec -> spec);
        throwIn(pool, thrown);
        for (int i = 0; i < 10; i++) {
            assertThat(next(pool)).isEqualTo(1);
        }
        assertThat(factory.validated).containsExactly(1);
        assertThat(exits).isEmpty();
        assertThat(pool.status().transactions()).isEqualTo(new PoolStatus.Transactions(10, 1, 0));
    }

    @Test
    void a_worker_is_not_validated_unless_it_is_suspect() {
        for (PoolStrategy strategy : PoolStrategy.values()) {
            PoolClient<Connection> pool = pool(spec -> spec.strategy(strategy));
            for (int i = 0; i < 10; i++) {
                next(pool);
                pool.checkout().close();
            }
            pools.stopPool(pool, Duration.ofSeconds(20));
        }
        assertThat(factory.validated).isEmpty();
    }

    @Test
    void a_suspect_is_validated_although_nobody_waits_for_it_and_is_not_lent_meanwhile() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        factory.check = connection -> {
            begun.countDown();
            goOn.await();
            return true;
        };
        PoolClient<Connection> pool = pool(spec -> spec);
        throwIn(pool, new IllegalStateException());
        assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(pool.status()).returns(0, PoolStatus::available).returns(1, PoolStatus::starting);
        assertThatThrownBy(() -> pool.checkout(Duration.ZERO)).isInstanceOf(CheckoutTimeoutException.class);
        CompletableFuture<Integer> waits = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> waits.complete(next(pool)));
        Eventually.so(pool::status, () -> pool.status().queueDepth() == 1);
        goOn.countDown();
        assertThat(waits.get(50, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void a_suspect_that_is_not_valid_crashes_because_of_what_was_thrown() {
        factory.check = connection -> connection.number > 1;
        PoolClient<Connection> pool = pool(spec -> spec);
        IllegalStateException odd = new IllegalStateException("odd");
        throwIn(pool, odd);
        assertThat(next(pool)).isEqualTo(2);
        assertThat(onlyExit()).satisfies(
                reason -> assertThat(reason.cause().orElseThrow()).hasMessage("the worker is not valid any more")
                        .hasCause(odd));
        assertThat(pool.status().transactions()).isEqualTo(new PoolStatus.Transactions(1, 1, 0));
    }

    @Test
    void what_was_thrown_is_not_the_cause_of_a_later_check_that_fails() {
        PoolClient<Connection> pool = pool(spec -> spec.validateOnCheckout(true));
        throwIn(pool, new IllegalStateException("odd"));
        pool.transaction(connection -> connection.dead = true);
        assertThat(next(pool)).isEqualTo(2);
        assertThat(onlyExit())
                .satisfies(reason -> assertThat(reason.cause().orElseThrow()).hasNoCause());
    }

    @Test
    void a_suspect_whose_validation_throws_crashes_with_that() {
        IOException broken = new IOException("no answer");
        factory.check = connection -> {
            if (connection.number == 1) {
                throw broken;
            }
            return true;
        };
        PoolClient<Connection> pool = pool(spec -> spec);
        throwIn(pool, new IllegalStateException("odd"));
        assertThat(next(pool)).isEqualTo(2);
        assertThat(onlyExit())
                .satisfies(reason -> assertThat(reason.cause().orElseThrow()).isSameAs(broken));
    }

    @Test
    void a_suspect_whose_validation_hangs_is_replaced_when_its_time_is_over() {
        factory.check = connection -> {
            if (connection.number == 1) {
                new CountDownLatch(1).await();
            }
            return true;
        };
        PoolClient<Connection> pool = pool(spec -> spec.validationTimeout(Duration.ofMillis(20)));
        throwIn(pool, new IllegalStateException("odd"));
        assertThat(next(pool)).isEqualTo(2);
        assertThat(onlyExit()).isEqualTo(ExitReason.KILLED);
    }

    @Test
    void a_worker_whose_factory_cannot_validate_is_idle_at_once() {
        PoolClient<Object> pool = pool(Object::new, spec -> spec);
        settles(pool, 1);
        Object worker = pool.transactionResult(it -> it);
        for (int i = 0; i < 1_000; i++) {
            throwIn(pool, new IllegalStateException("odd"));
            assertThat(pool.status().available()).isEqualTo(1);
        }
        Object again = pool.transactionResult(it -> it);
        assertThat(again).isSameAs(worker);
        assertThat(pool.status().transactions()).isEqualTo(new PoolStatus.Transactions(2, 1_000, 0));
    }

    @Test
    void a_failure_is_no_success_from_which_the_restart_plan_begins_anew() {
        factory.check = connection -> false;
        PoolClient<Connection> pool = pool(spec -> spec.restart(PoolWorld.policy("[restart, 1h]")));
        throwIn(pool, new IllegalStateException("odd"));
        throwIn(pool, new IllegalStateException("odd"));
        Eventually.so(pool::status, () -> pool.status().waitingToRestart() == 1);
        Eventually.so(exits::toString, () -> exits.size() == 2);
    }

    @Test
    void a_worker_beyond_the_size_goes_after_its_validation_if_nobody_needs_it() {
        PoolClient<Connection> pool = pool(spec -> spec.maxOverflow(1));
        try (Lease<Connection> first = pool.checkout()) {
            throwIn(pool, new IllegalStateException("odd"));
            settlesAt(pool, first);
        }
        assertThat(onlyExit()).matches(ExitReason::isOrderly);
        assertThat(pool.status().transactions()).isEqualTo(new PoolStatus.Transactions(0, 1, 0));
    }

    @Test
    void a_suspect_that_has_served_goes_after_its_validation_if_its_successor_is_ready() {
        CountDownLatch goOn = new CountDownLatch(1);
        factory.check = connection -> {
            goOn.await();
            return true;
        };
        PoolClient<Connection> pool = pool(spec -> spec.maxOverflow(1).maxUses(1));
        throwIn(pool, new IllegalStateException("odd"));
        Eventually.so(pool::status, () -> pool.status().available() == 1 && factory.made.get() == 2);
        goOn.countDown();
        settles(pool, 1);
        assertThat(onlyExit()).matches(ExitReason::isOrderly);
    }

    private static void settlesAt(PoolClient<?> pool, Lease<?> only) {
        Eventually.so(pool::status, () -> pool.status().workers() == 1 && only.isOpen());
    }

    @Test
    void the_worker_of_a_killed_borrower_is_validated_when_its_thread_has_left_it() throws Exception {
        PoolClient<Connection> pool = pool(spec -> spec);
        CountDownLatch taken = new CountDownLatch(1);
        Pid borrower = system.spawn(self -> pool.transaction(connection -> {
            taken.countDown();
            self.receive();
        }));
        assertThat(taken.await(50, TimeUnit.SECONDS)).isTrue();
        system.exit(borrower, ExitReason.KILL);
        assertThat(next(pool)).isEqualTo(1);
        assertThat(factory.validated).containsExactly(1);
        assertThat(pool.status().transactions()).isEqualTo(new PoolStatus.Transactions(1, 1, 0));
    }

    @Test
    void an_interrupt_that_a_transaction_leaves_behind_is_still_there() {
        PoolClient<Connection> pool = pool(spec -> spec);
        InterruptedException thrown = new InterruptedException();
        assertThatThrownBy(() -> pool.transaction(connection -> {
            Thread.currentThread().interrupt();
            throw thrown;
        })).isSameAs(thrown);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(next(pool)).isEqualTo(1);
        assertThat(factory.validated).containsExactly(1);
    }

    @Test
    void transactions_that_end_while_the_pool_is_stopped_or_their_worker_has_died_are_counted() throws Exception {
        PoolClient<Connection> pool = pool(spec -> spec);
        try (Lease<Connection> lease = pool.checkout()) {
            system.exit(lease.pid(), ExitReason.KILL);
        }
        pool.transaction(connection -> system.exit(worker(), ExitReason.KILL));
        throwIn(pool, new IOException());
        assertThat(pool.status().transactions()).isEqualTo(new PoolStatus.Transactions(1, 0, 1));
        IOException late = new IOException();
        assertThatThrownBy(() -> pool.transaction(connection -> {
            system.exit(worker(), ExitReason.KILL);
            throw late;
        })).isSameAs(late);
        assertThat(pool.status().transactions()).isEqualTo(new PoolStatus.Transactions(1, 1, 1));
    }

    private Pid worker() {
        return system.processes().stream().filter(pid -> pid.label().startsWith("pool/")).findFirst().orElseThrow();
    }

    // ---- leases

    @Test
    void a_lease_that_is_given_back_as_suspect_is_over_and_its_worker_is_validated() {
        PoolClient<Connection> pool = pool(spec -> spec);
        try (Lease<Connection> lease = pool.checkout()) {
            lease.suspect();
            assertThat(lease.isOpen()).isFalse();
            assertThatThrownBy(lease::worker).isInstanceOf(LeaseClosedException.class);
            lease.suspect();
            lease.fail(new IOException());
        }
        try (Lease<Connection> lease = pool.checkout()) {
            assertThat(lease.worker().number).isEqualTo(1);
            assertThat(factory.validated).containsExactly(1);
            lease.worker().dead = true;
            lease.suspect();
        }
        assertThat(next(pool)).isEqualTo(2);
        assertThat(factory.validated).containsExactly(1, 1);
        assertThat(onlyExit())
                .satisfies(reason -> assertThat(reason.cause().orElseThrow()).hasNoCause());
    }

    @Test
    void a_suspect_lease_of_a_factory_that_cannot_validate_is_closed() {
        PoolClient<Object> pool = pool(Object::new, spec -> spec);
        Lease<Object> lease = pool.checkout();
        lease.suspect();
        assertThat(pool.status().available()).isEqualTo(1);
        assertThat(lease.isOpen()).isFalse();
    }

    // ---- servers

    /** Answers when it is let. */
    private static final class Slow implements GenServer<CountDownLatch, Integer, String> {
        private int answered;

        @Override
        public Integer handleCall(CountDownLatch until, ReplyTo<Integer> from, ServerContext self) throws Exception {
            until.await();
            return ++answered;
        }
    }

    private GenServerRef<CountDownLatch, Integer, String> server() throws InterruptedException {
        ProcessContext worker = Objects.requireNonNull(ProcessSystem.currentProcess());
        StartResult started = worker.startLink(GenServerRef.linkedTo(Slow::new, worker.self()),
                SpawnOptions.labelled("server"));
        return new GenServerRef<>(system, ((StartResult.Started) started).pid());
    }

    private static void callInVain(GenServerRef<CountDownLatch, Integer, String> server, CountDownLatch until)
            throws InterruptedException {
        try {
            throw new AssertionError(server.call(until, Duration.ofMillis(1)));
        } catch (CallTimeoutException swallowed) {
            // as by a user with other work
        }
    }

    @ParameterizedTest
    @EnumSource(PoolStrategy.class)
    void a_server_whose_late_call_the_user_has_swallowed_is_lent_when_it_has_answered(PoolStrategy strategy)
            throws Exception {
        PoolClient<GenServerRef<CountDownLatch, Integer, String>> pool = pool(this::server,
                spec -> spec.strategy(strategy).validationTimeout(Duration.ofSeconds(20)));
        CountDownLatch none = new CountDownLatch(0);
        List<Integer> answers = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            CountDownLatch until = new CountDownLatch(1);
            if (round % 4 == 0) {
                pool.transaction(server -> callInVain(server, until));
            } else if (round % 4 == 3) {
                pool.transaction(server -> server.callAsync(until).toCompletableFuture().cancel(true));
            } else if (round % 4 == 1) {
                try (Lease<GenServerRef<CountDownLatch, Integer, String>> lease = pool.checkout()) {
                    callInVain(lease.worker(), until);
                }
            } else {
                assertThatThrownBy(() -> pool.transaction(server -> {
                    callInVain(server, until);
                    throw new IllegalStateException("odd");
                })).isInstanceOf(IllegalStateException.class);
            }
            assertThat(pool.status()).returns(0, PoolStatus::available).returns(1, PoolStatus::starting);
            assertThatThrownBy(() -> pool.checkout(Duration.ZERO)).isInstanceOf(CheckoutTimeoutException.class);
            CompletableFuture<Integer> next = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    // shorter than the call before is busy: with that one it would time out
                    next.complete(pool.transactionResult(server -> server.call(none, Duration.ofSeconds(10))));
                } catch (InterruptedException | RuntimeException e) {
                    next.completeExceptionally(e);
                }
            });
            Eventually.so(pool::status, () -> pool.status().queueDepth() == 1);
            until.countDown();
            answers.add(next.get(50, TimeUnit.SECONDS));
        }
        assertThat(answers).containsExactly(2, 4, 6, 8, 10, 12, 14, 16, 18, 20);
        assertThat(exits).isEmpty();
    }

    @Test
    void a_worker_that_is_a_server_crashes_with_what_was_thrown_and_takes_the_server_along() throws Exception {
        for (int i = 0; i < 50; i++) {
            exits.clear();
            PoolClient<GenServerRef<CountDownLatch, Integer, String>> pool = pool(this::server, spec -> spec);
            Pid server = pool.transactionResult(GenServerRef::pid);
            IOException broken = new IOException("broken");
            throwIn(pool, broken);
            int first = pool.transactionResult(next -> next.call(new CountDownLatch(0), Duration.ofSeconds(20)));
            assertThat(first).isEqualTo(1);
            assertThat(onlyExit().cause().orElseThrow()).isSameAs(broken);
            Eventually.so(server::toString, () -> !server.isAlive());
            Lease<GenServerRef<CountDownLatch, Integer, String>> lease = pool.checkout();
            IllegalStateException failed = new IllegalStateException("failed");
            exits.clear();
            Task<?> task = pool.asyncQueue(next -> {
                throw failed;
            });
            lease.close();
            Eventually.so(task::state, () -> task.state() == TaskState.FAILED);
            assertThat(onlyExit().cause().orElseThrow()).isSameAs(failed);
            pools.stopPool(pool, Duration.ofSeconds(20));
        }
    }

    @Test
    void a_server_that_never_answers_crashes_when_the_time_for_its_check_is_over() throws Exception {
        PoolClient<GenServerRef<CountDownLatch, Integer, String>> pool = pool(this::server,
                spec -> spec.validationTimeout(Duration.ofMillis(20)));
        CountDownLatch never = new CountDownLatch(1);
        pool.transaction(server -> callInVain(server, never));
        int first = pool.transactionResult(server -> server.call(new CountDownLatch(0), Duration.ofSeconds(20)));
        assertThat(first).isEqualTo(1);
        // by its own limit, or by that of its check
        assertThat(onlyExit()).isNotEqualTo(ExitReason.SHUTDOWN).matches(reason -> !reason.isOrderly());
        never.countDown();
    }
}
