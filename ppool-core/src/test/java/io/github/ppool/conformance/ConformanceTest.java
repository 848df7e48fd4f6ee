package io.github.ppool.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Plays every recorded run of the real systems: one test for each, by its name. {@code -Dconformance.dir=FOLDER}
 * plays those of another folder, {@code -Dconformance.times=10} plays each so often.
 *
 * <p>One order is open in Erlang: that of the {@code DOWN} from one process, and of the deadly exit signal from another
 * one, which comes by a longer chain of links. Signals are in order between two processes only. A scenario that depends
 * on it must not be recorded. If one does, a difference at that place is no fault: Erlang may do the same as ppool.
 */
class ConformanceTest {

    private static final Map<String, Supplier<Player>> PLAYERS = Map.of(
            "process", ProcessPlayer::new,
            "supervisor", SupervisorPlayer::new,
            "director", DirectorPlayer::new,
            "poolboy", PoolboyPlayer::new,
            "ppool", PpoolPlayer::new);

    @TestFactory
    Stream<DynamicContainer> behaves_as_the_real_system_did() throws IOException {
        Map<String, List<Scenario>> scenarios = scenarios(folder());
        int times = Integer.getInteger("conformance.times", 1);
        return IntStream.rangeClosed(1, times).boxed().flatMap(round -> scenarios.entrySet().stream()
                .map(file -> DynamicContainer.dynamicContainer(
                        times == 1 ? file.getKey() : file.getKey() + ", time " + round,
                        file.getValue().stream().map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> {
                            Supplier<Player> player = PLAYERS.get(scenario.kind());
                            Assumptions.assumeTrue(
                                    player != null,
                                    () -> "nobody plays the kind '" + scenario.kind() + "' yet: " + scenario.name());
                            scenario.play(player.get());
                        })))));
    }

    private static Path folder() {
        String named = System.getProperty("conformance.dir");
        if (named != null) {
            return Path.of(named);
        }
        try {
            return Path.of(Objects.requireNonNull(ConformanceTest.class.getResource("/conformance"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, List<Scenario>> scenarios(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException("conformance.dir must be a folder with scenarios, got: " + folder);
        }
        Map<String, List<Scenario>> byFile = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                List<Scenario> scenarios = new ArrayList<>();
                JsonMapper.shared().readTree(file).forEach(scenario -> scenarios.add(new Scenario(scenario)));
                byFile.put(file.getFileName().toString(), scenarios);
            }
        }
        return byFile;
    }

    @Test
    void a_folder_that_does_not_exist_is_a_failure() {
        assertThatThrownBy(() -> scenarios(Path.of("no", "such", "folder")))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessageContaining("conformance.dir");
    }

    /** Every value of every observation is altered in turn, or removed, and each time the player must see it. */
    @Test
    void the_player_sees_every_altered_expectation() throws IOException {
        List<String> unseen = new ArrayList<>();
        for (List<Scenario> scenarios : scenarios(folder()).values()) {
            Scenario scenario = scenarios.getFirst();
            Supplier<Player> player = PLAYERS.get(scenario.kind());
            if (player == null) {
                continue;
            }
            scenario.play(player.get());
            for (Alteration alteration : Alteration.of(scenario.json())) {
                try {
                    new Scenario(alteration.altered()).play(player.get());
                    unseen.add(scenario.name() + ": " + alteration.what());
                } catch (AssertionError seen) {
                    assertThat(seen).hasMessageContaining(alteration.key());
                }
            }
        }
        assertThat(unseen).isEmpty();
    }
}
