package io.github.ppool.genserver;

/** A caller that has run a call-back has the server wait in another way than it did. */
final class IdleTimeoutChanged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IdleTimeoutChanged() {
        super(null, null, false, false);
    }
}
