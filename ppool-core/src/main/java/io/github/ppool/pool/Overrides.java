package io.github.ppool.pool;

/** Finds the methods that a listener overrides, when a pool is made. */
final class Overrides {

    private Overrides() {}

    /**
     * Tells if the class of a listener overrides a method. A proxy overrides all of them.
     *
     * @return true if it does; also true if that can't be found out, as in a native image without a hint, so that the
     *     listener misses no event
     */
    static boolean any(Object listener, String method, Class<?>... parameters) {
        try {
            return listener.getClass().getMethod(method, parameters).getDeclaringClass() != PoolListener.class;
        } catch (ReflectiveOperationException | LinkageError unknown) {
            return true;
        }
    }
}
