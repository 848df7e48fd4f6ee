package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ppool.conformance.World;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NameTest {

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Puppet one = new Puppet(world, "one");
    private final Puppet two = new Puppet(world, "two");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aNameLeadsToItsProcess() {
        assertThat(system.whereis("mail")).isEmpty();
        system.register("mail", one.pid());
        assertThat(system.whereis("mail")).contains(one.pid());
        assertThat(system.info(one.pid()).registeredName()).isEqualTo("mail");
    }

    @Test
    void aNameIsFreeAsSoonAsItsProcessHasEnded() {
        system.register("mail", one.pid());
        system.exit(one.pid(), ExitReason.KILL);
        assertThat(system.whereis("mail")).isEmpty();
        system.register("mail", two.pid());
        assertThat(system.whereis("mail")).contains(two.pid());
    }

    @Test
    void aNameThatWasTakenAwayIsFreeForOthersAndItsProcessForAnotherName() {
        system.register("mail", one.pid());
        assertThat(system.unregister("mail")).isTrue();
        assertThat(system.unregister("mail")).isFalse();
        assertThat(system.info(one.pid()).registeredName()).isEmpty();
        system.register("mail", two.pid());
        system.register("post", one.pid());
        one.exit(ExitReason.NORMAL);
        assertThat(system.whereis("mail")).contains(two.pid());
        assertThat(system.whereis("post")).isEmpty();
    }

    @Test
    void aTakenNameIsRefused() {
        system.register("mail", one.pid());
        assertThatIllegalArgumentException().isThrownBy(() -> system.register("mail", two.pid()))
                .withMessage("name must be free, but 'mail' belongs to " + one.pid());
        system.register("post", two.pid());
    }

    @Test
    void aSecondNameForAProcessIsRefused() {
        system.register("mail", one.pid());
        assertThatIllegalArgumentException().isThrownBy(() -> system.register("post", one.pid()))
                .withMessage(one.pid() + " is already registered as 'mail', so not as 'post'");
        assertThat(system.whereis("post")).isEmpty();
    }

    @Test
    void anEmptyNameAndTheRootAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> system.register("", one.pid()))
                .withMessage("name must not be empty");
        assertThatIllegalArgumentException().isThrownBy(() -> system.register("root", system.rootPid()))
                .withMessageStartingWith("pid must be a process");
        assertThat(system.whereis("root")).isEmpty();
    }

    @Test
    void aProcessThatHasEndedGetsNoName() {
        one.exit(ExitReason.NORMAL);
        assertThatExceptionOfType(NoProcessException.class).isThrownBy(() -> system.register("mail", one.pid()))
                .withMessageContaining("has ended");
        assertThat(system.whereis("mail")).isEmpty();
        system.register("mail", two.pid());
    }
}
