package io.github.ppool.benchmarks.guard;

import java.util.Map;
import java.util.TreeMap;

/**
 * Names a cell of the results.
 *
 * @param benchmark class and method, such as {@code Borrow.borrowUseGiveBack}
 * @param threads number of threads that JMH ran
 * @param parameters JMH's parameters
 * @param metric the measured quantity; {@code score} for JMH's own
 */
public record CellKey(String benchmark, int threads, Map<String, String> parameters, String metric) {

    /** JMH's own result. */
    public static final String SCORE = "score";

    /** Copies the parameters. */
    public CellKey {
        parameters = Map.copyOf(parameters);
    }

    /** The same cell of another peer. */
    public CellKey with(String parameter, String value) {
        Map<String, String> changed = new TreeMap<>(parameters);
        changed.put(parameter, value);
        return new CellKey(benchmark, threads, changed, metric);
    }

    /** Reads parameters as {@code results.csv} has them: {@code objects=10 peer=VIBUR}. */
    static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new TreeMap<>();
        for (String word : text.split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                parameters.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return parameters;
    }
}
