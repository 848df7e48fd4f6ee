package io.github.ppool.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs of a virtual machine that ends: in good order, or killed. */
@Timeout(120)
class PortEndTest {

    /** Heeds neither the end of its input nor SIGTERM, and has a child that does not either. */
    private static String deaf(String mark) {
        return "trap '' TERM; sh -c \"trap '' TERM; sleep " + mark + "; :\" & while :; do sleep " + mark + "; done";
    }

    private record Jvm(Process process, List<Long> programs) {

        static Jvm start(String script) throws IOException {
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m", "-cp", System.getProperty("java.class.path"), EndingJvm.class.getName(), script)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader lines = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            List<Long> programs = new ArrayList<>();
            for (String line = lines.readLine(); !"ready".equals(line); line = lines.readLine()) {
                assertThat(line).as("the other virtual machine runs").isNotNull();
                if (line.matches("\\d+")) { // the others are of the log
                    programs.add(Long.valueOf(line));
                }
            }
            return new Jvm(process, programs);
        }
    }

    private static void assertNoneLeft(String mark) {
        Eventually.so(() -> Programs.running(mark), () -> Programs.running(mark).isEmpty());
    }

    @Test
    void no_program_and_no_child_of_one_outlives_the_orderly_end_of_the_virtual_machine() throws Exception {
        Programs.require("sh", "sleep");
        String mark = Programs.mark("71.25");
        Jvm jvm = Jvm.start(deaf(mark));
        assertThat(jvm.programs()).hasSize(3);
        Eventually.so(() -> Programs.running("sleep\0" + mark), () -> Programs.running(mark).size() >= 9);
        jvm.process().getOutputStream().close();
        assertThat(jvm.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(jvm.process().exitValue()).isZero();
        jvm.programs().forEach(Programs::awaitGone);
        assertNoneLeft(mark);
    }

    @Test
    void no_program_outlives_a_virtual_machine_that_gets_sigterm() throws Exception {
        Programs.require("sh", "sleep");
        String mark = Programs.mark("72.25");
        Jvm jvm = Jvm.start(deaf(mark));
        jvm.process().toHandle().destroy();
        assertThat(jvm.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        jvm.programs().forEach(Programs::awaitGone);
        assertNoneLeft(mark);
    }

    @Test
    void a_program_that_reads_its_input_ends_with_a_virtual_machine_that_is_killed_and_a_deaf_one_does_not()
            throws Exception {
        Programs.require("sh", "cat", "sleep");
        Jvm reading = Jvm.start("exec cat");
        reading.process().destroyForcibly();
        reading.programs().forEach(Programs::awaitGone);
        String mark = Programs.mark("73.25");
        Jvm deaf = Jvm.start(deaf(mark));
        deaf.process().destroyForcibly();
        assertThat(deaf.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        // as the documentation says
        assertThat(deaf.programs()).allSatisfy(pid -> assertThat(Programs.state(pid)).isNotEmpty());
        deaf.programs().forEach(Programs::kill9);
        Programs.running(mark).forEach(Programs::kill9);
        assertNoneLeft(mark);
    }
}
