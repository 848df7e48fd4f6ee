package io.github.ppool.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.SupervisorEvent;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * Beans of an application that throw errors wherever the starter calls them: the pools and the other beans are
 * not disturbed.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool,health",
        "management.endpoint.health.show-details=always",
        "logging.level.io.github.ppool=off",
        "ppool.pools.glass.worker=blower",
        "ppool.pools.glass.size=2",
        "ppool.pools.glass.max-overflow=0",
        "ppool.pools.glass.restart.plan=restart",
        "ppool.pools.glass.restart.count=infinity"
})
class HostileBeansTest {

    private static final Duration SOON = Duration.ofSeconds(50);
    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;
    @Autowired
    private Pools pools;
    @Autowired
    private PoolClient<Object> glass;
    @Autowired
    private Witness witness;

    /** The level outlives the context, and other tests read the log. */
    @AfterAll
    static void logAgain() {
        LoggingSystem.get(HostileBeansTest.class.getClassLoader()).setLogLevel("io.github.ppool", null);
    }

    @Test
    void tasks_and_borrowers_are_served_and_the_listeners_after_the_hostile_one_are_told() throws Exception {
        List<Task<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            tasks.add(glass.asyncQueueResult(worker -> number));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(tasks.get(i).result().toCompletableFuture().get(50, TimeUnit.SECONDS)).isEqualTo(i);
            glass.transaction(worker -> {});
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(witness.tasksEnded.get()).isGreaterThanOrEqualTo(20));
        assertThat(witness.pools).contains("glass");
        assertThat(witness.workersReady.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void a_failure_that_cannot_be_asked_is_told_by_health_and_endpoint_all_the_same() throws Exception {
        Task<?> broken = glass.asyncQueueResult(worker -> {
            throw new Unspeakable();
        });
        assertThatThrownBy(() -> broken.result().toCompletableFuture().join()).hasCauseInstanceOf(Unspeakable.class);
        await().atMost(SOON).until(() -> glass.status().available() == 2 && glass.status().workers() == 2);
        assertThat(get("/health/ppoolPools/glass")).contains("\"status\":\"UP\"");
        String pool = get("/ppool/glass");
        assertThat(JsonPath.<String>read(pool, "$.phase")).isEqualTo("running");
        assertThat(JsonPath.<Integer>read(get("/ppool/glass/count_children"), "$.active")).isEqualTo(2);
    }

    @Test
    void a_pool_is_started_and_stopped_at_run_time() {
        PoolClient<Object> passing = pools.startPool(PoolSpec.builder("passing", Object::new).size(1).build());
        passing.transaction(worker -> {});
        assertThat(witness.pools).contains("passing");
        assertThat(pools.stopPool("passing", Duration.ofSeconds(5))).isTrue();
        assertThat(witness.pools).doesNotContain("passing");
        assertThat(pools.names()).containsExactly("glass");
    }

    private String get(String path) throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator" + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    /** Each of its methods throws. */
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new AssertionError("hostile");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new AssertionError("hostile");
        }
    }

    /** Comes after the hostile listener. */
    static final class Witness implements PoolListener, PoolsListener {
        private final Set<String> pools = ConcurrentHashMap.newKeySet();
        private final AtomicInteger tasksEnded = new AtomicInteger();
        private final AtomicInteger workersReady = new AtomicInteger();

        @Override
        public void poolStarted(PoolClient<?> pool) {
            pools.add(pool.name());
        }

        @Override
        public void poolStopped(String name) {
            pools.remove(name);
        }

        @Override
        public void taskEnded(String pool, Task<?> task) {
            tasksEnded.incrementAndGet();
        }

        @Override
        public void workerReady(String pool, Pid worker, Duration took) {
            workersReady.incrementAndGet();
        }
    }

    /** Throws errors, not exceptions: those are caught by many. */
    private static final class Hostile implements PoolListener, PoolsListener {

        private static AssertionError hostile() {
            Thread.currentThread().interrupt();
            return new AssertionError("hostile");
        }

        @Override
        public void poolStarting(String name) {
            throw hostile();
        }

        @Override
        public void poolStarted(PoolClient<?> pool) {
            throw hostile();
        }

        @Override
        public void poolStopped(String name) {
            throw hostile();
        }

        @Override
        public void workerReady(String pool, Pid worker, Duration took) {
            throw hostile();
        }

        @Override
        public void workerNotMade(String pool, Throwable cause, int inARow) {
            throw hostile();
        }

        @Override
        public void workerExited(String pool, Pid worker, ExitReason reason) {
            throw hostile();
        }

        @Override
        public void served(String pool, Duration waited) {
            throw hostile();
        }

        @Override
        public void refused(String pool, PoolException refusal) {
            throw hostile();
        }

        @Override
        public void taskEnded(String pool, Task<?> task) {
            throw hostile();
        }

        @Override
        public void taskRan(String pool, Task<?> task, Duration ran) {
            throw hostile();
        }

        @Override
        public void supervised(String pool, SupervisorEvent event) {
            throw hostile();
        }

        @Override
        public boolean wantsLeases() {
            throw hostile();
        }

        @Override
        public void phaseChanged(String pool, PoolPhase phase) {
            throw hostile();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        WorkerFactory<Object> blower() {
            return Object::new;
        }

        @Bean
        @Order(1)
        Hostile hostileListener() {
            return new Hostile();
        }

        @Bean
        @Order(2)
        Witness witness() {
            return new Witness();
        }

        /** Every meter of a pool is refused with an error. */
        @Bean
        MeterRegistry meterRegistry() {
            MeterRegistry registry = new SimpleMeterRegistry();
            registry.config().meterFilter(new MeterFilter() {
                @Override
                public MeterFilterReply accept(Meter.Id id) {
                    if (id.getName().startsWith("ppool") && id.getTag("pool") != null) {
                        throw new AssertionError("hostile");
                    }
                    return MeterFilterReply.NEUTRAL;
                }
            });
            return registry;
        }

        @Bean
        ObservationHandler<Observation.Context> hostileHandler() {
            return new ObservationHandler<>() {
                @Override
                public void onStart(Observation.Context context) {
                    throw hostile(context);
                }

                @Override
                public void onScopeOpened(Observation.Context context) {
                    throw hostile(context);
                }

                @Override
                public void onScopeClosed(Observation.Context context) {
                    throw hostile(context);
                }

                @Override
                public void onError(Observation.Context context) {
                    throw hostile(context);
                }

                @Override
                public void onStop(Observation.Context context) {
                    throw hostile(context);
                }

                private AssertionError hostile(Observation.Context context) {
                    return new AssertionError("hostile to " + context.getName());
                }

                @Override
                public boolean supportsContext(Observation.@Nullable Context context) {
                    return context != null && String.valueOf(context.getName()).startsWith("ppool");
                }
            };
        }
    }
}
