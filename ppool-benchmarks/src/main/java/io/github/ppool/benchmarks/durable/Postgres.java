package io.github.ppool.benchmarks.durable;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL of a run: one for all measured JVMs. It writes through to the disk at each commit, as a PostgreSQL
 * does with its default settings.
 *
 * @param port the port
 * @param process the id of its first process
 */
public record Postgres(int port, long process) {

    private static final String PROPERTY = "benchmarks.postgres";
    /** Fields of a line of /proc/PID/stat after the name: parent, then user, system, and the same of ended children. */
    private static final int PARENT = 1;
    private static final int FIRST_TIME = 11;
    /** The unit of these times on Linux. */
    private static final long TICK_NANOS = 10_000_000;

    private static @Nullable Postgres running;

    /** Starts the PostgreSQL of this run unless it runs. The option tells a measured JVM of it. */
    public static synchronized String option() {
        if (running == null) {
            running = start();
        }
        return "-D" + PROPERTY + "=" + running.port + "," + running.process;
    }

    private static Postgres start() {
        try {
            Path folder = Files.createTempDirectory("benchmarks-postgres");
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(folder)
                    .setServerConfig("fsync", "on") // which it has off for tests
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("shared_buffers", "512MB")
                    .setServerConfig("max_wal_size", "4GB")
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    server.close();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }));
            return new Postgres(
                    server.getPort(), Long.parseLong(Files.readAllLines(folder.resolve("postmaster.pid")).get(0)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The one that the run has told this JVM of. */
    static Postgres given() {
        String[] words = System.getProperty(PROPERTY, "").split(",");
        if (words.length != 2) {
            throw new IllegalStateException("no -D" + PROPERTY + ": the part durable is started by Run");
        }
        return new Postgres(Integer.parseInt(words[0]), Long.parseLong(words[1]));
    }

    String url() {
        return "jdbc:postgresql://localhost:" + port + "/postgres";
    }

    /** The processor time of all its processes since its start, in nanoseconds; -1 where there is no /proc. */
    long processorNanos() throws IOException {
        if (!Files.isReadable(Path.of("/proc/self/stat"))) {
            return -1;
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            all.filter(each -> each.getFileName().toString().matches("\\d+")).forEach(files::add);
        }
        long ticks = 0;
        for (Path file : files) {
            String[] fields;
            try {
                String line = Files.readString(file.resolve("stat"));
                fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            } catch (IOException ended) {
                continue; // a process that has ended meanwhile
            }
            boolean isFirst = file.getFileName().toString().equals(Long.toString(process));
            if (isFirst || fields[PARENT].equals(Long.toString(process))) {
                // The first process has the times of children that have ended.
                for (int i = 0; i < (isFirst ? 4 : 2); i++) {
                    ticks += Long.parseLong(fields[FIRST_TIME + i]);
                }
            }
        }
        return ticks * TICK_NANOS;
    }
}
