package io.github.ppool.supervisor;

import java.util.Locale;

/** What a child is. Stands for the {@code type} of OTP's child specifications. */
public enum ChildType {
    /** A process that does work. */
    WORKER,
    /** A supervisor, which has children of its own. */
    SUPERVISOR;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
