package io.github.ppool.sample.nagger;

/** What a nagger is doing. The last four are final. */
public enum NaggerState {
    /** It waits for a place. */
    QUEUED,
    /** It nags. */
    RUNNING,
    /** It has nagged as often as it was asked to. */
    DONE,
    /** Somebody stopped it, or the application did when it was stopped. */
    STOPPED,
    /** It crashed. */
    FAILED,
    /** The pool accepted it and could not run it any more. */
    REJECTED
}
