package io.github.ppool.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Describes the machine of the measurement, as far as a comparison needs it, without a name of the machine. */
final class Machine {

    private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[^/]*)\\.jar");

    private Machine() {}

    static void describe(Path file, String plan) throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        TreeMap<String, String> facts = new TreeMap<>();
        facts.put("plan", plan);
        facts.put("cores", Integer.toString(system.getAvailableProcessors()));
        facts.put("memory", (system.getTotalMemorySize() + (1L << 29)) / (1L << 30) + " GiB");
        facts.put("os", system.getName() + " " + system.getArch());
        facts.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Matcher jar = JAR.matcher(Path.of(entry).getFileName().toString());
            if (jar.matches()) {
                facts.put("library " + jar.group(1), jar.group(2));
            }
        }
        StringBuilder json = new StringBuilder("{");
        facts.forEach((name, value) -> json.append(json.length() == 1 ? "" : ",")
                .append("\n  \"")
                .append(name)
                .append("\": \"")
                .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                .append('"'));
        Files.writeString(file, json.append("\n}\n"));
    }
}
