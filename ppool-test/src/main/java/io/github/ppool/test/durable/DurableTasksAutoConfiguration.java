package io.github.ppool.test.durable;

import io.github.ppool.durable.DurableClock;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.engine.DurableEngine;
import java.time.Instant;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import tools.jackson.databind.json.JsonMapper;

/** The beans that {@link AutoConfigureDurableTasks} adds to an application. */
@AutoConfiguration(beforeName = "io.github.ppool.durable.autoconfigure.PpoolDurableAutoConfiguration")
public final class DurableTasksAutoConfiguration {

    /** Made by Spring. */
    public DurableTasksAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    // An application may have switched durable tasks off: then no caller asks.
    @Lazy
    DurableTasks ppoolDurableTasks(
            DurableEngine engine,
            DurableTaskAdmin admin,
            ObjectProvider<JsonMapper> json,
            ObjectProvider<DurableClock> clock) {
        return new DurableTasks(
                engine, admin, json.getIfUnique(() -> JsonMapper.builder().build()), clock.getIfAvailable());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("spring.test.ppool.durable.manual-clock")
    static class Time {

        /** Begins with the present time, since applications name times that are near it. */
        @Bean
        @ConditionalOnMissingBean(DurableClock.class)
        ManualDurableClock ppoolDurableClock() {
            return new ManualDurableClock(Instant.now());
        }
    }
}
