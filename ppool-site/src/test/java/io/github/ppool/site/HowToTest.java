package io.github.ppool.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.Simulation;
import io.github.ppool.test.PpoolAssertions;
import io.github.ppool.test.PpoolTester;
import io.github.ppool.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The Java of the how-to pages: each block there is a region of this file, or of another test. */
class HowToTest {

    private static final AtomicInteger CLOSED_IN_ORDER = new AtomicInteger();

    /** Stands for a connection. */
    static final class Connection {
        static Connection open() throws IOException {
            return new Connection();
        }

        String ask(String request) throws IOException {
            if (request.equals("HANG UP")) {
                throw new IOException("the server has hung up");
            }
            return "ok";
        }

        void close(boolean inOrder) {
            CLOSED_IN_ORDER.addAndGet(inOrder ? 1 : 0);
        }
    }

    /** An exception of a client, final or not. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean last;

        Refused(boolean last) {
            super("refused");
            this.last = last;
        }

        boolean isFinal() {
            return last;
        }
    }

    /** Stands for work that computes. */
    static final class Renderer {
        private static final AtomicInteger ATTEMPTS = new AtomicInteger();

        String render(String page) {
            if (ATTEMPTS.incrementAndGet() == 1) {
                throw new IllegalStateException("no ink");
            }
            return page;
        }
    }

    // region factory
    static final class Connections implements WorkerFactory<Connection> {
        @Override
        public Connection create() throws IOException {
            return Connection.open();
        }

        @Override
        public boolean validate(Connection worker) throws IOException { // before a worker in doubt is lent
            return worker.ask("NOOP").equals("ok");
        }

        @Override
        public void destroy(Connection worker, @Nullable Throwable cause) throws IOException {
            worker.close(cause == null); // in good order, or after a crash
        }
    }
    // end

    @Test
    void a_pool_is_sized() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region size
            PoolClient<Connection> smtp = pools.startPool(PoolSpec.builder("smtp", Connection::new)
                    .size(4)
                    .maxOverflow(4)
                    .checkoutTimeout(Duration.ofSeconds(2))
                    .queueCapacity(320)
                    .overflowTtl(Duration.ofSeconds(30))
                    .build());
            // end
            assertThat(smtp.status().queueCapacity()).isEqualTo(320);
        }
    }

    @Test
    void a_thing_that_breaks_is_pooled_and_stopped_in_order() throws Exception {
        ProcessSystem system = new ProcessSystem();
        Pools pools = Pools.start(system);
        // region crash-on
        PoolClient<Connection> mail = pools.startPool(PoolSpec.builder("mail", new Connections())
                .crashOn(PoolSpec.BROKEN_RESOURCE.or(
                        failure -> failure instanceof Refused refused && refused.isFinal()))
                .surviveOn(failure -> failure instanceof IllegalArgumentException) // of a task: its own fault
                .build());
        // end
        assertThatThrownBy(() -> mail.transaction(worker -> {
            throw new Refused(true);
        })).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> mail.transaction(worker -> {
            throw new Refused(false);
        })).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> mail.transaction(worker -> worker.ask("HANG UP"))).isInstanceOf(IOException.class);
        assertThat(mail.status().transactions()).isEqualTo(new PoolStatus.Transactions(0, 1, 2));

        // region lease
        try (Lease<Connection> lease = mail.checkout()) {
            if (!lease.worker().ask("SEND").equals("ok")) {
                lease.suspect(); // validated before it is lent again; lease.fail(cause) crashes it
            }
        }
        // end

        // region stop
        boolean stopped = pools.stopPool("mail", Duration.ofSeconds(20)); // accepted work has twenty seconds
        pools.close(); // all pools that are left, at once
        system.close(); // their threads and timers
        // end
        assertThat(stopped).isTrue();
        assertThat(CLOSED_IN_ORDER.get()).isPositive();
    }

    @Test
    void an_outage_is_simulated() {
        // region simulate
        RestartPolicy policy = RestartPolicy.of(RestartPlan.parse("[restart, backoff 1s..1m x2]"))
                .withCount(RestartCount.INFINITY);
        Simulation outage = policy.simulate(
                Simulation.End.after(Duration.ofHours(1), ExitReason.of("closed")),
                Simulation.End.failedStart(ExitReason.of("refused")),
                Simulation.End.failedStart(ExitReason.of("refused")));
        // end
        assertThat(outage.toString()).contains("restart now", "restart in 1s", "restart in 2s");
    }

    // region test
    @Test
    void the_second_crash_costs_a_pause_of_an_hour() throws Exception {
        try (ProcessSystem system = new ProcessSystem(new ManualClock())) {
            PpoolTester tester = PpoolTester.of(Pools.start(system));
            PoolClient<Connection> mail = tester.pools().startPool(PoolSpec.builder("mail", Connection::new)
                    .size(1)
                    .maxOverflow(0)
                    .restart(RestartPolicy.of(RestartPlan.parse("[restart, 1h]")).withCount(RestartCount.INFINITY))
                    .build());
            tester.awaitReady("mail");

            tester.crash("mail");
            tester.settle();
            PpoolAssertions.assertThat(mail).hasIdle(1);

            tester.crash("mail");
            tester.advance(Duration.ofMinutes(59));
            PpoolAssertions.assertThat(mail).hasWaitingToRestart(1);

            tester.advance(Duration.ofMinutes(1));
            PpoolAssertions.assertThat(mail).hasIdle(1);
        }
    }
    // end

    @Test
    void other_pools_have_their_counterparts() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region hikari
            PoolClient<Connection> connections = pools.startPool(PoolSpec.builder("connections", new Connections())
                    .size(10) // minimumIdle
                    .maxOverflow(10) // maximumPoolSize is 20
                    .checkoutTimeout(Duration.ofSeconds(30)) // connectionTimeout
                    .maxLifetime(Duration.ofMinutes(30)) // maxLifetime
                    .keepAlive(Duration.ofMinutes(2)) // keepaliveTime
                    .leakDetectionThreshold(Duration.ofMinutes(1)) // leakDetectionThreshold
                    .strategy(PoolStrategy.AFFINE)
                    .build());
            String answer = connections.transactionResult(connection -> connection.ask("NOOP"));
            // end
            assertThat(answer).isEqualTo("ok");
        }
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region poolboy
            PoolClient<Connection> workers = pools.startPool(PoolSpec.builder("workers", Connection::new)
                    .size(5)
                    .maxOverflow(10)
                    .strategy(PoolStrategy.LIFO)
                    .restart(RestartPolicy.of(RestartPlan.parse("[restart]")).withCount(RestartCount.INFINITY))
                    .build());
            String answer = workers.transactionResult(worker -> worker.ask("NOOP"));
            // end
            assertThat(answer).isEqualTo("ok");
        }
    }

    @Test
    void a_task_of_an_executor_is_tried_again() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            // region executor
            PoolClient<Renderer> renderers = pools.startPool(PoolSpec.builder("renderers", Renderer::new)
                    .size(4)
                    .maxOverflow(0)
                    .queueCapacity(200)
                    .taskRestart(RestartPolicy.of(RestartPlan.parse("[restart, 1s, 5s]"))) // three more attempts
                    .build());
            Task<String> page = renderers.asyncQueueResult(renderer -> renderer.render("page 1"));
            // end
            assertThat(page.result().toCompletableFuture().get(50, TimeUnit.SECONDS)).isEqualTo("page 1");
            assertThat(Renderer.ATTEMPTS).hasValue(2);
        }
    }
}
