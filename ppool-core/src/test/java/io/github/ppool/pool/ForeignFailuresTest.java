package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The exceptions of callbacks, and the state that they leave on a thread, concern neither waiting callers nor later
 * tasks.
 */
@Timeout(60)
class ForeignFailuresTest {

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

    /** Counts the ends of workers. */
    private class Observer implements PoolListener {
        @Override
        public void workerExited(String pool, Pid worker, ExitReason reason) {
            exits.add(reason);
        }
    }

    private <W> PoolClient<W> single(WorkerFactory<W> factory, UnaryOperator<PoolSpec.Builder<W>> settings) {
        return pools.startPool(settings
                .apply(PoolSpec.builder("pool", factory).size(1).maxOverflow(0).listener(new Observer()))
                .build());
    }

    private static <T> T outcome(Task<T> task) throws Exception {
        return task.result().toCompletableFuture().get(50, TimeUnit.SECONDS);
    }

    private static void assertOutcome(Task<?> task, Object expected) throws Exception {
        Object value = outcome(task);
        assertThat(value).as("%s", task).isEqualTo(expected);
    }

    private static Throwable failure(Task<?> task) throws Exception {
        Throwable told = task.result().toCompletableFuture().<@Nullable Throwable>handle((value, thrown) -> thrown)
                .get(50, TimeUnit.SECONDS);
        return Objects.requireNonNull(told instanceof CompletionException ? told.getCause() : told);
    }

    // ---- predicates that decide about a failure

    private static boolean broken(Throwable failure) {
        throw new IllegalArgumentException("a predicate that has not thought of " + failure.getClass().getSimpleName());
    }

    @Test
    void a_borrower_gets_what_its_action_threw_although_the_predicate_about_it_throws() {
        PoolClient<Object> pool = single(Object::new, spec -> spec.crashOn(ForeignFailuresTest::broken));
        Object worker = pool.transactionResult(it -> it);
        UnsupportedOperationException real = new UnsupportedOperationException();
        assertThatThrownBy(() -> pool.transaction(it -> {
            throw real;
        })).isSameAs(real);
        assertThat(real.getSuppressed()).singleElement()
                .isInstanceOf(IllegalArgumentException.class)
                .hasFieldOrPropertyWithValue("message",
                        "a predicate that has not thought of UnsupportedOperationException");
        assertThat(log.messages(Level.ERROR)).singleElement().asString()
                .contains("crash-on of pool 'pool' failed on").endsWith("which counts as false");
        Object next = pool.transactionResult(it -> it);
        assertThat(next).isSameAs(worker);
        assertThat(exits).isEmpty();
    }

    @Test
    void a_task_fails_with_what_it_threw_although_the_predicates_about_it_throw() throws Exception {
        PoolClient<Object> pool = single(new WorkerFactory<>() {
            @Override
            public Object create() {
                return new Object();
            }

            @Override
            public boolean survives(Throwable failure) {
                return broken(failure);
            }
        }, spec -> spec.surviveOn(ForeignFailuresTest::broken));
        UnsupportedOperationException real = new UnsupportedOperationException();
        Task<?> task = pool.asyncQueue(worker -> {
            throw real;
        });
        assertThat(failure(task)).isSameAs(real);
        assertThat(real.getSuppressed()).hasSize(2)
                .allSatisfy(thrown -> assertThat(thrown).isInstanceOf(IllegalArgumentException.class));
        pool.checkout(Duration.ofSeconds(20)).close(); // the worker did not survive, and is replaced
        Eventually.so(exits::toString, () -> !exits.isEmpty()); // told after that
        assertThat(exits).singleElement()
                .satisfies(reason -> assertThat(reason.cause().orElseThrow()).isSameAs(real));
    }

    // ---- an observer that ends with an error, once

    private final AtomicBoolean failed = new AtomicBoolean();

    private void failOnce() {
        if (failed.compareAndSet(false, true)) {
            throw new AssertionError("an observer's mistake");
        }
    }

    private void assertLoggedOnce() {
        Eventually.so(() -> log.messages(Level.ERROR), () -> !log.messages(Level.ERROR).isEmpty());
        assertThat(log.messages(Level.ERROR)).hasSize(1);
        assertThat(failed).isTrue();
    }

    @Test
    void all_stages_are_refused_although_the_listener_fails_on_the_first_refusal() throws Exception {
        PoolClient<Object> pool = single(Object::new, spec -> spec.listener(new Observer() {
            @Override
            public void refused(String name, PoolException refusal) {
                failOnce();
            }
        }));
        try (Lease<Object> held = pool.checkout()) {
            List<CompletableFuture<Lease<Object>>> stages = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                stages.add(pool.checkoutAsync(Duration.ofMillis(20)).toCompletableFuture());
            }
            for (CompletableFuture<Lease<Object>> stage : stages) {
                assertThatThrownBy(() -> stage.get(50, TimeUnit.SECONDS)).cause()
                        .isInstanceOf(CheckoutTimeoutException.class);
            }
            assertThatThrownBy(() -> pool.checkout(Duration.ofMillis(1))).isInstanceOf(CheckoutTimeoutException.class);
            assertThat(held.isOpen()).isTrue();
        }
        assertLoggedOnce();
    }

    @Test
    void a_task_that_returned_has_its_value_although_the_listener_fails_on_its_run() throws Exception {
        PoolClient<Object> pool = single(Object::new, spec -> spec.listener(new Observer() {
            @Override
            public void taskRan(String name, Task<?> task, Duration ran) {
                failOnce();
            }
        }));
        assertOutcome(pool.asyncQueueResult(worker -> 42), 42);
        assertOutcome(pool.asyncQueueResult(worker -> 43), 43);
        assertThat(exits).isEmpty();
        assertLoggedOnce();
    }

    @Test
    void a_borrower_behind_a_task_is_served_although_the_listener_fails_on_the_end_of_the_task() throws Exception {
        PoolClient<Object> pool = single(Object::new, spec -> spec.listener(new Observer() {
            @Override
            public void taskEnded(String name, Task<?> task) {
                failOnce();
            }
        }));
        CountDownLatch go = new CountDownLatch(1);
        Task<?> task = pool.syncQueue(worker -> go.await());
        CompletableFuture<Boolean> served = new CompletableFuture<>();
        Thread borrower = Thread.ofPlatform().start(() -> {
            try (Lease<Object> lease = pool.checkout(Duration.ofSeconds(20))) {
                served.complete(lease.isOpen());
            } catch (PoolException e) {
                served.completeExceptionally(e);
            }
        });
        Eventually.so(pool::status, () -> pool.status().queueDepth() == 1);
        go.countDown();
        assertThat(served.get(50, TimeUnit.SECONDS)).isTrue();
        borrower.join();
        outcome(task);
        assertThat(exits).isEmpty();
        assertLoggedOnce();
    }

    @Test
    void the_first_borrower_is_served_although_the_listener_fails_on_the_first_worker() {
        PoolClient<Object> pool = single(Object::new, spec -> spec.listener(new Observer() {
            @Override
            public void workerReady(String name, Pid worker, Duration took) {
                failOnce();
            }
        }));
        pool.checkout(Duration.ofSeconds(20)).close();
        assertLoggedOnce();
        pool.checkout(Duration.ZERO).close();
        assertThat(exits).isEmpty();
    }

    // ---- an interrupt that a call-back leaves behind

    /** Where the interrupt is left. */
    private enum Leaves {
        LISTENER,
        DEPENDENT,
        CREATE,
        VALIDATE,
        KEEP_ALIVE
    }

    private final AtomicInteger left = new AtomicInteger();

    private final class Interrupting implements WorkerFactory<Object> {
        private final Leaves where;

        Interrupting(Leaves where) {
            this.where = where;
        }

        void at(Leaves here) {
            if (here == where) {
                Thread.currentThread().interrupt();
                left.incrementAndGet();
            }
        }

        @Override
        public Object create() {
            at(Leaves.CREATE);
            return new Object();
        }

        @Override
        public boolean validate(Object worker) {
            at(Leaves.VALIDATE);
            return true;
        }

        @Override
        public void keepAlive(Object worker) {
            at(Leaves.KEEP_ALIVE);
        }
    }

    private static boolean seesNoInterrupt() throws InterruptedException {
        boolean interrupted = Thread.currentThread().isInterrupted();
        Thread.sleep(1); // throws if an interrupt is pending; any blocking call would do, and no time is waited for
        return !interrupted;
    }

    @ParameterizedTest
    @EnumSource
    void an_interrupt_left_by_a_call_back_hits_no_later_task(Leaves where) throws Exception {
        for (boolean platform : new boolean[]{false, true}) {
            exits.clear();
            left.set(0);
            Interrupting factory = new Interrupting(where);
            PoolClient<Object> pool = single(factory, spec -> spec
                    .platformThreads(platform)
                    .validateOnCheckout(where == Leaves.VALIDATE)
                    .keepAlive(where == Leaves.KEEP_ALIVE ? Duration.ofMillis(2) : null)
                    .listener(new Observer() {
                        @Override
                        public void taskEnded(String name, Task<?> task) {
                            factory.at(Leaves.LISTENER);
                        }
                    }));
            Object worker = outcome(pool.asyncQueueResult(it -> it)); // and no caller waits behind it
            Eventually.so(() -> where + " is not called",
                    () -> left.get() > 0 || where == Leaves.DEPENDENT || where == Leaves.VALIDATE);
            CountDownLatch go = new CountDownLatch(1);
            Task<?> first = pool.syncQueue(it -> go.await());
            first.result().thenRun(() -> factory.at(Leaves.DEPENDENT));
            List<Task<Boolean>> innocent = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                innocent.add(pool.asyncQueueResult(it -> seesNoInterrupt()));
            }
            go.countDown();
            for (Task<Boolean> task : innocent) {
                assertOutcome(task, true);
            }
            assertOutcome(pool.asyncQueueResult(it -> it), worker);
            assertThat(left).hasPositiveValue();
            assertThat(exits).isEmpty();
            pools.stopPool(pool, Duration.ZERO);
        }
    }

    // ---- reasons that are foreign objects

    private enum Refuses {
        TO_STRING,
        HASH_CODE,
        EQUALS
    }

    @SuppressWarnings("EqualsHashCode") // it is a hostile one
    private static final class HostileReason {
        private final Refuses refuses;

        HostileReason(Refuses refuses) {
            this.refuses = refuses;
        }

        private void at(Refuses here) {
            if (here == refuses) {
                throw new IllegalStateException("no " + here);
            }
        }

        @Override
        public String toString() {
            at(Refuses.TO_STRING);
            return "a reason";
        }

        @Override
        public int hashCode() {
            at(Refuses.HASH_CODE);
            return 1;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            at(Refuses.EQUALS);
            return other == this;
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_ends_that_is_told_to_exit_with_a_reason_that_answers_nothing(Refuses refuses) throws Exception {
        PoolClient<Object> pool = single(Object::new, spec -> spec.maxOverflow(1));
        for (int i = 0; i < 3; i++) {
            Task<?> task = pool.syncQueue(worker -> Thread.sleep(60_000)); // until it is ended
            assertThat(task.exit(ExitReason.of(new HostileReason(refuses)))).isTrue();
            assertThat(failure(task)).isInstanceOf(WorkerExitException.class);
            assertThat(task.state()).isEqualTo(TaskState.FAILED);
            assertThat(task.pid().orElseThrow().isAlive()).isFalse();
            assertOutcome(pool.asyncQueueResult(worker -> 1), 1);
        }
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.RUNNING);
    }
}
