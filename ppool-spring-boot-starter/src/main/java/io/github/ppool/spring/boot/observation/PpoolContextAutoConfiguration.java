package io.github.ppool.spring.boot.observation;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.micrometer.context.ContextSnapshotFactory;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.function.SingletonSupplier;

/**
 * Runs a handed-over task with the context of its caller: the MDC, and the thread-locals of Micrometer's context
 * propagation. The current observation and the trace are among them.
 */
@AutoConfiguration(after = PpoolAutoConfiguration.class)
@Conditional(OnPropagateContext.class)
@ConditionalOnBean(Pools.class)
public final class PpoolContextAutoConfiguration {

    /** Made by Spring. */
    public PpoolContextAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnClass(MDC.class)
    // Outermost: the entries of a trace are added to the MDC after those of the caller, and removed before them.
    @Order(Ordered.HIGHEST_PRECEDENCE)
    MdcTaskDecorator ppoolMdcTaskDecorator() {
        return new MdcTaskDecorator();
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ContextSnapshotFactory.class)
    static class Snapshots {

        @Bean
        @ConditionalOnMissingBean
        @Order(Ordered.HIGHEST_PRECEDENCE + 100)
        ContextTaskDecorator ppoolContextTaskDecorator(ObjectProvider<ContextSnapshotFactory> factory) {
            return new ContextTaskDecorator(SingletonSupplier.of(
                    () -> factory.getIfUnique(() -> ContextSnapshotFactory.builder().build())));
        }
    }
}
