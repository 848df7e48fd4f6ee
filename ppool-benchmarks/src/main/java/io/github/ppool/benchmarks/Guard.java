package io.github.ppool.benchmarks;

import io.github.ppool.benchmarks.guard.CellKey;
import io.github.ppool.benchmarks.guard.Findings;
import io.github.ppool.benchmarks.guard.Published;
import io.github.ppool.benchmarks.guard.Ratio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/**
 * Measures a few cells, each beside one peer, and compares the ratios with the published ones. Absolute times
 * differ between machines and days, and are not compared.
 */
final class Guard {

    /** The measured cells: cheap to measure, and telling for the code that stands on them. */
    private enum Watched {
        BORROW("borrow, 1 thread", Part.BORROW, "1", "PPOOL_LIFO", "CONCURRENT_BAG", CellKey.SCORE, true),
        BORROW_2("borrow, 2 threads", Part.BORROW, "2", "PPOOL_LIFO", "CONCURRENT_BAG", CellKey.SCORE, true),
        MILLION("a million tasks", Part.HANDOVER, "million", "PPOOL_ASYNC_QUEUE", "THREAD_POOL_EXECUTOR", "task",
                false),
        ONE_BY_ONE("one task after the other", Part.HANDOVER, "one-by-one", "PPOOL_ASYNC_QUEUE",
                "THREAD_POOL_EXECUTOR_VIRTUAL",
                "task", false),
        CHILDREN("start and end of a child", Part.SUPERVISION, "children", "PPOOL", "PEKKO", CellKey.SCORE, false),
        STARTER_QUEUE("starter, tasks", Part.STARTER, "async-queue", "PPOOL_STARTER", "BOOT_EXECUTOR", "task", false),
        STARTER_BORROW("starter, borrow", Part.STARTER, "borrow", "PPOOL_STARTER", "HIKARI", CellKey.SCORE, true);

        private final String spoken;
        private final Part part;
        private final String piece;
        private final String ours;
        private final String peer;
        private final String metric;
        private final boolean moreIsBetter;

        Watched(String spoken, Part part, String piece, String ours, String peer, String metric, boolean moreIsBetter) {
            this.spoken = spoken;
            this.part = part;
            this.piece = piece;
            this.ours = ours;
            this.peer = peer;
            this.metric = metric;
            this.moreIsBetter = moreIsBetter;
        }

        /** Leaves out the cells of the piece beside the watched one. */
        void narrow(ChainedOptionsBuilder options) {
            switch (this) {
                case MILLION -> options.param("virtualSubmitter", "false");
                case ONE_BY_ONE -> options.param("virtualSubmitter", "true");
                case CHILDREN -> options.exclude("restartOneByOne");
                default -> {}
            }
        }
    }

    /** Results of the rounds for one watched cell: ppool's value and the peer's for each round. */
    private static final class Rounds {
        private final List<Double> ours = new ArrayList<>();
        private final List<Double> theirs = new ArrayList<>();
        private @Nullable CellKey key;
    }

    private Guard() {}

    /** Runs all; answers false if a ratio got worse beyond the spread, or could not be measured. */
    static boolean run(int rounds, Path folder, Path published) throws IOException, RunnerException {
        Published before = Published.read(published);
        Files.createDirectories(folder);
        Machine.describe(folder.resolve("machine.json"), "guard");
        Map<Watched, Rounds> measured = new EnumMap<>(Watched.class);
        long from = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            for (Watched watched : Watched.values()) {
                measure(watched, measured.computeIfAbsent(watched, w -> new Rounds()), folder, round);
            }
        }
        Findings findings = new Findings();
        measured.forEach((watched, of) -> {
            CellKey key = of.key;
            if (key == null) {
                findings.add(watched.spoken, watched.peer, null, null);
                return;
            }
            String parameter = watched.part.peerParameter(watched.piece);
            findings.add(watched.spoken, Part.spoken(watched.peer),
                    before.ratio(key.with(parameter, watched.ours), key.with(parameter, watched.peer),
                            watched.moreIsBetter),
                    Ratio.ofRounds(of.ours, of.theirs, watched.moreIsBetter));
        });
        System.out.printf("%n%d rounds in %d s. %s", rounds, Duration.ofNanos(System.nanoTime() - from).toSeconds(),
                findings.report());
        return !findings.areBad();
    }

    private static void measure(Watched watched, Rounds rounds, Path folder, int round) throws RunnerException {
        ChainedOptionsBuilder options = Run.options(watched.part, watched.piece, Plan.GUARD, watched.ours, watched.peer)
                .result(folder.resolve(Part.spoken(watched.name()) + "-" + round + ".json").toString());
        watched.narrow(options);
        Double ours = null;
        Double theirs = null;
        for (RunResult result : Run.measure(watched.part, watched.piece, options)) {
            CellKey key = key(result.getParams(), watched.metric);
            String peer = key.parameters().get(watched.part.peerParameter(watched.piece));
            Double median = median(result, watched.metric);
            if (watched.ours.equals(peer)) {
                rounds.key = key;
                ours = median;
            } else {
                theirs = median;
            }
        }
        if (ours != null && theirs != null) {
            rounds.ours.add(ours);
            rounds.theirs.add(theirs);
        } else {
            rounds.key = null; // its failure is in JMH's output
        }
    }

    private static CellKey key(BenchmarkParams params, String metric) {
        Map<String, String> parameters = new TreeMap<>();
        params.getParamsKeys().forEach(name -> parameters.put(name, params.getParam(name)));
        String[] words = params.getBenchmark().split("\\.");
        return new CellKey(words[words.length - 2] + "." + words[words.length - 1], params.getThreads(), parameters,
                metric);
    }

    /** Of all iterations; null if there is none. */
    private static @Nullable Double median(RunResult result, String metric) {
        List<Double> samples = new ArrayList<>();
        Collection<BenchmarkResult> forks = result.getBenchmarkResults();
        for (BenchmarkResult fork : forks) {
            for (IterationResult iteration : fork.getIterationResults()) {
                Result<?> of = metric.equals(CellKey.SCORE)
                        ? iteration.getPrimaryResult()
                        : iteration.getSecondaryResults().get(metric);
                if (of != null) {
                    samples.add(of.getScore());
                }
            }
        }
        if (samples.isEmpty()) {
            return null;
        }
        samples.sort(null);
        int half = samples.size() / 2;
        return samples.size() % 2 == 1 ? samples.get(half) : (samples.get(half - 1) + samples.get(half)) / 2;
    }
}
