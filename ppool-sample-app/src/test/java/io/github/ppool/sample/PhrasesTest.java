package io.github.ppool.sample;

import static io.github.ppool.sample.Reminders.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/** The program in Python as a worker. Where there is no python3, the tests of the program are skipped and say so. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ActiveProfiles("python")
class PhrasesTest {

    private final Reminders reminders;

    PhrasesTest(@LocalServerPort int port) {
        reminders = Reminders.at(port);
    }

    @BeforeEach
    void pythonIsThere() {
        Assumptions.assumeTrue(RemindersApplication.isThere("python3", System.getenv("PATH")),
                "SKIPPED: there is no python3 in the PATH");
    }

    private EntityExchangeResult<JsonNode> ask(String task) {
        return reminders.http().post()
                .uri("/phrases")
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("task", task))
                .exchange()
                .returnResult(JsonNode.class);
    }

    private JsonNode phrase(String task) {
        EntityExchangeResult<JsonNode> answer = ask(task);
        assertThat(answer.getStatus()).isEqualTo(HttpStatus.OK);
        return Reminders.body(answer);
    }

    @Test
    void a_killed_program_is_replaced_and_the_next_one_begins_anew() {
        assertThat(reminders.get("/phrases").get("python").asBoolean()).isTrue();
        JsonNode first = phrase("water the plants");
        JsonNode second = phrase("Übung \"macht\" den Meister");
        assertThat(first.get("phrase").asString()).startsWith("water the plants, ");
        assertThat(second.get("phrase").asString()).startsWith("Übung \"macht\" den Meister, ");
        assertThat(second.get("program")).isEqualTo(first.get("program"));

        long program = first.get("program").asLong();
        ProcessHandle.of(program).orElseThrow().destroyForcibly();

        patiently().until(() -> reminders.get("/actuator/ppool/phrases/which_children").at("/children/0/restarts")
                .asInt() == 1);
        patiently().until(() -> reminders.workers("phrases", "idle") == 1);
        JsonNode next = phrase("water the plants");
        assertThat(next.get("program").asLong()).isNotEqualTo(program);
        assertThat(next.get("phrase").asString()).isEqualTo("water the plants, please");
    }

    @Test
    void a_wrong_task_is_refused_and_costs_no_program() {
        EntityExchangeResult<JsonNode> answer = ask("two\nlines");

        assertThat(answer.getStatus()).isEqualTo(HttpStatus.BAD_REQUEST);
        assertThat(Reminders.body(answer).get("detail").asString()).contains("task must be one line");
        assertThat(reminders.workers("phrases", "idle")).isEqualTo(1);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // a file can't be made executable there
    void a_program_is_looked_up_in_each_folder_of_the_path(@TempDir Path folder) throws IOException {
        Path program = Files.createFile(folder.resolve("python3"));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Files.createDirectory(folder.resolve("folder"));

        String path = folder.resolve("none") + File.pathSeparator + folder;
        assertThat(RemindersApplication.isThere("python3", path)).isTrue();
        assertThat(RemindersApplication.isThere("python2", path)).isFalse();
        assertThat(RemindersApplication.isThere("folder", path)).isFalse();
        assertThat(RemindersApplication.isThere("python3", null)).isFalse();
    }
}
