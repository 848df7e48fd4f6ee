package io.github.ppool.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which peers take part: words that their names begin with, such as {@code ppool}, {@code stormpot-no-expiry} or
 * {@code otp}, or {@code all}.
 *
 * @param words as given, not empty
 */
record Selection(List<String> words) {

    static Selection of(String commaSeparated) {
        return new Selection(Stream.of(commaSeparated.split(",")).map(Part::written).toList());
    }

    boolean isAll() {
        return words.contains("ALL");
    }

    /** Whether a peer takes part; by its name in any of both spellings. */
    boolean has(String name) {
        return isAll() || words.stream().anyMatch(Part.written(name)::startsWith);
    }

    String[] of(List<String> names) {
        return names.stream().filter(this::has).toArray(String[]::new);
    }
}
