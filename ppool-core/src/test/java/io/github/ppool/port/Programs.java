package io.github.ppool.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The programs of the tests: a test that needs one that is not here is skipped with a message. */
final class Programs {

    private Programs() {}

    /** Skips the test if a program is not here, or does not run. */
    static void require(String... names) {
        for (String name : names) {
            List<String> trial = switch (name) {
                case "python3" -> List.of("python3", "-c", "print(1)");
                case "sh" -> List.of("sh", "-c", "exit 0");
                default -> List.of(name, "--version");
            };
            boolean runs;
            try {
                Process process = new ProcessBuilder(trial).redirectErrorStream(true).start();
                process.getInputStream().readAllBytes();
                runs = process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
            } catch (IOException | InterruptedException missing) {
                runs = false;
            }
            Assumptions.assumeTrue(runs, "this test needs the program " + name + ", which does not run here");
        }
    }

    static void requireLinux() {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "this test needs /proc of Linux");
    }

    /** A program of one line of shell. The shell is the program of the test, named by it. */
    static PortFactory.Builder shell(String script) {
        return PortFactory.builder("sh", "-c", script).inheritEnvironment("PATH");
    }

    static PortFactory.Builder python(String script) {
        return PortFactory.builder("python3", "-u", "-c", script).inheritEnvironment("PATH", "HOME");
    }

    /** Kills a process as an operator would. */
    static void kill9(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    static void awaitGone(long pid) {
        Eventually.so(() -> "process " + pid + ": " + state(pid), () -> state(pid).isEmpty());
    }

    /** The state of a process on Linux, Z for a zombie; elsewhere alive or unknown. Empty if it is gone. */
    static String state(long pid) {
        Path stat = Path.of("/proc/" + pid + "/stat");
        try {
            if (Files.isDirectory(Path.of("/proc/self/fd"))) {
                String text = Files.readString(stat);
                return text.substring(text.lastIndexOf(')') + 2).substring(0, 1);
            }
        } catch (IOException gone) {
            return "";
        }
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).map(alive -> "alive").orElse("");
    }

    /** This virtual machine has no child that has ended and is still in the table of processes. */
    static void assertNoZombies() {
        Eventually.so(Programs::zombies, () -> zombies().isEmpty());
        assertThat(zombies()).isEmpty();
    }

    private static List<Long> zombies() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).filter(pid -> state(pid).equals("Z"))
                .toList();
    }

    /**
     * The argument of a {@code sleep} that no test of another virtual machine has: {@link #running} looks at all
     * processes of the machine.
     */
    static String mark(String seconds) {
        return seconds + ProcessHandle.current().pid();
    }

    /** The processes with a text in their command line, as far as the platform tells. */
    static List<Long> running(String mark) {
        return ProcessHandle.allProcesses()
                .filter(each -> commandLine(each).map(line -> line.contains(mark)).orElse(false))
                .filter(each -> !state(each.pid()).equals("Z"))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static Optional<String> commandLine(ProcessHandle process) {
        try {
            return Optional.of(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")));
        } catch (IOException none) {
            return process.info().commandLine();
        }
    }
}
