package com.example.shop;

import static io.github.ppool.test.PpoolAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.test.InjectedCrash;
import io.github.ppool.test.PpoolTester;
import io.github.ppool.test.spring.AutoConfigurePpoolTester;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;

// tag::spring[]
@SpringBootTest(properties = "spring.config.location=classpath:shop.yml")
@AutoConfigurePpoolTester(manualClock = true)
// each test has its own crashes and its own time
@DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_EACH_TEST_METHOD)
class MailRestartTest {

    @Autowired
    PpoolTester tester;

    @Autowired
    PoolClient<SmtpWorker> smtp;

    @Autowired
    ShopApplication.Mail mail;

    @Test
    void a_worker_comes_back_at_once_then_after_five_seconds() {
        tester.awaitReady("smtp");

        tester.crash("smtp");
        tester.settle();
        assertThat(smtp).hasIdle(2).hasLastFailure(InjectedCrash.class);

        tester.crash("smtp");
        tester.advance(Duration.ofMillis(4999));
        assertThat(smtp).hasIdle(1).hasWaitingToRestart(1);

        tester.advance(Duration.ofMillis(1));
        assertThat(smtp).hasIdle(2);
        assertThat(tester.supervisor("smtp")).child("smtp/1").isRunning().hasRestarts(2);
    }
    // end::spring[]

    @Test
    void a_mail_waits_until_a_worker_is_back() {
        tester.awaitReady("smtp");
        tester.crashAll("smtp");
        tester.settle();
        tester.crashAll("smtp");
        Task<String> task = mail.later("hello");
        tester.settle();
        assertThat(smtp).hasWaiting(1).hasWaitingToRestart(2);
        tester.advance(Duration.ofSeconds(5));
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        assertThat(task.result().toCompletableFuture().join()).isEqualTo("sent hello");
    }

    @Test
    void trees_of_the_application_are_looked_at_in_the_same_way(@Autowired SupervisionTrees trees) throws Exception {
        Pid robot = trees.supervisor("warehouse").orElseThrow().pid("robot").orElseThrow();
        tester.pools().system().exit(robot, ExitReason.KILL);
        assertThat(trees.supervisor("warehouse").orElseThrow())
                .within(Duration.ofSeconds(10))
                .hasChildren("robot")
                .child("robot")
                .hasRestarts(1)
                .isRunning()
                .hasLastExit(ExitReason.KILLED);
        assertThat(tester.pools()).hasPools("smtp").isAlive().hasNoOrphanedThreads();
    }
}
