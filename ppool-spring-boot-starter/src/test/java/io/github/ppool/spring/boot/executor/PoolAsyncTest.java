package io.github.ppool.spring.boot.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.PoolAsync;
import io.github.ppool.spring.boot.PoolAsync.On;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.observation.PpoolContextAutoConfiguration;
import io.github.ppool.spring.boot.observation.PpoolObservationAutoConfiguration;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Methods that run on a pool, with its limits, its queue and its plan. */
class PoolAsyncTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class,
                    PpoolExecutorAutoConfiguration.class, PpoolContextAutoConfiguration.class))
            .withUserConfiguration(Application.class)
            .withPropertyValues("ppool.pools.reports.executor=true", "ppool.pools.reports.size=1",
                    "ppool.pools.reports.max-overflow=0", "ppool.pools.reports.queue-capacity=2");

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Application extends Calls.Uncaught {

        @Bean
        Transactions transactions() {
            return new Transactions();
        }

        @Bean
        Reports reportsBean() {
            return new Reports();
        }

        @Bean
        Mails mails() {
            return new MailsOfTheApplication();
        }
    }

    /** Counts begins and ends, and has no resource. */
    static class Transactions extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;

        final transient List<String> log = new CopyOnWriteArrayList<>();

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            log.add("begin");
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            log.add("commit");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            log.add("rollback");
        }
    }

    /** An interface, so that its bean may have a proxy of the JDK. */
    interface Mails {
        CompletionStage<String> send(String to);
    }

    static class MailsOfTheApplication implements Mails {
        @Override
        @PoolAsync("reports")
        public CompletionStage<String> send(String to) {
            return CompletableFuture.supplyAsync(() -> "sent to " + to);
        }
    }

    static class Reports {

        final AtomicInteger attempts = new AtomicInteger();
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);
        final List<String> order = new CopyOnWriteArrayList<>();

        // tag::pool-async[]
        @PoolAsync(pool = "reports", plan = "restart, 10ms, 20ms", on = @On(IllegalArgumentException.class))
        public CompletableFuture<String> render(String title) throws IOException {
            return CompletableFuture.completedFuture(renderNow(title));
        }
        // end::pool-async[]

        String renderNow(String title) throws IOException {
            int attempt = Calls.attempt(attempts, title);
            return title + " at attempt " + attempt + ", " + (ProcessSystem.currentProcess() != null);
        }

        @PoolAsync(pool = "reports", plan = "restart")
        @Transactional(rollbackFor = Exception.class)
        public Future<Boolean> store() throws IOException {
            boolean inTransaction = TransactionSynchronizationManager.isActualTransactionActive();
            if (attempts.incrementAndGet() <= 2) {
                throw new IOException("attempt " + attempts + ", in a transaction: " + inTransaction);
            }
            return CompletableFuture.completedFuture(inTransaction);
        }

        @PoolAsync(pool = "reports", plan = "${reports.plan:restart*3}")
        @Transactional(rollbackFor = Exception.class)
        public CompletableFuture<Boolean> storePatiently() throws IOException {
            boolean inTransaction = TransactionSynchronizationManager.isActualTransactionActive();
            if (attempts.incrementAndGet() <= 3) {
                throw new IOException("attempt " + attempts);
            }
            return CompletableFuture.completedFuture(inTransaction);
        }

        @PoolAsync("reports")
        public void fail(String why) {
            attempts.incrementAndGet();
            throw new IllegalStateException(why);
        }

        @PoolAsync(pool = "reports", plan = "restart")
        public void failTwice(String why) {
            throw new IllegalStateException(why + attempts.incrementAndGet());
        }

        @PoolAsync("reports")
        public void occupy() throws InterruptedException {
            begun.countDown();
            open.await();
        }

        @PoolAsync(pool = "reports", deadline = "10ms")
        public CompletableFuture<String> hurry() {
            return CompletableFuture.completedFuture("in time");
        }

        @PoolAsync(pool = "reports", timeout = "50ms")
        public CompletableFuture<String> tooLong() throws InterruptedException {
            new CountDownLatch(1).await();
            return CompletableFuture.completedFuture("never");
        }

        @PoolAsync(pool = "reports", plan = "restart, 1h")
        public CompletableFuture<String> blocked(CountDownLatch interrupted) throws InterruptedException {
            return Calls.block(attempts, begun, interrupted);
        }

        @PoolAsync(pool = "reports", priority = 1)
        public void urgent() {
            order.add("urgent");
        }

        @PoolAsync("reports")
        public void usual() {
            order.add("usual");
        }

        @PoolAsync("reports")
        public CompletableFuture<String> user() {
            return CompletableFuture.completedFuture(String.valueOf(MDC.get("user")));
        }

        @PoolAsync("reports")
        public @Nullable CompletableFuture<String> nothing() {
            return null;
        }

        public int attempts() {
            return attempts.get();
        }

        public CountDownLatch begun() {
            return begun;
        }

        public CountDownLatch open() {
            return open;
        }

        public List<String> order() {
            return order;
        }

        public String plain() {
            return "called by " + Thread.currentThread().getName();
        }
    }

    @Test
    void a_method_runs_on_the_pool_and_its_future_has_the_result() {
        runner.run(context -> {
            Reports reports = context.getBean(Reports.class);
            assertThat(reports.render("sales").get()).isEqualTo("sales at attempt 1, true");
            assertThat(reports.nothing().get()).isNull();
            assertThat(context.getBean(Mails.class).send("Ann").toCompletableFuture().get()).isEqualTo("sent to Ann");
            assertThat(reports.plain()).isEqualTo("called by " + Thread.currentThread().getName());
        });
    }

    @Test
    void the_plan_decides_after_a_failed_call() {
        runner.run(context -> {
            Reports reports = context.getBean(Reports.class);
            assertThat(reports.render("flaky").get()).isEqualTo("flaky at attempt 4, true");
            assertThatThrownBy(() -> reports.render("broken").get())
                    .isInstanceOf(ExecutionException.class)
                    .cause().isInstanceOf(IOException.class).hasMessage("attempt 8");
        });
    }

    @Test
    void a_plan_for_an_exception_replaces_the_plan() {
        runner.run(context -> {
            Reports reports = context.getBean(Reports.class);
            assertThatThrownBy(() -> reports.render("").get()).cause().hasMessage("no title");
            assertThat(reports.attempts()).isEqualTo(1);
        });
    }

    @Test
    void the_plan_of_the_pool_holds_for_a_method_without_one() {
        runner.withPropertyValues("ppool.pools.reports.task-restart.plan=restart, restart").run(context -> {
            context.getBean(Reports.class).fail("no");
            await().untilAsserted(
                    () -> assertThat(context.getBean(Application.class).failures).containsExactly("fail[no]: no"));
            assertThat(context.getBean(Reports.class).attempts()).isEqualTo(3);
        });
    }

    @Test
    void each_attempt_of_a_transactional_method_has_a_transaction_of_its_own() {
        runner.run(context -> {
            assertThatThrownBy(() -> context.getBean(Reports.class).store().get()).cause()
                    .hasMessage("attempt 2, in a transaction: true");
            Transactions transactions = context.getBean(Transactions.class);
            assertThat(transactions.log).containsExactly("begin", "rollback", "begin", "rollback");
            transactions.log.clear();
            assertThat(context.getBean(Reports.class).storePatiently().get()).isTrue();
            assertThat(transactions.log).containsExactly("begin", "rollback", "begin", "commit");
        });
    }

    @Test
    void the_failure_of_a_void_method_goes_to_the_handler_of_the_application_once() {
        runner.run(context -> {
            context.getBean(Reports.class).failTwice("attempt ");
            await().untilAsserted(() -> assertThat(context.getBean(Application.class).failures)
                    .containsExactly("failTwice[attempt ]: attempt 2"));
        });
    }

    @Test
    void a_full_queue_rejects_the_call_and_a_deadline_rejects_it_later() {
        runner.run(context -> {
            Reports reports = context.getBean(Reports.class);
            reports.occupy();
            reports.begun().await();
            CompletableFuture<String> late = reports.hurry();
            assertThatThrownBy(late::get).cause().isInstanceOf(TaskRejectedException.class)
                    .hasMessageContaining("was not begun within its deadline of PT0.01S");
            reports.usual();
            reports.usual();
            assertThatThrownBy(reports::usual).isInstanceOf(TaskRejectedException.class)
                    .hasMessageContaining("queue-capacity 2 is reached");
            reports.open().countDown();
        });
    }

    @Test
    void a_call_with_a_higher_priority_is_served_first() {
        runner.run(context -> {
            Reports reports = context.getBean(Reports.class);
            reports.occupy();
            reports.begun().await();
            reports.usual();
            reports.urgent();
            reports.open().countDown();
            await().untilAsserted(() -> assertThat(reports.order()).containsExactly("urgent", "usual"));
        });
    }

    @Test
    void an_attempt_that_takes_too_long_is_ended_with_its_process() {
        runner.run(context -> assertThatThrownBy(() -> context.getBean(Reports.class).tooLong().get())
                .cause().isInstanceOf(TimeoutException.class));
    }

    @Test
    void a_cancelled_call_is_interrupted_and_not_tried_again() {
        runner.run(context -> {
            Reports reports = context.getBean(Reports.class);
            Calls.cancel(reports::blocked, reports.begun());
            assertThat(reports.render("next").get()).isEqualTo("next at attempt 2, true");
        });
    }

    @Test
    void the_context_of_the_caller_and_observations_are_there_as_for_each_task() {
        List<String> observed = new CopyOnWriteArrayList<>();
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }

            @Override
            public void onStop(Observation.Context context) {
                observed.add(context.getName());
            }
        });
        runner.withConfiguration(AutoConfigurations.of(PpoolObservationAutoConfiguration.class))
                .withBean(ObservationRegistry.class, () -> registry)
                .withPropertyValues("ppool.observe-tasks=true")
                .run(context -> {
                    MDC.put("user", "Ann");
                    try {
                        assertThat(context.getBean(Reports.class).user().get()).isEqualTo("Ann");
                    } finally {
                        MDC.remove("user");
                    }
                    assertThat(observed).hasSize(1);
                    assertThat(context.getBean("reports", PoolClient.class).status().tasks().done()).isEqualTo(1);
                });
    }

    static class UnknownPool {
        @PoolAsync("report")
        public void method() {}
    }

    static class WrongReturn {
        @PoolAsync("reports")
        public String method() {
            return "at once";
        }
    }

    static class Hidden {
        @PoolAsync("reports")
        private void method() {}
    }

    static class WrongPlan {
        @PoolAsync(pool = "reports", plan = "restrat")
        public void method() {}
    }

    static class WrongTime {
        @PoolAsync(pool = "reports", timeout = "soon")
        public void method() {}
    }

    static class Twice {
        @PoolAsync(pool = "reports", on = {@On(FileNotFoundException.class),
                @On(value = FileNotFoundException.class, plan = "restart")})
        public void method() {}
    }

    static class Nameless {
        @PoolAsync
        public void method() {}
    }

    @Test
    void a_method_that_can_not_be_called_so_fails_the_start_with_the_reason() {
        failsWith(UnknownPool.class, "but there is no pool 'report'.");
        failsWith(WrongReturn.class, "but it returns java.lang.String: an asynchronous method returns void, Future");
        failsWith(Hidden.class, "but it is private, so no proxy can override it.");
        failsWith(WrongPlan.class, "restrat");
        failsWith(WrongTime.class, "but timeout must be a duration such as 500ms, 5s or 2m, got: soon.");
        failsWith(Twice.class, "but on names java.io.FileNotFoundException twice.");
        failsWith(Nameless.class, "but it names no pool.");
    }

    private void failsWith(Class<?> bean, String reason) {
        runner.withBean(bean).run(context -> assertThat(context).getFailure()
                .rootCause()
                .satisfies(root -> assertThat(context.getStartupFailure()).hasStackTraceContaining(reason)));
    }

    @Test
    void the_analysis_lists_the_pools() {
        List<Throwable> failures = new ArrayList<>();
        runner.withBean(UnknownPool.class).run(context -> {
            for (Throwable each = context.getStartupFailure(); each != null; each = each.getCause()) {
                failures.add(each);
            }
        });
        assertThat(failures).hasAtLeastOneElementOfType(UnusableMethodException.class);
        UnusableMethodException failure = (UnusableMethodException) failures.stream()
                .filter(UnusableMethodException.class::isInstance).findFirst().orElseThrow();
        runner.run(context -> {
            var analysis = new UnusableMethodFailureAnalyzer(context.getBeanFactory()).analyze(failure, failure);
            assertThat(analysis.getDescription()).contains("UnknownPool is annotated with @PoolAsync");
            assertThat(analysis.getAction()).contains("These are the pools: reports.");
        });
    }
}
