package io.github.ppool.spring.boot.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.web.PpoolWebErrorsAutoConfiguration;
import jakarta.servlet.DispatcherType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.partition.support.SimplePartitioner;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.ResourcelessJobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.support.ListItemReader;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.integration.annotation.InboundChannelAdapter;
import org.springframework.integration.annotation.Poller;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.ExecutorChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.reactive.config.BlockingExecutionConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/** Libraries of Spring that take an executor, with a pool as the executor. */
class LibrariesOnPoolsTest {

    private static final AutoConfigurations AUTO = AutoConfigurations.of(
            PpoolAutoConfiguration.class, PpoolExecutorAutoConfiguration.class, TaskExecutionAutoConfiguration.class);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AUTO)
            .withPropertyValues("ppool.pools.work.executor=true", "ppool.pools.work.size=2",
                    "ppool.pools.work.max-overflow=0");

    /** The worker that the calling thread runs for, such as {@code work/1}. */
    private static String here() {
        ProcessContext process = ProcessSystem.currentProcess();
        return process == null ? "no process" : process.self().label();
    }

    // ---- Spring Integration

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class Orders {

        final List<String> handled = new CopyOnWriteArrayList<>();
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        // tag::integration[]
        @Bean
        MessageChannel orders(@Qualifier("work") PoolTaskExecutor executor) {
            return new ExecutorChannel(executor);
        }
        // end::integration[]

        @ServiceActivator(inputChannel = "orders")
        public void handle(String order) throws InterruptedException {
            if (order.equals("waits")) {
                begun.countDown();
                open.await();
            }
            handled.add(order + " on " + here());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Ticks {

        final Set<String> polledOn = ConcurrentHashMap.newKeySet();
        final AtomicInteger ticks = new AtomicInteger();

        // tag::integration-poller[]
        @InboundChannelAdapter(channel = "ticks", poller = @Poller(fixedDelay = "10", taskExecutor = "workExecutor"))
        public Integer poll() {
            return ticks.incrementAndGet();
        }
        // end::integration-poller[]

        @ServiceActivator(inputChannel = "ticks")
        public void tick(Integer number) {
            polledOn.add(here());
        }
    }

    @Test
    void a_channel_of_spring_integration_hands_its_messages_to_the_pool_and_a_poller_runs_on_it() {
        runner.withUserConfiguration(Orders.class, Ticks.class).run(context -> {
            assertThat(context).hasNotFailed();
            Orders orders = context.getBean(Orders.class);
            Ticks ticks = context.getBean(Ticks.class);
            context.getBean("orders", MessageChannel.class).send(new GenericMessage<>("first"));
            await().untilAsserted(() -> assertThat(orders.handled).singleElement().asString()
                    .startsWith("first on work/"));
            await().untilAsserted(() -> assertThat(ticks.ticks.get()).isGreaterThan(3));
            assertThat(ticks.polledOn).isNotEmpty().allMatch(place -> place.startsWith("work/"));
        });
    }

    @Test
    void a_full_pool_refuses_a_message_and_the_sender_learns_why() {
        runner.withUserConfiguration(Orders.class)
                .withPropertyValues("ppool.pools.work.size=1", "ppool.pools.work.queue-capacity=0")
                .run(context -> {
                    Orders orders = context.getBean(Orders.class);
                    MessageChannel channel = context.getBean("orders", MessageChannel.class);
                    channel.send(new GenericMessage<>("waits"));
                    orders.begun.await();
                    assertThatThrownBy(() -> channel.send(new GenericMessage<>("refused")))
                            .isInstanceOf(MessageDeliveryException.class)
                            .hasCauseInstanceOf(TaskRejectedException.class)
                            .hasRootCauseInstanceOf(PoolRejectedException.class);
                    orders.open.countDown();
                    await().untilAsserted(() -> assertThat(orders.handled).hasSize(1));
                });
    }

    // ---- Spring Batch

    @Configuration(proxyBeanMethods = false)
    static class Import {

        final List<String> written = new CopyOnWriteArrayList<>();
        final Set<String> processedOn = ConcurrentHashMap.newKeySet();
        final CyclicBarrier two = new CyclicBarrier(2);

        @Bean
        JobRepository repository() {
            return new ResourcelessJobRepository();
        }

        // tag::batch[]
        @Bean
        Step importStep(JobRepository repository, @Qualifier("work") PoolTaskExecutor executor) {
            return new StepBuilder("import", repository)
                    .<Integer, String>chunk(10)
                    .reader(new ListItemReader<>(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)))
                    .processor(this::process)
                    .writer(chunk -> written.addAll(chunk.getItems()))
                    .taskExecutor(executor)
                    .build();
        }
        // end::batch[]

        private String process(int item) throws Exception {
            processedOn.add(here());
            two.await(10, TimeUnit.SECONDS); // two items at the same time
            return "item " + item;
        }

        @Bean
        Step partitioned(JobRepository repository, @Qualifier("work") PoolTaskExecutor executor) {
            Step part = new StepBuilder("part", repository).tasklet((contribution, context) -> {
                written.add(here());
                return RepeatStatus.FINISHED;
            }).build();
            return new StepBuilder("parts", repository).partitioner("part", new SimplePartitioner())
                    .step(part).gridSize(5).taskExecutor(executor).build();
        }
    }

    private static JobExecution run(JobRepository repository, PoolTaskExecutor executor, Step step) throws Exception {
        Job job = new JobBuilder("job", repository).start(step).build();
        TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
        operator.setJobRepository(repository);
        operator.setJobRegistry(new MapJobRegistry());
        operator.setTaskExecutor(executor);
        operator.afterPropertiesSet();
        JobExecution execution = operator.start(job, new JobParameters());
        await().until(() -> !execution.isRunning());
        return execution;
    }

    @Test
    void a_step_of_spring_batch_processes_its_items_on_the_pool_and_so_does_the_job() {
        runner.withUserConfiguration(Import.class)
                .withPropertyValues("ppool.pools.work.size=3", "ppool.pools.jobs.executor=true")
                .run(context -> {
                    JobExecution execution = run(context.getBean(JobRepository.class),
                            context.getBean("jobsExecutor", PoolTaskExecutor.class),
                            context.getBean("importStep", Step.class));
                    Import job = context.getBean(Import.class);
                    assertThat(execution.getAllFailureExceptions()).isEmpty();
                    assertThat(execution.getStatus()).isEqualTo(BatchStatus.COMPLETED);
                    assertThat(job.written).hasSize(12).contains("item 1", "item 12");
                    assertThat(job.processedOn).hasSizeGreaterThan(1).allMatch(place -> place.startsWith("work/"));
                    PoolClient<?> jobs = context.getBean("jobs", PoolClient.class);
                    // The job has its end a moment before the task that ran it.
                    await().untilAsserted(() -> assertThat(jobs.status().tasks().done()).isEqualTo(1));
                });
    }

    @Test
    void the_partitions_of_a_step_run_on_the_pool() {
        runner.withUserConfiguration(Import.class).withPropertyValues("ppool.pools.jobs.executor=true").run(context -> {
            JobExecution execution = run(context.getBean(JobRepository.class),
                    context.getBean("jobsExecutor", PoolTaskExecutor.class),
                    context.getBean("partitioned", Step.class));
            assertThat(execution.getAllFailureExceptions()).isEmpty();
            assertThat(execution.getStatus()).isEqualTo(BatchStatus.COMPLETED);
            assertThat(context.getBean(Import.class).written).hasSize(5)
                    .allMatch(place -> place.startsWith("work/"));
        });
    }

    // ---- WebFlux

    @RestController
    static class BlockingController {
        @GetMapping("/here")
        String answer() {
            return here();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class BlockingExecution {
        // tag::webflux-blocking[]
        @Bean
        WebFluxConfigurer blockingOn(@Qualifier("work") PoolTaskExecutor executor) {
            return new WebFluxConfigurer() {
                @Override
                public void configureBlockingExecution(BlockingExecutionConfigurer configurer) {
                    configurer.setExecutor(executor);
                }
            };
        }
        // end::webflux-blocking[]
    }

    private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
            .withConfiguration(AUTO)
            .withConfiguration(AutoConfigurations.of(HttpHandlerAutoConfiguration.class,
                    WebFluxAutoConfiguration.class))
            .withBean(BlockingController.class)
            .withPropertyValues("ppool.pools.work.executor=true");

    @Test
    void webflux_calls_blocking_controllers_on_the_pool() {
        reactive.withUserConfiguration(BlockingExecution.class).run(context -> assertThat(
                WebTestClient.bindToApplicationContext(context).build().get().uri("/here").exchange()
                        .expectStatus().isOk().expectBody(String.class).returnResult().getResponseBody())
                .startsWith("work/"));
    }

    @Test
    void webflux_calls_them_on_the_executor_of_the_application_only_with_virtual_threads() {
        for (boolean virtual : List.of(true, false)) {
            reactive.withPropertyValues("ppool.application-executor=work", "spring.threads.virtual.enabled=" + virtual)
                    .run(context -> assertThat(
                            WebTestClient.bindToApplicationContext(context).build().get().uri("/here").exchange()
                                    .expectBody(String.class).returnResult().getResponseBody().startsWith("work/"))
                            .isEqualTo(virtual));
        }
    }

    // ---- Spring MVC

    @RestController
    static class AsyncController {

        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        @GetMapping("/callable")
        Callable<String> callable() {
            return LibrariesOnPoolsTest::here;
        }

        // tag::web-async-task[]
        @GetMapping("/report")
        WebAsyncTask<String> report() {
            return new WebAsyncTask<>(30_000L, "workExecutor", this::render);
        }
        // end::web-async-task[]

        private String render() {
            return here();
        }

        @GetMapping("/waits")
        WebAsyncTask<String> waits() {
            return new WebAsyncTask<>(30_000L, "workExecutor", () -> {
                begun.countDown();
                open.await();
                return here();
            });
        }
    }

    private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
            .withConfiguration(AUTO)
            .withConfiguration(AutoConfigurations.of(WebMvcAutoConfiguration.class,
                    DispatcherServletAutoConfiguration.class, PpoolWebErrorsAutoConfiguration.class))
            .withBean(AsyncController.class)
            .withPropertyValues("ppool.pools.work.executor=true", "ppool.pools.work.size=1",
                    "ppool.pools.work.max-overflow=0", "ppool.pools.work.queue-capacity=0");

    @Test
    void a_controller_of_spring_mvc_names_the_pool_of_one_answer() {
        servlet.run(context -> {
            MockMvc mvc = MockMvcBuilders.webAppContextSetup(context).build();
            assertThat((String) answer(mvc, "/report")).startsWith("work/");
            assertThat((String) answer(mvc, "/callable")).isEqualTo("no process");
        });
        servlet.withPropertyValues("ppool.application-executor=work").run(context -> assertThat(
                (String) answer(MockMvcBuilders.webAppContextSetup(context).build(), "/callable"))
                .startsWith("work/"));
    }

    @Test
    void a_full_pool_refuses_an_answer_of_spring_mvc_with_the_status_429() {
        servlet.run(context -> {
            MockMvc mvc = MockMvcBuilders.webAppContextSetup(context).build();
            AsyncController controller = context.getBean(AsyncController.class);
            MvcResult waits = mvc.perform(get("/waits")).andReturn();
            controller.begun.await();
            MvcResult refused = mvc.perform(get("/report")).andReturn();
            assertThat(WebAsyncUtils.getAsyncManager(refused.getRequest()).getConcurrentResult())
                    .isInstanceOf(TaskRejectedException.class);
            // MockMvc's own dispatch wants a result that a thread of the executor has brought.
            mvc.perform(servletContext -> {
                MockHttpServletRequest again = refused.getRequest();
                again.setDispatcherType(DispatcherType.ASYNC);
                again.setAsyncStarted(false);
                return again;
            }).andExpect(status().isTooManyRequests()).andExpect(header().exists("Retry-After"));
            controller.open.countDown();
            assertThat((String) waits.getAsyncResult(10_000)).startsWith("work/");
        });
    }

    private static Object answer(MockMvc mvc, String path) throws Exception {
        MvcResult begun = mvc.perform(get(path)).andReturn();
        Object result = begun.getAsyncResult(10_000);
        mvc.perform(asyncDispatch(begun)).andExpect(content().string(String.valueOf(result)));
        return result;
    }
}
