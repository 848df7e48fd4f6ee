package io.github.ppool.test.spring;

import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.test.PpoolTester;
import io.github.ppool.time.ManualClock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The beans that {@link AutoConfigurePpoolTester} adds to an application. */
@AutoConfiguration(before = PpoolAutoConfiguration.class)
public final class PpoolTesterAutoConfiguration {

    /** Made by Spring. */
    public PpoolTesterAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    // An application may have switched ppool off: then no caller asks.
    @Lazy
    PpoolTester ppoolTester(Pools pools) {
        return PpoolTester.of(pools);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("spring.test.ppool.manual-clock")
    static class Time {

        @Bean
        @ConditionalOnMissingBean
        ManualClock ppoolManualClock() {
            return new ManualClock();
        }

        @Bean
        @ConditionalOnMissingBean
        ProcessSystem ppoolProcessSystem(ManualClock clock) {
            return new ProcessSystem(clock);
        }
    }
}
