package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ProcessSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Java of docs/rates.md: each block there is a region of this file. A test of the starter reads the YAML. */
class RatesExamplesTest {

    /** Stands for a connection. */
    static final class SmtpWorker {
        private final Queue<String> sent = new ConcurrentLinkedQueue<>();

        void send(String text) {
            sent.add(text);
        }
    }

    private final ProcessSystem system = new ProcessSystem();
    private Pools pools;

    @BeforeEach
    void start() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    @Test
    void a_rate_of_a_pool() {
        // region rate
        PoolClient<SmtpWorker> smtp = pools.startPool(PoolSpec.builder("smtp", SmtpWorker::new)
                .size(10)
                .rate(Rate.parse("100/1m").withBurst(20))
                .build());
        // end
        for (int i = 0; i < 30; i++) {
            smtp.tryCheckout().ifPresent(Lease::close);
        }
        // some of the distances of 600 milliseconds may be over on a slow machine
        assertThat(smtp.status().checkouts()).isBetween(20L, 25L);
    }

    @Test
    void a_rate_of_keys() throws Exception {
        // region keys
        PoolClient<SmtpWorker> mails = pools.startPool(PoolSpec.builder("mails", SmtpWorker::new)
                .size(10)
                .keyRate(Rate.parse("5/1s")) // key-rate, and key-burst
                .build());
        mails.tasks(TaskOptions.key("customer-42")).asyncQueue(worker -> worker.send("welcome"));
        // end
        Task<String> last = mails.tasks(TaskOptions.key("customer-42")).asyncQueueResult(worker -> "sent");
        assertThat(last.result().toCompletableFuture().get(50, TimeUnit.SECONDS)).isEqualTo("sent");
    }

    @Test
    void overruns() throws Exception {
        Queue<String> alarms = new ConcurrentLinkedQueue<>();
        // region overruns
        PoolClient<SmtpWorker> watched = pools.startPool(PoolSpec.builder("watched", SmtpWorker::new)
                .overrunAfter(Duration.ofSeconds(1)) // overrun-after: 1s
                .listener(new PoolListener() {
                    @Override
                    public void overrun(String pool, Overrun overrun) {
                        alarms.add(overrun.holder() + " has a worker of " + pool + " for " + overrun.taken());
                    }
                })
                .build());
        // end
        Task<String> quick = watched.asyncQueueResult(worker -> "quick");
        assertThat(quick.result().toCompletableFuture().get(50, TimeUnit.SECONDS)).isEqualTo("quick");
        assertThat(watched.status().overruns()).isZero();
        assertThat(alarms).isEmpty();
    }

    @Test
    void every_block_of_java_is_a_region_of_this_file() throws Exception {
        String doc = Files.readString(Path.of("..", "docs", "rates.md"));
        String examples = Files.readString(Path.of("src/test/java/io/github/ppool/pool/RatesExamplesTest.java"));
        List<MatchResult> blocks = find("<!-- from RatesExamplesTest: ([\\w-]+) -->\n```java\n(.*?)\n```\n", doc);
        assertThat(blocks).hasSameSizeAs(find("```java\n", doc)).hasSize(3);
        for (MatchResult block : blocks) {
            String region = find(" *// region " + block.group(1) + "\n(.*?)\n *// end\n", examples).getFirst().group(1);
            assertThat(block.group(2)).as(block.group(1)).isEqualTo(region.stripIndent().stripTrailing());
        }
    }

    private static List<MatchResult> find(String regex, String text) {
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).results().toList();
    }
}
