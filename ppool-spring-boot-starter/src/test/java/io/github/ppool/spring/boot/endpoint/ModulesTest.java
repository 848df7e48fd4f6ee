package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cglib.proxy.Enhancer;
import org.springframework.cglib.proxy.NoOp;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.core.DecoratingProxy;

/** {@code modules} names the classes that the application has, and none of the starter's. */
class ModulesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolEndpointAutoConfiguration.class))
            .withPropertyValues(
                    "management.endpoints.web.exposure.include=ppool",
                    "ppool.defaults.size=1",
                    "ppool.pools.annotated.size=1",
                    "ppool.pools.bean.worker=prototype",
                    "ppool.pools.declared.worker=declaredAsObject",
                    "ppool.pools.generated.worker=generatedWorker",
                    "ppool.pools.proxied.worker=proxiedWorker",
                    "ppool.pools.factory.worker=makers",
                    "ppool.pools.lambda.worker=lambdaMakers")
            .withUserConfiguration(Beans.class);

    private static List<String> modules(AssertableApplicationContext context, String name) {
        ChildrenDescriptor children = (ChildrenDescriptor) context.getBean(PoolEndpoint.class)
                .children(name, "which_children", null, null, null);
        assertThat(children.children()).isNotEmpty();
        return children.children().getFirst().modules();
    }

    @Test
    void the_worker_of_a_pool_is_named_by_its_own_class() {
        runner.run(context -> {
            assertThat(modules(context, "annotated")).containsExactly(Annotated.class.getName());
            assertThat(modules(context, "bean")).containsExactly(Plain.class.getName());
        });
    }

    @Test
    void a_worker_whose_bean_does_not_declare_its_class_is_named_by_it_when_it_is_made() {
        runner.run(context -> {
            context.getBean("declared", PoolClient.class).checkout().close();
            assertThat(modules(context, "declared")).containsExactly(Plain.class.getName());
        });
    }

    @Test
    void a_worker_of_a_generated_class_is_named_by_the_class_that_was_written() {
        runner.run(context -> {
            context.getBean("generated", PoolClient.class).checkout().close();
            assertThat(modules(context, "generated")).containsExactly(Plain.class.getName());
            context.getBean("proxied", PoolClient.class).checkout().close();
            assertThat(modules(context, "proxied")).containsExactly(Plain.class.getName());
        });
    }

    @Test
    void workers_of_a_factory_are_named_by_the_factory_or_the_class_around_it() {
        runner.run(context -> {
            assertThat(modules(context, "factory")).containsExactly(Factory.class.getName());
            assertThat(modules(context, "lambda")).containsExactly(ModulesTest.class.getName());
        });
    }

    @Test
    void supervised_beans_are_named_by_the_class_that_was_written() {
        runner.run(context -> {
            assertThat(modules(context, "loop")).containsExactly(Loop.class.getName());
            assertThat(modules(context, "generatedLoop")).containsExactly(Loop.class.getName());
            assertThat(modules(context, "lambdaLoop")).containsExactly(ModulesTest.class.getName());
        });
    }

    static class Plain {
    }

    @PoolWorker("annotated")
    static class Annotated {
    }

    static class Factory implements WorkerFactory<Plain> {
        @Override
        public Plain create() {
            return new Plain();
        }
    }

    static class Loop implements Runnable {
        @Override
        public void run() {
            waitUntilInterrupted();
        }
    }

    private static void waitUntilInterrupted() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Annotated.class)
    static class Beans {

        @Bean
        @Scope("prototype")
        Plain prototype() {
            return new Plain();
        }

        @Bean
        @Scope("prototype")
        Object declaredAsObject() {
            return new Plain();
        }

        @Bean
        @Scope("prototype")
        Plain generatedWorker() {
            return (Plain) Enhancer.create(Plain.class, NoOp.INSTANCE);
        }

        @Bean
        @Scope("prototype")
        Runnable proxiedWorker() {
            return (Runnable) Proxy.newProxyInstance(getClass().getClassLoader(),
                    new Class<?>[]{Runnable.class, DecoratingProxy.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "getDecoratedClass" -> Plain.class;
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> 1;
                        case "toString" -> "proxied";
                        default -> null;
                    });
        }

        @Bean
        Factory makers() {
            return new Factory();
        }

        @Bean
        WorkerFactory<Plain> lambdaMakers() {
            return Plain::new;
        }

        @Bean
        @Supervised
        Runnable loop() {
            return new Loop();
        }

        @Bean
        @Supervised
        Runnable generatedLoop() {
            return (Runnable) Enhancer.create(Loop.class, NoOp.INSTANCE);
        }

        @Bean
        @Supervised
        Runnable lambdaLoop() {
            return () -> waitUntilInterrupted();
        }
    }
}
