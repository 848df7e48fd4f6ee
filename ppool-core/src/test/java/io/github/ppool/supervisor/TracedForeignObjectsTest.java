package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.ppool.CapturedLog;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A trace writes requests and values of children: foreign objects, which may throw or be huge. */
class TracedForeignObjectsTest {

    private final ProcessSystem system = new ProcessSystem();
    private final CapturedLog log = CapturedLog.open();
    private final Logger traced = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor.traced");

    @BeforeEach
    void traceIsLogged() {
        traced.setLevel(Level.INFO);
    }

    @AfterEach
    void close() {
        system.close();
        traced.setLevel(null);
        log.close();
    }

    private static final class Throwing {
        @Override
        public String toString() {
            throw new AssertionError("hostile");
        }
    }

    private static final class Huge {
        @Override
        public String toString() {
            return "huge".repeat(100_000);
        }
    }

    /** Tells its argument back. */
    private static ChildSpec template() {
        return ChildSpec.of("child", (parent, argument) -> parent.startLink(
                process -> InitResult.ok(ProcessContext::receive, argument), SpawnOptions.labelled("child")));
    }

    @Test
    void arguments_and_what_children_tell_do_a_traced_supervisor_no_harm() throws Exception {
        Supervisor supervisor = Supervisor.start(system, SupervisorSpec.simpleOneForOne("traced", template()));
        supervisor.trace(true);
        assertThat(supervisor.startChild(new Throwing())).isInstanceOf(ChildResult.Started.class);
        assertThat(supervisor.startChild(new Huge())).isInstanceOf(ChildResult.Started.class);
        assertThat(supervisor.countChildren().active()).isEqualTo(2);
        assertThat(log.messages(Level.INFO))
                .anySatisfy(line -> assertThat(line).contains("*trace*", "start_child", Throwing.class.getName()))
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(10_000));
        assertThat(supervisor.stop(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void a_traced_supervisor_is_asked_by_a_thread_of_a_foreign_class() throws Exception {
        Supervisor supervisor = Supervisor.start(system, SupervisorSpec.simpleOneForOne("traced", template()));
        supervisor.trace(true);
        ChildCounts[] counted = new ChildCounts[1];
        Thread thread = new Thread(() -> {
            try {
                counted[0] = supervisor.countChildren();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }) {
            @Override
            public String toString() {
                throw new AssertionError("hostile");
            }
        };
        thread.start();
        thread.join();
        assertThat(counted[0].active()).isZero();
        assertThat(supervisor.countChildren().active()).isZero();
    }
}
