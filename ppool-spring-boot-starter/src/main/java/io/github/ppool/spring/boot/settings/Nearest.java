package io.github.ppool.spring.boot.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word of a list that is nearest to a misspelled word. */
public final class Nearest {

    /** The longest word that can be a slip of the pen. A comparison takes the product of the lengths. */
    private static final int LONGEST = 100;

    private Nearest() {}

    /**
     * The nearest word, if it is near enough: one change for each three characters. Dashes, underscores and capital
     * letters don't count.
     */
    static Optional<String> to(String wrong, Collection<String> possible) {
        String uniform = uniform(wrong);
        if (uniform.length() > LONGEST) {
            return Optional.empty();
        }
        return possible.stream()
                .filter(word -> word.length() <= LONGEST)
                .filter(word -> changes(uniform, uniform(word)) <= Math.max(1, Math.min(uniform.length(),
                        uniform(word).length()) / 3))
                .min(Comparator.<String>comparingInt(word -> changes(uniform, uniform(word)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /**
     * The question "Did you mean …?" with a blank after it.
     *
     * @param wrong the unknown word
     * @param possible the known words
     * @return the question; empty if no word is near
     */
    public static String asked(String wrong, Collection<String> possible) {
        return to(wrong, possible).map(word -> "Did you mean " + word + "? ").orElse("");
    }

    private static String uniform(String word) {
        return word.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** The number of characters to insert, omit, replace, or swap with their neighbours. */
    private static int changes(String from, String to) {
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(last[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = current;
        }
        return last[to.length()];
    }
}
