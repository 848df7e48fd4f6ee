package io.github.ppool.pool;

/** What is known of the validation of workers before one is validated. */
final class Validation {

    private Validation() {}

    /**
     * Whether validating a worker can tell anything: not if the factory has only the method of the interface, which
     * says yes. A class that can't be looked at, as in a native image, counts as one that can tell.
     */
    @SuppressWarnings("CatchingUnchecked") // a class may be such that looking at its methods fails
    static boolean canTell(Object factory) {
        try {
            return factory.getClass().getMethod("validate", Object.class).getDeclaringClass() != WorkerFactory.class;
        } catch (Throwable unknown) {
            return true;
        }
    }
}
