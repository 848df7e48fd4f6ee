package io.github.ppool.benchmarks.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The results that were published last, as {@code report.py} writes them into {@code results.csv}.
 *
 * <p>The column {@code rounds} has the median of each round, such as {@code 1=3.1e7 2=3.2e7}. Older files lack it; the
 * ratio of two of their cells has the spread of all iterations, which is wider.
 */
public final class Published {

    private static final List<String> COLUMNS = List
            .of("benchmark", "threads", "parameters", "metric", "unit", "median", "smallest", "largest", "samples");

    private record Cell(double median, double smallest, double largest, Map<Integer, Double> rounds) {}

    private final Map<CellKey, Cell> cells = new HashMap<>();

    private Published() {}

    /**
     * Reads a file of results.
     *
     * @throws IOException if it can't be read
     * @throws IllegalArgumentException if it has other columns, or a line with fewer; the message names the line
     */
    public static Published read(Path file) throws IOException {
        return of(Files.readAllLines(file), file.toString());
    }

    static Published of(List<String> lines, String source) {
        if (lines.isEmpty() || !lines.get(0).startsWith(String.join(",", COLUMNS))) {
            throw new IllegalArgumentException(source + " must begin with the columns " + COLUMNS);
        }
        Published published = new Published();
        for (int i = 1; i < lines.size(); i++) {
            String[] fields = lines.get(i).split(",", -1);
            if (fields.length < COLUMNS.size()) {
                throw new IllegalArgumentException(
                        source + ", line " + (i + 1) + ", must have at least " + COLUMNS.size()
                                + " fields, got: " + lines.get(i));
            }
            published.cells.put(
                    new CellKey(fields[0], Integer.parseInt(fields[1]), CellKey.parameters(fields[2]), fields[3]),
                    new Cell(Double.parseDouble(fields[5]), Double.parseDouble(fields[6]),
                            Double.parseDouble(fields[7]),
                            fields.length > COLUMNS.size() ? rounds(fields[COLUMNS.size()]) : Map.of()));
        }
        return published;
    }

    private static Map<Integer, Double> rounds(String field) {
        Map<Integer, Double> rounds = new TreeMap<>();
        Stream.of(field.split(" ")).filter(word -> !word.isEmpty()).forEach(word -> {
            String[] both = word.split("=");
            rounds.put(Integer.parseInt(both[0]), Double.parseDouble(both[1]));
        });
        return rounds;
    }

    /** The ratio of two cells, of which more is better; null if one of them was not published. */
    public @Nullable Ratio ratio(CellKey ours, CellKey theirs, boolean moreIsBetter) {
        Cell a = cells.get(ours);
        Cell b = cells.get(theirs);
        if (a == null || b == null) {
            return null;
        }
        List<Double> mine = new ArrayList<>();
        List<Double> other = new ArrayList<>();
        a.rounds.forEach((round, value) -> {
            Double beside = b.rounds.get(round);
            if (beside != null) {
                mine.add(value);
                other.add(beside);
            }
        });
        if (mine.size() > 1) {
            return Ratio.ofRounds(mine, other, moreIsBetter);
        }
        return moreIsBetter
                ? new Ratio(a.median / b.median, a.smallest / b.largest, a.largest / b.smallest)
                : new Ratio(b.median / a.median, b.smallest / a.largest, b.largest / a.smallest);
    }
}
