package io.github.ppool.spring.boot;

/** When the history of the pools is kept: the setting {@code ppool.history}. */
public enum HistoryMode {
    /** From the first snapshot that an observer asks for until some minutes after the last one. */
    WHILE_OBSERVED,
    /** As long as pools run. */
    ALWAYS,
    /** Never. */
    NEVER
}
