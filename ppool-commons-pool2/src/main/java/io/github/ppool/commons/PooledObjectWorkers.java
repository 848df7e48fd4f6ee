package io.github.ppool.commons;

import io.github.ppool.pool.WorkerFactory;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes workers by a factory of Commons Pool 2, such as {@code PoolableConnectionFactory} of Commons DBCP 2. The pool
 * calls {@code makeObject}, {@code validateObject} and {@code destroyObject}; an {@link ObjectPoolView} calls {@code
 * activateObject} and {@code passivateObject}. Borrowers that use the pool without the view get workers that are not
 * activated.
 *
 * @param <T> the worker
 */
public final class PooledObjectWorkers<T> implements WorkerFactory<T> {

    private final PooledObjectFactory<T> factory;
    /** The factory's own view of each worker, from its making to its end. */
    private final Map<Identity, PooledObject<T>> made = new ConcurrentHashMap<>();

    /**
     * Makes a factory of workers.
     *
     * @param factory the factory of Commons Pool 2; used by several threads at a time
     * @throws NullPointerException if the factory is null
     */
    public PooledObjectWorkers(PooledObjectFactory<T> factory) {
        this.factory = Objects.requireNonNull(factory);
    }

    @Override
    public T create() throws Exception {
        PooledObject<T> object = Objects.requireNonNull(factory.makeObject(), "makeObject must not return null");
        T worker = objectOf(object);
        made.put(new Identity(worker), object);
        return worker;
    }

    /** The worker that was made. If there is none, the new object is destroyed. */
    @SuppressWarnings("ReferenceEquality") // the same object is meant, which can't be suppressed by itself
    private T objectOf(PooledObject<T> object) throws Exception {
        try {
            return Objects.requireNonNull(object.getObject(), "makeObject must not make null");
        } catch (Throwable failure) {
            try {
                factory.destroyObject(object);
            } catch (Exception second) {
                if (failure != second) {
                    failure.addSuppressed(second);
                }
            }
            throw failure;
        }
    }

    @Override
    public boolean validate(T worker) throws Exception {
        return factory.validateObject(of(worker));
    }

    @Override
    public void destroy(T worker, @Nullable Throwable cause) throws Exception {
        PooledObject<T> object = made.remove(new Identity(worker));
        if (object != null) {
            factory.destroyObject(object);
        }
    }

    void activate(T worker) throws Exception {
        factory.activateObject(of(worker));
    }

    void passivate(T worker) throws Exception {
        factory.passivateObject(of(worker));
    }

    private PooledObject<T> of(T worker) {
        PooledObject<T> object = made.get(new Identity(worker));
        if (object == null) {
            throw new IllegalStateException("the worker was not made by this factory, or is closed");
        }
        return object;
    }
}
