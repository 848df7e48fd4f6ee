package io.github.ppool.cluster.jvm;

import io.github.ppool.cluster.JvmProcess;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.WrongClock;
import java.io.IOException;
import java.time.Duration;

/** A node in a JVM of its own, as the test sees it. */
final class NodeProcess {

    private final JvmProcess jvm;

    private NodeProcess(JvmProcess jvm) {
        this.jvm = jvm;
    }

    static NodeProcess start(String name, String prefix, Duration lease, String permits, int limit, int server)
            throws IOException {
        return start(name, prefix, lease, permits, limit, server, WrongClock.RIGHT);
    }

    static NodeProcess start(
            String name, String prefix, Duration lease, String permits, int limit, int server, WrongClock clock)
            throws IOException {
        return new NodeProcess(JvmProcess.start(name, clock.environment(), NodeMain.class,
                String.valueOf(TestDatabases.postgresPort()), prefix, name, String.valueOf(lease.toMillis()),
                permits, String.valueOf(limit), String.valueOf(server), clock.argument()));
    }

    NodeProcess awaitReady() throws IOException {
        jvm.awaitReady();
        return this;
    }

    String name() {
        return jvm.name();
    }

    NodeProcess demand(int permits) {
        jvm.send("demand " + permits);
        return this;
    }

    void kill() throws InterruptedException {
        jvm.kill();
    }

    void signal(String signal) throws IOException, InterruptedException {
        jvm.signal(signal);
    }

    void stop() throws InterruptedException {
        jvm.stop();
    }
}
