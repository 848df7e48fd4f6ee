package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.StartResult;
import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A process that is no supervisor starts a supervisor from its specification, where no class has used a supervisor yet:
 * the specification has to find the class of running supervisors by itself.
 */
class FirstSupervisorTest {

    /** Runs where the classes of the library are loaded anew. */
    public static final class Alone {

        private Alone() {}

        /** The result of the start. */
        public static String start() throws Exception {
            CompletableFuture<StartResult> started = new CompletableFuture<>();
            try (ProcessSystem system = new ProcessSystem()) {
                Pid process = system.spawn(self -> started.complete(
                        ChildStart.supervisor(SupervisorSpec.oneForOne("alone")).start(self, null)));
                system.onExit(process, (ended, reason) -> started.completeExceptionally(
                        new IllegalStateException("the process has ended: " + reason)));
                return started.get(50, TimeUnit.SECONDS).getClass().getSimpleName();
            }
        }
    }

    @Test
    void its_specification_finds_the_class_of_supervisors() throws Exception {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(FirstSupervisorTest::url).toArray(URL[]::new);
        try (URLClassLoader fresh = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> alone = fresh.loadClass(Alone.class.getName());
            assertThat(alone).isNotSameAs(Alone.class);
            Method start = alone.getMethod("start");
            assertThat(start.invoke(null)).isEqualTo("Started");
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }
}
