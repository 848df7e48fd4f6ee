package io.github.ppool.spring.boot.executor;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import io.github.ppool.spring.boot.settings.ExecutorSettings;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Methods that run on pools, and a pool as the executor of the application. Comes before Spring Boot's own executor,
 * which is made only if there is no other.
 */
@AutoConfiguration(before = TaskExecutionAutoConfiguration.class, afterName = {
        "io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration"})
@ConditionalOnBean(Pools.class)
public final class PpoolExecutorAutoConfiguration {

    /** Made by Spring. */
    public PpoolExecutorAutoConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static PoolAsyncPostProcessor ppoolAsyncPostProcessor() {
        return new PoolAsyncPostProcessor();
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static AsyncPostProcessor ppoolAsyncMethodsPostProcessor() {
        return new AsyncPostProcessor();
    }

    /** Has the names by which Spring and Spring Boot look up the executor of an application. */
    @Bean({"applicationTaskExecutor", "taskExecutor"})
    @ConditionalOnProperty("ppool.application-executor")
    @ConditionalOnMissingBean(name = "applicationTaskExecutor")
    PoolTaskExecutor applicationTaskExecutor(Environment environment, BeanFactory beans) {
        String pool = environment.getRequiredProperty("ppool.application-executor");
        return beans.getBean(ExecutorSettings.beanName(pool), PoolTaskExecutor.class);
    }
}
