package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.Told;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cost of the start of an application.
 *
 * @param wall milliseconds from the start of the JVM until the application has started
 * @param cpu processor time of the JVM until then, in milliseconds
 * @param classes number of loaded classes then
 * @param heap bytes of live objects on the heap after the start
 * @param resident bytes of the memory of the process after the start
 */
record Cost(double wall, double cpu, double classes, double heap, double resident) {

    /** Starts a JVM with this command and waits until it has ended. */
    static Cost of(List<String> command) throws IOException, InterruptedException {
        long from = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        double wall = -1;
        String[] started = {};
        String[] uses = {};
        List<String> all = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                all.add(line);
                if (line.startsWith(StartedApplication.STARTED)) {
                    wall = (System.nanoTime() - from) / 1e6;
                    started = line.split(" ");
                } else if (line.startsWith(StartedApplication.USES)) {
                    uses = line.split(" ");
                }
            }
        }
        int code = process.waitFor();
        if (code != 0 || started.length != 3 || uses.length != 3) {
            throw new IllegalStateException("the application ended with " + code + ": " + String.join("\n", all));
        }
        return new Cost(wall, Double.parseDouble(started[1]), Double.parseDouble(started[2]),
                Double.parseDouble(uses[1]), Double.parseDouble(uses[2]));
    }

    /** Reports this cost, and the difference to that of the same application without the starter. */
    void tellBeside(Cost without) {
        tell("wall", "ms", wall, without.wall);
        tell("cpu", "ms", cpu, without.cpu);
        tell("classes", "1", classes, without.classes);
        tell("heap", "B", heap, without.heap);
        if (resident >= 0) {
            tell("resident", "B", resident, without.resident);
        }
    }

    private static void tell(String name, String unit, double with, double without) {
        Told.tell(name + ".without", without, unit);
        Told.tell(name + ".with", with, unit);
        Told.tell(name + ".added", with - without, unit);
    }
}
