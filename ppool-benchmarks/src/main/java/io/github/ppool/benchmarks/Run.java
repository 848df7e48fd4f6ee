package io.github.ppool.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks: {@code Run PLAN FOLDER PARTS PEERS ROUNDS}. Each piece of a part writes its results, one file a round, into the
 * folder. All peers of a piece take turns in every round, so that a slow minute of the machine hits them alike; ratios are to be taken
 * within a round.
 */
public final class Run {

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
     * @param args the plan: {@code none}, {@code smoke}, {@code compact} or {@code full}; the folder; the parts by name, with commas, or
     *     {@code all}, and a piece of a part as {@code part:piece}; the peers by the beginnings of their names, or {@code all}; how many
     *     rounds, or {@code plan}
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 5) {
            throw new IllegalArgumentException("expected PLAN FOLDER PARTS PEERS ROUNDS, got: " + List.of(args));
        }
        if (args[0].equals("none")) {
            return;
        }
        Plan plan = Plan.valueOf(Part.written(args[0]));
        Path folder = Files.createDirectories(Path.of(args[1]));
        List<Piece> pieces = pieces(args[2], plan);
        Selection peers = Selection.of(args[3]);
        boolean asPlanned = args[4].equals("plan");
        int rounds = asPlanned ? plan.rounds : Integer.parseInt(args[4]);
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
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(1)
                .warmupTime(TimeValue.milliseconds(plan.warmupMillis))
                .measurementTime(TimeValue.milliseconds(plan.millis))
                .warmupIterations(plan.warmups)
                .measurementIterations(plan.iterations)
                .addProfiler(GCProfiler.class)
                .jvmArgs(Part.heap("1g", "1g"))
                // its documentation: more messages before a thread jumps to the next actor are less fair, and faster (5 unless said)
                .jvmArgsAppend("-Dpekko.actor.default-dispatcher.throughput=100")
                .shouldFailOnError(false)
                .resultFormat(ResultFormatType.JSON)
                .result(folder.resolve(piece.fileName() + "-" + round + ".json").toString());
        if (!piece.part().peerParameter.isEmpty()) {
            options.param(piece.part().peerParameter, selected);
        }
        piece.part().prepare(piece.name(), options, plan);
        new Runner(options.build()).run();
    }
}
