package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ppool.conformance.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MonitorTest {

    private static final ExitReason BOOM = ExitReason.of("boom");

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Puppet watcher = new Puppet(world, "watcher");
    private final Puppet watched = new Puppet(world, "watched");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void itTellsItsOwnerAndOnlyItWhyTheOtherEnded() {
        Monitor monitor = watcher.get(self -> self.monitor(watched.pid()));
        assertThat(monitor.watched()).isEqualTo(watched.pid());
        watched.exit(BOOM);
        assertThat(watcher.messages()).containsExactly(new Down(monitor, watched.pid(), BOOM));
        assertThat(watcher.reason()).isNull();
    }

    @Test
    void theEndOfTheOwnerMeansNothingToTheOther() {
        watcher.get(self -> self.monitor(watched.pid()));
        watcher.exit(BOOM);
        assertThat(watched.reason()).isNull();
        watched.exit(BOOM);
    }

    @Test
    void eachMonitorTellsOnItsOwn() {
        Monitor first = watcher.get(self -> self.monitor(watched.pid()));
        Monitor second = watcher.get(self -> self.monitor(watched.pid()));
        watched.exit(ExitReason.NORMAL);
        assertThat(watcher.messages()).containsExactlyInAnyOrder(new Down(first, watched.pid(), ExitReason.NORMAL),
                new Down(second, watched.pid(), ExitReason.NORMAL));
    }

    @Test
    void aProcessThatHasEndedIsToldAsNoprocAtOnce() {
        watched.exit(BOOM);
        Monitor monitor = watcher.get(self -> self.monitor(watched.pid()));
        assertThat(watcher.messages()).containsExactly(new Down(monitor, watched.pid(), ExitReason.NOPROC));
    }

    @Test
    void aMonitorThatWasTakenDownSaysNothing() {
        Monitor monitor = watcher.get(self -> self.monitor(watched.pid()));
        watcher.run(self -> self.demonitor(monitor));
        watcher.run(self -> self.demonitor(monitor));
        watched.exit(BOOM);
        assertThat(watcher.messages()).isEmpty();
    }

    @Test
    void takingItDownRemovesTheMessageThatIsThereAlready() {
        watcher.run(self -> {
            Monitor gone = self.monitor(watched.pid());
            Monitor kept = self.monitor(watched.pid());
            self.exit(watched.pid(), BOOM);
            self.demonitor(gone);
            assertThat(self.receive()).isEqualTo(new Down(kept, watched.pid(), BOOM));
            assertThat(self.receive(java.time.Duration.ZERO)).isNull();
        });
    }

    @Test
    void onlyItsOwnerTakesItDown() {
        Monitor monitor = watcher.get(self -> self.monitor(watched.pid()));
        assertThatIllegalArgumentException().isThrownBy(() -> watched.run(self -> self.demonitor(monitor)))
                .withMessageContaining("own");
        watched.exit(BOOM);
        assertThat(watcher.messages()).hasSize(1);
    }

    @Test
    void aProcessCanWatchItself() {
        watcher.get(self -> self.monitor(self.self()));
        watcher.exit(BOOM);
        assertThat(watcher.reason()).isEqualTo(BOOM);
    }

    @Test
    void aSpawnedMonitorSeesEvenTheShortestLife() {
        Monitor monitor = watcher.get(self -> self.spawnMonitor(body -> {}, SpawnOptions.DEFAULT));
        assertThat(watcher.messages()).containsExactly(new Down(monitor, monitor.watched(), ExitReason.NORMAL));
        assertThat(monitor).hasToString("Monitor[" + watcher.pid() + " -> " + monitor.watched() + "]");
    }

    // ---- listeners outside of processes

    @Test
    void aListenerIsToldOnceOfAnEnd() {
        List<ExitReason> told = new ArrayList<>();
        system.onExit(watched.pid(), (pid, reason) -> told.add(reason));
        system.exit(watched.pid(), BOOM);
        assertThat(told).containsExactly(BOOM);
    }

    @Test
    void aListenerIsToldTheTrueReasonOfAProcessThatHadEnded() {
        watched.exit(BOOM);
        List<ExitReason> told = new ArrayList<>();
        ExitWatch watch = system.onExit(watched.pid(), (pid, reason) -> told.add(reason));
        assertThat(told).containsExactly(BOOM);
        assertThat(watch.cancel()).isFalse();
    }

    @Test
    void aCancelledListenerIsNotTold() {
        List<ExitReason> told = new ArrayList<>();
        ExitWatch watch = system.onExit(watched.pid(), (pid, reason) -> told.add(reason));
        assertThat(watch.cancel()).isTrue();
        assertThat(watch.cancel()).isFalse();
        system.exit(watched.pid(), BOOM);
        assertThat(told).isEmpty();
    }

    @Test
    void aListenerThatThrowsDoesNotKeepTheNewsFromOthers() {
        List<ExitReason> told = new ArrayList<>();
        system.onExit(watched.pid(), (pid, reason) -> {
            throw new IllegalStateException("expected by a test");
        });
        system.onExit(watched.pid(), (pid, reason) -> told.add(reason));
        Monitor monitor = watcher.get(self -> self.monitor(watched.pid()));
        system.exit(watched.pid(), BOOM);
        assertThat(told).containsExactly(BOOM);
        assertThat(watcher.messages()).containsExactly(new Down(monitor, watched.pid(), BOOM));
    }
}
