package io.github.ppool.genserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.CallerRuns;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of the pages on servers. */
@Timeout(60)
class ServerExamplesTest {

    // region server
    static final class Counter implements GenServer<String, Integer, Integer> {
        private int count; // the process's own: no lock

        @Override
        public Integer handleCall(String request, ReplyTo<Integer> from, ServerContext self) {
            return switch (request) {
                case "get" -> count;
                case "stop" -> {
                    self.stop(ExitReason.NORMAL);
                    yield count;
                }
                default -> throw new IllegalArgumentException("request must be get or stop, got: " + request);
            };
        }

        @Override
        public void handleCast(Integer more, ServerContext self) {
            count += more;
        }
    }
    // end

    @Test
    void aServerIsCalledAndTold() throws InterruptedException {
        try (ProcessSystem system = new ProcessSystem()) {
            // region call
            GenServerRef<String, Integer, Integer> counter = GenServerRef.start(system, Counter::new,
                    SpawnOptions.labelled("counter"));
            counter.cast(40);
            counter.cast(2);
            int count = counter.call("get", Duration.ofSeconds(1)); // 42: after the casts of the same thread
            // end
            assertThat(count).isEqualTo(42);
            assertThat(counter.call("stop")).isEqualTo(42);
        }
    }

    // region callerRuns
    static final class Prices implements GenServer<String, Integer, Map.Entry<String, Integer>> {
        private final Map<String, Integer> prices = new HashMap<>(); // the process's own: no lock

        @Override
        public boolean callerRuns() {
            return true; // handleCall is short, and all the same to its thread
        }

        @Override
        public Integer handleCall(String article, ReplyTo<Integer> from, ServerContext self) {
            return prices.getOrDefault(article, 0);
        }

        @Override
        public void handleCast(Map.Entry<String, Integer> change, ServerContext self) {
            prices.put(change.getKey(), change.getValue());
        }
    }
    // end

    @Test
    void whoeverCallsAnIdleServerMayRunItsCallBack() throws InterruptedException {
        try (ProcessSystem system = new ProcessSystem()) {
            // region runs
            GenServerRef<String, Integer, Map.Entry<String, Integer>> prices = GenServerRef.start(system, Prices::new,
                    SpawnOptions.labelled("prices"));
            prices.cast(Map.entry("tea", 3));
            int price = prices.call("tea"); // 3, by this thread or by the server's
            // end
            assertThat(price).isEqualTo(3);
        }
    }

    // region lend
    static final class Stock implements GenServer<String, Integer, Integer> {
        private int count; // still without a lock

        @Override
        public Init init(ServerContext self) {
            self.allowCallerRuns(new CallerRuns<>(self.process(), this));
            return Init.READY;
        }

        @Override
        public Integer handleCall(String request, ReplyTo<Integer> from, ServerContext self) {
            return count;
        }

        @Override
        public void handleCast(Integer more, ServerContext self) {
            count += more;
        }
    }
    // end

    @Test
    void whoeverAsksAnIdleServerMayLookForHimself() throws InterruptedException {
        try (ProcessSystem system = new ProcessSystem()) {
            GenServerRef<String, Integer, Integer> stock = GenServerRef.start(system, Stock::new,
                    SpawnOptions.labelled("stock"));
            stock.cast(42);
            // region act
            Integer atOnce = CallerRuns.tryRun(stock.pid(), Stock.class, own -> own.count); // null while it is busy
            int count = atOnce != null ? atOnce : stock.call("get");
            // end
            assertThat(count).isEqualTo(42);
            while (CallerRuns.tryRun(stock.pid(), Stock.class, own -> own.count) == null) {
                Thread.onSpinWait();
            }
            assertThat(CallerRuns.<Stock, Integer>tryRun(stock.pid(), Stock.class, own -> own.count)).isEqualTo(42);
        }
    }
}
