package io.github.ppool.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Adds values that a benchmark has measured by itself in an iteration to JMH's results. */
public final class Told implements InternalProfiler {

    private static final List<ScalarResult> SINCE_LAST = new ArrayList<>();

    /** For JMH. */
    public Told() {}

    /** Tells a value of this iteration. */
    public static synchronized void tell(String name, double value, String unit) {
        SINCE_LAST.add(new ScalarResult(name, value, unit, AggregationPolicy.AVG));
    }

    /** Reports the waits of this iteration, in nanoseconds. */
    public static void tellWaits(Histogram waits) {
        tell("wait.mean", waits.getMean(), "ns");
        for (double percentile : new double[]{50, 99, 99.9}) {
            tell("wait.p" + percentile, waits.getValueAtPercentile(percentile), "ns");
        }
        tell("wait.longest", waits.getMaxValue(), "ns");
    }

    @Override
    public String getDescription() {
        return "what the benchmark has measured by itself";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        take();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        return take();
    }

    private static synchronized List<ScalarResult> take() {
        List<ScalarResult> told = List.copyOf(SINCE_LAST);
        SINCE_LAST.clear();
        return told;
    }
}
