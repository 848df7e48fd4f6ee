package io.github.ppool.supervisor;

import java.util.Locale;

/**
 * The children that are restarted together with an ended one. Stands for the {@code strategy} of OTP's supervisor
 * flags.
 */
public enum Strategy {
    /** The ended child alone. */
    ONE_FOR_ONE,
    /** All children. */
    ONE_FOR_ALL,
    /** The ended child and the children that were started after it. */
    REST_FOR_ONE,
    /** The ended child alone. All children are made from one template, have no ids and are named by their pids. */
    SIMPLE_ONE_FOR_ONE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
