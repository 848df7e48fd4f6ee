package io.github.ppool.benchmarks.durable;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.durable.engine.DurableEngine;
import io.github.ppool.pool.WorkerFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * ppool-durable as users have it: an application with the starter, actuator and the Prometheus registry, and methods
 * with {@code @PoolTask}. Its {@code DataSource} is the one of Spring Boot, with ten connections.
 */
final class StarterJobs implements Jobs {

    private static final Duration STOP = Duration.ofSeconds(10);

    private final ConfigurableApplicationContext context;
    private final DurableQueue<Order> queue;

    /** The payload. */
    record Order(long number) {}

    /** The application runs, and its engine does not yet, so that a start of Spring Boot is not measured. */
    @SuppressWarnings("unchecked") // as the type asked for says
    StarterJobs(Database database, Kind kind) {
        SpringApplication application = new SpringApplication(kind == Kind.WRITE ? Writing.class : Idle.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        context = application.run(Stream.of(
                "spring.application.name=benchmark",
                "spring.datasource.url=" + database.url(),
                "spring.datasource.username=" + database.user(),
                "ppool.cluster.initialize-schema=always",
                "ppool.durable.initialize-schema=always",
                "ppool.durable.run=false",
                "ppool.pools.office.worker=clerks",
                "ppool.pools.office.size=" + WORKERS,
                "ppool.pools.office.max-overflow=0")
                .map(property -> "--" + property)
                .toArray(String[]::new));
        queue = (DurableQueue<Order>) context
                .getBeanProvider(ResolvableType.forClassWithGenerics(DurableQueue.class, Order.class))
                .getObject();
    }

    @Override
    public void handOver(int tasks, int batch) {
        for (int i = 0; i < tasks; i += batch) {
            List<Order> orders = LongStream.range(i, i + batch).mapToObj(Order::new).toList();
            if (batch == 1) {
                queue.enqueue(orders.get(0));
            } else {
                queue.enqueueAll(orders);
            }
        }
    }

    @Override
    public void handOverOne(long number) {
        queue.enqueue(new Order(number));
    }

    @Override
    public void addWaiting(long tasks) {
        throw new UnsupportedOperationException("not measured");
    }

    @Override
    public void start(int nodes) {
        if (nodes != 1) {
            throw new UnsupportedOperationException("nodes must be 1, got: " + nodes);
        }
        context.getBean(DurableEngine.class).start();
    }

    @Override
    public void close() {
        DurableEngine engine = context.getBean(DurableEngine.class);
        if (engine.isRunning()) {
            engine.stop(STOP);
        }
        context.close();
    }

    /** A worker. */
    static final class Clerk {}

    /** The common part of both applications. */
    abstract static class Office {

        @Bean
        WorkerFactory<Clerk> clerks() {
            return Clerk::new;
        }
    }

    /** An application with tasks that do nothing. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Idle extends Office {

        @Bean
        IdleTasks tasks() {
            return new IdleTasks();
        }
    }

    /** An application with tasks that write. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Writing extends Office {

        @Bean
        WritingTasks tasks(JdbcTemplate jdbc) {
            return new WritingTasks(jdbc);
        }
    }

    /** Tasks that do nothing. */
    static class IdleTasks {

        @PoolTask(pool = "office", name = "noop")
        void run(Order order) {
            Work.nothing(order.number());
        }
    }

    /** Tasks that write a row. */
    static class WritingTasks {

        private final JdbcTemplate jdbc;

        WritingTasks(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @PoolTask(pool = "office", name = "noop", transactional = true)
        void run(Order order) {
            Work.write(jdbc);
        }
    }
}
