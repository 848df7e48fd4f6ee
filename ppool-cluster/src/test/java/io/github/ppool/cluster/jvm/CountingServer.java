package io.github.ppool.cluster.jvm;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The server that a cluster limit protects: counts the connections of each node, and guards its effects by their
 * tokens. A node that is stopped, or has gone on only a moment ago, is marked by the test.
 */
final class CountingServer implements Closeable {

    /** An effect that the guard let through. */
    record Effect(String node, int slot, long token, long nanos) {}

    private final int limit;
    private final ServerSocket server;
    // Guarded by this
    private final Map<Socket, String> open = new HashMap<>();
    private final Set<String> marked = new HashSet<>();
    private final Map<Integer, Long> tokens = new HashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private int refused;
    private int most;

    CountingServer(int limit) throws IOException {
        this.limit = limit;
        server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("counting-server").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                String[] words = line.split(" ");
                if (words[0].equals("open")) {
                    opened(socket, words[1]);
                } else {
                    effect(socket, Integer.parseInt(words[1]), Long.parseLong(words[2]));
                }
            }
        } catch (IOException reset) {
            // the node is dead: its connection ends as any other
        } finally {
            synchronized (this) {
                open.remove(socket);
                notifyAll();
            }
        }
    }

    private synchronized void opened(Socket socket, String node) {
        open.put(socket, node);
        most = Math.max(most, open.size());
        check("after " + node + " has opened one");
        notifyAll();
    }

    /** Connections beyond the limit must be those of marked nodes. */
    private void check(String when) {
        long running = open.values().stream().filter(node -> !marked.contains(node)).count();
        if (running > limit) {
            faults.add(running + " connections of running nodes " + when + ": " + open.values());
        }
    }

    private synchronized void effect(Socket socket, int slot, long token) {
        String node = open.get(socket);
        if (node == null) {
            faults.add("an effect of a connection that was not opened");
            return;
        }
        if (token < tokens.getOrDefault(slot, 0L)) {
            refused++;
            if (!marked.contains(node)) {
                faults.add("the running node " + node + " has sent an old token " + token + " of slot " + slot);
            }
            return;
        }
        tokens.put(slot, token);
        effects.add(new Effect(node, slot, token, System.nanoTime()));
        notifyAll();
    }

    synchronized void mark(String node) {
        marked.add(node);
    }

    /** Ends the mark: from now on the node counts as running again. */
    synchronized void unmark(String node) {
        marked.remove(node);
        check("after the mark of " + node + " has ended");
    }

    synchronized int count() {
        return open.size();
    }

    synchronized int count(String node) {
        return (int) open.values().stream().filter(node::equals).count();
    }

    synchronized int most() {
        return most;
    }

    synchronized int refused() {
        return refused;
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    synchronized List<Effect> effects() {
        return List.copyOf(effects);
    }

    @Override
    public void close() throws IOException {
        server.close();
        Set<Socket> sockets;
        synchronized (this) {
            sockets = new HashSet<>(open.keySet());
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
