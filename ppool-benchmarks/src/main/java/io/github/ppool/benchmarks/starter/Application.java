package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.borrow.Borrowed;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.endpoint.PoolEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * A Spring Boot application with a pool of ten workers and Boot's own task executor with ten threads. Both are set up
 * alike, and both are there whichever is measured: that makes it the same application.
 */
final class Application implements AutoCloseable {

    /** How many tasks run at a time. */
    static final int WORKERS = 10;
    /** More than are ever handed over in one go: Boot's executor refuses none either. */
    static final int CAPACITY = 2_000_000;

    private static final String POOL = "office";
    private static final String LIMITED = "limited";

    private final ConfigurableApplicationContext context;

    Application(Setting setting) {
        List<String> properties = new ArrayList<>(List.of(
                "spring.application.name=benchmark",
                "spring.task.execution.pool.core-size=" + WORKERS,
                "spring.task.execution.propagate-context=true"));
        properties.addAll(pool(POOL));
        properties.addAll(setting.properties());
        context = run(Configuration.class, properties);
    }

    private static List<String> pool(String name) {
        return List.of(
                "ppool.pools." + name + ".worker=objects",
                "ppool.pools." + name + ".executor=true",
                "ppool.pools." + name + ".size=" + WORKERS,
                "ppool.pools." + name + ".max-overflow=0",
                "ppool.pools." + name + ".queue-capacity=" + CAPACITY);
    }

    /** The settings of a second pool, whose workers hold permits. */
    static List<String> limitedPool() {
        List<String> properties = new ArrayList<>(pool(LIMITED));
        properties.add("ppool.pools." + LIMITED + ".cluster-limit=" + WORKERS);
        return properties;
    }

    /** The setting that makes each worker of the pool hold a permit. */
    static String limitOverTheCluster() {
        return "ppool.pools." + POOL + ".cluster-limit=" + WORKERS;
    }

    /** Starts an application without a web server. */
    static ConfigurableApplicationContext run(Class<?> configuration, List<String> properties) {
        SpringApplication application = new SpringApplication(configuration);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(properties.stream().map(property -> "--" + property).toArray(String[]::new));
    }

    /** The client of the pool, as an application has it injected; all workers are made. */
    @SuppressWarnings("unchecked") // as the type asked for says
    PoolClient<Borrowed> pool() {
        PoolClient<Borrowed> pool = (PoolClient<Borrowed>) bean(POOL, PoolClient.class);
        awaitWorkers(pool);
        return pool;
    }

    /** The client of the second pool of {@link Setting#CLUSTER_BOTH}; all workers are made. */
    @SuppressWarnings("unchecked") // as the bean of that name is
    PoolClient<Borrowed> limited() {
        PoolClient<Borrowed> pool = (PoolClient<Borrowed>) bean(LIMITED, PoolClient.class);
        awaitWorkers(pool);
        return pool;
    }

    /** Three observers that look from now on until they are closed. */
    Viewers viewers() {
        return new Viewers(context.getBean(PoolEndpoint.class), POOL);
    }

    /** Warms up the code that observers run. */
    void warmUpViewers() {
        Viewers.warmUp(context.getBean(PoolEndpoint.class), POOL);
    }

    static void awaitWorkers(PoolClient<?> pool) {
        while (pool.status().available() < WORKERS) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    @Override
    public void close() {
        context.close();
    }

    /** The code of the user. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Configuration {

        @Bean
        WorkerFactory<Borrowed> objects() {
            return Borrowed::new;
        }
    }
}
