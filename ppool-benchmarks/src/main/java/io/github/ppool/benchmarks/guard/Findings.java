package io.github.ppool.benchmarks.guard;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The findings of the guard, cell by cell. */
public final class Findings {

    private record Finding(String cell, String peer, @Nullable Ratio published, @Nullable Ratio now) {

        @Nullable
        Verdict verdict() {
            return published == null || now == null ? null : Verdict.of(published, now);
        }
    }

    private final List<Finding> findings = new ArrayList<>();

    /** None yet. */
    public Findings() {}

    /**
     * Adds a cell.
     *
     * @param published null if it was never published
     * @param now null if it could not be measured
     */
    public void add(String cell, String peer, @Nullable Ratio published, @Nullable Ratio now) {
        findings.add(new Finding(cell, peer, published, now));
    }

    /** Whether a ratio is worse beyond the spread, or could not be measured: the guard fails. */
    public boolean areBad() {
        return findings.stream().anyMatch(finding -> finding.now == null || finding.verdict() == Verdict.WORSE);
    }

    /** A table with all cells, and a last line with the cells that moved. */
    public String report() {
        StringBuilder text = new StringBuilder(
                "Ratios to a peer, more is better: the median of the rounds, with the smallest and the largest\n");
        text.append(line("", "beside", "published", "now", ""));
        for (Finding finding : findings) {
            Verdict verdict = finding.verdict();
            text.append(line(finding.cell, finding.peer,
                    finding.published == null ? "-" : finding.published.toString(),
                    finding.now == null ? "-" : finding.now.toString(),
                    verdict != null
                            ? verdict.toString()
                            : finding.now == null ? "COULD NOT BE MEASURED" : "not published yet"));
        }
        List<String> moved = findings.stream()
                .filter(finding -> finding.verdict() == Verdict.WORSE || finding.verdict() == Verdict.BETTER)
                .map(finding -> finding.cell + ", " + finding.verdict())
                .toList();
        return text.append(moved.isEmpty()
                ? "Nothing has moved beyond the spread.\n"
                : "Moved: " + String.join("; ", moved) + ".\n").toString();
    }

    private static String line(String cell, String peer, String published, String now, String verdict) {
        return "%-28s %-28s %-24s %-24s %s".formatted(cell, peer, published, now, verdict).stripTrailing() + "\n";
    }
}
