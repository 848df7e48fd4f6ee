package io.github.ppool.cluster.jvm;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.WrongClock;
import io.github.ppool.cluster.engine.HeldPermit;
import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.engine.LeasedPermitDesk;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.engine.PermitAccount;
import io.github.ppool.cluster.engine.PermitUser;
import io.github.ppool.cluster.store.JdbcLeaseStore;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.time.MonotonicClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node in a JVM of its own. Each permit is a connection to the server of the test, over which the node sends an
 * effect with its token every few milliseconds. Commands come by standard input: {@code demand N} and {@code stop}.
 */
final class NodeMain {

    private static final long EFFECT_MILLIS = 20;

    private final int server;
    private final String name;
    private final Map<HeldPermit, Socket> workers = new ConcurrentHashMap<>();
    private volatile int demand;
    private volatile PermitAccount account;

    private NodeMain(String name, int server) {
        this.name = name;
        this.server = server;
    }

    public static void main(String[] arguments) throws Exception {
        int database = Integer.parseInt(arguments[0]);
        String prefix = arguments[1];
        String name = arguments[2];
        Duration lease = Duration.ofMillis(Long.parseLong(arguments[3]));
        String permits = arguments[4];
        int limit = Integer.parseInt(arguments[5]);
        MonotonicClock clock = WrongClock.ofThisProcess(arguments[7]);
        new NodeMain(name, Integer.parseInt(arguments[6])).run(clock, database, prefix, lease, permits, limit);
    }

    private void run(
            MonotonicClock clock, int database, String prefix, Duration length, String permits, int limit)
            throws Exception {
        JdbcLeaseStore store = new JdbcLeaseStore(TestDatabases.postgres(database), prefix, SchemaMode.NEVER);
        NodeLease lease = new NodeLease(store, clock, new LeaseSettings(name, length, Duration.ZERO));
        LeasedPermitDesk desk = new LeasedPermitDesk(store, lease, clock);
        desk.start();
        lease.start();
        account = desk.open(permits, limit, new Workers());
        Thread.ofPlatform().daemon().name("effects").start(this::effects);
        System.out.println("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String command;
        while ((command = commands.readLine()) != null && !command.equals("stop")) {
            demand = Integer.parseInt(command.substring("demand ".length()));
            int surplus = workers.size() - demand;
            workers.keySet().stream().limit(Math.max(0, surplus)).forEach(this::close);
            account.wantedChanged();
        }
        demand = 0;
        workers.keySet().forEach(this::close);
        lease.stop();
        desk.stop();
        System.exit(0);
    }

    /** An effect is sent by a worker that believes in its permit. */
    private void effects() {
        while (true) {
            workers.forEach((permit, socket) -> {
                if (permit.isHeld()) {
                    send(socket, "effect " + permit.permit().slot() + " " + permit.permit().token());
                }
            });
            try {
                Thread.sleep(EFFECT_MILLIS);
            } catch (InterruptedException ended) {
                return;
            }
        }
    }

    private static void send(Socket socket, String line) {
        try {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException closed) {
            // the permit is just being given back
            return;
        }
    }

    /** Closes a worker and gives its permit back afterwards, once. */
    private void close(HeldPermit permit) {
        Socket socket = workers.remove(permit);
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            permit.release();
        }
    }

    private final class Workers implements PermitUser {

        @Override
        public int wanted() {
            return Math.max(0, demand - workers.size());
        }

        @Override
        public int idle() {
            return workers.size();
        }

        @Override
        public void available() {
            HeldPermit permit;
            while (wanted() > 0 && (permit = account.poll()) != null) {
                try {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server);
                    socket.setTcpNoDelay(true);
                    send(socket, "open " + name + " " + permit.permit().slot() + " " + permit.permit().token());
                    workers.put(permit, socket);
                    if (!permit.isHeld()) {
                        close(permit);
                    }
                } catch (IOException failed) {
                    permit.release();
                    throw new UncheckedIOException(failed);
                }
            }
        }

        @Override
        public int giveBack(int count) {
            workers.keySet().stream().limit(count).forEach(NodeMain.this::close);
            return count;
        }

        @Override
        public void lost() {
            workers.keySet().forEach(NodeMain.this::close);
        }
    }
}
