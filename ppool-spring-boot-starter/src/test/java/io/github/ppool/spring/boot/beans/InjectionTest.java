package io.github.ppool.spring.boot.beans;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.autoconfigure.RecordingPools;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;

class InjectionTest {

    private static final Set<String> made = ConcurrentHashMap.newKeySet();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withBean(RecordingPools.class, RecordingPools::new)
            .withUserConfiguration(Workers.class)
            .withPropertyValues(
                    "ppool.pools.component.worker=componentFactory",
                    "ppool.pools.method.worker=methodFactory",
                    "ppool.pools.generic.worker=genericFactory",
                    "ppool.pools.prototype.worker=prototypeWorker",
                    "ppool.pools.declared.worker=declaredPrototype",
                    "ppool.pools.late.worker=lateWorker",
                    "ppool.pools.my-pool.worker=methodFactory",
                    "ppool.pools.raw.worker=rawFactory",
                    "ppool.pools.annotated.size=1");

    @BeforeEach
    void nothingIsMadeYet() {
        made.clear();
    }

    @Test
    void by_the_type_of_the_workers() {
        runner.withBean(ByType.class).run(context -> {
            ByType user = context.getBean(ByType.class);
            assertThat(user.component.name()).isEqualTo("component");
            assertThat(user.generic.name()).isEqualTo("generic");
            assertThat(user.prototype.name()).isEqualTo("prototype");
            assertThat(user.declared.name()).isEqualTo("declared");
            assertThat(user.late.name()).isEqualTo("late");
            assertThat(user.any.name()).isEqualTo("annotated");
        });
    }

    @Test
    void by_the_name_of_the_parameter_among_pools_of_one_type() {
        runner.withBean(ByParameterName.class).run(context -> {
            ByParameterName user = context.getBean(ByParameterName.class);
            assertThat(user.method.name()).isEqualTo("method");
            assertThat(user.myPool.name()).isEqualTo("my-pool");
        });
    }

    @Test
    void by_qualifier() {
        runner.withBean(ByQualifier.class).run(context -> {
            ByQualifier user = context.getBean(ByQualifier.class);
            assertThat(user.first.name()).isEqualTo("method");
            assertThat(user.second.name()).isEqualTo("my-pool");
            assertThat(user.raw.name()).isEqualTo("raw");
        });
    }

    @Test
    void all_of_them_in_a_map() {
        runner.withBean(All.class).run(context -> assertThat(context.getBean(All.class).pools)
                .containsOnlyKeys(
                        "component", "method", "generic", "prototype", "declared", "late", "my-pool", "raw",
                        "annotated"));
    }

    @Test
    void no_bean_is_made_before_its_time() {
        runner.withInitializer(context -> context.addBeanFactoryPostProcessor(beans -> assertThat(made).isEmpty()))
                .withBean("last", LastPostProcessor.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(LastPostProcessor.madeBefore).isEmpty();
                    // Only when the pools start; and a worker only when there is room for it, on its own process.
                    assertThat(made).doesNotContain("prototypeWorker", "annotated");
                });
    }

    @Test
    void a_mock_takes_the_place_of_a_pool_which_is_then_not_started() {
        runner.withInitializer(context -> context.addBeanFactoryPostProcessor(new Replacing()))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("method")).isSameAs(Replacing.MOCK);
                    assertThat(context.getBean(RecordingPools.class).specs).doesNotContainKey("method")
                            .containsKey("my-pool");
                });
    }

    /** As Spring's bean overrides in tests do: replaces a definition when all are there. */
    static final class Replacing implements org.springframework.beans.factory.config.BeanFactoryPostProcessor {
        @SuppressWarnings("unchecked") // no code calls it
        static final PoolClient<Integer> MOCK = (PoolClient<Integer>) RecordingPools.client("mock");

        @Override
        public void postProcessBeanFactory(
                org.springframework.beans.factory.config.ConfigurableListableBeanFactory beans) {
            BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beans;
            if (registry.containsBeanDefinition("method")) {
                registry.removeBeanDefinition("method");
            }
            registry.registerBeanDefinition(
                    "method",
                    BeanDefinitionBuilder.rootBeanDefinition(PoolClient.class, () -> MOCK).getBeanDefinition());
        }
    }

    static final class LastPostProcessor implements org.springframework.beans.factory.config.BeanFactoryPostProcessor {
        static Set<String> madeBefore = Set.of("not called");

        @Override
        public void postProcessBeanFactory(
                org.springframework.beans.factory.config.ConfigurableListableBeanFactory beans) {
            madeBefore = Set.copyOf(made);
        }
    }

    record ByType(
            PoolClient<Thread> component,
            PoolClient<List<String>> generic,
            PoolClient<PrototypeWorker> prototype,
            PoolClient<Map<String, Integer>> declared,
            PoolClient<LateWorker> late,
            PoolClient<AnnotatedWorker> any) {}

    record ByParameterName(PoolClient<Integer> method, PoolClient<Integer> myPool) {}

    record ByQualifier(
            @Qualifier("method") PoolClient<Integer> first,
            @Qualifier("my-pool") PoolClient<Integer> second,
            @Qualifier("raw") PoolClient<Object> raw) {}

    record All(Map<String, PoolClient<?>> pools) {}

    @Component("componentFactory")
    static class ComponentFactory implements WorkerFactory<Thread> {
        ComponentFactory() {
            made.add("componentFactory");
        }

        @Override
        public Thread create() {
            return Thread.currentThread();
        }
    }

    @Component("prototypeWorker")
    @Scope("prototype")
    static class PrototypeWorker {
        PrototypeWorker() {
            made.add("prototypeWorker");
        }
    }

    @PoolWorker("annotated")
    static class AnnotatedWorker {
        AnnotatedWorker() {
            made.add("annotated");
        }
    }

    static class LateWorker {}

    @Configuration(proxyBeanMethods = false)
    @Import({ComponentFactory.class, PrototypeWorker.class, AnnotatedWorker.class})
    static class Workers {
        @Bean
        WorkerFactory<Integer> methodFactory() {
            made.add("methodFactory");
            return () -> 1;
        }

        @Bean
        WorkerFactory<List<String>> genericFactory() {
            made.add("genericFactory");
            return List::of;
        }

        @Bean
        @SuppressWarnings("rawtypes")
        WorkerFactory rawFactory() {
            return Object::new;
        }

        @Bean
        @Scope("prototype")
        Map<String, Integer> declaredPrototype() {
            return new HashMap<>();
        }

        @Bean
        static BeanDefinitionRegistryPostProcessor registersLate() {
            return registry -> registry.registerBeanDefinition(
                    "lateWorker",
                    BeanDefinitionBuilder.rootBeanDefinition(LateWorker.class)
                            .setScope("prototype")
                            .getBeanDefinition());
        }
    }
}
