package io.github.ppool.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.cluster.ClusterBroadcasts;
import io.github.ppool.cluster.PoolBroadcast;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.engine.BroadcastDesk;
import io.github.ppool.cluster.engine.BroadcastKey;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import tools.jackson.databind.json.JsonMapper;

/** The methods with PoolBroadcast of an application, those that are refused, and the beans beside them. */
class BroadcastMethodsTest {

    private static final Duration WITHIN = Duration.ofSeconds(10);

    private final ApplicationContextRunner bare = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolClusterAutoConfiguration.class,
                    DataSourceAutoConfiguration.class, ClusterBroadcastAutoConfiguration.class))
            .withUserConfiguration(Mail.class)
            .withPropertyValues("spring.datasource.url=" + TestDatabases.newH2Url(), "ppool.keep-alive=false",
                    "ppool.pools.mail.worker=texts", "ppool.pools.mail.size=2", "mail.pool=mail");

    private final ApplicationContextRunner runner = bare
            .withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class));

    @Configuration(proxyBeanMethods = false)
    static class Mail {
        @Bean
        WorkerFactory<StringBuilder> texts() {
            return StringBuilder::new;
        }
    }

    private void refused(Class<?> bean, String description, String action) {
        runner.withBean(bean).run(context -> {
            FailureAnalysis analysis = new ClusterStartFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis).as(bean.getSimpleName()).isNotNull();
            assertThat(analysis.getDescription()).startsWith("The method " + bean.getName() + ".run")
                    .contains(description);
            assertThat(analysis.getAction()).contains(action);
        });
    }

    @Test
    void a_method_that_can_not_be_used_is_refused_at_the_start() {
        refused(Static.class, "is static.", "Remove static");
        refused(Private.class, "is private.", "Remove private");
        refused(NoWorker.class, "has 0 parameters.", "The first parameter is the worker.");
        refused(Three.class, "has 3 parameters.", "The first parameter is the worker.");
        refused(Later.class, "returns a CompletionStage", "Let the method do its work before it returns");
        refused(WrongName.class, "name must have 1 to 100 letters, digits and - _ ., got: 're load'", "Correct it");
        refused(NoPool.class, "there is no pool 'mial'", "Did you mean mail?");
        refused(WrongWorker.class, "its first parameter is a java.lang.Integer, while the workers of the pool 'mail'"
                + " are of java.lang.StringBuilder", "The first parameter is the worker.");
        refused(NoPlaceholder.class, "Could not resolve placeholder 'no.such'", "Set the property");
        refused(Twice.class, "both with the name 'reload' for the pool 'mail'", "Give one of them another name.");
        refused(Prototype.class, "which is no singleton", "Put the method into a singleton bean.");
    }

    static class Static {
        @PoolBroadcast(pool = "mail", name = "reload")
        static void run(StringBuilder worker) {}
    }

    static class Private {
        @PoolBroadcast(pool = "mail", name = "reload")
        private void run(StringBuilder worker) {
            worker.setLength(0);
        }
    }

    static class NoWorker {
        @PoolBroadcast(pool = "mail", name = "reload")
        void run() {}
    }

    static class Three {
        @PoolBroadcast(pool = "mail", name = "reload")
        void run(StringBuilder worker, String payload, int more) {}
    }

    static class Later {
        @PoolBroadcast(pool = "mail", name = "reload")
        CompletionStage<Void> run(StringBuilder worker) {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class WrongName {
        @PoolBroadcast(pool = "mail", name = "re load")
        void run(StringBuilder worker) {}
    }

    static class NoPool {
        @PoolBroadcast(pool = "mial", name = "reload")
        void run(StringBuilder worker) {}
    }

    static class WrongWorker {
        @PoolBroadcast(pool = "mail", name = "reload")
        void run(Integer worker) {}
    }

    static class NoPlaceholder {
        @PoolBroadcast(pool = "${no.such}", name = "reload")
        void run(StringBuilder worker) {}
    }

    static class Twice {
        @PoolBroadcast(pool = "mail", name = "reload")
        void run(StringBuilder worker) {}

        @PoolBroadcast(pool = "mail", name = "reload")
        void runAgain(StringBuilder worker) {}
    }

    @Scope("prototype")
    static class Prototype {
        @PoolBroadcast(pool = "mail", name = "reload")
        void run(StringBuilder worker) {}
    }

    /** Generic, as a common superclass may be. */
    static class Reloads<P> {
        @PoolBroadcast(pool = "${mail.pool}", name = "append")
        void run(StringBuilder worker, P payload) {
            worker.append(payload);
        }
    }

    record Text(String text) {}

    @Lazy
    static class LazyReloads extends Reloads<Text> {}

    @Test
    void a_lazy_bean_runs_with_a_generic_payload_and_a_resolved_pool() {
        runner.withBean(LazyReloads.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(BroadcastMethods.class).apply(new BroadcastKey("mail", "append"))).isNotNull();
            assertThat(context.getBean(ClusterBroadcasts.class).send("mail", "append", new Text("x"), WITHIN)
                    .toCompletableFuture().get(50, TimeUnit.SECONDS).nodes()).singleElement()
                    .satisfies(node -> assertThat(node.done()).isEqualTo(2));
        });
    }

    static class Bare {
        @PoolBroadcast(pool = "mail", name = "clear")
        void run(StringBuilder worker) {
            worker.setLength(0);
        }
    }

    @Test
    void without_jackson_a_broadcast_has_no_payload() {
        bare.withClassLoader(new FilteredClassLoader(JsonMapper.class, JacksonAutoConfiguration.class))
                .withBean(Bare.class)
                .run(context -> {
                    ClusterBroadcasts broadcasts = context.getBean(ClusterBroadcasts.class);
                    assertThat(broadcasts.send("mail", "clear", null, WITHIN)
                            .toCompletableFuture().get(50, TimeUnit.SECONDS).isDoneByAll()).isTrue();
                    assertThatThrownBy(() -> broadcasts.send("mail", "clear", Map.of(), WITHIN))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageStartingWith("payload must be null without a unique JsonMapper bean");
                });
    }

    @Test
    void an_application_has_its_own_broadcasts() {
        ClusterBroadcasts own = (pool, name, payload, within) -> CompletableFuture.failedFuture(
                new IllegalStateException("of the application"));
        runner.withBean("own", ClusterBroadcasts.class, () -> own).run(context -> assertThat(context)
                .getBean(ClusterBroadcasts.class).isSameAs(own));
    }

    @Test
    void without_a_cluster_there_is_none_of_it() {
        runner.withPropertyValues("ppool.cluster.enabled=false").withBean(Bare.class)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ClusterBroadcasts.class)
                        .doesNotHaveBean(BroadcastDesk.class));
    }
}
