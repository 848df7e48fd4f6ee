package io.github.ppool.benchmarks.borrow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Adds what came of a {@link Round} to JMH's results. */
public final class OutcomeProfiler implements InternalProfiler {

    private static volatile @Nullable Outcome last;

    /** For JMH. */
    public OutcomeProfiler() {}

    static void told(Outcome outcome) {
        last = outcome;
    }

    @Override
    public String getDescription() {
        return "throughput, waits and fairness of the borrowers";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        last = null;
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Outcome outcome = last;
        List<Result<?>> results = new ArrayList<>();
        if (outcome != null) {
            results.add(average("throughput", outcome.operationsPerSecond(), "ops/s"));
            results.add(average("jain", outcome.jain(), "1"));
            results.add(average("wait.mean", outcome.waits().getMean(), "ns"));
            for (double percentile : new double[] {50, 99, 99.9}) {
                results.add(average("wait.p" + percentile, outcome.waits().getValueAtPercentile(percentile), "ns"));
            }
            results.add(new ScalarResult("wait.longest", outcome.waits().getMaxValue(), "ns", AggregationPolicy.MAX));
            results.add(average("allocated", outcome.allocatedPerOperation(), "B/op"));
        }
        return results;
    }

    private static ScalarResult average(String name, double value, String unit) {
        return new ScalarResult(name, value, unit, AggregationPolicy.AVG);
    }
}
