package io.github.ppool.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * A setting that can't work.
 *
 * @param property its full name
 * @param value what it says, null if it is not set
 * @param origin where it says so, null if that is unknown
 * @param rule what it breaks, as a sentence without a full stop
 * @param remedy what to do about it, as a sentence with a full stop
 */
record SettingProblem(
        String property, @Nullable String value, @Nullable String origin, String rule, String remedy) {}
