package io.github.ppool.spring.boot.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.PoolAsync;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** {@code @Async} methods on the executor of a pool have its limits, its queue and its plan. */
@ExtendWith(OutputCaptureExtension.class)
class AsyncMethodsTest {

    private static final AutoConfigurations AUTO = AutoConfigurations.of(
            PpoolAutoConfiguration.class, PpoolExecutorAutoConfiguration.class, TaskExecutionAutoConfiguration.class);
    private static final String PLAN = "ppool.pools.reports.task-restart.plan=restart, 1ms, restart";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AUTO)
            .withUserConfiguration(Application.class)
            .withPropertyValues("ppool.pools.reports.executor=true", "ppool.pools.reports.size=1",
                    "ppool.pools.reports.max-overflow=0");

    @Configuration(proxyBeanMethods = false)
    @EnableAsync(proxyTargetClass = true)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Application {

        final Calls.Uncaught uncaught = new Calls.Uncaught();

        @Bean
        AsyncConfigurer configurer() {
            return uncaught;
        }

        @Bean
        PoolAsyncTest.Transactions transactions() {
            return new PoolAsyncTest.Transactions();
        }

        @Bean
        Reports reportsBean() {
            return new Reports();
        }
    }

    static class Reports {

        final AtomicInteger attempts = new AtomicInteger();
        final CountDownLatch begun = new CountDownLatch(1);

        // tag::async-retried[]
        @Async("reports")
        @Transactional(rollbackFor = IOException.class)
        public CompletableFuture<String> render(String title) throws IOException {
            return CompletableFuture.completedFuture(renderNow(title));
        }
        // end::async-retried[]

        private String renderNow(String title) throws IOException {
            int attempt = Calls.attempt(attempts, title);
            return title + " at attempt " + attempt + ", in a transaction: "
                    + TransactionSynchronizationManager.isActualTransactionActive() + ", on a process: "
                    + (ProcessSystem.currentProcess() != null);
        }

        @Async("reports")
        public Future<String> failsLate() {
            int attempt = attempts.incrementAndGet();
            return CompletableFuture.supplyAsync(() -> {
                if (attempt == 1) {
                    throw new IllegalStateException("late");
                }
                return "at attempt " + attempt;
            });
        }

        @Async("reportsExecutor")
        public void fail(String why) {
            throw new IllegalStateException(why + attempts.incrementAndGet());
        }

        @Async("${the.pool:reports}")
        public CompletableFuture<Integer> once() {
            attempts.incrementAndGet();
            throw new IllegalStateException("no");
        }

        @Async("reports")
        public CompletableFuture<String> blocked(CountDownLatch interrupted) throws InterruptedException {
            return Calls.block(attempts, begun, interrupted);
        }

        @Async("reports")
        public String wrongResult() {
            return "at once";
        }

        public int attempts() {
            return attempts.get();
        }

        public CountDownLatch begun() {
            return begun;
        }

        public String plain() {
            return Thread.currentThread().getName();
        }
    }

    @Test
    void the_plan_of_the_pool_decides_after_a_failed_call_and_each_attempt_has_all_interceptors() {
        runner.withPropertyValues(PLAN).run(context -> {
            Reports reports = context.getBean(Reports.class);
            assertThat(reports.render("flaky").get())
                    .isEqualTo("flaky at attempt 4, in a transaction: true, on a process: true");
            assertThat(context.getBean(PoolAsyncTest.Transactions.class).log).containsExactly(
                    "begin", "rollback", "begin", "rollback", "begin", "rollback", "begin", "commit");
            assertThatThrownBy(() -> reports.render("broken").get()).cause()
                    .isInstanceOf(IOException.class).hasMessage("attempt 8");
            PoolStatus.Tasks tasks = context.getBean("reports", PoolClient.class).status().tasks();
            assertThat(tasks.done()).isEqualTo(1);
            assertThat(tasks.failed()).isEqualTo(1);
            assertThat(tasks.attempts().count()).isEqualTo(8);
        });
    }

    @Test
    void a_pool_without_a_plan_makes_one_attempt() {
        runner.run(context -> {
            Reports reports = context.getBean(Reports.class);
            assertThatThrownBy(() -> reports.render("flaky").get()).cause().hasMessage("attempt 1");
            assertThat(reports.attempts()).isEqualTo(1);
            assertThat(reports.plain()).isEqualTo(Thread.currentThread().getName());
        });
    }

    @Test
    void plans_for_exceptions_hold_for_calls() {
        runner.withPropertyValues(PLAN, "ppool.pools.reports.task-restart.on.IllegalArgumentException=[]")
                .run(context -> {
                    Reports reports = context.getBean(Reports.class);
                    assertThatThrownBy(() -> reports.render("").get()).cause().hasMessage("no title");
                    assertThat(reports.attempts()).isEqualTo(1);
                });
    }

    @Test
    void a_future_that_fails_later_fails_the_attempt() {
        runner.withPropertyValues(PLAN).run(context -> assertThat(context.getBean(Reports.class).failsLate().get())
                .isEqualTo("at attempt 2"));
    }

    @Test
    void the_last_failure_of_a_void_method_goes_to_the_handler_once() {
        runner.withPropertyValues(PLAN).run(context -> {
            context.getBean(Reports.class).fail("attempt ");
            List<String> uncaught = context.getBean(Application.class).uncaught.failures;
            await().untilAsserted(() -> assertThat(uncaught).containsExactly("fail[attempt ]: attempt 4"));
            assertThat(context.getBean("reports", PoolClient.class).status().tasks().failed()).isEqualTo(1);
        });
    }

    @Test
    void a_cancelled_call_is_interrupted_and_not_tried_again() {
        runner.withPropertyValues(PLAN).run(context -> {
            Reports reports = context.getBean(Reports.class);
            Calls.cancel(reports::blocked, reports.begun());
            assertThat(reports.render("next").get()).startsWith("next at attempt 2");
        });
    }

    @Test
    void a_result_that_spring_refuses_is_refused_by_spring() {
        runner.run(context -> assertThatThrownBy(() -> context.getBean(Reports.class).wrongResult())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Invalid return type for async method"));
    }

    /** Each method of the class, by a proxy of the JDK. */
    interface Letters {
        CompletableFuture<Integer> write();
    }

    @Async("${the.pool}")
    static class LettersOfTheApplication implements Letters {
        private final AtomicInteger attempts = new AtomicInteger();

        @Override
        public CompletableFuture<Integer> write() {
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("no ink");
            }
            return CompletableFuture.completedFuture(attempts.get());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class JdkProxies {
        @Bean
        Letters letters() {
            return new LettersOfTheApplication();
        }
    }

    @Test
    void an_annotation_of_the_class_with_a_placeholder_and_a_proxy_of_the_jdk_are_as_good() {
        new ApplicationContextRunner().withConfiguration(AUTO).withUserConfiguration(JdkProxies.class)
                .withPropertyValues("ppool.pools.reports.executor=true", PLAN, "the.pool=reports")
                .run(context -> {
                    Letters letters = context.getBean(Letters.class);
                    assertThat(letters).isNotInstanceOf(LettersOfTheApplication.class);
                    assertThat(letters.write().get()).isEqualTo(3);
                });
    }

    static class Unqualified {
        private final AtomicInteger attempts = new AtomicInteger();

        @Async
        public CompletableFuture<Integer> render() {
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("attempt " + attempts);
            }
            return CompletableFuture.completedFuture(attempts.get());
        }
    }

    @Test
    void a_method_without_a_name_has_the_plan_of_the_executor_of_the_application() {
        runner.withBean(Unqualified.class)
                .withPropertyValues(PLAN, "ppool.application-executor=reports")
                .run(context -> assertThat(context.getBean(Unqualified.class).render().get()).isEqualTo(3));
        runner.withBean(Unqualified.class).withPropertyValues(PLAN)
                .run(context -> assertThatThrownBy(() -> context.getBean(Unqualified.class).render().get())
                        .cause().hasMessage("attempt 1"));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnExecutors {
        @Bean
        PoolTaskExecutor strict(@Qualifier("reports") PoolTaskExecutor reports) {
            return reports.withOptions(PoolTaskExecutor.ONCE.withPriority(1));
        }

        @Bean
        ThreadPoolTaskExecutor threads() {
            return new ThreadPoolTaskExecutor();
        }
    }

    @Test
    void an_executor_with_options_of_its_own_keeps_them_and_another_executor_has_no_plan() {
        for (String executor : List.of("strict", "threads")) {
            runner.withUserConfiguration(OwnExecutors.class).withPropertyValues(PLAN, "the.pool=" + executor)
                    .run(context -> {
                        Reports reports = context.getBean(Reports.class);
                        assertThatThrownBy(() -> reports.once().get()).cause().hasMessage("no");
                        assertThat(reports.attempts()).isEqualTo(1);
                    });
        }
        runner.withUserConfiguration(OwnExecutors.class).withPropertyValues(PLAN).run(context -> {
            Reports reports = context.getBean(Reports.class);
            assertThatThrownBy(() -> reports.once().get()).cause().hasMessage("no");
            assertThat(reports.attempts()).isEqualTo(4);
        });
    }

    static class Twice {
        @Async("reports")
        @PoolAsync("reports")
        public void method() {}
    }

    @Test
    void a_method_with_both_annotations_fails_the_start() {
        runner.withBean(Twice.class).run(context -> assertThat(context).getFailure()
                .hasStackTraceContaining("is annotated with @PoolAsync, but it has @Async, too"));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync(proxyTargetClass = true)
    @ImportAutoConfiguration({PpoolAutoConfiguration.class, PpoolExecutorAutoConfiguration.class,
            TaskExecutionAutoConfiguration.class})
    static class NoExecutor {

        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        Mails mailsBean() {
            return new Mails();
        }
    }

    static class Mails {
        @Async("mails")
        public void send() {}
    }

    @Test
    void a_pool_that_is_no_executor_fails_the_start_and_the_analysis_says_what_to_set(CapturedOutput output) {
        SpringApplication application = new SpringApplication(NoExecutor.class);
        assertThatThrownBy(() -> application.run("--ppool.pools.mails.worker=factory",
                "--spring.main.web-application-type=none")).isInstanceOf(RuntimeException.class);
        assertThat(output).contains("The method send of " + Mails.class.getName()
                + " can't run on a pool: @Async names the pool 'mails', which is no executor.")
                .contains("Set ppool.pools.mails.executor to true, or annotate the method with @PoolAsync");
    }

    static class ByAlias {
        @Async("myMails")
        public void send() {}
    }

    @Test
    void the_alias_of_a_pool_fails_the_start_with_the_name_to_write() {
        runner.withBean(ByAlias.class).withPropertyValues("ppool.pools.my-mails.executor=true")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(
                        "@Async names the pool 'my-mails' by its alias 'myMails', which its executor does not have"));
    }

    @Configuration(proxyBeanMethods = false)
    static class ExecutorOfThatName {
        @Bean
        @Qualifier("mails")
        ThreadPoolTaskExecutor threads() {
            return new ThreadPoolTaskExecutor();
        }
    }

    @Test
    void another_executor_with_the_name_of_the_pool_is_what_the_method_asks_for() {
        new ApplicationContextRunner()
                .withUserConfiguration(NoExecutor.class, ExecutorOfThatName.class)
                .withPropertyValues("ppool.pools.mails.worker=factory")
                .run(context -> assertThat(context).hasNotFailed());
    }
}
