package io.github.ppool.process;

/**
 * How to spawn a process.
 *
 * @param label a name for people: it becomes the name of the thread and shows in a pid's text; it need not be unique,
 *     and empty means none
 * @param platformThread whether the process runs on a platform thread instead of a virtual one: for code that pins its carrier
 *     for long, or that computes for long without blocking
 * @param trapExits whether the process traps exits from its first instruction on
 */
public record SpawnOptions(String label, boolean platformThread, boolean trapExits) {

    /** A virtual thread, no label, exits not trapped. */
    public static final SpawnOptions DEFAULT = new SpawnOptions("", false, false);

    /**
     * The default options with a label.
     *
     * @param label a name for people
     * @return new options
     */
    public static SpawnOptions labelled(String label) {
        return new SpawnOptions(label, false, false);
    }

    /**
     * These options with exits trapped from the first instruction on.
     *
     * @return new options
     */
    public SpawnOptions trappingExits() {
        return new SpawnOptions(label, platformThread, true);
    }

    /**
     * These options on a platform thread.
     *
     * @return new options
     */
    public SpawnOptions onPlatformThread() {
        return new SpawnOptions(label, true, trapExits);
    }
}
