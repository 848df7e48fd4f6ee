package io.github.ppool.spring.boot.beans;

import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.UserCode;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.DecoratingProxy;

/**
 * Workers that are prototype-scoped beans: made, and destroyed with their destroy call-backs, on the worker's own
 * process. To those who ask for the code of the workers, it stands for the class of the bean.
 */
final class PrototypeWorkers implements WorkerFactory<Object>, DecoratingProxy {

    private final ConfigurableBeanFactory beans;
    private final String name;
    /** Null before the first worker is made. */
    private volatile @Nullable Class<?> made;

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
        made = UserCode.of(worker);
        return worker;
    }

    /** The class of the last worker; before there is one, that of the bean's definition, if it has one. */
    @Override
    public Class<?> getDecoratedClass() {
        Class<?> ofLast = made;
        if (ofLast != null) {
            return ofLast;
        }
        Class<?> declared = beans.getType(name, false);
        return declared == null ? Object.class : declared;
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
