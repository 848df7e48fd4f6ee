package io.github.ppool.sample.nagger;

/** The state of a nagger. The last four are final. */
public enum NaggerState {
    /** The nagger waits for a place. */
    QUEUED,
    /** The nagger nags. */
    RUNNING,
    /** The nagger has sent all its reminders. */
    DONE,
    /** The nagger was stopped by a request, or by the end of the application. */
    STOPPED,
    /** The nagger crashed. */
    FAILED,
    /** The pool accepted the nagger, but could not run it. */
    REJECTED
}
