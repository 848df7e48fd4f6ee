package io.github.ppool.durable;

/** The state of an unfinished task. */
public enum DurableTaskState {

    /** The task waits for a node with a free worker. */
    READY,

    /** A node has claimed the task: an attempt runs, or is about to begin. */
    CLAIMED,

    /** The plan has laid the task down: it waits for an operator. A dead letter. */
    LAID_DOWN,

    /** The task waits for its time: it was handed over so, or its plan pauses. */
    DELAYED
}
