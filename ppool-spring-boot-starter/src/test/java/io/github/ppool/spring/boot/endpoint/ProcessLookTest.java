package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.observe.PidText;
import io.github.ppool.process.SpawnOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** One process, as an operator sees it. */
class ProcessLookTest {

    private final ProcessSystem system = new ProcessSystem();
    private final ProcessLook look = new ProcessLook(system);

    @AfterEach
    void close() {
        system.close();
    }

    private Pid waiting(String label) {
        Pid pid = system.spawn(self -> self.receive(), SpawnOptions.labelled(label));
        await().until(() -> system.info(pid).status() == ProcessStatus.WAITING);
        return pid;
    }

    private ProcessDescriptor look(Pid pid) {
        return look.look(PidText.of(pid));
    }

    @Test
    void a_waiting_process_shows_its_mailbox_its_name_and_its_stack() {
        Pid pid = waiting("inbox");
        system.register("mail", pid);
        ProcessDescriptor seen = look(pid);
        assertThat(seen.pid()).isEqualTo(PidText.of(pid));
        assertThat(seen.label()).isEqualTo("inbox");
        assertThat(seen.registeredName()).isEqualTo("mail");
        assertThat(seen.status()).isEqualTo("waiting");
        assertThat(seen.doing()).isEqualTo("a message");
        assertThat(seen.messages()).isZero();
        assertThat(seen.trapExits()).isFalse();
        assertThat(seen.lastExit()).isNull();
        assertThat(seen.stack()).anyMatch(frame -> frame.contains("ProcessContext.receive"));
        assertThat(look.look(String.valueOf(pid.id()))).isNotNull();
    }

    @Test
    void links_and_monitors_are_shown_from_both_ends() {
        Pid target = waiting("target");
        Pid owner = system.spawn(self -> {
            self.trapExits(true);
            self.link(target);
            self.monitor(target);
            self.monitor(target);
            self.receive(Duration.ofMinutes(1));
        });
        await().until(() -> look(target).monitoredBy().size() == 2);
        assertThat(look(owner).links()).containsExactly(PidText.of(target));
        assertThat(look(owner).monitors()).containsExactly(PidText.of(target), PidText.of(target));
        assertThat(look(owner).monitoredBy()).isEmpty();
        assertThat(look(owner).trapExits()).isTrue();
        assertThat(look(target).links()).containsExactly(PidText.of(owner));
        assertThat(look(target).monitors()).isEmpty();
        assertThat(look(target).monitoredBy()).containsExactly(PidText.of(owner), PidText.of(owner));
    }

    @Test
    void a_running_process_shows_the_method_that_it_is_in() {
        CountDownLatch go = new CountDownLatch(1);
        Pid pid = system.spawn(self -> blocks(go));
        await().until(() -> look(pid).stack().stream().anyMatch(frame -> frame.contains("CountDownLatch.await")));
        assertThat(look(pid).status()).isEqualTo("running");
        assertThat(look(pid).doing()).isEqualTo(ProcessLookTest.class.getName() + ".blocks");
        go.countDown();
    }

    private static void blocks(CountDownLatch until) throws InterruptedException {
        until.await();
    }

    @Test
    void a_process_that_sleeps_or_waits_for_an_end_says_so() {
        Pid sleeper = system.spawn(self -> self.sleep(Duration.ofMinutes(1)));
        Pid target = waiting("target");
        Pid mourner = system.spawn(self -> self.awaitEnd(target, null));
        await().until(() -> "a time".equals(look(sleeper).doing()));
        await().until(() -> "the end of a process".equals(look(mourner).doing()));
    }

    @Test
    void an_orphan_shows_why_it_ended_and_where_its_thread_is() {
        CountDownLatch go = new CountDownLatch(1);
        Pid pid = system.spawn(self -> {
            while (go.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        await().until(() -> !look(pid).stack().isEmpty());
        system.exit(pid, ExitReason.failure(new IllegalStateException("a secret")));
        ProcessDescriptor orphan = look(pid);
        assertThat(orphan.status()).isEqualTo("orphaned");
        assertThat(orphan.lastExit()).contains("IllegalStateException").doesNotContain("secret");
        go.countDown();
        await().until(() -> look.look(PidText.of(pid)) == null);
    }

    @Test
    void a_text_that_is_no_pid_is_refused_and_an_unknown_one_is_nothing() {
        assertThat(look.look("<999999999>")).isNull();
        assertThatThrownBy(() -> look.look("smtp"))
                .isInstanceOf(InvalidEndpointRequestException.class)
                .hasMessage("pid must be a number such as 17 or <17>, got: smtp");
    }
}
