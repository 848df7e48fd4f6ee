package io.github.ppool.cluster.jvm;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.engine.BroadcastDesk;
import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.store.JdbcLeaseStore;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A node in a JVM of its own. Each worker that does the work of a broadcast tells the test, and waits for its answer.
 */
final class BroadcastNodeMain {

    private BroadcastNodeMain() {}

    public static void main(String[] arguments) throws Exception {
        MonotonicClock clock = MonotonicClock.system();
        JdbcLeaseStore store = new JdbcLeaseStore(
                TestDatabases.postgres(Integer.parseInt(arguments[0])), arguments[1], SchemaMode.NEVER);
        NodeLease lease = new NodeLease(store, clock, new LeaseSettings(
                arguments[2], Duration.ofMillis(Long.parseLong(arguments[3])), Duration.ZERO));
        int server = Integer.parseInt(arguments[4]);
        Pools pools = Pools.start(new ProcessSystem(clock));
        PoolClient<Object> pool = pools.startPool(PoolSpec.<Object>builder("mail", Object::new).size(2).build());
        BroadcastDesk desk = new BroadcastDesk(store, lease, clock, key -> (payload, within) -> pool.broadcast(
                within, worker -> {
                    try (Socket test = new Socket(InetAddress.getLoopbackAddress(), server)) {
                        test.getOutputStream().write((arguments[2] + " " + payload + "\n").getBytes(
                                StandardCharsets.UTF_8));
                        test.getInputStream().read();
                    }
                }));
        lease.start();
        desk.start();
        System.out.println("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if ("stop".equals(commands.readLine())) {
            desk.stop();
            pools.close();
            lease.stop();
        }
        System.exit(0);
    }
}
