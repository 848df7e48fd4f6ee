package io.github.ppool.durable.beans;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.spring.boot.PoolSpecCustomizer;
import io.github.ppool.spring.boot.settings.PoolNames;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Runs the workers of pools with transactional {@code @PoolTask} methods on platform threads, unless a setting says
 * otherwise. Such a method waits for the database several times in a few hundred microseconds, and each of these waits
 * costs a virtual thread two more switches between threads.
 */
public final class TransactionalPools implements PoolSpecCustomizer, Ordered {

    private static final String PROPERTY = ".platform-threads";

    private final DurableQueueRegistrar registrar;
    private final Environment environment;

    /**
     * A customizer of all pools.
     *
     * @param registrar has found the methods
     * @param environment has the settings
     */
    public TransactionalPools(DurableQueueRegistrar registrar, Environment environment) {
        this.registrar = registrar;
        this.environment = environment;
    }

    @Override
    public void customize(String pool, PoolSpec.Builder<?> spec) {
        boolean isTransactional = registrar.methods().list().stream()
                .anyMatch(method -> method.transactional() && method.pool().equals(pool));
        if (isTransactional && !isSet(PoolNames.property(pool)) && !isSet(PoolNames.DEFAULTS)) {
            spec.platformThreads(true);
        }
    }

    private boolean isSet(String prefix) {
        return Binder.get(environment)
                .bind(ConfigurationPropertyName.adapt(prefix + PROPERTY, '.'), Bindable.of(Boolean.class))
                .isBound();
    }

    /** Before the customizers of the application, which have the last word. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
