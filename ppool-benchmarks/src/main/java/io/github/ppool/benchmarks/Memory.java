package io.github.ppool.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory of this JVM after a full collection.
 *
 * @param heapBytes bytes of live objects on the heap
 * @param residentBytes bytes of resident memory of the process; -1 where there is no {@code /proc}
 */
public record Memory(long heapBytes, long residentBytes) {

    /** As it is now. Collects three times, and so takes some tenths of a second. */
    public static Memory now() throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        Runtime runtime = Runtime.getRuntime();
        return new Memory(runtime.totalMemory() - runtime.freeMemory(), resident());
    }

    /** -1 where there is no /proc: then it is left out of the results. */
    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return -1;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return -1;
    }
}
