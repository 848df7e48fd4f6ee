package io.github.ppool.cluster.engine;

import java.util.regex.Pattern;

/**
 * The name of a broadcast.
 *
 * @param pool the name of the pool
 * @param name the name of the broadcast
 */
public record BroadcastKey(String pool, String name) {

    /** The rule of a name. */
    public static final String NAME_RULE = "must have 1 to 100 letters, digits and - _ .";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException if the pool is blank, too long or has control characters, or the name has other
     *     characters than its rule says
     */
    public BroadcastKey {
        if (pool.isBlank() || pool.length() > LeaseSettings.LONGEST_NAME
                || pool.chars().anyMatch(at -> Character.isISOControl(at) || Character.isSurrogate((char) at))) {
            throw new IllegalArgumentException("pool must have 1 to " + LeaseSettings.LONGEST_NAME
                    + " characters, and no control characters or surrogates, got: '" + shown(pool) + "'");
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name " + NAME_RULE + ", got: '" + shown(name) + "'");
        }
    }

    private static String shown(String text) {
        return text.length() <= LeaseSettings.LONGEST_NAME
                ? text
                : text.substring(0, LeaseSettings.LONGEST_NAME) + "… (" + text.length() + " characters)";
    }
}
