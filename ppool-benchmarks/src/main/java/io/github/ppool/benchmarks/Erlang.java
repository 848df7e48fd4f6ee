package io.github.ppool.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Runs the measurements that are written in Erlang as scripts, where Erlang is installed. */
final class Erlang {

    private final Path folder;
    private final int round;
    private final Selection peers;
    private final boolean small;

    /**
     * For one round.
     *
     * @param small whether it is enough that all parts run
     */
    Erlang(Path folder, int round, Selection peers, boolean small) {
        this.folder = folder;
        this.round = round;
        this.peers = peers;
        this.small = small;
    }

    /**
     * Runs a script if its name is among the selected peers. Without Erlang the method only prints
     * that.
     *
     * @param name the script, which is also the peer's name
     * @param piece the piece of the script to run
     */
    void run(String name, String piece) throws IOException, InterruptedException {
        if (!peers.has(name)) {
            return;
        }
        Path result = folder.resolve(name + "-" + piece + "-" + round + ".txt");
        Path script = Files.createTempFile(name, ".escript");
        try (InputStream source = Erlang.class.getResourceAsStream("/" + name + ".escript")) {
            Files.write(script,
                    Objects.requireNonNull(source, name + ".escript is not on the class path").readAllBytes());
        }
        System.out.println("Erlang: " + name + " " + piece);
        try {
            Process process = new ProcessBuilder("escript", script.toString(), piece, small ? "small" : "all")
                    .redirectOutput(result.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IllegalStateException("escript ended with " + exit);
            }
        } catch (IOException e) {
            System.out.println("Erlang is left out: " + e.getMessage());
            Files.deleteIfExists(result);
        } finally {
            Files.delete(script);
        }
    }
}
