package io.github.ppool.port;

import java.util.Locale;

/** The operating system, as far as it matters here. */
final class Platform {

    static final boolean IS_WINDOWS = name().startsWith("windows");
    static final boolean IS_LINUX = name().startsWith("linux");

    private Platform() {}

    private static String name() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    }
}
