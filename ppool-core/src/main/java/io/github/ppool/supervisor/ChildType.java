package io.github.ppool.supervisor;

import java.util.Locale;

/** The type of a child. Stands for the {@code type} of OTP's child specifications. */
public enum ChildType {
    /** A process that does work. */
    WORKER,
    /** A supervisor, with children of its own. */
    SUPERVISOR;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
