package io.github.ppool.spring.boot.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;

import io.github.ppool.pool.Place;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The executors of pools as beans, beside Spring Boot's own. */
@ExtendWith(OutputCaptureExtension.class)
class ExecutorBeansTest {

    private static final AutoConfigurations AUTO = AutoConfigurations.of(
            PpoolAutoConfiguration.class, PpoolExecutorAutoConfiguration.class, TaskExecutionAutoConfiguration.class);

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AUTO);

    /** The pool that the process of the calling thread belongs to. */
    private static String here() {
        ProcessContext process = ProcessSystem.currentProcess();
        return process == null ? "no process" : process.self().toString();
    }

    // tag::async-methods[]
    @Component
    static class ReportRenderer {

        @Async("reports")
        CompletableFuture<String> render(String title) {
            return CompletableFuture.completedFuture(title + " on " + here());
        }
    }
    // end::async-methods[]

    @Configuration(proxyBeanMethods = false)
    @EnableAsync(proxyTargetClass = true)
    static class AsyncApplication {

        @Bean
        ReportRenderer reportRenderer() {
            return new ReportRenderer();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync(proxyTargetClass = true)
    static class UnqualifiedAsync {

        @Bean
        Unqualified unqualified() {
            return new Unqualified();
        }
    }

    static class Unqualified {
        @Async
        CompletableFuture<String> here() {
            return CompletableFuture.completedFuture(ExecutorBeansTest.here());
        }
    }

    @Test
    void a_pool_without_a_worker_is_an_executor_beside_that_of_spring_boot() {
        runner.withPropertyValues("ppool.pools.reports.executor=true").run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBeanNamesForType(Executor.class))
                    .containsExactlyInAnyOrder("applicationTaskExecutor", "reportsExecutor");
            assertThat(context.getBean("applicationTaskExecutor")).isInstanceOf(ThreadPoolTaskExecutor.class);
            PoolTaskExecutor executor = context.getBean("reportsExecutor", PoolTaskExecutor.class);
            assertThat(executor.submit(ExecutorBeansTest::here).get()).isNotEqualTo("no process");
            @SuppressWarnings("unchecked")
            PoolClient<Place> pool = context.getBean("reports", PoolClient.class);
            Place lent = pool.transactionResult(place -> place);
            assertThat(lent.toString()).startsWith("Place ");
            assertThat(pool.status().tasks().done()).isEqualTo(1);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Injected {

        @Bean
        List<Object> found(
                PoolClient<Place> pool,
                @Qualifier("reports") AsyncTaskExecutor byPool,
                AsyncTaskExecutor any) {
            return List.of(pool, byPool, any);
        }
    }

    @Test
    void it_is_injected_by_the_name_of_the_pool_and_never_in_place_of_another_executor() {
        runner.withUserConfiguration(Injected.class)
                .withPropertyValues("ppool.pools.reports.executor=true")
                .run(context -> {
                    List<?> found = context.getBean("found", List.class);
                    assertThat(found.get(1)).isSameAs(context.getBean("reportsExecutor"));
                    assertThat(found.get(2)).isInstanceOf(ThreadPoolTaskExecutor.class);
                });
    }

    @Test
    void async_methods_find_it_by_the_name_of_the_pool() {
        runner.withUserConfiguration(AsyncApplication.class)
                .withPropertyValues("ppool.pools.reports.executor=true")
                .run(context -> {
                    assertThat(context.getBean(ReportRenderer.class).render("sales").get())
                            .startsWith("sales on ").isNotEqualTo("sales on no process");
                    assertThat(context.getBean("reports", PoolClient.class).status().tasks().done()).isEqualTo(1);
                });
    }

    @Test
    void async_methods_without_a_name_stay_with_the_executor_of_spring_boot() {
        runner.withUserConfiguration(UnqualifiedAsync.class)
                .withPropertyValues("ppool.pools.reports.executor=true")
                .run(context -> assertThat(context.getBean(Unqualified.class).here().get()).isEqualTo("no process"));
    }

    @Test
    void a_setting_makes_a_pool_the_executor_of_the_application() {
        runner.withUserConfiguration(UnqualifiedAsync.class)
                .withPropertyValues("ppool.pools.reports.executor=true", "ppool.application-executor=reports")
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean(ThreadPoolTaskExecutor.class);
                    assertThat(context.getBean("applicationTaskExecutor"))
                            .isSameAs(context.getBean("reportsExecutor"))
                            .isSameAs(context.getBean("taskExecutor"));
                    assertThat(context.getBean(Unqualified.class).here().get()).isNotEqualTo("no process");
                });
    }

    @RestController
    static class Controller {
        @GetMapping("/here")
        Callable<String> answer() {
            return ExecutorBeansTest::here;
        }
    }

    @Test
    void spring_mvc_runs_asynchronous_requests_on_the_pool_of_the_application() {
        new WebApplicationContextRunner()
                .withConfiguration(AUTO)
                .withConfiguration(AutoConfigurations.of(
                        WebMvcAutoConfiguration.class, DispatcherServletAutoConfiguration.class))
                .withBean(Controller.class)
                .withPropertyValues("ppool.pools.web.executor=true", "ppool.application-executor=web")
                .run(context -> {
                    MockMvc mvc = MockMvcBuilders.webAppContextSetup(context).build();
                    MvcResult begun = mvc.perform(get("/here")).andReturn();
                    assertThat(begun.getAsyncResult(10_000)).isNotEqualTo("no process");
                    mvc.perform(asyncDispatch(begun)).andExpect(content().string((String) begun.getAsyncResult()));
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Decorators {

        static final List<String> LOG = new CopyOnWriteArrayList<>();

        @Bean
        @Order(2)
        TaskDecorator inner() {
            return named("inner");
        }

        @Bean
        @Order(1)
        TaskDecorator outer() {
            return named("outer");
        }

        private static TaskDecorator named(String name) {
            return task -> () -> {
                LOG.add(name);
                task.run();
            };
        }
    }

    @Test
    void the_task_decorators_of_the_application_are_put_around_tasks_as_spring_boot_does() {
        runner.withUserConfiguration(Decorators.class)
                .withPropertyValues("ppool.pools.reports.executor=true")
                .run(context -> {
                    List<List<String>> orders = new ArrayList<>();
                    for (String bean : List.of("reportsExecutor", "applicationTaskExecutor")) {
                        Decorators.LOG.clear();
                        assertThat(context.getBean(bean, AsyncTaskExecutor.class).submit(() -> "done").get())
                                .isEqualTo("done");
                        orders.add(List.copyOf(Decorators.LOG));
                    }
                    assertThat(orders.getFirst()).hasSize(2).isEqualTo(orders.getLast());
                });
    }

    @Test
    void a_pool_with_a_worker_may_be_an_executor_and_one_without_either_is_refused() {
        runner.withBean("factory", WorkerFactory.class, () -> StringBuilder::new)
                .withPropertyValues("ppool.pools.both.worker=factory", "ppool.pools.both.executor=true")
                .run(context -> assertThat(context.getBean("bothExecutor", PoolTaskExecutor.class)
                        .submit(() -> 1).get()).isEqualTo(1));
        runner.withPropertyValues("ppool.pools.none.executor=false").run(context -> assertThat(context).getFailure()
                .hasMessageContaining("it is not said which bean makes the workers of the pool 'none'"));
    }

    @Test
    void the_defaults_may_make_all_pools_executors_and_one_pool_may_say_no() {
        runner.withBean("factory", WorkerFactory.class, () -> StringBuilder::new)
                .withPropertyValues("ppool.defaults.executor=true", "ppool.pools.my-mails.size=1",
                        "ppool.pools.plain.worker=factory", "ppool.pools.plain.executor=false")
                .run(context -> assertThat(context.getBeanNamesForType(PoolTaskExecutor.class))
                        .containsExactly("myMailsExecutor"));
    }

    @Test
    void wrong_settings_are_told_with_their_reasons() {
        runner.withPropertyValues("ppool.pools.reports.executor=true", "ppool.application-executor=report")
                .run(context -> assertThat(context).getFailure()
                        .hasMessageContaining("ppool.application-executor")
                        .hasMessageContaining("there is no pool named 'report'"));
        runner.withBean("factory", WorkerFactory.class, () -> StringBuilder::new)
                .withPropertyValues("ppool.pools.mails.worker=factory", "ppool.application-executor=mails")
                .run(context -> assertThat(context).getFailure()
                        .hasMessageContaining("the pool 'mails' is no executor"));
        runner.withBean("applicationTaskExecutor", ThreadPoolTaskExecutor.class)
                .withPropertyValues("ppool.pools.reports.executor=true", "ppool.application-executor=reports")
                .run(context -> assertThat(context).getFailure()
                        .hasMessageContaining("there is a bean named 'applicationTaskExecutor' already"));
        runner.withBean("reportsExecutor", String.class, () -> "taken")
                .withPropertyValues("ppool.pools.reports.executor=true")
                .run(context -> assertThat(context).getFailure()
                        .hasMessageContaining("the executor is a bean named 'reportsExecutor', and there is another"));
        runner.withPropertyValues("ppool.pools.task.executor=true")
                .run(context -> assertThat(context).getFailure()
                        .hasMessageContaining("'taskExecutor', and Spring looks up the bean of that name"));
    }

    @Test
    void the_failed_injection_of_a_pool_that_is_no_executor_says_what_to_set(CapturedOutput output) {
        SpringApplication application = new SpringApplication(InjectedInVain.class);
        assertThatThrownBy(() -> application.run("--ppool.pools.mails.worker=factory",
                "--spring.main.web-application-type=none")).isInstanceOf(RuntimeException.class);
        assertThat(output).contains("asks for the pool 'mails' as AsyncTaskExecutor, but the pool is no executor.")
                .contains("Set ppool.pools.mails.executor to true.");
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({PpoolAutoConfiguration.class, PpoolExecutorAutoConfiguration.class,
            TaskExecutionAutoConfiguration.class})
    static class InjectedInVain {

        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        String name(@Qualifier("mails") AsyncTaskExecutor executor) {
            return executor.toString();
        }
    }

    @Test
    void a_pool_can_not_become_an_executor_at_run_time() {
        runner.run(context -> assertThatThrownBy(
                () -> context.getBean(PoolStarts.class).start("late", Map.of("executor", "true")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a pool can't become an executor at run time"));
    }

    @Test
    void without_pools_spring_boot_has_its_executor_and_nothing_is_added() {
        runner.withPropertyValues("ppool.enabled=false").run(context -> assertThat(context)
                .hasSingleBean(ThreadPoolTaskExecutor.class)
                .doesNotHaveBean(PoolTaskExecutor.class)
                .doesNotHaveBean("ppoolAsyncPostProcessor"));
        runner.run(context -> assertThat(context).hasSingleBean(ThreadPoolTaskExecutor.class)
                .doesNotHaveBean(PoolTaskExecutor.class));
    }
}
