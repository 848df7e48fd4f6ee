package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.ClusterLimits;
import io.github.ppool.spring.boot.ClusterRates;
import io.github.ppool.spring.boot.ClusterScope;
import io.github.ppool.spring.boot.DurablePools;
import io.github.ppool.spring.boot.ObservedPools;
import io.github.ppool.spring.boot.PoolSpecCustomizer;
import io.github.ppool.spring.boot.PoolsListener;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.TreesListener;
import io.github.ppool.spring.boot.beans.PoolBeanRegistrar;
import io.github.ppool.spring.boot.beans.TreeBeans;
import io.github.ppool.spring.boot.lifecycle.ApplicationTrees;
import io.github.ppool.spring.boot.lifecycle.ConfiguredPools;
import io.github.ppool.spring.boot.lifecycle.DurablePoolsOfContext;
import io.github.ppool.spring.boot.lifecycle.KeepAlive;
import io.github.ppool.spring.boot.lifecycle.PoolsLifecycle;
import io.github.ppool.spring.boot.lifecycle.PracticalPhase;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * Registers the pools under {@code ppool.pools} as beans. Starts and stops them, and the supervision trees of the
 * application, with the application.
 */
@AutoConfiguration
@Conditional(OnEnabled.class)
@EnableConfigurationProperties(PpoolProperties.class)
public final class PpoolAutoConfiguration {

    /** Made by Spring. */
    public PpoolAutoConfiguration() {}

    @Bean
    static PoolBeanRegistrar ppoolBeanRegistrar(Environment environment) {
        return new PoolBeanRegistrar(environment);
    }

    @Bean
    static PracticalPhase ppoolPracticalPhase() {
        return new PracticalPhase();
    }

    @Bean
    @ConditionalOnMissingBean
    ProcessSystem ppoolProcessSystem(ConfigurableListableBeanFactory beans) {
        return new ProcessSystem(MonotonicClock.system(), beans.getBeanClassLoader());
    }

    @Bean
    @ConditionalOnMissingBean(Pools.class)
    ObservedPools ppoolPools(
            ProcessSystem system,
            PoolBeanRegistrar registrar,
            ObjectProvider<PoolsListener> observers,
            ObjectProvider<PoolListener> listeners,
            ObjectProvider<PoolTaskDecorator> decorators)
            throws InterruptedException {
        PpoolProperties properties = registrar.properties();
        return new ObservedPools(
                properties.sharesIntensity()
                        ? Pools.start(system, properties.rootIntensity())
                        : Pools.start(system),
                new BeansOf<>(observers),
                new BeansOf<>(listeners),
                new BeansOf<>(decorators));
    }

    @Bean
    ConfiguredPools ppoolConfiguredPools(
            PoolBeanRegistrar registrar,
            ConfigurableListableBeanFactory beans,
            Pools pools,
            ObjectProvider<PoolSpecCustomizer> customizers,
            ObjectProvider<ClusterLimits> limits,
            ObjectProvider<ClusterRates> rates) {
        return new ConfiguredPools(registrar, beans, pools, customizers, limits, rates);
    }

    @Bean
    @ConditionalOnMissingBean
    DurablePools ppoolDurablePools(ConfiguredPools configured) {
        return new DurablePoolsOfContext(configured);
    }

    @Bean
    PoolsLifecycle ppoolLifecycle(ConfiguredPools configured, Pools pools, Environment environment) {
        return new PoolsLifecycle(configured, pools, phaseTimeout(environment));
    }

    @Bean
    @ConditionalOnMissingBean(SupervisionTrees.class)
    ApplicationTrees ppoolSupervisionTrees(
            PoolBeanRegistrar registrar,
            ConfigurableListableBeanFactory beans,
            Pools pools,
            ObjectProvider<TreesListener> listeners) {
        // Four parameters: at the first call of a method with more, the virtual machine makes classes for their number.
        TreeBeans trees = new TreeBeans(beans, pools.system(), registrar.supervised());
        return new ApplicationTrees(
                pools,
                trees,
                new BeansOf<>(listeners),
                beans.getBeanProvider(ClusterScope.class).getIfAvailable(),
                phaseTimeout(registrar.environment()));
    }

    @Bean
    @Conditional(OnKeepAlive.class)
    KeepAlive ppoolKeepAlive(Pools pools, ObjectProvider<SupervisionTrees> trees, ApplicationContext context) {
        return new KeepAlive(pools, trees, context);
    }

    private static Duration phaseTimeout(Environment environment) {
        BindResult<Duration> set = Binder.get(environment)
                .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class);
        return set.isBound() ? set.get() : new LifecycleProperties().getTimeoutPerShutdownPhase();
    }

    /** The beans of a type in their order, at each call. One class where each lambda would be one at each start. */
    private record BeansOf<T>(ObjectProvider<T> provider) implements Supplier<List<T>> {
        @Override
        public List<T> get() {
            return provider.orderedStream().toList();
        }
    }
}
