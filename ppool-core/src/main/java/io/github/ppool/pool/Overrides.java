package io.github.ppool.pool;

/** Which methods of a listener do anything. Asked when a pool is made. */
final class Overrides {

    private Overrides() {}

    /**
     * Whether the class of a listener has a method of its own. A proxy has all of them.
     *
     * @return also true if the class does not say, as in a native image without a hint: the listener must not miss
     *     anything
     */
    static boolean any(Object listener, String method, Class<?>... parameters) {
        try {
            return listener.getClass().getMethod(method, parameters).getDeclaringClass() != PoolListener.class;
        } catch (ReflectiveOperationException | LinkageError unknown) {
            return true;
        }
    }
}
