package com.example.alive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long applications without a web server live, each in a virtual machine of its own. */
@Timeout(120)
class KeepAliveInVirtualMachinesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** For a loop that says its last words when it is told to end. */
    private static final String PATIENT_END = "--spring.lifecycle.timeout-per-shutdown-phase=30s";

    private @Nullable Application application;

    @AfterEach
    void endWhatIsLeft() {
        if (application != null) {
            application.process.destroyForcibly();
        }
    }

    private static final class Application {
        private final Process process;
        private final BufferedReader output;
        private final List<String> lines = new ArrayList<>();

        Application(String profile, String... settings) throws IOException {
            String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> !entry.matches(
                            ".*(security|jacoco|byte-buddy|mockito|tomcat|webmvc|webflux|actuator).*\\.jar"))
                    .collect(Collectors.joining(File.pathSeparator));
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp", classPath, WorkerApplication.class.getName(), "--spring.profiles.active=" + profile,
                    "--spring.main.web-application-type=none", "--spring.main.banner-mode=off",
                    "--logging.level.root=warn", "--ppool.pools.pool.worker=worker", "--ppool.pools.pool.size=1",
                    "--ppool.pools.pool.max-overflow=0", "--ppool.pools.pool.task-restart.plan=400ms",
                    "--ppool.pools.pool.shutdown=10ms"));
            command.addAll(List.of(settings));
            if (!List.of(settings).contains(PATIENT_END)) {
                command.add("--spring.lifecycle.timeout-per-shutdown-phase=50ms"); // which finishes no work
            }
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            output = process.inputReader(StandardCharsets.UTF_8);
        }

        /** The line may have come before one that was awaited before it. */
        void awaitLine(String wanted) throws IOException {
            if (lines.contains("SAYS " + wanted)) {
                return;
            }
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                if (line.equals("SAYS " + wanted)) {
                    return;
                }
            }
            throw new AssertionError("has ended without saying: " + wanted + "\n" + this);
        }

        int awaitEnd() throws IOException, InterruptedException {
            output.lines().forEach(lines::add);
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public String toString() {
            return String.join("\n", lines);
        }
    }

    private Application start(String profile, String... settings) throws IOException {
        application = new Application(profile, settings);
        return application;
    }

    @Test
    void a_supervised_loop_keeps_the_application_alive_until_it_is_told_to_end() throws Exception {
        Application loop = start("loop", PATIENT_END);
        loop.awaitLine("main returns");
        int first = ticks(loop);
        for (int tick = first; tick < first + 10; tick++) {
            loop.awaitLine("tick " + tick);
        }
        loop.process.toHandle().destroy(); // as an operating system does: SIGTERM
        assertThat(loop.awaitEnd()).as(loop.toString()).isEqualTo(143);
        assertThat(loop.lines).contains("SAYS told to stop");
    }

    private static int ticks(Application loop) {
        return (int) loop.lines.stream().filter(line -> line.startsWith("SAYS tick ")).count();
    }

    @Test
    void accepted_tasks_keep_it_alive_until_they_are_done_and_not_longer() throws Exception {
        Application task = start("task");
        task.awaitLine("main returns");
        task.awaitLine("task done");
        assertThat(task.awaitEnd()).as(task.toString()).isZero();
        assertThat(task.toString()).doesNotContain("cut off", "were killed", "was killed");
    }

    @Test
    void so_do_tasks_that_another_thread_has_handed_over_after_main_had_returned() throws Exception {
        Application task = start("late-task");
        task.awaitLine("main returns");
        task.awaitLine("task done");
        assertThat(task.awaitEnd()).as(task.toString()).isZero();
        assertThat(task.toString()).doesNotContain("cut off", "were killed", "was killed");
    }

    @Test
    void a_pool_with_nothing_to_do_keeps_nothing_alive() throws Exception {
        Application idle = start("idle");
        idle.awaitLine("main returns");
        assertThat(idle.awaitEnd()).as(idle.toString()).isZero();
    }

    @Test
    void a_loop_that_has_ended_and_stays_down_keeps_nothing_alive() throws Exception {
        Application loop = start("loop-that-ends");
        loop.awaitLine("main returns");
        loop.awaitLine("loop done");
        assertThat(loop.awaitEnd()).as(loop.toString()).isZero();
    }

    @Test
    void a_loop_that_waits_for_its_restart_does_and_a_tree_that_has_given_up_does_not() throws Exception {
        Application loop = start("loop-that-gives-up", "--ppool.intensity=0");
        loop.awaitLine("run 3");
        assertThat(loop.awaitEnd()).as(loop.toString()).isZero();
    }

    @Test
    void a_supervisor_without_a_child_that_runs_keeps_nothing_alive() throws Exception {
        Application tree = start("tree");
        tree.awaitLine("main returns");
        tree.awaitLine("leaf done");
        assertThat(tree.awaitEnd()).as(tree.toString()).isZero();
    }

    @Test
    void a_loop_of_the_cluster_that_stands_by_keeps_it_alive() throws Exception {
        Application standby = start("standby");
        standby.awaitLine("main returns");
        standby.awaitLine("won");
    }

    @Test
    void it_can_be_switched_off() throws Exception {
        Application loop = start("loop", "--ppool.keep-alive=false");
        loop.awaitLine("main returns");
        assertThat(loop.awaitEnd()).as(loop.toString()).isZero();
    }
}
