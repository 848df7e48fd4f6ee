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

/**
 * Has a handed-over task run with its caller's context: the MDC, and the thread-locals that Micrometer's context
 * propagation knows, among them the current observation and the trace.
 */
@AutoConfiguration(after = PpoolAutoConfiguration.class)
@Conditional(OnPropagateContext.class)
@ConditionalOnBean(Pools.class)
public final class PpoolContextAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnClass(MDC.class)
    // Outermost: what a trace writes into the MDC comes after the caller's and goes before it.
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
            return new ContextTaskDecorator(
                    factory.getIfUnique(() -> ContextSnapshotFactory.builder().build()));
        }
    }
}
