package io.github.ppool.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The soak as a program: for each {@link Fault} it must end with 1 and a line with the finding. Two run at a time. */
class SoakFaultTest {

    private static final ExecutorService FORKS = Executors.newFixedThreadPool(2);
    private static Map<Fault, Future<Run>> runs = Map.of();

    /**
     * A run that is over.
     *
     * @param exit its exit code
     * @param output its output
     */
    private record Run(int exit, String output) {}

    @BeforeAll
    static void begin() {
        runs = Arrays.stream(Fault.values())
                .filter(fault -> fault != Fault.NONE) // that is the soak itself, which the build runs longer
                .collect(Collectors.toMap(
                        Function.identity(),
                        fault -> FORKS.submit(() -> run(fault.word(), kills(fault), time(fault)))));
    }

    @AfterAll
    static void end() throws InterruptedException {
        FORKS.shutdownNow();
        assertTrue(FORKS.awaitTermination(1, TimeUnit.MINUTES));
    }

    private static int kills(Fault fault) {
        return fault == Fault.KEEP_LEASE ? 0 : Settings.DEFAULT_KILLS; // a kill would give the place back
    }

    private static String time(Fault fault) {
        return fault == Fault.SPARE_IDLE ? "5s" : "1s"; // long enough for many kills
    }

    private static Run run(String fault, int kills, String time) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dsoak.fault=" + fault,
                "-Dsoak.kills=" + kills,
                "-cp",
                System.getProperty("java.class.path"),
                Soak.class.getName(),
                time);
        Process process = builder.redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void the_soak_finds_its_fault_and_ends_with_1(Fault fault) throws Exception {
        Run run = Objects.requireNonNull(runs.get(fault)).get(2, TimeUnit.MINUTES);

        assertTrue(
                run.output().lines().anyMatch(line -> line.startsWith("FOUND " + fault.finding() + ": ")),
                run.output());
        assertTrue(run.output().lines().anyMatch(line -> line.startsWith("FAILED, seed ")), run.output());
        assertEquals(1, run.exit(), run.output());
    }

    /** The threads that a pool keeps for a while are no finding. */
    @Test
    void of_the_threads_of_a_pool_only_one_that_stays_is_found() throws Exception {
        Run run = Objects.requireNonNull(runs.get(Fault.KEEP_THREAD)).get(2, TimeUnit.MINUTES);

        assertTrue(run.output().contains("FOUND threads left: 1, such as [soak-left]"), run.output());
    }

    @Test
    void every_finding_has_a_fault_that_brings_it_about() {
        assertEquals(
                EnumSet.allOf(Finding.class),
                Arrays.stream(Fault.values()).filter(fault -> fault != Fault.NONE).map(Fault::finding)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Finding.class))));
    }

    @Test
    void a_fault_that_is_unknown_ends_the_soak_with_2() throws Exception {
        Run run = run("misprint", 0, "1s");

        assertEquals(2, run.exit(), run.output());
        assertTrue(run.output().contains("got: misprint"), run.output());
    }
}
