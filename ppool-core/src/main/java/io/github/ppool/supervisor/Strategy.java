package io.github.ppool.supervisor;

import java.util.Locale;

/** Who is restarted together with a child that ended. Stands for the {@code strategy} of OTP's supervisor flags. */
public enum Strategy {
    /** The child alone. */
    ONE_FOR_ONE,
    /** All children. */
    ONE_FOR_ALL,
    /** The child and those that were started after it. */
    REST_FOR_ONE,
    /** The child alone; all children are made from one template, have no ids and are named by their pids. */
    SIMPLE_ONE_FOR_ONE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
