package io.github.ppool.benchmarks.ports;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.port.Port;
import io.github.ppool.port.PortFactory;
import io.github.ppool.process.ProcessSystem;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;

/** A way to speak to a program by lines. The program gives each line back. */
public enum Speaker {
    /** Each request borrows a port from a pool. */
    PPOOL {
        @Override
        Line open(int threads) throws Exception {
            return pooled(threads, PoolStrategy.LIFO);
        }
    },
    /** The same, and each thread keeps its port while no other waits. */
    PPOOL_AFFINE {
        @Override
        Line open(int threads) throws Exception {
            return pooled(threads, PoolStrategy.AFFINE);
        }
    },
    /** Each thread has a process for itself, without a time-out and without any check. */
    PROCESS {
        @Override
        Line open(int threads) {
            return new Line() {
                private final ThreadLocal<Spoken> own = ThreadLocal.withInitial(Spoken::start);

                @Override
                public String ask(String request) throws IOException {
                    return own.get().ask(request);
                }

                @Override
                public void close() {
                    // the processes see the end of their input at the end of this virtual machine
                }
            };
        }
    };

    /** A line to a program. */
    interface Line extends AutoCloseable {

        String ask(String request) throws IOException;

        @Override
        void close();
    }

    private static Line pooled(int threads, PoolStrategy strategy) throws Exception {
        ProcessSystem system = new ProcessSystem();
        Pools pools = Pools.start(system);
        PoolClient<Port> pool = pools.startPool(PoolSpec.builder("cat", PortFactory.builder("cat").build())
                .size(threads).maxOverflow(0).strategy(strategy).build());
        return new Line() {
            @Override
            public String ask(String request) throws IOException {
                return pool.transactionResult(port -> port.request(request));
            }

            @Override
            public void close() {
                pools.close();
                system.close();
            }
        };
    }

    private record Spoken(BufferedWriter to, BufferedReader from) {

        static Spoken start() {
            try {
                Process process = new ProcessBuilder("cat").redirectError(ProcessBuilder.Redirect.DISCARD).start();
                return new Spoken(
                        new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)),
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
            } catch (IOException missing) {
                throw new IllegalStateException("there is no program cat here", missing);
            }
        }

        String ask(String request) throws IOException {
            to.write(request);
            to.write('\n');
            to.flush();
            return from.readLine();
        }
    }

    abstract Line open(int threads) throws Exception;
}
