package io.github.ppool.process;

import org.jspecify.annotations.Nullable;

/**
 * The identity of a process: its number and its label. Two ids are equal only if they are the same object. The only
 * subclass is {@link ProcessCell}; the type stands between {@link Pid} and the cell so that a pid does not depend on
 * the state of a process.
 */
abstract non-sealed class ProcessId implements Pid {

    private final long id;
    private final String label;

    ProcessId(long id, String label) {
        this.id = id;
        this.label = label;
    }

    @Override
    public final long id() {
        return id;
    }

    @Override
    public final String label() {
        return label;
    }

    @Override
    public final int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public final String toString() {
        return label.isEmpty() ? "<" + id + ">" : "<" + id + " " + label + ">";
    }
}
