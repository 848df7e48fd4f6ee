package io.github.ppool.pool;

/**
 * A factory of workers that wear out by their use, as only they know: by the number of their requests, or by their
 * memory. The pool looks at the mark of a worker each time that it gets the worker back, under its lock and without a
 * call of this factory. OTP and poolboy have no counterpart.
 *
 * @param <W> the worker
 */
public interface WearingFactory<W> extends WorkerFactory<W> {

    /**
     * Returns the mark of a worker. Called once for each worker, after {@link #create} and on the same process. An
     * exception counts as a failed creation.
     *
     * @param worker the new worker
     * @return its mark, which the worker keeps
     */
    WorkerWear wear(W worker);
}
