package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every restart type × every kind of end × every strategy: the children that are restarted, left alone and forgotten.
 */
class RestartMatrixTest {

    private final Nursery nursery = new Nursery();

    @AfterEach
    void nobodyIsLeft() {
        nursery.close();
    }

    private static Stream<Arguments> matrix() {
        List<ExitReason> reasons = List.of(
                ExitReason.NORMAL,
                ExitReason.SHUTDOWN,
                ExitReason.shutdown("tired"),
                ExitReason.KILLED,
                ExitReason.of("boom"),
                ExitReason.failure(new IllegalStateException("boom")));
        return Stream.of(Strategy.values())
                .flatMap(strategy -> Stream.of(RestartType.values())
                        .flatMap(type -> reasons.stream().map(reason -> Arguments.of(type, strategy, reason))));
    }

    /** The rules of OTP's documentation, as a table that does not use the code under test. */
    private static boolean comesBack(RestartType type, ExitReason reason) {
        String words = type + " after " + (reason.isOrderly() ? "an orderly end" : "a crash");
        return Map.of(
                "permanent after an orderly end", true,
                "permanent after a crash", true,
                "transient after an orderly end", false,
                "transient after a crash", true,
                "temporary after an orderly end", false,
                "temporary after a crash", false).get(words);
    }

    @ParameterizedTest(name = "under {1}, {0}, ends with {2}")
    @MethodSource("matrix")
    void a_child_and_its_siblings_after_an_end(RestartType type, Strategy strategy, ExitReason reason) {
        if (strategy == Strategy.SIMPLE_ONE_FOR_ONE) {
            underATemplate(type, reason);
            return;
        }
        Supervisor supervisor = nursery.start(new SupervisorSpec(
                "matrix",
                strategy,
                SupervisorSpec.DEFAULT_INTENSITY,
                AutoShutdown.NEVER,
                List.of(
                        nursery.permanent("before"),
                        ChildSpec.of("it", nursery.child("it")).restart(type),
                        nursery.permanent("after"),
                        nursery.temporary("guest")),
                ChildDefaults.NONE,
                SupervisorListener.NONE));
        Map<String, Pid> old = pids(supervisor);
        nursery.diary();

        nursery.end(supervisor, "it", reason);

        Map<String, Pid> now = pids(supervisor);
        boolean comesBack = comesBack(type, reason);
        boolean restartsBefore = comesBack && strategy == Strategy.ONE_FOR_ALL;
        boolean restartsAfter = comesBack && strategy != Strategy.ONE_FOR_ONE;
        assertThat(now.get("before").equals(old.get("before"))).as("the one before stays").isEqualTo(!restartsBefore);
        assertThat(now.get("after").equals(old.get("after"))).as("the one after stays").isEqualTo(!restartsAfter);
        assertThat(now.containsKey("guest")).as("the temporary one after stays").isEqualTo(!restartsAfter);
        assertThat(now.get("it") != null).as("it runs again").isEqualTo(comesBack);
        assertThat(old.values()).as("whoever was replaced is dead")
                .allSatisfy(pid -> assertThat(pid.isAlive()).isEqualTo(now.containsValue(pid)));
        assertThat(nursery.children(supervisor).contains("it:undefined"))
                .as("a transient one that has done its work stays known")
                .isEqualTo(type == RestartType.TRANSIENT && !comesBack);
        String ended = reason.equals(ExitReason.KILLED) ? "" : "-it " + reason + ";"; // a killed one can't clean up
        assertThat(String.join(";", nursery.diary()) + ";").isEqualTo(ended
                + (restartsAfter ? "-guest shutdown;-after shutdown;" : "")
                + (restartsBefore ? "-before shutdown;+before;" : "")
                + (comesBack ? "+it;" : "")
                + (restartsAfter ? "+after;" : "")
                + (ended.isEmpty() && !comesBack ? ";" : ""));
        assertThat(nursery.exitReason(supervisor)).isNull();
    }

    private void underATemplate(RestartType type, ExitReason reason) {
        Supervisor supervisor = nursery.start(SupervisorSpec.simpleOneForOne(
                "matrix", ChildSpec.of("template", nursery.child("template")).restart(type)));
        ChildResult it = nursery.perform(() -> supervisor.startChild("it"));
        ChildResult other = nursery.perform(() -> supervisor.startChild("other"));

        nursery.end(((ChildResult.Started) it).pid(), reason);

        assertThat(nursery.children(supervisor)).containsExactlyInAnyOrderElementsOf(
                comesBack(type, reason) ? List.of("it:running", "other:running") : List.of("other:running"));
        assertThat(((ChildResult.Started) it).pid().isAlive()).isFalse();
        assertThat(((ChildResult.Started) other).pid().isAlive()).isTrue();
    }

    @ParameterizedTest(name = "under {1}, {0}, a second crash within the period")
    @MethodSource("crashes")
    void one_restart_too_many_stops_all_in_reverse_order(RestartType type, Strategy strategy, ExitReason reason) {
        SupervisorSpec spec = strategy == Strategy.SIMPLE_ONE_FOR_ONE
                ? SupervisorSpec.simpleOneForOne("matrix", ChildSpec.of("t", nursery.child("t")).restart(type))
                : new SupervisorSpec(
                        "matrix",
                        strategy,
                        SupervisorSpec.DEFAULT_INTENSITY,
                        AutoShutdown.NEVER,
                        List.of(nursery.permanent("a"), ChildSpec.of("it", nursery.child("it")).restart(type),
                                nursery.permanent("z")),
                        ChildDefaults.NONE,
                        SupervisorListener.NONE);
        Supervisor supervisor = nursery.start(spec);
        if (strategy == Strategy.SIMPLE_ONE_FOR_ONE) {
            nursery.perform(() -> supervisor.startChild("it"));
        }
        nursery.end(running(supervisor), reason);
        nursery.advance(Duration.ofSeconds(4));
        nursery.diary();

        nursery.end(running(supervisor), reason);

        assertThat(nursery.exitReason(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(nursery.diary()).filteredOn(line -> !line.startsWith("-it ")).containsExactlyElementsOf(
                strategy == Strategy.SIMPLE_ONE_FOR_ONE ? List.of() : List.of("-z shutdown", "-a shutdown"));
    }

    private static Stream<Arguments> crashes() {
        return matrix()
                .filter(arguments -> comesBack((RestartType) arguments.get()[0], (ExitReason) arguments.get()[2]));
    }

    private Pid running(Supervisor supervisor) {
        return nursery.perform(supervisor::whichChildren).stream().map(ChildInfo::pid)
                .filter(pid -> pid.label().equals("it")).findFirst().orElseThrow();
    }

    private Map<String, Pid> pids(Supervisor supervisor) {
        Map<String, Pid> pids = new TreeMap<>();
        nursery.perform(supervisor::whichChildren).stream().filter(child -> child.pid() != null)
                .forEach(child -> pids.put(child.id(), child.pid()));
        return pids;
    }
}
