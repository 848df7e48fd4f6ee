package io.github.ppool.genserver;

/**
 * Thrown by the work of a caller, for control flow: the call-back has set an idle time-out, so the server leaves its
 * wait and waits again with that time-out.
 */
final class IdleTimeoutChanged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IdleTimeoutChanged() {
        super(null, null, false, false);
    }
}
