package io.github.ppool.soak;

/** The faults that a soak can find. */
enum Finding {
    /** The pool accepted a task that has no outcome. */
    TASKS_LOST("tasks lost"),
    /** A task without a restart plan was run again, or had a second outcome. */
    TASKS_RUN_TWICE("tasks run twice"),
    /** Two had the same worker at the same time. */
    DOUBLE_HAND_OUTS("double hand-outs"),
    /** After the stop there is a worker that was made and never closed. */
    WORKERS_NOT_CLOSED("workers not closed"),
    /** A worker was closed again. */
    WORKERS_CLOSED_TWICE("workers closed twice"),
    /** The load was over, and the pool did not come to have all its workers idle. */
    BOOKS("books"),
    /** An operation failed, hung, or took longer than its time-out. */
    FAILURES("failures"),
    /** There were many kills, and none of them hit this kind: the run has no result for it. */
    NEVER_KILLED("never killed"),
    /** After the stop there is a process. */
    PROCESSES_LEFT("processes left"),
    /** After the stop there is a thread of a killed process. */
    ORPHANS_LEFT("orphans left"),
    /** After the stop there is a thread of a process or of a pool. */
    THREADS_LEFT("threads left"),
    /** At the end more is reachable than when the pools were warm. */
    HEAP_GROWTH("heap growth");

    private final String text;

    Finding(String text) {
        this.text = text;
    }

    /** As it is printed. */
    @Override
    public String toString() {
        return text;
    }
}
