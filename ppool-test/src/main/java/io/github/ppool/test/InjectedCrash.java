package io.github.ppool.test;

/**
 * The reason of a worker that a test has crashed. The restart plan, the logs and the last exit of the child show it.
 */
public final class InjectedCrash extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes a cause.
     *
     * @param message the reason, in the words of the test
     */
    public InjectedCrash(String message) {
        super(message);
    }
}
