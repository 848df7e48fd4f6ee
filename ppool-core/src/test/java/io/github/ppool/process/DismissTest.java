package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.conformance.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DismissTest {

    private static final ExitReason BOOM = ExitReason.of("boom");

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Puppet boss = Puppet.trapping(world, "boss");
    private final Puppet plain = new Puppet(world, "plain");
    private final Puppet trapping = Puppet.trapping(world, "trapping");

    @AfterEach
    void close() {
        world.close();
    }

    private boolean dismiss(Pid pid, ExitReason reason) {
        return boss.get(self -> self.dismiss(pid, reason));
    }

    @Test
    void whoDoesNotTrapExitsHasEndedAndLeavesNoMessageBehind() {
        boss.run(self -> self.link(plain.pid()));
        assertThat(dismiss(plain.pid(), BOOM)).isTrue();
        assertThat(plain.pid().isAlive()).isFalse();
        assertThat(plain.reason()).isEqualTo(BOOM);
        assertThat(boss.messages()).isEmpty();
        assertThat(system.info(boss.pid()).links()).isEmpty();
        assertThat(boss.reason()).isNull();
    }

    @Test
    void noLinkIsNeeded() {
        assertThat(dismiss(plain.pid(), ExitReason.SHUTDOWN)).isTrue();
        assertThat(plain.reason()).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void whoTrapsExitsGetsNothingAndStaysLinked() {
        boss.run(self -> self.link(trapping.pid()));
        assertThat(dismiss(trapping.pid(), BOOM)).isFalse();
        assertThat(trapping.messages()).isEmpty();
        assertThat(system.info(boss.pid()).links()).containsExactly(trapping.pid());
        assertThat(system.info(trapping.pid()).links()).containsExactly(boss.pid());
    }

    @Test
    void killEndsWhoTrapsExitsToo() {
        boss.run(self -> self.link(trapping.pid()));
        assertThat(dismiss(trapping.pid(), ExitReason.KILL)).isTrue();
        assertThat(trapping.reason()).isEqualTo(ExitReason.KILLED);
        assertThat(boss.messages()).isEmpty();
    }

    @Test
    void whoHadEndedBeforeKeepsItsReason() {
        plain.exit(BOOM);
        assertThat(dismiss(plain.pid(), ExitReason.SHUTDOWN)).isTrue();
        assertThat(plain.reason()).isEqualTo(BOOM);
    }

    @Test
    void theOthersAreToldAsOfAnyEnd() {
        List<ExitReason> heard = new ArrayList<>();
        trapping.run(self -> self.link(plain.pid()));
        boss.run(self -> self.link(plain.pid()));
        system.onExit(plain.pid(), (pid, reason) -> heard.add(reason));
        dismiss(plain.pid(), BOOM);
        assertThat(heard).containsExactly(BOOM);
        assertThat(trapping.messages()).containsExactly(new Exit(plain.pid(), BOOM));
    }

    @Test
    void aReasonThatEndsNobodyIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> dismiss(plain.pid(), ExitReason.NORMAL))
                .withMessage("reason must be one that ends a process, got: normal");
        assertThat(plain.reason()).isNull();
    }

    @Test
    void neitherItselfNorTheRootCanBeDismissed() {
        assertThatIllegalArgumentException().isThrownBy(() -> dismiss(boss.pid(), BOOM))
                .withMessage("pid must be another process, got: " + boss.pid());
        assertThatIllegalArgumentException().isThrownBy(() -> dismiss(system.rootPid(), BOOM))
                .withMessage("pid must be another process, got: " + system.rootPid());
        assertThat(boss.reason()).isNull();
    }

    @Test
    void onlyAProcessThatIsAliveCanDismiss() {
        ProcessContext context = boss.get(self -> self);
        assertThatIllegalStateException().isThrownBy(() -> context.dismiss(plain.pid(), BOOM));
        assertThatExceptionOfType(ProcessExit.class).isThrownBy(() -> boss.run(self -> {
            self.system().exit(self.self(), ExitReason.KILL);
            self.dismiss(plain.pid(), BOOM);
        }));
        assertThat(plain.reason()).isNull();
    }
}
