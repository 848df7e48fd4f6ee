package io.github.ppool.process;

import org.jspecify.annotations.Nullable;

/**
 * How to spawn a process.
 *
 * @param label a name for people: it becomes the name of the thread and shows in a pid's text; it need not be unique,
 *     and empty means none
 * @param platformThread whether the process runs on a platform thread instead of a virtual one: for code that pins its
 *     carrier for long, or that computes for long without blocking
 * @param trapExits whether the process traps exits from its first instruction on
 * @param contextClassLoader the context class loader of the process's thread; null means that of the
 *         {@link ProcessSystem}
 */
public record SpawnOptions(
        String label, boolean platformThread, boolean trapExits, @Nullable ClassLoader contextClassLoader) {

    /**
     * Options with the context class loader of the {@link ProcessSystem}.
     *
     * @param label a name for people
     * @param platformThread whether the process runs on a platform thread
     * @param trapExits whether the process traps exits from its first instruction on
     */
    public SpawnOptions(String label, boolean platformThread, boolean trapExits) {
        this(label, platformThread, trapExits, null);
    }

    /** A virtual thread, no label, exits not trapped. */
    public static final SpawnOptions DEFAULT = new SpawnOptions("", false, false, null);

    /**
     * The default options with a label.
     *
     * @param label a name for people
     * @return new options
     */
    public static SpawnOptions labelled(String label) {
        return new SpawnOptions(label, false, false, null);
    }

    /**
     * These options with exits trapped from the first instruction on.
     *
     * @return new options
     */
    public SpawnOptions trappingExits() {
        return new SpawnOptions(label, platformThread, true, contextClassLoader);
    }

    /**
     * These options on a platform thread.
     *
     * @return new options
     */
    public SpawnOptions onPlatformThread() {
        return new SpawnOptions(label, true, trapExits, contextClassLoader);
    }

    /**
     * These options with another context class loader.
     *
     * @param loader null means that of the {@link ProcessSystem}
     * @return new options
     */
    public SpawnOptions withContextClassLoader(@Nullable ClassLoader loader) {
        return new SpawnOptions(label, platformThread, trapExits, loader);
    }
}
