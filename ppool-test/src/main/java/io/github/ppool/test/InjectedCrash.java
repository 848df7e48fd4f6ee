package io.github.ppool.test;

/** Why a worker ended that a test has crashed; what the restart plan, the logs and the last exit of the child show. */
public final class InjectedCrash extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes a cause.
     *
     * @param message what happened, in the words of the test
     */
    public InjectedCrash(String message) {
        super(message);
    }
}
