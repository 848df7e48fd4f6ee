package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.observe.History;
import io.github.ppool.spring.boot.observe.Journal;
import io.github.ppool.spring.boot.observe.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Snapshots in applications of several settings. */
class ObserveTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PpoolAutoConfiguration.class, PpoolEndpointAutoConfiguration.class,
                    EndpointAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=ppool");

    private static @Nullable EndpointAnswer answer(ApplicationContext context) {
        return context.getBean(PoolEndpoint.class).pool("observe", null, null, null, null, null, null, null);
    }

    private static ObserveDescriptor look(ApplicationContext context) {
        return (ObserveDescriptor) answer(context);
    }

    @Test
    void the_endpoint_is_writable_only_if_its_access_is_unrestricted_and_permitted() {
        runner.run(context -> assertThat(look(context).writable()).isFalse());
        runner.withPropertyValues("management.endpoint.ppool.access=UNRESTRICTED")
                .run(context -> assertThat(look(context).writable()).isTrue());
        runner.withPropertyValues("management.endpoint.ppool.access=UNRESTRICTED",
                "management.endpoints.access.max-permitted=READ_ONLY")
                .run(context -> assertThat(look(context).writable()).isFalse());
        runner.withPropertyValues("management.endpoints.access.default=UNRESTRICTED")
                .run(context -> assertThat(look(context).writable()).isTrue());
    }

    @Test
    void a_pool_of_that_name_takes_its_place() {
        runner.run(context -> {
            context.getBean(Pools.class).startPool(PoolSpec.builder("observe", Object::new).size(1).build());
            assertThat(answer(context)).isInstanceOf(PoolDescriptor.class);
        });
    }

    @Test
    void a_pool_of_the_settings_that_was_stopped_is_a_problem() {
        runner.withUserConfiguration(Workers.class)
                .withPropertyValues("ppool.pools.mail.worker=factory")
                .run(context -> {
                    assertThat(look(context).problems()).isEmpty();
                    context.getBean(Pools.class).stopPool("mail", Duration.ZERO);
                    assertThat(look(context).problems()).extracting(Problem::what).containsExactly("not_started");
                });
    }

    @Test
    void a_pool_with_settings_in_the_environment_is_one_pool() {
        runner.withUserConfiguration(Workers.class, OfClass.class)
                .withPropertyValues("ppool.pools.smtp-a.worker=factory")
                .withInitializer(context -> ((StandardEnvironment) context.getEnvironment()).getPropertySources()
                        .replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                new SystemEnvironmentPropertySource(
                                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                        Map.of("PPOOL_POOLS_SMTPA_MAXOVERFLOW", "2",
                                                "PPOOL_POOLS_BYCLASS_SIZE", "1"))))
                .run(context -> {
                    assertThat(context.getBean(Pools.class).names()).containsExactlyInAnyOrder("by-class", "smtp-a");
                    assertThat(look(context).problems()).isEmpty();
                    context.getBean(Pools.class).stopPool("smtp-a", Duration.ZERO);
                    assertThat(look(context).problems()).extracting(Problem::of).containsExactly("smtp-a");
                });
    }

    @PoolWorker("by-class")
    static class OfClass {
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {

        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }

    @Test
    void nothing_is_kept_where_the_endpoint_is_not_exposed() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=health")
                .run(context -> assertThat(context).doesNotHaveBean(Journal.class).doesNotHaveBean(History.class));
    }

    @Test
    void the_thread_of_the_history_ends_with_the_application() throws Exception {
        runner.run(context -> {
            look(context);
            assertThat(sampler()).isNotNull();
        });
        Thread left = sampler();
        if (left != null) {
            left.join(5_000);
            assertThat(left.isAlive()).isFalse();
        }
    }

    /** The threads of applications that other tests have left running. */
    private final Set<Thread> others = samplers();

    private static Set<Thread> samplers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ppool-history")).collect(Collectors.toSet());
    }

    private @Nullable Thread sampler() {
        return samplers().stream().filter(thread -> !others.contains(thread)).findFirst().orElse(null);
    }

    @Test
    void a_wrong_mode_of_the_history_is_refused() {
        runner.withPropertyValues("ppool.history=sometimes").run(context -> assertThat(context).hasFailed());
    }

    @Test
    void many_observers_look_while_pools_come_crash_and_go() {
        runner.run(context -> {
            Pools pools = context.getBean(Pools.class);
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (int number = 0; number < 3; number++) {
                String name = "pool" + number;
                threads.add(thread(failures, () -> {
                    for (int i = 0; i < 30; i++) {
                        var pool = pools.startPool(PoolSpec.builder(name, Object::new).size(2).build());
                        pool.checkout().fail(new IllegalStateException("crash"));
                        pools.stopPool(name, Duration.ZERO);
                    }
                }));
                threads.add(thread(failures, () -> {
                    for (int i = 0; i < 100; i++) {
                        ObserveDescriptor seen = (ObserveDescriptor) context.getBean(PoolEndpoint.class)
                                .pool("observe", null, null, null, (long) i, name, 100, null);
                        assertThat(seen.journal()).hasSizeLessThanOrEqualTo(200);
                        assertThat(seen.detail()).isNotNull();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
        });
    }

    private static Thread thread(List<Throwable> failures, Runnable work) {
        return Thread.ofPlatform().uncaughtExceptionHandler((thread, thrown) -> failures.add(thrown)).start(work);
    }
}
