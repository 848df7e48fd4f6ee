package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.ClassPath;
import io.github.ppool.benchmarks.Memory;
import io.github.ppool.benchmarks.Told;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Pairs of starts, each in a JVM of its own: an application with a starter, and the same without it, in turn the one or
 * the other first. All is told by {@link Told}; JMH's own score has no meaning.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class StartUp {

    private static final int AOT_SINCE = 25;

    /** Which starter. */
    @Param
    public Beginner starter = Beginner.PPOOL;

    /** Whether the JVMs have an AOT cache, trained by a start of the same application. */
    @Param({"false", "true"})
    public boolean aot;

    @SuppressWarnings("NullAway.Init") // by prepare
    private Path folder;

    private boolean withFirst;

    /** Packs the application, since an AOT cache serves classes from jars only, and trains the caches. */
    @Setup
    public void prepare() throws Exception {
        folder = Files.createTempDirectory("start-up");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("application.jar")))) {
            pack(jar, StartedApplication.class.getName().replace('.', '/') + ".class");
            pack(jar, Memory.class.getName().replace('.', '/') + ".class");
            pack(jar, "logback.xml");
        }
        if (aot) {
            if (Runtime.version().feature() < AOT_SINCE) {
                throw new IllegalStateException(
                        "AOT caches of one step need JDK " + AOT_SINCE + ", this is " + Runtime.version());
            }
            for (boolean with : new boolean[]{false, true}) {
                Cost.of(command(with, "-XX:AOTCacheOutput=" + cache(with)));
            }
        }
    }

    /** Removes the packed files. */
    @TearDown
    public void cleanUp() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** One pair. */
    @Benchmark
    public void pair() throws Exception {
        withFirst = !withFirst;
        Cost first = start(withFirst);
        Cost second = start(!withFirst);
        (withFirst ? first : second).tellBeside(withFirst ? second : first);
    }

    private Cost start(boolean with) throws Exception {
        return aot ? Cost.of(command(with, "-XX:AOTCache=" + cache(with))) : Cost.of(command(with));
    }

    private Path cache(boolean with) {
        return folder.resolve(with ? "with.aot" : "without.aot");
    }

    private List<String> command(boolean with, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add("-cp");
        command.add(folder.resolve("application.jar") + File.pathSeparator
                + starter.classPath(ClassPath.own(), with).ofJars().entries());
        command.add(StartedApplication.class.getName());
        command.addAll(starter.settings(with));
        return command;
    }

    private static void pack(JarOutputStream jar, String name) throws IOException {
        try (InputStream in = StartUp.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + name);
            }
            jar.putNextEntry(new JarEntry(name));
            in.transferTo(jar);
            jar.closeEntry();
        }
    }
}
