package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ExitReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Plays every recorded run of director on {@link PlanState} alone: no process, no thread, a number for
 * the clock. {@link DirectorModel} is all that a supervisor has to add to the decisions of a plan.
 */
class DirectorRecordingsTest {

    @TestFactory
    Stream<DynamicTest> thePlansDecideAsDirectorDid() throws IOException {
        return recordings().map(run -> DynamicTest.dynamicTest(run.get("name").asString(), () -> play(run)));
    }

    @Test
    void aRecordingWithAnotherExpectationIsNoticed() throws IOException {
        JsonNode run = ownRecordings().filter(each -> each.get("name").asString().equals("the plan is run count times"))
                .findFirst().orElseThrow();
        JsonNode altered = JsonMapper.shared().readTree(run.toString().replace("reached_max_restart_plan", "other"));
        assertThatThrownBy(() -> play(altered)).isInstanceOf(AssertionError.class)
                .hasMessageContaining("reached_max_restart_plan");
    }

    private static Stream<JsonNode> recordings() throws IOException {
        String folder = System.getProperty("conformance.dir");
        if (folder == null) {
            return ownRecordings();
        }
        List<JsonNode> runs = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
                JsonMapper.shared().readTree(Files.readString(file)).forEach(runs::add);
            }
        }
        return runs.stream().filter(run -> run.get("kind").asString().equals("director"));
    }

    private static Stream<JsonNode> ownRecordings() throws IOException {
        try (InputStream own = DirectorRecordingsTest.class.getResourceAsStream("/conformance/director.json")) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(own)).valueStream();
        }
    }

    private static void play(JsonNode run) {
        DirectorModel director = new DirectorModel();
        JsonNode setup = run.get("setup");
        if (setup.has("default")) {
            director.defaultSpec = DirectorModel.Spec.read(setup.get("default"), DirectorModel.Spec.NO_DEFAULT);
        }
        setup.get("children").forEach(director::startChild);
        for (JsonNode step : run.get("steps")) {
            director.events.clear();
            String result = perform(director, step.get("do"));
            String where = run.get("name").asString() + ": " + step.get("do");
            JsonNode expected = step.get("expect");
            assertThat(director.exited == null ? "alive" : "exited:" + Reasons.word(director.exited))
                    .as(where)
                    .isEqualTo(expected.get("supervisor").asString());
            assertThat(director.whichChildren()).as(where).isEqualTo(strings(expected.get("which_children")));
            assertThat(director.events).as(where).isEqualTo(startEvents(expected.get("events")));
            if (result != null) {
                assertThat(result).as(where).isEqualTo(DirectorModel.text(expected.get("result")));
            }
        }
    }

    /** The starts among the events; stops by request do not concern plans. */
    private static List<String> startEvents(JsonNode events) {
        return strings(events).stream().filter(event -> event.startsWith("start")).toList();
    }

    private static List<String> strings(JsonNode lists) {
        List<String> all = new ArrayList<>();
        for (JsonNode list : lists) {
            all.add(list.get(0).asString() + " " + list.get(1).asString());
        }
        return all;
    }

    /** The result where it is the model's to tell, else null. */
    private static String perform(DirectorModel director, JsonNode operation) {
        String id = operation.has("id") ? operation.get("id").asString() : "";
        return switch (operation.get("op").asString()) {
            case "start_child" -> director.startChild(operation.get("spec"));
            case "stop_child" -> director.end(id, Reasons.of(operation.get("reason").asString()));
            case "kill_child" -> director.end(id, ExitReason.KILLED);
            case "terminate_child" -> director.terminate(id);
            case "restart_child" -> director.restart(id);
            case "delete_child" -> director.delete(id);
            case "change_plan" -> director.changePlan(id, DirectorModel.Spec.plan(operation.get("plan")));
            case "change_default_childspec" -> director.changeDefault(operation.get("default"));
            case "get_childspec" -> director.childSpec(id);
            case "wait" -> director.sleep(Duration.ofMillis(operation.get("ms").asInt()).toNanos());
            case "stop_supervisor" -> director.exit(ExitReason.SHUTDOWN);
            case "get_pid", "get_pids", "get_plan" -> null;
            default -> throw new AssertionError("unknown operation " + operation);
        };
    }
}
