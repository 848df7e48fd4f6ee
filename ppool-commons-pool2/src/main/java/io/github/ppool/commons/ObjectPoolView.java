package io.github.ppool.commons;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStoppedException;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.commons.pool2.ObjectPool;
import org.jspecify.annotations.Nullable;

/**
 * A pool as Commons Pool 2 sees pools, for libraries that take an {@link ObjectPool}. Each borrowed object is a lease
 * of the pool, with the pool's limits, queue, plans and metrics. Any thread may use a view.
 *
 * <p>The pool keeps its size by itself, so {@link #addObject} and {@link #clear} are not supported. The end of the view
 * leaves the pool as it is.
 *
 * <p>A lease belongs to the thread that has borrowed. Another thread may return the object while that thread lives.
 *
 * @param <T> the worker
 */
public final class ObjectPoolView<T> implements ObjectPool<T> {

    private final Supplier<? extends PoolClient<T>> pool;
    private final @Nullable PooledObjectWorkers<T> workers;
    private final Map<Identity, Lease<T>> borrowed = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private ObjectPoolView(Supplier<? extends PoolClient<T>> pool, @Nullable PooledObjectWorkers<T> workers) {
        this.pool = pool;
        this.workers = workers;
    }

    /**
     * Makes a view of a pool.
     *
     * @param pool the pool; two workers must be two objects
     * @param <T> the worker
     * @return the view
     * @throws NullPointerException if the pool is null
     */
    public static <T> ObjectPoolView<T> of(PoolClient<T> pool) {
        Objects.requireNonNull(pool);
        return new ObjectPoolView<>(() -> pool, null);
    }

    /**
     * Makes a view of a pool with workers that a factory of Commons Pool 2 makes. The view activates a worker after the
     * checkout, and passivates it before it goes back. Workers that know their pool need the view before the pool, so
     * the pool is asked for at each use.
     *
     * @param workers the factory of the pool's workers
     * @param pool gives the pool; called by borrowers
     * @param <T> the worker
     * @return the view
     * @throws NullPointerException if an argument is null
     */
    public static <T> ObjectPoolView<T> of(PooledObjectWorkers<T> workers, Supplier<? extends PoolClient<T>> pool) {
        return new ObjectPoolView<>(Objects.requireNonNull(pool), Objects.requireNonNull(workers));
    }

    /**
     * Borrows a worker as {@link PoolClient#checkout()}, and activates it. Blocks while it waits.
     *
     * @return the worker, which must be returned or invalidated
     * @throws NoSuchElementException if the pool gives no worker, with its exception as the cause; or if the worker
     *     could not be activated, which has crashed it
     * @throws IllegalStateException if the view is closed or the pool is stopped, or if the worker is the same object
     *     as another one that is borrowed
     * @throws InterruptedException if the calling thread is interrupted during the wait or the activation; the
     *     worker in activation has crashed
     */
    @Override
    public T borrowObject() throws InterruptedException {
        if (closed) {
            throw new IllegalStateException("the view is closed");
        }
        PoolClient<T> client = pool.get();
        Lease<T> lease = checkout(client);
        try {
            T worker = lease.worker();
            if (workers != null) {
                workers.activate(worker);
            }
            forgetTheDead(client);
            if (keep(worker, lease)) {
                return worker;
            }
        } catch (Throwable failure) { // of foreign code, and of a worker that has died at this moment
            lease.fail(failure);
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw noWorker("a worker of the pool could not be activated", failure);
        }
        lease.close(); // the object is in use, so its worker must not crash
        throw new IllegalStateException("two workers must be two objects, but two workers of the pool '"
                + client.name() + "' are the same object");
    }

    /** Keeps the lease until the object is returned. False if another lease of the same object is open. */
    private boolean keep(T worker, Lease<T> lease) {
        Identity key = new Identity(worker);
        while (true) {
            Lease<T> other = borrowed.putIfAbsent(key, lease);
            if (other == null) {
                return true;
            }
            if (other.isOpen()) {
                return false;
            }
            if (borrowed.replace(key, other, lease)) {
                return true;
            }
        }
    }

    private static <T> Lease<T> checkout(PoolClient<T> client) throws InterruptedException {
        try {
            return client.checkout();
        } catch (PoolStoppedException stopped) {
            throw new IllegalStateException(stopped.getMessage(), stopped);
        } catch (PoolInterruptedException interrupted) {
            boolean unused = Thread.interrupted(); // an InterruptedException stands for the flag
            InterruptedException same = new InterruptedException(interrupted.getMessage());
            same.initCause(interrupted);
            throw same;
        } catch (PoolException refused) {
            throw noWorker(String.valueOf(refused.getMessage()), refused);
        }
    }

    private static NoSuchElementException noWorker(String message, Throwable cause) {
        return new NoSuchElementException(message, cause);
    }

    /** Drops objects of dead workers that their borrowers never return. There are few, or none. */
    private void forgetTheDead(PoolClient<T> client) {
        if (borrowed.size() > 2 * client.status().workers()) {
            borrowed.values().removeIf(lease -> !lease.isOpen());
        }
    }

    /** The number of borrowed objects that the view knows, with those of dead workers. */
    int borrowedCount() {
        return borrowed.size();
    }

    /**
     * Passivates a worker and gives it back. Does not wait. A worker that can't be passivated crashes, and its restart
     * plan decides.
     *
     * @param object the borrowed object
     * @throws NullPointerException if the object is null
     * @throws IllegalStateException if the object is not borrowed from this view, or was given back before
     */
    @Override
    public void returnObject(T object) {
        Lease<T> lease = take(object);
        try {
            if (workers != null && lease.isOpen()) {
                workers.passivate(object);
            }
            lease.close();
        } catch (Exception failure) { // of foreign code; the log of the pool tells it
            lease.fail(failure);
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt(); // the caller's, and it has no other way to learn of it
            }
        } catch (Error failure) {
            lease.fail(failure);
            throw failure;
        }
    }

    /**
     * Gives a worker back as broken: it crashes, and its restart plan decides. Does not wait.
     *
     * @param object the borrowed object
     * @throws NullPointerException if the object is null
     * @throws IllegalStateException if the object is not borrowed from this view, or was given back before
     */
    @Override
    public void invalidateObject(T object) {
        take(object).fail(new IllegalStateException("the borrower has invalidated the worker"));
    }

    private Lease<T> take(T object) {
        Lease<T> lease = borrowed.remove(new Identity(Objects.requireNonNull(object)));
        if (lease == null) {
            throw new IllegalStateException("the object is not borrowed from this pool, or was given back before");
        }
        return lease;
    }

    /**
     * Not supported: the pool keeps its size by itself.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void addObject() {
        throw new UnsupportedOperationException("the pool keeps its size by itself");
    }

    /**
     * Not supported: the pool keeps its size by itself.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void clear() {
        throw new UnsupportedOperationException("the pool keeps its size by itself");
    }

    /** Ends the view: no worker is borrowed any more. Borrowed objects can be returned, and the pool goes on. */
    @Override
    public void close() {
        closed = true;
    }

    /**
     * Counts the workers that are in use.
     *
     * @return {@link PoolStatus#checkedOut()}
     */
    @Override
    public int getNumActive() {
        return pool.get().status().checkedOut();
    }

    /**
     * Counts the idle workers.
     *
     * @return {@link PoolStatus#available()}
     */
    @Override
    public int getNumIdle() {
        return pool.get().status().available();
    }
}
