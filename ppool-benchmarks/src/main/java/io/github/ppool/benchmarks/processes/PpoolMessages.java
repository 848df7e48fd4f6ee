package io.github.ppool.benchmarks.processes;

import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** ppool's servers, and bare processes for messages and hops. */
final class PpoolMessages implements Messages {

    private final ProcessSystem system = new ProcessSystem();
    private final Semaphore arrived = new Semaphore(0);
    private final GenServerRef<Integer, Integer, Integer> counter;
    private final Pid sink;
    private final Pid ring;

    PpoolMessages(boolean callerRuns) throws InterruptedException {
        counter = GenServerRef.start(system, () -> new Counter(callerRuns), SpawnOptions.labelled("counter"));
        sink = system.spawn(self -> {
            while (true) {
                if ((Integer) self.receive() == 0) {
                    arrived.release();
                }
            }
        });
        ring = ring();
    }

    /**
     * The message says how far it has still to go. The last member that is made knows the one before it, the first one
     * the last.
     */
    private Pid ring() {
        Pid first = member(null);
        Pid next = first;
        for (int i = 1; i < RING; i++) {
            next = member(next);
        }
        first.send(next);
        return first;
    }

    private Pid member(@Nullable Pid given) {
        return system.spawn(self -> {
            Pid next = given == null ? (Pid) self.receive() : given;
            while (true) {
                int left = (Integer) self.receive();
                if (left == 0) {
                    arrived.release();
                } else {
                    next.send(left - 1);
                }
            }
        });
    }

    private static final class Counter implements GenServer<Integer, Integer, Integer> {
        private final boolean callerRuns;
        private int count;

        private Counter(boolean callerRuns) {
            this.callerRuns = callerRuns;
        }

        @Override
        public boolean callerRuns() {
            return callerRuns;
        }

        @Override
        public Integer handleCall(Integer more, ReplyTo<Integer> from, ServerContext self) {
            count += more;
            return count;
        }
    }

    @Override
    public void call(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            counter.call(1);
        }
    }

    @Override
    public int counted() throws InterruptedException {
        return counter.call(0);
    }

    @Override
    public void send(int times) throws InterruptedException {
        for (int left = times - 1; left >= 0; left--) {
            sink.send(left);
        }
        arrived.acquire();
    }

    @Override
    public void hop(int times) throws InterruptedException {
        ring.send(times);
        arrived.acquire();
    }

    @Override
    public void close() {
        system.close();
    }
}
