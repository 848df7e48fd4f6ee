package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A context that inherits the settings of its parent uses the pools of its parent. */
@ExtendWith(OutputCaptureExtension.class)
class ChildContextTest {

    private static final AtomicInteger made = new AtomicInteger();

    private final List<ConfigurableApplicationContext> open = new ArrayList<>();

    @BeforeEach
    void nothingIsMadeYet() {
        made.set(0);
    }

    @AfterEach
    void closeAll() {
        open.reversed().forEach(ConfigurableApplicationContext::close);
    }

    @Test
    void the_child_of_a_builder_has_the_pools_of_its_parent_and_makes_no_worker() throws InterruptedException {
        ConfigurableApplicationContext parent = parent("--ppool.pools.smtp.worker=factory",
                "--ppool.pools.smtp.size=2");
        works(parent, "smtp");
        PoolClient<?> pool = parent.getBean("smtp", PoolClient.class);
        for (int i = 0; i < 3_000 && pool.status().available() < 2; i++) {
            Thread.sleep(10); // until both are made
        }
        int before = made.get();
        assertThat(before).isEqualTo(2);
        ConfigurableApplicationContext child = child(parent, Child.class);
        assertThat(child.getBean("smtp")).isSameAs(parent.getBean("smtp"));
        assertThat(child.getBean(Pools.class)).isSameAs(parent.getBean(Pools.class));
        assertThat(child.getBean(UsesThem.class).smtp()).isSameAs(parent.getBean("smtp"));
        assertThat(child.getBean(UsesThem.class).all()).containsOnlyKeys("smtp");
        assertThat(parent.getBean(Pools.class).names()).containsExactly("smtp");
        works(child, "smtp");
        assertThat(made).hasValue(before);
    }

    @Test
    void parent_and_child_that_one_builder_makes_are_such_contexts_too() {
        ConfigurableApplicationContext child = new SpringApplicationBuilder(Parent.class)
                .web(WebApplicationType.NONE)
                .properties("ppool.pools.smtp.worker=factory")
                .child(Child.class)
                .web(WebApplicationType.NONE)
                .run("--ppool.pools.imap.worker=factory");
        ConfigurableApplicationContext parent = keep((ConfigurableApplicationContext) Objects.requireNonNull(
                child.getParent()));
        keep(child);
        assertThat(child.getBean("smtp")).isSameAs(parent.getBean("smtp"));
        works(child, "smtp");
        works(child, "imap");
        child.close();
        works(parent, "smtp");
    }

    @Test
    void when_the_parent_is_closed_first_all_pools_are_stopped() {
        ConfigurableApplicationContext parent = parent("--ppool.pools.smtp.worker=factory");
        ConfigurableApplicationContext child = child(parent, Child.class, "ppool.pools.imap.worker=factory");
        PoolClient<?> imap = child.getBean("imap", PoolClient.class);
        Pools pools = parent.getBean(Pools.class);
        parent.close();
        assertThat(pools.names()).isEmpty();
        assertThatExceptionOfType(PoolStoppedException.class).isThrownBy(imap::checkout);
        child.close();
    }

    @Test
    void closing_the_child_leaves_the_pools_of_the_parent_as_they_are() {
        ConfigurableApplicationContext parent = parent("--ppool.pools.smtp.worker=factory");
        for (int i = 0; i < 3; i++) {
            ConfigurableApplicationContext child = child(parent, Child.class);
            works(child, "smtp");
            child.close();
            works(parent, "smtp");
        }
        assertThat(parent.getBean(Pools.class).names()).containsExactly("smtp");
    }

    @Test
    void a_pool_that_only_the_child_has_starts_and_stops_with_the_child() {
        ConfigurableApplicationContext parent = parent("--ppool.pools.smtp.worker=factory");
        ConfigurableApplicationContext child = child(parent, Child.class, "ppool.pools.imap.worker=factory",
                "ppool.pools.imap.depends-on=smtp");
        assertThat(parent.getBean(Pools.class).names()).containsExactlyInAnyOrder("smtp", "imap");
        assertThat(parent.containsBean("imap")).isFalse();
        works(child, "imap");
        PoolClient<?> imap = child.getBean("imap", PoolClient.class);
        child.close();
        assertThat(parent.getBean(Pools.class).names()).containsExactly("smtp");
        assertThatExceptionOfType(PoolStoppedException.class).isThrownBy(imap::checkout);
        works(parent, "smtp");
        // And once more, in another child.
        works(child(parent, Child.class, "ppool.pools.imap.worker=factory"), "imap");
    }

    @Test
    void two_children_side_by_side_have_pools_of_their_own() {
        ConfigurableApplicationContext parent = parent("--ppool.pools.smtp.worker=factory");
        ConfigurableApplicationContext one = child(parent, Child.class, "ppool.pools.one.worker=factory");
        ConfigurableApplicationContext two = child(parent, Child.class, "ppool.pools.two.worker=factory");
        assertThat(parent.getBean(Pools.class).names()).containsExactlyInAnyOrder("smtp", "one", "two");
        one.close();
        works(two, "two");
        works(two, "smtp");
        assertThat(parent.getBean(Pools.class).names()).containsExactlyInAnyOrder("smtp", "two");
    }

    @Test
    void a_parent_without_pools_leaves_them_to_the_child() {
        ConfigurableApplicationContext parent = parent();
        ConfigurableApplicationContext child = child(parent, Child.class, "ppool.pools.smtp.worker=factory");
        works(child, "smtp");
        child.close();
        assertThat(parent.getBean(Pools.class).names()).isEmpty();
    }

    @Test
    void a_parent_that_does_not_know_ppool_leaves_all_to_the_child() {
        ConfigurableApplicationContext parent = keep(new SpringApplicationBuilder(Plain.class)
                .web(WebApplicationType.NONE).run("--ppool.pools.smtp.worker=factory"));
        ConfigurableApplicationContext child = child(parent, Child.class);
        works(child, "smtp");
        assertThat(parent.containsBean("smtp")).isFalse();
    }

    @Test
    void a_grandchild_uses_the_pools_of_all_above() {
        ConfigurableApplicationContext parent = parent("--ppool.pools.smtp.worker=factory");
        ConfigurableApplicationContext child = child(parent, Child.class, "ppool.pools.imap.worker=factory");
        ConfigurableApplicationContext grandchild = child(child, Child.class, "ppool.pools.own.worker=factory");
        works(grandchild, "smtp");
        works(grandchild, "imap");
        works(grandchild, "own");
        grandchild.close();
        works(child, "imap");
        assertThat(parent.getBean(Pools.class).names()).containsExactlyInAnyOrder("smtp", "imap");
    }

    @Test
    void settings_of_the_child_for_a_pool_of_the_parent_are_warned_of(CapturedOutput output) {
        ConfigurableApplicationContext parent = parent("--ppool.pools.smtp.worker=factory",
                "--ppool.pools.smtp.size=2", "--ppool.pools.smtp.restart.plan=restart, 5s");
        var unused = child(parent, Child.class);
        assertThat(output).doesNotContain("WARN");
        ConfigurableApplicationContext child = child(parent, Child.class, "ppool.pools.smtp.size=7");
        assertThat(output).contains("the pool 'smtp' is that of the context above");
        assertThat(child.getBean("smtp", PoolClient.class).status().size()).isEqualTo(2);
    }

    @Test
    void a_worker_class_that_both_contexts_know_makes_one_pool() {
        ConfigurableApplicationContext parent = keep(new SpringApplicationBuilder(ParentWithClass.class)
                .web(WebApplicationType.NONE).run());
        ConfigurableApplicationContext child = child(parent, ParentWithClass.class);
        assertThat(child.getBean("nagger")).isSameAs(parent.getBean("nagger")).isInstanceOf(PoolClient.class);
        assertThat(parent.getBean(Pools.class).names()).containsExactly("nagger");
        works(child, "nagger");
    }

    @Test
    void a_child_starts_a_pool_of_its_parent_again_as_the_parent_would() {
        ConfigurableApplicationContext parent = parent("--ppool.pools.smtp.worker=factory",
                "--ppool.pools.smtp.size=2");
        ConfigurableApplicationContext child = child(parent, Child.class, "ppool.pools.imap.worker=factory");
        Pools pools = parent.getBean(Pools.class);
        PoolStarts starts = child.getBean(PoolStarts.class);
        pools.stopPool("smtp", Duration.ZERO);
        pools.stopPool("imap", Duration.ZERO);
        assertThat(starts.isKnown("smtp")).isTrue();
        starts.start("smtp", Map.of());
        starts.start("imap", Map.of());
        works(child, "imap");
        child.close();
        works(parent, "smtp");
        assertThat(pools.names()).containsExactly("smtp");
    }

    @Test
    void a_child_that_is_stopped_and_started_again_has_its_pools_again() {
        ConfigurableApplicationContext parent = parent("--ppool.pools.smtp.worker=factory");
        ConfigurableApplicationContext child = child(parent, Child.class, "ppool.pools.imap.worker=factory");
        child.stop();
        assertThat(parent.getBean(Pools.class).names()).containsExactly("smtp");
        child.start();
        works(child, "imap");
        works(child, "smtp");
    }

    @Test
    void a_child_where_ppool_is_disabled_may_use_the_pools_of_its_parent() {
        ConfigurableApplicationContext parent = parent("--ppool.pools.smtp.worker=factory");
        ConfigurableApplicationContext child = child(parent, Child.class, "ppool.enabled=false");
        works(child, "smtp");
    }

    private ConfigurableApplicationContext parent(String... arguments) {
        return keep(new SpringApplicationBuilder(Parent.class).web(WebApplicationType.NONE).run(arguments));
    }

    private ConfigurableApplicationContext child(
            ConfigurableApplicationContext parent, Class<?> application, String... properties) {
        // The arguments of the parent are part of the environment that a child inherits.
        return keep(new SpringApplicationBuilder(application)
                .parent(parent)
                .web(WebApplicationType.NONE)
                .run(Arrays.stream(properties).map(property -> "--" + property).toArray(String[]::new)));
    }

    private ConfigurableApplicationContext keep(ConfigurableApplicationContext context) {
        open.add(context);
        return context;
    }

    @SuppressWarnings("unchecked")
    private static void works(ConfigurableApplicationContext context, String pool) {
        PoolClient<Object> client = context.getBean(pool, PoolClient.class);
        Object worker = client.transactionResult(w -> w);
        assertThat(worker).isNotNull();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(PpoolAutoConfiguration.class)
    static class Parent {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return () -> {
                made.incrementAndGet();
                return new StringBuilder();
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Child {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        UsesThem usesThem(
                org.springframework.beans.factory.ObjectProvider<PoolClient<StringBuilder>> smtp,
                Map<String, PoolClient<?>> all) {
            return new UsesThem(smtp.stream().filter(pool -> pool.name().equals("smtp")).findFirst().orElse(null), all);
        }
    }

    record UsesThem(@org.jspecify.annotations.Nullable PoolClient<StringBuilder> smtp,
            Map<String, PoolClient<?>> all) {}

    @Configuration(proxyBeanMethods = false)
    static class Plain {}

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(PpoolAutoConfiguration.class)
    @Import(Nagger.class)
    static class ParentWithClass {}

    @PoolWorker("nagger")
    static class Nagger {}
}
