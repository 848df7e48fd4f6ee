package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ppool.conformance.World;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinkTest {

    private static final ExitReason BOOM = ExitReason.of("boom");

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Puppet one = new Puppet(world, "one");
    private final Puppet two = new Puppet(world, "two");
    private final Puppet trapping = Puppet.trapping(world, "trapping");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aLinkHoldsInBothDirections() {
        one.run(self -> self.link(two.pid()));
        assertThat(system.info(one.pid()).links()).containsExactly(two.pid());
        assertThat(system.info(two.pid()).links()).containsExactly(one.pid());
        two.exit(BOOM);
        assertThat(one.reason()).isEqualTo(BOOM);
    }

    @Test
    void aNormalEndOfTheOneLeavesTheOtherAlone() {
        one.run(self -> self.link(two.pid()));
        two.exit(ExitReason.NORMAL);
        assertThat(one.reason()).isNull();
        assertThat(system.info(one.pid()).links()).isEmpty();
    }

    @Test
    void whoTrapsExitsIsToldOnceOfEveryEndAlsoOfANormalOne() {
        one.run(self -> self.link(trapping.pid()));
        trapping.run(self -> self.link(one.pid()));
        one.exit(ExitReason.NORMAL);
        assertThat(trapping.messages()).containsExactly(new Exit(one.pid(), ExitReason.NORMAL));
    }

    @Test
    void anUnlinkFromEitherSideUndoesIt() {
        one.run(self -> self.link(two.pid()));
        two.run(self -> self.unlink(one.pid()));
        two.run(self -> self.unlink(one.pid()));
        one.exit(BOOM);
        assertThat(two.reason()).isNull();
    }

    @Test
    void aLinkWithAProcessThatHasEndedIsRefused() {
        two.exit(BOOM);
        assertThatExceptionOfType(NoProcessException.class).isThrownBy(() -> one.run(self -> self.link(two.pid())))
                .withMessageContaining("has ended");
        assertThat(system.info(one.pid()).links()).isEmpty();
    }

    @Test
    void whoTrapsExitsIsToldNoprocInstead() {
        two.exit(BOOM);
        trapping.run(self -> self.link(two.pid()));
        assertThat(trapping.messages()).containsExactly(new Exit(two.pid(), ExitReason.NOPROC));
    }

    @Test
    void aLinkWithItselfChangesNothing() {
        one.run(self -> self.link(self.self()));
        one.run(self -> self.unlink(self.self()));
        assertThat(system.info(one.pid()).links()).isEmpty();
        one.exit(BOOM);
        assertThat(one.reason()).isEqualTo(BOOM);
    }

    @Test
    void manyLinksAreToldInTheOrderInWhichTheyWereMade() {
        Puppet[] others = new Puppet[5];
        for (int i = 0; i < others.length; i++) {
            others[i] = new Puppet(world, "other " + i);
            Pid other = others[i].pid();
            one.run(self -> self.link(other));
        }
        Pid third = others[2].pid();
        one.run(self -> self.unlink(third));
        assertThat(system.info(one.pid()).links()).containsExactly(others[0].pid(), others[1].pid(), others[3].pid(),
                others[4].pid());
        one.exit(BOOM);
        assertThat(others).extracting(Puppet::reason).containsExactly(BOOM, BOOM, null, BOOM, BOOM);
    }

    @Test
    void theEndOfAFamilyReachesEachOnceAlsoAroundACircle() {
        one.run(self -> self.link(two.pid()));
        two.run(self -> self.link(trapping.pid()));
        trapping.run(self -> self.link(one.pid()));
        system.exit(one.pid(), BOOM);
        assertThat(two.reason()).isEqualTo(BOOM);
        assertThat(trapping.messages()).containsExactlyInAnyOrder(new Exit(one.pid(), BOOM), new Exit(two.pid(), BOOM));
    }

    @Test
    void aSpawnedLinkIsThereFromTheFirstInstruction() {
        Pid child = trapping.get(self -> self.spawnLink(body -> {
            throw new IllegalStateException("at once");
        }, SpawnOptions.labelled("child")));
        assertThat(trapping.messages()).singleElement().isInstanceOfSatisfying(Exit.class, exit -> {
            assertThat(exit.from()).isEqualTo(child);
            assertThat(exit.reason().cause()).containsInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void aProcessOfAnotherSystemCannotBeLinked() {
        try (World other = new World()) {
            Puppet stranger = new Puppet(other, "stranger");
            assertThatIllegalArgumentException().isThrownBy(() -> one.run(self -> self.link(stranger.pid())));
        }
    }
}
