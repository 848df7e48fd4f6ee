package io.github.ppool.durable.autoconfigure;

import io.github.ppool.durable.beans.TasksWithoutDatabase;
import io.github.ppool.durable.engine.DurableEngine;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/** Refuses {@code PoolTask} methods in an application that has no database or no lease for them. */
@AutoConfiguration(after = PpoolDurableAutoConfiguration.class)
@Conditional({OnPools.class, OnDurable.class})
@ConditionalOnMissingBean(DurableEngine.class)
public final class DurableWithoutDatabaseAutoConfiguration {

    /** Made by Spring. */
    public DurableWithoutDatabaseAutoConfiguration() {}

    @Bean
    static TasksWithoutDatabase ppoolTasksWithoutDatabase(Environment environment) {
        return new TasksWithoutDatabase(environment);
    }
}
