package com.example.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The time that the starter adds to the start of an application with three pools. The same application is started with
 * it and without it, by turns, in new virtual machines; the best round of each counts. The test prints the figures of
 * the documentation; its limits are wide, to notice a change of the order of magnitude on any machine.
 */
@Tag("slow")
class StartUpCostTest {

    private static final int ROUNDS = Integer.getInteger("cost.rounds", 9);
    private static final Pattern COST = Pattern
            .compile("COST millis=(\\d+) cpuMillis=(\\d+) classes=(\\d+) threads=(\\d+) (\\[.*])");

    private record Cost(long millis, long cpuMillis, long classes, long threads, String names) {}

    @Test
    void three_pools_cost_little_to_start() throws Exception {
        compare("a plain application", "--spring.main.web-application-type=none");
        Cost[] web = compare("web, actuator and metrics", "--server.port=0", "--server.address=127.0.0.1");
        assertThat(web[1].millis - web[0].millis).isLessThan(5_000);
        assertThat(web[1].classes - web[0].classes).isLessThan(2_000);
        assertThat(web[1].threads - web[0].threads).isLessThan(10);
    }

    private static Cost[] compare(String what, String... arguments) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.matches(".*(security|jacoco|byte-buddy|mockito).*\\.jar"))
                .collect(Collectors.joining(File.pathSeparator));
        List<Cost> without = new ArrayList<>();
        List<Cost> with = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            without.add(start(classPath, arguments, "--ppool.enabled=false"));
            with.add(start(classPath, arguments, "--ppool.pools.a.worker=builders", "--ppool.pools.b.worker=builders",
                    "--ppool.pools.c.worker=builders"));
        }
        Cost[] best = {best(without), best(with)};
        System.out.printf(
                "%s: without %s%n%s: with    %s%n%s: adds %d ms (%d ms of processor time), %d classes, %d threads%n",
                what, best[0], what, best[1], what, best[1].millis - best[0].millis,
                best[1].cpuMillis - best[0].cpuMillis,
                best[1].classes - best[0].classes, best[1].threads - best[0].threads);
        return best;
    }

    private static Cost best(List<Cost> costs) {
        return new Cost(least(costs, Cost::millis), least(costs, Cost::cpuMillis), least(costs, Cost::classes),
                least(costs, Cost::threads), costs.get(0).names);
    }

    private static long least(List<Cost> costs, ToLongFunction<Cost> what) {
        return costs.stream().mapToLong(what).min().orElseThrow();
    }

    private static Cost start(String classPath, String[] arguments, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
                ThreePools.class.getName(), "--logging.level.root=warn"));
        command.addAll(List.of(arguments));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher cost = COST.matcher(output);
        assertThat(cost.find()).as(output).isTrue();
        return new Cost(Long.parseLong(cost.group(1)), Long.parseLong(cost.group(2)), Long.parseLong(cost.group(3)),
                Long.parseLong(cost.group(4)), cost.group(5));
    }
}
