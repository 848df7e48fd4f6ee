package io.github.ppool.cluster;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** A proxy in front of a server that breaks connections in the ways in which networks do. */
public final class TcpProxy implements Closeable {

    /** The treatment of bytes. */
    public enum Mode {
        /** They go through. */
        THROUGH,
        /** They are swallowed, and no side learns of it: the connection is half open. New connections are accepted. */
        SWALLOW,
        /** New connections are refused, present ones are cut. */
        CUT
    }

    /** A connection of a client, and that to the server. */
    private static final class Link {
        private final Socket client;
        private final Socket upstream;
        private volatile boolean swallowsRequests;
        private volatile boolean swallowsAnswers;

        Link(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void reset() {
            TcpProxy.reset(client);
            TcpProxy.reset(upstream);
        }
    }

    private static final int PIECE = 16 * 1024;

    private final ServerSocket server;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.THROUGH;
    private volatile LongSupplier delayMillis = () -> 0;
    private volatile Predicate<byte[]> resetOnRequest = bytes -> false;
    private volatile boolean forwardBeforeReset;

    public TcpProxy(int target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("proxy").start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Sets the treatment of bytes from now on; {@link Mode#CUT} cuts all connections. */
    public void mode(Mode now) {
        mode = now;
        if (now == Mode.CUT) {
            cutAll();
        }
    }

    /** Cuts all connections; new ones are as the mode says. */
    public void cutAll() {
        links.forEach(Link::reset);
        links.clear();
    }

    /** Present connections become half open: their bytes are swallowed. New ones work. */
    public void swallowPresent() {
        for (Link link : links) {
            link.swallowsRequests = true;
            link.swallowsAnswers = true;
        }
    }

    /** Each piece of bytes waits so long. */
    public void delay(LongSupplier millis) {
        delayMillis = millis;
    }

    /**
     * Resets the connection at the next request that matches, once.
     *
     * @param forward true if the server gets the request, and only the answer is lost
     */
    public void resetOn(Predicate<byte[]> request, boolean forward) {
        forwardBeforeReset = forward;
        resetOnRequest = request;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (mode == Mode.CUT) {
                    reset(client);
                    continue;
                }
                Socket upstream = new Socket();
                upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5000);
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                Link link = new Link(client, upstream);
                links.add(link);
                Thread.ofPlatform().daemon().name("proxy-request").start(() -> pump(link, true));
                Thread.ofPlatform().daemon().name("proxy-answer").start(() -> pump(link, false));
            } catch (IOException closed) {
                // the proxy is closed, or the server behind it is away: the client sees that its connection is cut
                continue;
            }
        }
    }

    private void pump(Link link, boolean isRequest) {
        Socket from = isRequest ? link.client : link.upstream;
        Socket to = isRequest ? link.upstream : link.client;
        byte[] piece = new byte[PIECE];
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            int count;
            while ((count = in.read(piece)) >= 0) {
                long delay = delayMillis.getAsLong();
                if (delay > 0) {
                    Thread.sleep(delay);
                }
                if (mode == Mode.SWALLOW || (isRequest ? link.swallowsRequests : link.swallowsAnswers)) {
                    continue;
                }
                byte[] bytes = Arrays.copyOf(piece, count);
                boolean resets = isRequest && resetOnRequest.test(bytes);
                link.swallowsAnswers |= resets;
                if (!resets || forwardBeforeReset) {
                    out.write(bytes);
                    out.flush();
                }
                if (resets) {
                    resetOnRequest = none -> false;
                    if (forwardBeforeReset) {
                        Thread.sleep(100); // the server has done it, and its answer is lost
                    }
                    return;
                }
            }
        } catch (IOException | InterruptedException ended) {
            // the other side learns of it below
        } finally {
            link.reset();
            links.remove(link);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cutAll();
    }
}
