package io.github.ppool.cluster.jvm;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.engine.PoolRates;
import io.github.ppool.cluster.engine.RateDesk;
import io.github.ppool.cluster.store.JdbcLeaseStore;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Rate;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A node in a JVM of its own with a pool under a cluster-rate, and a thread that always wants a worker. Each hand-out
 * sends its time to the test: the monotonic clock of the machine, which is the same for all its processes.
 */
final class RateNodeMain {

    private RateNodeMain() {}

    public static void main(String[] arguments) throws Exception {
        String name = arguments[2];
        MonotonicClock clock = MonotonicClock.system();
        JdbcLeaseStore store = new JdbcLeaseStore(
                TestDatabases.postgres(Integer.parseInt(arguments[0])), arguments[1], SchemaMode.NEVER);
        RateDesk desk = new RateDesk(
                store, clock, new LeaseSettings(name, Duration.ofMillis(Long.parseLong(arguments[3])), Duration.ZERO));
        desk.start();
        ProcessSystem system = new ProcessSystem(clock);
        Pools pools = Pools.start(system);
        PoolClient<Object> pool = pools.startPool(PoolSpec.<Object>builder("smtp", Object::new)
                .size(4)
                .checkoutTimeout(Duration.ofDays(1))
                .sharedRate(new PoolRates(desk).rate("smtp", Rate.parse(arguments[4])))
                .build());
        Socket server = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[5]));
        server.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().start(() -> use(pool, server, name));
        System.out.println("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String command = commands.readLine();
        if ("stop".equals(command)) {
            pools.close();
            desk.stop();
        }
        System.exit(0);
    }

    private static void use(PoolClient<Object> pool, Socket server, String name) {
        while (true) {
            try {
                pool.checkout().close();
                server.getOutputStream()
                        .write((name + " " + System.nanoTime() + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (Exception ended) {
                LockSupport.park(); // the node is stopping, or the test has ended
            }
        }
    }
}
