package io.github.ppool.durable.autoconfigure;

import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.engine.BacklogWatch;
import io.github.ppool.durable.engine.DurableConsole;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.DurableOperations;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The view of operators: the durable tasks for the endpoint, and their figures for health and meters. */
@AutoConfiguration(afterName = "io.github.ppool.durable.autoconfigure.PpoolDurableAutoConfiguration")
@ConditionalOnBean({DurableTaskAdmin.class, TaskStore.class})
public final class DurableOperationsAutoConfiguration {

    /** Made by Spring. */
    public DurableOperationsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(DurableOperations.class)
    DurableConsole ppoolDurableConsole(DurableTaskAdmin admin, TaskStore store) {
        return new DurableConsole(admin, store);
    }

    @Bean
    @ConditionalOnMissingBean
    BacklogWatch ppoolBacklogWatch(TaskStore store, ProcessSystem system) {
        return new BacklogWatch(store, system.clock());
    }
}
