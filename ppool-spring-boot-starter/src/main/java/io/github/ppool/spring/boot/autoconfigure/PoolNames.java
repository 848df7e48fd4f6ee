package io.github.ppool.spring.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of pools, which are names of beans, of properties and of environment variables at the same time. */
final class PoolNames {

    static final String RULE = "the name of a pool must begin with a letter and consist of letters, digits, - and _";

    private static final Pattern VALID = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");
    private static final Pattern WORD_START = Pattern.compile("[-_]+([A-Za-z0-9])");

    private PoolNames() {}

    static boolean isValid(String name) {
        return VALID.matcher(name).matches();
    }

    /** The properties of a pool begin with this. */
    static String property(String name) {
        return "ppool.pools." + name;
    }

    /** The name as Java writes it, {@code myPool} for {@code my-pool}: what a parameter can be called. */
    static String camelCase(String name) {
        return WORD_START.matcher(name)
                .replaceAll(start -> Matcher.quoteReplacement(start.group(1).toUpperCase(Locale.ROOT)));
    }

    /**
     * Takes out the second names that environment variables give to pools: {@code PPOOL_POOLS_MYPOOL_SIZE} is bound to {@code
     * my-pool}, as it should be, but also makes an entry {@code mypool}.
     */
    static <T> Map<String, T> distinct(Map<String, T> byName) {
        Map<String, String> spelling = new LinkedHashMap<>();
        for (String name : byName.keySet()) {
            String uniform = uniform(name);
            spelling.merge(uniform, name, (known, other) -> known.equals(uniform) ? other : known);
        }
        Map<String, T> distinct = new LinkedHashMap<>();
        spelling.values().forEach(name -> distinct.put(name, byName.get(name)));
        return distinct;
    }

    /** The same for all spellings of a name. */
    static String uniform(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }
}
