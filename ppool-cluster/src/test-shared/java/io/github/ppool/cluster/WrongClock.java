package io.github.ppool.cluster;

import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the clocks of a node's JVM are wrong. The clock of the machine is faked by libfaketime, where that library is
 * installed (the package {@code faketime} of Debian); the monotonic clock is one that the node is given.
 *
 * @param wallHours the hours by which the machine's clock is ahead
 * @param nanoHours the hours by which the monotonic clock is ahead
 * @param speed how fast the monotonic clock runs
 */
public record WrongClock(int wallHours, int nanoHours, int speed) {

    public static final WrongClock RIGHT = new WrongClock(0, 0, 1);

    private static final List<String> FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime",
            "/usr/lib64/faketime", "/usr/local/lib/faketime");

    private static @Nullable Path library() throws IOException {
        for (String folder : FOLDERS) {
            if (Files.isDirectory(Path.of(folder))) {
                try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(folder), "libfaketimeMT.so*")) {
                    for (Path library : found) {
                        return library;
                    }
                }
            }
        }
        return null;
    }

    /** Whether the clock of the machine can be wrong, too. */
    public static boolean fakesTheMachine() throws IOException {
        return library() != null;
    }

    /** The variables that make the clock of the machine wrong, for the environment of the node. */
    public Map<String, String> environment() throws IOException {
        Path library = wallHours == 0 ? null : library();
        return library == null
                ? Map.of()
                : Map.of("LD_PRELOAD", library.toString(), "FAKETIME", (wallHours > 0 ? "+" : "") + wallHours + "h",
                        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                        "FAKETIME_FORCE_MONOTONIC_FIX", "0"); // else waits return at once
    }

    /** The property that {@link #ofThisProcess} reads. */
    public String argument() throws IOException {
        Duration ahead = fakesTheMachine() ? Duration.ofHours(wallHours) : Duration.ZERO;
        return Instant.now().plus(ahead).toEpochMilli() + "," + nanoHours + "," + speed;
    }

    /** In the node's JVM: its monotonic clock. The clock of the machine is as wrong as it should be. */
    public static MonotonicClock ofThisProcess(String argument) {
        String[] parts = argument.split(",");
        long off = System.currentTimeMillis() - Long.parseLong(parts[0]);
        if (Math.abs(off) > Duration.ofMinutes(10).toMillis()) {
            throw new IllegalStateException("the clock of this machine is off by " + off + " ms");
        }
        return new Skewed(Duration.ofHours(Long.parseLong(parts[1])).toNanos(), Integer.parseInt(parts[2]));
    }

    private record Skewed(long aheadNanos, int speed) implements MonotonicClock {

        private static final MonotonicClock REAL = MonotonicClock.system();
        private static final long START = REAL.nanoTime();

        @Override
        public long nanoTime() {
            return aheadNanos + (REAL.nanoTime() - START) * speed;
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return REAL.schedule(delay.dividedBy(speed), task);
        }

        @Override
        public void parkUntil(Object blocker, long deadlineNanos) {
            REAL.parkUntil(blocker, REAL.nanoTime() + (deadlineNanos - nanoTime()) / speed);
        }
    }
}
