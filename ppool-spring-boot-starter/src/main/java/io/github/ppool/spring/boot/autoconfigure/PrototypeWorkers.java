package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.pool.WorkerFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/** Workers that are prototype-scoped beans: made, and destroyed with their destroy call-backs, on the worker's own process. */
final class PrototypeWorkers implements WorkerFactory<Object> {

    private final ConfigurableBeanFactory beans;
    private final String name;

    PrototypeWorkers(ConfigurableBeanFactory beans, String name) {
        this.beans = beans;
        this.name = name;
    }

    @Override
    @SuppressWarnings("EqualsNull") // Spring's stand-in for a null that a factory method returned equals null
    public Object create() {
        Object worker = beans.getBean(name);
        if (worker.equals(null)) {
            throw new IllegalStateException("the bean '" + name + "' must not be null: it is to be a worker");
        }
        return worker;
    }

    /** Spring itself never destroys a prototype. What a call-back throws is logged by Spring. */
    @Override
    public void destroy(Object worker, @Nullable Throwable cause) {
        beans.destroyBean(name, worker);
    }

    @Override
    public String toString() {
        return "prototype bean '" + name + "'";
    }
}
