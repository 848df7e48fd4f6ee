package io.github.ppool.spring.boot.settings;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of pools. They are names of beans, of properties and of environment variables at the same time. */
public final class PoolNames {

    /** The prefix of the settings for all pools. */
    public static final String DEFAULTS = "ppool.defaults";

    /** The rule for names, for messages. */
    public static final String RULE = "the name of a pool must begin with a letter and consist of letters, digits, -"
            + " and _";

    private PoolNames() {}

    /**
     * True if a name follows the {@link #RULE}.
     *
     * @param name the name of a pool
     * @return false for a name that is refused
     */
    public static boolean isValid(String name) {
        if (name.isEmpty() || !isLetter(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char at = name.charAt(i);
            if (!isLetter(at) && !isDigit(at) && !isDash(at)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char at) {
        return (at >= 'a' && at <= 'z') || (at >= 'A' && at <= 'Z');
    }

    private static boolean isDigit(char at) {
        return at >= '0' && at <= '9';
    }

    private static boolean isDash(char at) {
        return at == '-' || at == '_';
    }

    /**
     * The prefix of the properties of a pool.
     *
     * @param name the name of the pool
     * @return the prefix, without a dot at its end
     */
    public static String property(String name) {
        return "ppool.pools." + name;
    }

    /**
     * The name in Java's spelling, {@code myPool} for {@code my-pool}, which a parameter can have.
     *
     * @param name the name of a pool
     * @return the spelling
     */
    public static String camelCase(String name) {
        StringBuilder camelCase = new StringBuilder(name.length());
        int dashes = 0; // the dashes before this character, which may be omitted
        for (int i = 0; i < name.length(); i++) {
            char at = name.charAt(i);
            if (isDash(at)) {
                dashes++;
            } else if (dashes > 0 && (isLetter(at) || isDigit(at))) {
                camelCase.append(Character.toUpperCase(at));
                dashes = 0;
            } else {
                camelCase.append(name, i - dashes, i).append(at);
                dashes = 0;
            }
        }
        return camelCase.append(name, name.length() - dashes, name.length()).toString();
    }

    /**
     * Removes the second names that environment variables give to pools, groups and supervised beans. {@code
     * PPOOL_POOLS_MYPOOL_SIZE} is bound to {@code my-pool}, but also makes an entry {@code mypool}.
     *
     * @param <T> the type of the settings
     * @param byName the settings of all pools, groups or beans, as Spring Boot binds them
     * @return those of each by its name as a file of settings spells it
     */
    public static <T> Map<String, T> distinct(Map<String, T> byName) {
        Map<String, String> spelling = new LinkedHashMap<>();
        for (String name : byName.keySet()) {
            String uniform = uniform(name);
            String known = spelling.get(uniform);
            if (known == null || known.equals(uniform)) {
                spelling.put(uniform, name);
            }
        }
        Map<String, T> distinct = new LinkedHashMap<>();
        for (String name : spelling.values()) {
            distinct.put(name, byName.get(name));
        }
        return distinct;
    }

    /**
     * The common form of all spellings of a name.
     *
     * @param name the name of a pool
     * @return the form for comparisons
     */
    public static String uniform(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /**
     * The spelling of a name in a collection.
     *
     * @param names the collection
     * @param name the name, in any spelling
     * @return the spelling; null if the collection does not have the name
     */
    public static @Nullable String spelledIn(Collection<String> names, String name) {
        String uniform = uniform(name);
        for (String other : names) {
            if (uniform(other).equals(uniform)) {
                return other;
            }
        }
        return null;
    }

    /**
     * The reason why two names can't be those of two pools.
     *
     * @param name the name of a pool
     * @param other another name, with the same common form
     * @return a sentence for a message
     */
    public static String alike(String name, String other) {
        return "the names '" + name + "' and '" + other + "' are one to Spring Boot, which takes no notice of -, _ and"
                + " capital letters in the names of settings";
    }
}
