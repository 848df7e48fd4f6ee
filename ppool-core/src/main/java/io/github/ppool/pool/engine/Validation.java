package io.github.ppool.pool.engine;

import io.github.ppool.pool.WorkerFactory;

/** Tells whether a factory validates its workers. */
final class Validation {

    private Validation() {}

    /**
     * True if validation of a worker can fail. It can't if the factory has only the method of the interface, which
     * returns true. A class with methods that cannot be inspected, as in a native image, counts as validating.
     */
    @SuppressWarnings("CatchingUnchecked") // the inspection of a class may fail in any way
    static boolean canTell(Object factory) {
        try {
            return factory.getClass().getMethod("validate", Object.class).getDeclaringClass() != WorkerFactory.class;
        } catch (Throwable unknown) {
            return true;
        }
    }
}
