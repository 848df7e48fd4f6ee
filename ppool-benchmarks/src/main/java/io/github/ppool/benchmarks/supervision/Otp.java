package io.github.ppool.benchmarks.supervision;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Measures OTP's own supervisor with a script, where Erlang is installed. */
public final class Otp {

    private Otp() {}

    /**
     * Runs the script; without Erlang it says so and does nothing.
     *
     * @param times how often everything is measured
     * @param result where to write what it prints
     */
    public static void run(int times, Path result) throws IOException, InterruptedException {
        Path script = Files.createTempFile("otp", ".escript");
        try (InputStream source = Otp.class.getResourceAsStream("/otp.escript")) {
            Files.write(script, Objects.requireNonNull(source, "otp.escript is not on the class path").readAllBytes());
        }
        try {
            Process process = new ProcessBuilder("escript", script.toString(), Integer.toString(times))
                    .redirectOutput(result.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IllegalStateException("escript ended with " + exit);
            }
        } catch (IOException e) {
            System.out.println("OTP is left out: " + e.getMessage());
            Files.deleteIfExists(result);
        } finally {
            Files.delete(script);
        }
    }
}
