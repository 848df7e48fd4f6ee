package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.ppool.conformance.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExitSignalTest {

    private static final ExitReason BOOM = ExitReason.of("boom");

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Puppet plain = new Puppet(world, "plain");
    private final Puppet trapping = Puppet.trapping(world, "trapping");
    private final Puppet sender = new Puppet(world, "sender");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void anAbnormalSignalEndsAProcessWithItsReason() {
        sender.run(self -> self.exit(plain.pid(), BOOM));
        assertThat(plain.reason()).isEqualTo(BOOM);
    }

    @Test
    void shutdownIsAnOrderlyEndButASignalLikeAnyOther() {
        sender.run(self -> self.exit(plain.pid(), ExitReason.SHUTDOWN));
        assertThat(plain.reason()).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void aNormalSignalFromAnotherIsIgnored() {
        sender.run(self -> self.exit(plain.pid(), ExitReason.NORMAL));
        assertThat(plain.reason()).isNull();
    }

    @Test
    void aNormalSignalToItselfEndsTheProcess() {
        assertThat(catchThrowable(() -> plain.run(self -> self.exit(self.self(), ExitReason.NORMAL))))
                .isInstanceOfSatisfying(ProcessExit.class,
                        exit -> assertThat(exit.reason()).isEqualTo(ExitReason.NORMAL));
        assertThat(plain.reason()).isEqualTo(ExitReason.NORMAL);
    }

    @Test
    void aProcessThatTrapsExitsReceivesAMessageInstead() {
        sender.run(self -> self.exit(trapping.pid(), BOOM));
        sender.run(self -> self.exit(trapping.pid(), ExitReason.NORMAL));
        assertThat(trapping.messages())
                .containsExactly(new Exit(sender.pid(), BOOM), new Exit(sender.pid(), ExitReason.NORMAL));
        assertThat(trapping.reason()).isNull();
    }

    @Test
    void aSignalToItselfCanBeTrapped() {
        trapping.run(self -> self.exit(self.self(), BOOM));
        assertThat(trapping.messages()).containsExactly(new Exit(trapping.pid(), BOOM));
    }

    @Test
    void killCannotBeTrappedAndBecomesKilled() {
        sender.run(self -> self.exit(trapping.pid(), ExitReason.KILL));
        assertThat(trapping.reason()).isEqualTo(ExitReason.KILLED);
        assertThat(trapping.messages()).isEmpty();
    }

    @Test
    void killedAsASignalCanBeTrapped() {
        sender.run(self -> self.exit(trapping.pid(), ExitReason.KILLED));
        assertThat(trapping.messages()).containsExactly(new Exit(sender.pid(), ExitReason.KILLED));
    }

    @Test
    void theReasonKillHasNoPowerAlongALink() {
        trapping.run(self -> self.link(sender.pid()));
        sender.run(self -> self.link(plain.pid()));
        sender.exit(ExitReason.KILL);
        assertThat(sender.reason()).isEqualTo(ExitReason.KILL);
        assertThat(trapping.messages()).containsExactly(new Exit(sender.pid(), ExitReason.KILL));
        assertThat(plain.reason()).isEqualTo(ExitReason.KILL);
    }

    @Test
    void aSignalToAProcessThatHasEndedIsDropped() {
        plain.exit(BOOM);
        system.exit(plain.pid(), ExitReason.SHUTDOWN);
        system.exit(plain.pid(), ExitReason.KILL);
        assertThat(plain.reason()).isEqualTo(BOOM);
    }

    @Test
    void aSignalFromOutsideComesFromTheRoot() {
        system.exit(trapping.pid(), BOOM);
        assertThat(trapping.messages()).containsExactly(new Exit(system.rootPid(), BOOM));
    }

    @Test
    void theFirstReasonCounts() {
        system.exit(plain.pid(), BOOM);
        system.exit(plain.pid(), ExitReason.KILL);
        assertThat(plain.reason()).isEqualTo(BOOM);
    }

    @Test
    void trappingCanBeSwitchedAndSaysWhatItWas() {
        assertThat(plain.<Boolean>get(self -> self.trapExits(true))).isFalse();
        assertThat(plain.<Boolean>get(self -> self.trapExits(true))).isTrue();
        sender.run(self -> self.exit(plain.pid(), BOOM));
        assertThat(plain.messages()).containsExactly(new Exit(sender.pid(), BOOM));
        assertThat(plain.<Boolean>get(self -> self.trapExits(false))).isTrue();
        sender.run(self -> self.exit(plain.pid(), BOOM));
        assertThat(plain.reason()).isEqualTo(BOOM);
    }

    @Test
    void aChainOfLinksOfAnyLengthIsFollowedToItsEnd() {
        List<Puppet> chain = new ArrayList<>(List.of(new Puppet(world, "0")));
        for (int i = 1; i < 3_000; i++) {
            Puppet next = new Puppet(world, Integer.toString(i));
            Pid before = chain.get(i - 1).pid();
            next.run(self -> self.link(before));
            chain.add(next);
        }
        system.exit(chain.get(0).pid(), BOOM);
        // at once: the thread that sends the signal has carried it all the way
        assertThat(chain).noneMatch(puppet -> puppet.pid().isAlive());
        assertThat(chain.get(2_999).reason()).isEqualTo(BOOM);
    }

    @Test
    void theRootIsAlwaysAliveAndDropsWhatItIsSent() {
        system.exit(system.rootPid(), ExitReason.KILL);
        system.rootPid().send("anything");
        plain.run(self -> self.link(system.rootPid()));
        assertThat(system.rootPid().isAlive()).isTrue();
        assertThat(system.info(system.rootPid()).messageQueueLength()).isZero();
        assertThat(system.info(plain.pid()).links()).isEmpty();
    }

    @Test
    void misuseIsNamed() {
        assertThatNullPointerException().isThrownBy(() -> system.exit(plain.pid(), null))
                .withMessage("reason must not be null");
        assertThatNullPointerException().isThrownBy(() -> system.exit(null, BOOM)).withMessage("pid must not be null");
        assertThatNullPointerException().isThrownBy(() -> plain.run(self -> self.exit(null)));
        assertThatNullPointerException().isThrownBy(() -> plain.pid().send(null))
                .withMessage("message must not be null");
        try (World other = new World()) {
            assertThatIllegalArgumentException().isThrownBy(() -> other.system().exit(plain.pid(), BOOM))
                    .withMessageContaining("pid must be of this process system");
        }
    }

    @Test
    void aProcessThatWasEndedCannotDoAnythingMore() {
        assertThatExceptionOfType(ProcessExit.class).isThrownBy(() -> plain.run(self -> {
            system.exit(self.self(), BOOM);
            List<Puppet.Act> acts = List.of(it -> it.receive(), it -> it.link(sender.pid()), it -> it.trapExits(true),
                    it -> it.monitor(sender.pid()), it -> it.unlink(sender.pid()), it -> it.exit(sender.pid(), BOOM),
                    it -> it.spawnLink(body -> {}, SpawnOptions.DEFAULT));
            for (Puppet.Act act : acts) {
                assertThatExceptionOfType(ProcessExit.class).isThrownBy(() -> act.apply(self));
            }
            Thread.interrupted();
            self.sleep(java.time.Duration.ZERO);
        }));
        assertThat(sender.reason()).isNull();
    }

    @Test
    void aContextIsForItsOwnThreadOnly() {
        ProcessContext stolen = plain.get(self -> self);
        assertThat(stolen.self()).isEqualTo(plain.pid());
        assertThat(catchThrowable(stolen::receive)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("process's own thread");
    }
}
