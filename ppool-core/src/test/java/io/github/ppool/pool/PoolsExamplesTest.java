package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The Java of the pages on pools: their blocks are regions of this file. */
class PoolsExamplesTest {

    private static final Queue<String> SENT = new ConcurrentLinkedQueue<>();

    /** Stands for a connection. */
    static final class SmtpWorker {
        void send(String text) throws IOException {
            if (text.isEmpty()) {
                throw new IOException("nothing to send");
            }
            SENT.add(text);
        }

        CompletionStage<String> sendLater(String text) {
            SENT.add(text);
            return CompletableFuture.supplyAsync(() -> "sent " + text);
        }

        int count() {
            return SENT.size();
        }

        boolean isPolite() {
            return SENT.contains("HELO");
        }
    }

    @Test
    void borrow_or_hand_over() throws Exception {
        SENT.clear();
        // region start
        ProcessSystem system = new ProcessSystem();
        Pools pools = Pools.start(system);
        PoolClient<SmtpWorker> smtp = pools.startPool(PoolSpec.builder("smtp", SmtpWorker::new)
                .size(5)
                .maxOverflow(10)
                .build());

        smtp.transaction(worker -> worker.send("one")); // borrow: on this thread
        int sent = smtp.transactionResult(worker -> worker.count());
        Task<?> later = smtp.asyncQueue(worker -> worker.send("two")); // hand over: on the worker's thread, in its turn
        Task<Integer> counts = smtp.asyncQueueResult(worker -> worker.count());
        boolean now = smtp.run(worker -> worker.send("three")).isPresent(); // at once or not at all
        // end

        assertThat(sent).isEqualTo(1);
        assertThat(now).isTrue();
        later.result().toCompletableFuture().get(50, TimeUnit.SECONDS);
        assertThat(counts.result().toCompletableFuture().get(50, TimeUnit.SECONDS)).isBetween(1, 3);

        // region lease
        try (Lease<SmtpWorker> lease = smtp.checkout(Duration.ofSeconds(1))) {
            try {
                lease.worker().send("four");
            } catch (IOException broken) {
                lease.fail(broken); // the worker crashes, and comes back by its restart plan
            }
        }
        // end

        // region transaction-async
        CompletionStage<String> answer = smtp.transactionAsync(worker -> worker.sendLater("five"));
        // end
        assertThat(answer.toCompletableFuture().get(50, TimeUnit.SECONDS)).isEqualTo("sent five");

        // region stop
        pools.stopPool("smtp", Duration.ofSeconds(20)); // accepted tasks are finished first, within that time
        pools.close();
        system.close();
        // end
        assertThat(SENT).contains("one", "two", "three", "four");
    }

    @Test
    void what_a_transaction_throws_and_a_lease_says_of_its_worker() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region crash-on
            PoolClient<SmtpWorker> strict = pools.startPool(PoolSpec.builder("strict", SmtpWorker::new)
                    .crashOn(PoolSpec.BROKEN_RESOURCE.or(failure -> failure instanceof IllegalStateException))
                    .build());
            // end
            assertThatThrownBy(() -> strict.transaction(worker -> worker.send(""))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> strict.transaction(worker -> {
                throw new IllegalStateException();
            })).isInstanceOf(IllegalStateException.class);
            assertThat(strict.status().transactions()).isEqualTo(new PoolStatus.Transactions(0, 0, 2));

            PoolClient<SmtpWorker> smtp = pools.startPool(PoolSpec.builder("smtp", SmtpWorker::new).size(1).build());
            // region suspect
            try (Lease<SmtpWorker> lease = smtp.checkout()) {
                if (!lease.worker().isPolite()) {
                    lease.suspect(); // given back, and validated before the next borrower
                }
            }
            // end
            smtp.transaction(worker -> worker.send("five"));
        }
    }

    @Test
    void work_that_computes() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region computing
            PoolClient<StringBuilder> renderers = pools.startPool(PoolSpec.builder("renderers", StringBuilder::new)
                    .size(Runtime.getRuntime().availableProcessors())
                    .maxOverflow(0) // more threads than processors compute no faster
                    .platformThreads(true)
                    .build());
            // end
            assertThat(renderers.asyncQueueResult(worker -> Thread.currentThread().isVirtual()).result()
                    .toCompletableFuture().get(50, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void a_limit_as_in_learn_you_some_erlang() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            CountDownLatch goOn = new CountDownLatch(1);
            // region limit
            PoolClient<Object> two = pools.startPool(
                    PoolSpec.builder("two", Object::new).size(0).maxOverflow(2).build());
            two.run(worker -> goOn.await());
            two.run(worker -> goOn.await());
            boolean noalloc = two.run(worker -> goOn.await()).isEmpty();
            // end
            assertThat(noalloc).isTrue();
            goOn.countDown();
        }
    }

    @Test
    void a_refusal_explains_itself() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> small = pools.startPool(
                    PoolSpec.builder("small", Object::new).size(1).maxOverflow(0).queueCapacity(0).build());
            try (Lease<Object> taken = small.checkout()) {
                assertThat(taken.isOpen()).isTrue();
                // region refusal
                assertThatThrownBy(() -> small.checkout(Duration.ofSeconds(5)))
                        .isInstanceOf(PoolRejectedException.class)
                        .hasMessage(
                                "checkout was refused: queue-capacity 0 is reached; pool 'small' is running: size 1,"
                                        + " max-overflow 0; 0 of 0 waiting; workers: 0 idle, 1 borrowed,"
                                        + " 0 working, 0 starting, 0 stopping, 0 waiting to restart");
                // end
            }
        }
    }

    @Test
    void a_start_that_waits_for_its_workers() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region gate
            Semaphore connections = new Semaphore(2); // that the server allows
            WorkerGate limit = (pool, process) -> connections.tryAcquire() ? connections::release : null;
            PoolClient<SmtpWorker> gated = pools.startPool(PoolSpec.builder("gated", SmtpWorker::new)
                    .gate(limit)
                    .build());
            // end
            gated.transaction(worker -> worker.send("through the gate"));
            assertThat(connections.availablePermits()).isLessThan(2);
            // region await-ready
            PoolClient<SmtpWorker> ready = pools.startPool(PoolSpec.builder("ready", SmtpWorker::new)
                    .size(2)
                    .awaitReady(Duration.ofSeconds(30)) // attempts are repeated for half a minute
                    .failFast(true) // then PoolNotReadyException
                    .build());
            // end
            assertThat(ready.status().available()).isEqualTo(2);
        }
    }

    @Test
    void limits_and_a_stop_that_does_not_block() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region limits
            PoolClient<SmtpWorker> bounded = pools.startPool(PoolSpec.builder("bounded", SmtpWorker::new)
                    .creationTimeout(Duration.ofSeconds(10))
                    .validateOnCheckout(true)
                    .validationTimeout(Duration.ofSeconds(1))
                    .orphanGrace(Duration.ofSeconds(2))
                    .build());
            // end
            bounded.transaction(worker -> worker.send("within its limits"));
            assertThat(bounded.status().orphaned()).isZero();

            // region stop-async
            CompletionStage<Boolean> stopped = pools.stopPoolAsync("bounded", Duration.ofSeconds(20));
            boolean again = pools.stopPool(bounded, Duration.ofSeconds(5)); // joins in: at most five seconds now
            // end
            assertThat(stopped.toCompletableFuture().get(50, TimeUnit.SECONDS)).isTrue();
            assertThat(again || pools.pool("bounded").isEmpty()).isTrue();
        }
    }

    @Test
    void a_judge_that_throws_does_not_hide_what_it_judges() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region judge
            PoolClient<SmtpWorker> judged = pools.startPool(PoolSpec.builder("judged", SmtpWorker::new)
                    .surviveOn(failure -> Integer.parseInt(failure.getMessage()) < 500) // throws: that is no number
                    .build());
            Task<?> task = judged.asyncQueue(worker -> worker.send(""));
            Throwable failure = task.result().handle((nothing, thrown) -> thrown).toCompletableFuture().join();
            // end
            assertThat(failure).isInstanceOf(IOException.class);
            assertThat(failure.getSuppressed()).singleElement().isInstanceOf(NumberFormatException.class);
        }
    }

    @Test
    void a_task_that_joins_the_queue_later() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<SmtpWorker> smtp = pools.startPool(PoolSpec.builder("smtp", SmtpWorker::new).size(1).build());
            // region schedule
            Task<?> reminder = smtp.schedule(Duration.ofMillis(20), worker -> worker.send("six"));
            Task<?> never = smtp.schedule(Duration.ofDays(1), worker -> worker.send("seven"));
            never.cancel();
            // end
            assertThat(reminder.result().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(30));
            assertThat(never.state()).isEqualTo(TaskState.CANCELLED);
        }
    }

    @Test
    void plans_for_workers_and_for_tasks() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region plans
            RestartPolicy thrice = RestartPolicy.of(RestartPlan.parse("[restart*2, 10ms]"));
            PoolClient<SmtpWorker> patient = pools.startPool(PoolSpec.builder("patient", SmtpWorker::new)
                    .size(1)
                    .restart(RestartPolicy.of(RestartPlan.parse("[restart, 1s, backoff 1s..1m x2 jitter 20%]"))
                            .withCount(RestartCount.INFINITY))
                    .surviveOn(failure -> failure instanceof IOException) // a failure that did not break the worker
                    .taskRestart(thrice) // a failed task goes back to the queue
                    .build());
            Task<?> task = patient.asyncQueue(worker -> worker.send(""));
            // end
            assertThatThrownBy(() -> task.result().toCompletableFuture().get(50, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IOException.class);
            assertThat(task.attempts()).isEqualTo(4);
        }
    }

    // region server
    /** Counts, as a process of its own. */
    static final class Counter implements GenServer<Integer, Integer, String> {
        private int total;

        @Override
        public Integer handleCall(Integer add, ReplyTo<Integer> from, ServerContext self) {
            total += add;
            return total;
        }
    }

    static GenServerRef<Integer, Integer, String> counter() throws InterruptedException {
        ProcessContext worker = ProcessSystem.currentProcess(); // a factory runs on the worker's process
        StartResult started = worker.startLink(
                GenServerRef.linkedTo(Counter::new, worker.self()), SpawnOptions.labelled("counter"));
        return new GenServerRef<>(worker.system(), ((StartResult.Started) started).pid());
    }
    // end

    @Test
    void a_worker_that_is_a_process_itself() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region server-pool
            PoolClient<GenServerRef<Integer, Integer, String>> counters = pools.startPool(
                    PoolSpec.builder("counters", PoolsExamplesTest::counter).size(1).build());
            int total = counters.transactionResult(counter -> counter.call(2) + counter.call(3));
            // end
            assertThat(total).isEqualTo(7);
        }
    }

    @Test
    void tasks_with_keys() throws Exception {
        SENT.clear();
        try (ProcessSystem system = new ProcessSystem(); Pools pools = Pools.start(system)) {
            PoolClient<SmtpWorker> smtp = pools.startPool(PoolSpec.builder("smtp", SmtpWorker::new).size(5).build());
            // region keys
            TaskQueue<SmtpWorker> customer = smtp.tasks(TaskOptions.key("customer-42"));
            customer.asyncQueue(worker -> worker.send("your order has come in"));
            customer.asyncQueue(worker -> worker.send("your order is on its way")); // after the first
            Task<?> last = customer.asyncQueue(worker -> worker.send("your order is there")); // after both
            smtp.tasks(TaskOptions.key("customer-7")).asyncQueue(worker -> worker.send("welcome")); // beside them
            // end
            last.result().toCompletableFuture().get(50, TimeUnit.SECONDS);
            assertThat(SENT.stream().filter(text -> text.startsWith("your"))).containsExactly(
                    "your order has come in", "your order is on its way", "your order is there");
        }
    }

    @Test
    void tasks_with_keys_that_fail() throws Exception {
        SENT.clear();
        try (ProcessSystem system = new ProcessSystem(); Pools pools = Pools.start(system)) {
            RestartPolicy retries = RestartPolicy.of(RestartPlan.parse("[restart*2, 10ms]"));
            // region keys-retries
            PoolClient<SmtpWorker> smtp = pools.startPool(PoolSpec.builder("smtp", SmtpWorker::new)
                    .size(5)
                    .taskRestart(retries)
                    .build());
            TaskOptions inOrder = TaskOptions.key("customer-42"); // those behind wait for the next attempt
            TaskOptions letsOthersGo = inOrder.withKeyBlocks(false);
            TaskOptions warm = inOrder.withSticky(true); // the worker that served the customer last, if it is idle
            // end
            Task<?> failing = smtp.tasks(letsOthersGo).asyncQueue(worker -> worker.send(""));
            smtp.tasks(warm).asyncQueueResult(SmtpWorker::count).result().toCompletableFuture()
                    .get(50, TimeUnit.SECONDS);
            assertThat(failing.result().toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(20));
            assertThat(failing.attempts()).isGreaterThan(1);
        }
    }
}
