package io.github.ppool.spring.boot.beans;

import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.UserCode;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.DecoratingProxy;

/**
 * Workers that are prototype-scoped beans. The worker's own process makes a bean and destroys it, with the destroy
 * callbacks. As a decorator, this factory stands for the class of the bean.
 */
final class PrototypeWorkers implements WorkerFactory<Object>, DecoratingProxy {

    private final ConfigurableBeanFactory beans;
    private final String name;
    /** The class of the last worker; null before the first one is made. */
    private volatile @Nullable Class<?> made;

    PrototypeWorkers(ConfigurableBeanFactory beans, String name) {
        this.beans = beans;
        this.name = name;
    }

    @Override
    @SuppressWarnings("EqualsNull") // Spring's NullBean, for a factory method that returned null, equals null
    public Object create() {
        Object worker = beans.getBean(name);
        if (worker.equals(null)) {
            throw new IllegalStateException("the bean '" + name + "' must not be null: it is to be a worker");
        }
        made = UserCode.of(worker);
        return worker;
    }

    /** The class of the last worker, or else the class in the bean's definition, if the definition has one. */
    @Override
    public Class<?> getDecoratedClass() {
        Class<?> ofLast = made;
        if (ofLast != null) {
            return ofLast;
        }
        Class<?> declared = beans.getType(name, false);
        return declared == null ? Object.class : declared;
    }

    /** Destroys a worker, because Spring never destroys a prototype. Spring logs the exception of a callback. */
    @Override
    public void destroy(Object worker, @Nullable Throwable cause) {
        beans.destroyBean(name, worker);
    }

    @Override
    public String toString() {
        return "prototype bean '" + name + "'";
    }
}
