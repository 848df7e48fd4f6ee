package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ProcessSystem;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java of docs/workers.md: each block there is a region of this file. */
@Timeout(60)
class WorkersExamplesTest {

    // region factory
    /** Makes connections to a server that answers each line with a line. */
    static final class LineConnections implements WorkerFactory<LineConnection> {
        private final InetSocketAddress server;

        LineConnections(InetSocketAddress server) {
            this.server = server;
        }

        @Override
        public LineConnection create() throws IOException { // may block: only callers that wait for this worker wait
            Socket socket = new Socket();
            try {
                socket.connect(server, 5_000);
                socket.setSoTimeout(10_000);
                return new LineConnection(socket);
            } catch (IOException | RuntimeException failed) {
                socket.close(); // the pool does not know a worker that was never made
                throw failed; // the creation plan says when the pool tries again
            }
        }

        @Override
        public boolean validate(LineConnection worker) throws IOException { // asked before a worker in doubt is lent
            return worker.ask("NOOP").startsWith("250");
        }

        @Override
        public void keepAlive(LineConnection worker) throws IOException { // each keep-alive of idleness
            worker.ask("NOOP");
        }

        @Override
        public boolean survives(Throwable failure) { // after a task that was handed over has failed
            return failure instanceof IllegalArgumentException; // the task's fault, the connection is as good as new
        }

        @Override
        public void destroy(LineConnection worker, @Nullable Throwable cause) throws IOException {
            try (worker) {
                if (cause == null) { // in good order: the worker takes its leave
                    worker.ask("QUIT");
                }
            }
        }
    }

    /** One connection. Only one thread uses it at a time, so it needs no lock. */
    static final class LineConnection implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader answers;

        LineConnection(Socket socket) throws IOException {
            this.socket = socket;
            this.answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        String ask(String line) throws IOException {
            if (line.contains("\n")) {
                throw new IllegalArgumentException("line must be one line");
            }
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            String answer = answers.readLine();
            if (answer == null) {
                throw new EOFException("the server has hung up");
            }
            return answer;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
    // end

    // region tied
    /** Makes workers that are processes of the operating system. */
    static final class Filters implements WorkerFactory<Process> {
        private final List<String> command;

        Filters(String... command) {
            this.command = List.of(command);
        }

        @Override
        public Process create() throws IOException {
            Process filter = new ProcessBuilder(command).start();
            ProcessSystem.currentProcess().crashWhen(filter.onExit()); // it ends: the worker crashes, idle or lent
            return filter;
        }

        @Override
        public void destroy(Process filter, @Nullable Throwable cause) {
            filter.destroy();
        }
    }
    // end

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> connected = new ConcurrentLinkedQueue<>();

    WorkersExamplesTest() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    private ServerSocket serve() throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    connected.add(client);
                    Thread.ofVirtual().start(() -> answer(client));
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return server;
    }

    private void answer(Socket client) {
        try (client;
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard.add(line);
                client.getOutputStream().write("250 ok\n".getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException hungUp) {
            heard.add("hung up");
        }
    }

    @Test
    void a_factory_in_full() throws Exception {
        try (ServerSocket server = serve()) {
            InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
            // region pool
            PoolClient<LineConnection> lines = pools.startPool(PoolSpec.builder("lines", new LineConnections(address))
                    .size(2)
                    .maxOverflow(0)
                    .keepAlive(Duration.ofMinutes(1))
                    .validateAfterIdle(Duration.ofSeconds(30))
                    .build());
            String answer = lines.transactionResult(worker -> worker.ask("HELO"));
            // end
            assertThat(answer).isEqualTo("250 ok");

            assertThatThrownBy(() -> lines.asyncQueueResult(worker -> worker.ask("two\nlines")).result()
                    .toCompletableFuture().get(50, TimeUnit.SECONDS)).hasRootCauseMessage("line must be one line");
            assertThat(connected).as("no connection was replaced").hasSizeLessThanOrEqualTo(2);

            awaitThat(() -> connected.size() == 2);
            for (Socket connection : connected) {
                connection.close(); // the server hangs up on all clients
            }
            assertThatThrownBy(() -> lines.asyncQueueResult(worker -> worker.ask("MAIL")).result()
                    .toCompletableFuture().get(50, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
            awaitThat(() -> connected.size() > 2);
            assertThat(pools.stopPool("lines", Duration.ofSeconds(5))).isTrue();
            assertThat(heard).contains("HELO", "QUIT");
        }
    }

    @Test
    void a_worker_that_is_tied_to_a_process_of_the_operating_system() throws Exception {
        try {
            new ProcessBuilder("cat").start().destroy();
        } catch (IOException unknown) {
            Assumptions.abort("there is no cat here");
        }
        PoolClient<Process> filters = pools.startPool(
                PoolSpec.builder("filters", new Filters("cat")).size(1).maxOverflow(0).build());
        Process first = filters.transactionResult(filter -> filter);
        first.destroyForcibly(); // as an operator would, or the system when memory runs out
        awaitThat(() -> filters.transactionResult(Process::pid) != first.pid());
        Process second = filters.transactionResult(filter -> filter);
        assertThat(second.isAlive()).isTrue();
        assertThat(second.pid()).isNotEqualTo(first.pid());
        pools.stopPool("filters", Duration.ofSeconds(5));
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_lent_worker_that_is_tied_crashes_while_it_is_lent() throws Exception {
        try {
            new ProcessBuilder("cat").start().destroy();
        } catch (IOException unknown) {
            Assumptions.abort("there is no cat here");
        }
        PoolClient<Process> filters = pools.startPool(
                PoolSpec.builder("filters", new Filters("cat")).size(1).maxOverflow(0).build());
        try (Lease<Process> lease = filters.checkout()) {
            lease.worker().destroyForcibly();
            awaitThat(() -> filters.status().checkedOut() == 0);
        }
        assertThat(filters.transactionResult(Process::isAlive)).isTrue();
    }

    private static void awaitThat(Callable<Boolean> condition) throws Exception {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("time").isLessThan(giveUp);
            Thread.sleep(5); // until the next look
        }
    }
}
