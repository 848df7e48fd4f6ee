package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.ppool.Eventually;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * Names of pools, ids of children, labels of processes and texts of failures may be any text; each line of the log is
 * one line nevertheless.
 */
@Timeout(60)
class HostileNamesTest {

    private static final String EVIL = "a\r\nERROR all is lost" + (char) 0x1b + "[2J" + (char) 0x2028 + (char) 0x202e
            + "z";
    private static final String VISIBLE = "a\\r\\nERROR all is lost\\u001b[2J\\u2028\\u202ez";

    private final Logger library = (Logger) LoggerFactory.getLogger("io.github.ppool");
    private final @Nullable Level levelBefore = library.getLevel();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final ProcessSystem system = new ProcessSystem();

    @BeforeEach
    void listen() {
        library.setAdditive(false);
        library.setLevel(Level.DEBUG);
        library.addAppender(log);
        log.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        system.close();
        library.detachAppender(log);
        library.setLevel(levelBefore);
        library.setAdditive(true);
    }

    /** All that a layout puts into a line, but for the stack trace. */
    private List<String> parts() {
        return List.copyOf(log.list).stream().flatMap(event -> Stream.concat(
                Stream.of(event.getFormattedMessage(), event.getLoggerName(), event.getThreadName()),
                event.getKeyValuePairs() == null
                        ? Stream.of()
                        : event.getKeyValuePairs().stream().map(pair -> pair.key + "=" + pair.value)))
                .toList();
    }

    private boolean isLogged(String part) {
        return List.copyOf(log.list).stream().anyMatch(event -> event.getFormattedMessage().contains(part));
    }

    private void everythingIsVisible() {
        assertThat(parts()).isNotEmpty().allSatisfy(part -> assertThat(part.chars()).noneMatch(
                c -> Character.isISOControl(c) || c == 0x2028 || c == 0x202e));
    }

    @Test
    void the_name_of_a_pool_and_the_failures_of_its_workers_are_one_line() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        WorkerFactory<Thread> factory = () -> {
            if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException(EVIL);
            }
            return Thread.currentThread();
        };
        try (Pools pools = Pools.start(system)) {
            PoolClient<Thread> pool = pools.startPool(PoolSpec.builder(EVIL, factory).size(1).maxOverflow(0)
                    .restart(RestartPolicy.of(RestartPlan.parse("[restart, {stop: \"" + EVIL + "\"}]"))).build());
            assertThat(pool.name()).isEqualTo(EVIL);
            String thread = pool.transactionResult(worker -> worker.getName());
            assertThat(thread).isEqualTo(VISIBLE + "/1");
            for (int crash = 0; crash < 20 && pool.status().phase() != PoolPhase.GAVE_UP; crash++) {
                Task<?> crashes = pool.asyncQueue(worker -> {
                    throw new IllegalStateException(EVIL);
                });
                Eventually.so(crashes::state, () -> crashes.state().isFinal());
            }
            Eventually.so(pool::status, () -> pool.status().phase() == PoolPhase.GAVE_UP);
            assertThat(isLogged("Worker " + VISIBLE + "/1 could not be made")).isTrue();
            assertThat(isLogged("child '" + VISIBLE + "/1'")).isTrue();
            assertThat(isLogged("java.lang.IllegalStateException: " + VISIBLE)).isTrue();
        }
        everythingIsVisible();
    }

    @Test
    void the_name_of_a_supervisor_the_ids_of_its_children_and_their_reasons_are_one_line() throws Exception {
        ChildSpec child = ChildSpec.of(EVIL, (parent, argument) -> parent.startLink(
                self -> io.github.ppool.process.InitResult.ok(ProcessContext::receive), SpawnOptions.labelled(EVIL)));
        Supervisor supervisor = Supervisor.start(system,
                SupervisorSpec.oneForOne(EVIL).children(child.plan(RestartPlan.parse("[wait]"))));
        supervisor.trace(true);
        var pid = Objects.requireNonNull(supervisor.whichChildren().getFirst().pid());
        supervisor.pid().send(EVIL);
        system.exit(pid, ExitReason.of(EVIL));
        Eventually.so(this::parts, () -> isLogged("child_terminated: child '" + VISIBLE + "'")
                && isLogged("received an unexpected message: " + VISIBLE));
        assertThat(supervisor.stop(Duration.ofSeconds(20))).isTrue();
        everythingIsVisible();
    }
}
