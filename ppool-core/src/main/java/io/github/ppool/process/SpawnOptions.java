package io.github.ppool.process;

import org.jspecify.annotations.Nullable;

/**
 * The options of a spawn.
 *
 * @param label a name for people: the name of the thread and part of the pid's text; it need not be unique, and empty
 *     means none
 * @param platformThread true for a platform thread instead of a virtual one: for code that pins its carrier for long,
 *     or that computes for long without blocking
 * @param trapExits true if the process traps exits from its first instruction on
 * @param contextClassLoader the context class loader of the process's thread; null means that of the {@link
 *     ProcessSystem}
 */
public record SpawnOptions(
        String label, boolean platformThread, boolean trapExits, @Nullable ClassLoader contextClassLoader) {

    /**
     * Makes options with the context class loader of the {@link ProcessSystem}.
     *
     * @param label a name for people; empty means none
     * @param platformThread true for a platform thread instead of a virtual one
     * @param trapExits true if the process traps exits from its first instruction on
     */
    public SpawnOptions(String label, boolean platformThread, boolean trapExits) {
        this(label, platformThread, trapExits, null);
    }

    /** A virtual thread, no label, exits not trapped. */
    public static final SpawnOptions DEFAULT = new SpawnOptions("", false, false, null);

    /**
     * Returns the default options with a label.
     *
     * @param label a name for people; empty means none
     * @return new options
     */
    public static SpawnOptions labelled(String label) {
        return new SpawnOptions(label, false, false, null);
    }

    /**
     * Returns these options with exits trapped from the first instruction on.
     *
     * @return new options
     */
    public SpawnOptions trappingExits() {
        return new SpawnOptions(label, platformThread, true, contextClassLoader);
    }

    /**
     * Returns these options with a platform thread.
     *
     * @return new options
     */
    public SpawnOptions onPlatformThread() {
        return new SpawnOptions(label, true, trapExits, contextClassLoader);
    }

    /**
     * Returns these options with another context class loader.
     *
     * @param loader the loader; null means that of the {@link ProcessSystem}
     * @return new options
     */
    public SpawnOptions withContextClassLoader(@Nullable ClassLoader loader) {
        return new SpawnOptions(label, platformThread, trapExits, loader);
    }
}
