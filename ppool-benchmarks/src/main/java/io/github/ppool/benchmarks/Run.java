package io.github.ppool.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks: {@code Run PLAN FOLDER PARTS PEERS ROUNDS PUBLISHED}. Each piece of a part writes its results,
 * one file a round, into the folder. All peers of a piece take turns in every round, so that a slow minute of the
 * machine hits them alike; ratios are to be taken within a round.
 */
public final class Run {

    private static final String CLASS_PATH = "java.class.path";

    private Run() {}

    /** One thing that is measured in one go. */
    private record Piece(Part part, String name) {
        String fileName() {
            return Part.spoken(part.name()) + "-" + name;
        }
    }

    /**
     * Runs the parts.
     *
     * <p>The plan {@code guard} has parts and peers of its own, and ends with exit code 1 if a ratio is worse than the
     * published one.
     *
     * @param args the plan: {@code none}, {@code smoke}, {@code guard}, {@code compact} or {@code full}; the folder;
     *     the parts by name, with commas, or {@code all}, and a piece of a part as {@code part:piece}; the peers by the
     *     beginnings of their names, or {@code all}; how many rounds, or {@code plan}; the file of the published
     *     results
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 6) {
            throw new IllegalArgumentException(
                    "expected PLAN FOLDER PARTS PEERS ROUNDS PUBLISHED, got: " + List.of(args));
        }
        if (args[0].equals("none")) {
            return;
        }
        Plan plan = Plan.of(args[0]);
        Path folder = Files.createDirectories(Path.of(args[1]));
        List<Piece> pieces = pieces(args[2], plan);
        Selection peers = Selection.of(args[3]);
        boolean asPlanned = args[4].equals("plan");
        int rounds = asPlanned ? plan.rounds : Integer.parseInt(args[4]);
        if (plan == Plan.GUARD) {
            if (!Guard.run(rounds, folder.resolve("guard"), Path.of(args[5]))) {
                System.exit(1);
            }
            return;
        }
        Machine.describe(folder.resolve("machine.json"), args[0]);
        long from = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            for (Piece piece : pieces) {
                if (!asPlanned || round <= piece.part().rounds(piece.name(), plan)) {
                    run(piece, plan, peers, folder, round);
                    piece.part()
                            .measureErlang(piece.name(), new Erlang(folder, round, peers, plan == Plan.SMOKE));
                    System.out.printf("Round %d, %s: done after %d s%n", round, piece.fileName(),
                            Duration.ofNanos(System.nanoTime() - from).toSeconds());
                }
            }
        }
    }

    private static List<Piece> pieces(String parts, Plan plan) {
        List<Piece> pieces = new ArrayList<>();
        for (String word : parts.split(",")) {
            String[] names = word.split(":");
            List<Part> these = word.equals("all")
                    ? List.of(Part.values())
                    : List.of(Part.valueOf(Part.written(names[0])));
            for (Part part : these) {
                List<String> own = part.pieces().stream()
                        .filter(piece -> names.length > 1 ? piece.equals(names[1]) : part.isIn(piece, plan))
                        .toList();
                if (own.isEmpty()) {
                    throw new IllegalArgumentException("piece must be one of " + part.pieces() + ", got: " + word);
                }
                own.forEach(piece -> pieces.add(new Piece(part, piece)));
            }
        }
        return pieces;
    }

    private static void run(Piece piece, Plan plan, Selection peers, Path folder, int round) throws RunnerException {
        String[] selected = peers.of(piece.part().peers(piece.name()));
        if (selected.length == 0) {
            return;
        }
        measure(piece.part(), piece.name(), options(piece.part(), piece.name(), plan, selected)
                .result(folder.resolve(piece.fileName() + "-" + round + ".json").toString()));
    }

    /** How a piece is measured, with some of its peers. */
    static ChainedOptionsBuilder options(Part part, String piece, Plan plan, String... peers) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(1)
                .warmupTime(TimeValue.milliseconds(plan.warmupMillis))
                .measurementTime(TimeValue.milliseconds(plan.millis))
                .warmupIterations(plan.warmups)
                .measurementIterations(plan.iterations)
                .addProfiler(GCProfiler.class)
                .jvmArgs(Part.heap("1g", "1g"))
                // its documentation: more messages before a thread jumps to the next actor are less fair, and faster (5
                // unless said)
                .jvmArgsAppend("-Dpekko.actor.default-dispatcher.throughput=100")
                .shouldFailOnError(false)
                .resultFormat(ResultFormatType.JSON);
        if (!part.peerParameter(piece).isEmpty()) {
            options.param(part.peerParameter(piece), peers);
        }
        part.prepare(piece, options, plan);
        return options;
    }

    /** Measures it, in JVMs with the class path that belongs to the piece. */
    static Collection<RunResult> measure(Part part, String piece, ChainedOptionsBuilder options)
            throws RunnerException {
        ClassPath whole = ClassPath.own();
        System.setProperty(CLASS_PATH, part.classPath(piece, whole).entries()); // JMH gives it to its forks
        try {
            return new Runner(options.build()).run();
        } finally {
            System.setProperty(CLASS_PATH, whole.entries());
        }
    }
}
