package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The stack of a caller ends somewhere within a pool's operation. At each depth the operation is done or not done:
 * afterwards no worker is lost, no lock is held and no wait is forgotten. The depth of the end depends on the compiler.
 * So the test runs virtual machines of their own: one only interprets, and one only compiles quickly.
 */
class StackOverflowTest {

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+TieredCompilation", "-Xint", "-XX:TieredStopAtLevel=1"})
    void a_pool_survives_callers_whose_stacks_end_anywhere(String option, @TempDir Path folder) throws Exception {
        File output = folder.resolve("output").toFile();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), option, "-Xmx256m", "-Xss512k",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                StackOverflowPlay.class.getName()));
        Process machine = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
        try {
            boolean ended = machine.waitFor(300, TimeUnit.SECONDS);
            assertThat(output).content().as(String.join(" ", command)).endsWith("all is well\n");
            assertThat(ended).isTrue();
            assertThat(machine.exitValue()).isZero();
        } finally {
            machine.destroyForcibly();
        }
    }
}
