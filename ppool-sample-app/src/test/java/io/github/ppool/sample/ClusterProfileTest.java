package io.github.ppool.sample;

import static io.github.ppool.sample.Reminders.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Two instances on one database, with the profiles of the tour. */
@Timeout(120)
class ClusterProfileTest {

    private static final String DATABASE = "--spring.datasource.url=jdbc:h2:mem:reminders-test;DB_CLOSE_DELAY=-1";

    private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

    @AfterEach
    void stop() {
        instances.reversed().forEach(ConfigurableApplicationContext::close);
    }

    private Reminders start(String profiles, int mailPort) {
        ConfigurableApplicationContext instance = new SpringApplicationBuilder(RemindersApplication.class).run(
                "--spring.profiles.active=" + profiles,
                "--server.port=0",
                "--reminders.mail-port=" + mailPort,
                profiles.contains("second") ? "--spring.mail.port=" + mailPort : "--logging.level.root=info",
                DATABASE);
        instances.add(instance);
        return Reminders.at(instance.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static JsonNode cluster(Reminders instance) {
        return instance.get("/actuator/ppool/cluster");
    }

    private static String housekeeper(Reminders instance) {
        return cluster(instance).get("singletons").get(0).path("node").asString("");
    }

    @Test
    void three_connections_over_both_and_one_housekeeping() throws IOException {
        int mailPort = freePort();
        Reminders first = start("cluster", mailPort);
        patiently().until(() -> housekeeper(first).equals("first"));
        Reminders second = start("cluster,second", mailPort);
        patiently().untilAsserted(() -> {
            JsonNode smtp = cluster(second).get("permits").get(0);
            assertThat(smtp.get("pool").asString()).isEqualTo("smtp");
            assertThat(smtp.get("limit").asInt()).isEqualTo(3);
            assertThat(smtp.get("held").asInt()).isEqualTo(3);
            assertThat(smtp.get("nodes").size()).isEqualTo(2);
        });
        long id = second.start(Map.of("task", "be two", "every", "100ms", "times", 5, "to", "me@example.org"));
        patiently().until(() -> second.nagger(id).get("sent").asInt() == 5);
        assertThat(first.get("/inbox").get("total").asInt()).isEqualTo(5);
        assertThat(second.get("/housekeeping").get(0).get("node").asString()).isEqualTo("first");

        instances.removeFirst().close();
        patiently().until(() -> housekeeper(second).equals("second"));
        patiently().until(() -> second.get("/housekeeping").get(0).get("token").asInt() == 2);
    }
}
