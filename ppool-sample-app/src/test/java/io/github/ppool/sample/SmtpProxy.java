package io.github.ppool.sample;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between the application and a mail server on the loopback, and gives the application the trouble that servers
 * give.
 */
final class SmtpProxy implements AutoCloseable {

    /** The treatment of the next mail; used once. */
    enum Trouble {
        NONE,
        /** The connection is cut before the text of the mail was sent. */
        CUT_BEFORE_TEXT,
        /** The server has the mail, but the connection is cut before it can say so. */
        CUT_BEFORE_ACKNOWLEDGEMENT,
        /** The recipient is refused for good. */
        REFUSE_RECIPIENT
    }

    private final ServerSocket listening;
    private final int target;
    private final Set<Conversation> conversations = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicReference<Trouble> trouble = new AtomicReference<>(Trouble.NONE);
    private volatile boolean down;
    private boolean held;

    SmtpProxy(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("smtp-proxy").start(this::listen);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** How many connections were opened, those included that were cut or turned away. */
    int accepted() {
        return accepted.get();
    }

    int open() {
        return conversations.size();
    }

    void next(Trouble what) {
        trouble.set(what);
    }

    /** Cuts all connections, as a server does that is restarted. */
    void dropAll() {
        conversations.forEach(Conversation::cut);
    }

    /** While it is down all connections are cut, and new ones as soon as they are opened. */
    void down(boolean value) {
        down = value;
        if (value) {
            dropAll();
        }
    }

    /** Lets no line of the application through any more until {@link #release}. */
    synchronized void hold() {
        held = true;
    }

    synchronized void release() {
        held = false;
        notifyAll();
    }

    private synchronized void awaitRelease() throws InterruptedException {
        while (held) {
            wait();
        }
    }

    private void listen() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                accepted.incrementAndGet();
                if (down) {
                    client.close();
                } else {
                    new Conversation(client, new Socket(InetAddress.getLoopbackAddress(), target)).start();
                }
            } catch (IOException closed) {
                // the loop ends if it was close()
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        release();
        dropAll();
    }

    private final class Conversation {
        private final Socket client;
        private final Socket server;
        private volatile boolean cutAtReply;

        Conversation(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void start() {
            conversations.add(this);
            Thread.ofVirtual().start(() -> pump(client, server, this::fromClient));
            Thread.ofVirtual().start(() -> pump(server, client, line -> !cutAtReply));
        }

        private boolean fromClient(String line) throws IOException, InterruptedException {
            awaitRelease();
            if (line.equals("DATA\r\n") && trouble.compareAndSet(Trouble.CUT_BEFORE_TEXT, Trouble.NONE)) {
                return false;
            }
            if (line.equals(".\r\n") && trouble.compareAndSet(Trouble.CUT_BEFORE_ACKNOWLEDGEMENT, Trouble.NONE)) {
                cutAtReply = true;
            }
            if (line.startsWith("RCPT TO:") && trouble.compareAndSet(Trouble.REFUSE_RECIPIENT, Trouble.NONE)) {
                client.getOutputStream().write("550 5.1.1 no such mailbox\r\n".getBytes(StandardCharsets.US_ASCII));
                throw new SkippedLine();
            }
            return true;
        }

        private void pump(Socket from, Socket to, LineFilter filter) {
            try (from; to) {
                InputStream in = new BufferedInputStream(from.getInputStream());
                OutputStream out = to.getOutputStream();
                for (byte[] line = line(in); line.length > 0; line = line(in)) {
                    try {
                        if (!filter.passes(new String(line, StandardCharsets.ISO_8859_1))) {
                            return;
                        }
                        out.write(line);
                        out.flush();
                    } catch (SkippedLine answered) {
                        // goes on with the next line
                    }
                }
            } catch (IOException | InterruptedException cut) {
                // both sockets are closed, which ends the other direction too
            } finally {
                conversations.remove(this);
            }
        }

        private static byte[] line(InputStream in) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                line.write(next);
                if (next == '\n') {
                    break;
                }
            }
            return line.toByteArray();
        }

        void cut() {
            try (client; server) {
                conversations.remove(this);
            } catch (IOException alreadyCut) {
                // the test wants that
            }
        }
    }

    private interface LineFilter {
        boolean passes(String line) throws IOException, InterruptedException;
    }

    /** The line was answered here and is not passed on. */
    private static final class SkippedLine extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
