package io.github.ppool.spring.boot.beans;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ScannedGenericBeanDefinition;
import org.springframework.context.annotation.Scope;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;

/** A worker's class may be called like its pool, as it naturally is. */
class PoolWorkerNameTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class));

    @Test
    void a_scanned_component_makes_way_for_its_pool() {
        runner.withInitializer(context -> ((BeanDefinitionRegistry) context)
                .registerBeanDefinition("nagger", scanned(Nagger.class)))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("nagger")).isInstanceOf(PoolClient.class);
                    assertThat(context.getBean("naggerWorker")).isInstanceOf(Nagger.class);
                    @SuppressWarnings("unchecked")
                    PoolClient<Nagger> pool = context.getBeanProvider(PoolClient.class).getObject();
                    String said = pool.transactionResult(Nagger::nag);
                    assertThat(said).isEqualTo("water the plants");
                });
    }

    @Test
    void the_result_of_a_bean_method_keeps_the_name_that_somebody_chose() {
        runner.withUserConfiguration(Chosen.class).run(context -> assertThat(context)
                .getFailure()
                .hasMessageContaining("there is another bean named 'nagger' already"));
    }

    @Test
    void a_worker_of_another_pool_keeps_its_name() {
        runner.withInitializer(context -> ((BeanDefinitionRegistry) context)
                .registerBeanDefinition("other", scanned(Nagger.class)))
                .withPropertyValues("ppool.pools.other.size=1")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("there is another bean named 'other' already"));
    }

    private static BeanDefinition scanned(Class<?> type) {
        var definition = new ScannedGenericBeanDefinition(read(type));
        definition.setScope("prototype");
        return definition;
    }

    private static MetadataReader read(Class<?> type) {
        try {
            return new SimpleMetadataReaderFactory()
                    .getMetadataReader(type.getName());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @PoolWorker("nagger")
    static class Nagger {
        String nag() {
            return "water the plants";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Chosen {
        @Bean
        @Scope("prototype")
        Nagger nagger() {
            return new Nagger();
        }
    }
}
