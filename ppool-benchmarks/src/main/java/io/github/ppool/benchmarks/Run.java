package io.github.ppool.benchmarks;

import io.github.ppool.benchmarks.supervision.Otp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks: {@code Run PLAN FOLDER PARTS}. Each part writes its results, one file a round, into the folder. All
 * peers of a part take turns in every round, so that a slow minute of the machine hits them alike.
 */
public final class Run {

    private Run() {}

    /**
     * Runs the parts.
     *
     * @param args the plan: {@code none}, {@code smoke}, {@code compact} or {@code full}; the folder; the parts by name, with commas, or
     *     {@code all}
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            throw new IllegalArgumentException("expected PLAN FOLDER PARTS, got: " + List.of(args));
        }
        if (args[0].equals("none")) {
            return;
        }
        Plan plan = Plan.valueOf(args[0].toUpperCase(Locale.ROOT));
        Path folder = Files.createDirectories(Path.of(args[1]));
        List<Part> parts = new ArrayList<>();
        for (String name : args[2].split(",")) {
            if (name.equals("all")) {
                parts.addAll(List.of(Part.values()));
            } else {
                parts.add(Part.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
            }
        }
        Machine.describe(folder.resolve("machine.json"), args[0]);
        for (int round = 1; round <= plan.rounds; round++) {
            for (Part part : parts) {
                run(part, plan, folder.resolve(part.fileName() + "-" + round + ".json"));
                if (part == Part.SUPERVISION) {
                    Otp.run(plan.iterations, folder.resolve("otp-" + round + ".txt"));
                }
            }
        }
    }

    private static void run(Part part, Plan plan, Path result) throws RunnerException {
        TimeValue each = TimeValue.milliseconds(plan.millis);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(1)
                .warmupTime(TimeValue.milliseconds(plan.warmupMillis))
                .measurementTime(each)
                .warmupIterations(plan.warmups)
                .measurementIterations(plan.iterations)
                .addProfiler(GCProfiler.class)
                .jvmArgs("-Xms2g", "-Xmx2g")
                .shouldFailOnError(false)
                .resultFormat(ResultFormatType.JSON)
                .result(result.toString());
        part.prepare(options, plan);
        new Runner(options.build()).run();
    }
}
