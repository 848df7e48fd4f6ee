package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.observe.PidText;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** Actions of an operator on supervisors below the first level, and on their children. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool", "management.endpoint.ppool.access=unrestricted",
        "ppool.pools.smtp.worker=factory", "ppool.pools.smtp.size=1"})
@ExtendWith(OutputCaptureExtension.class)
class NestedActionsWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();
    private static final List<AuditEvent> audited = new ArrayList<>();

    @LocalServerPort
    private int port;

    @Autowired
    private SupervisionTrees trees;

    @Autowired
    private Pools pools;

    @BeforeEach
    void forget() {
        audited.clear();
    }

    private HttpResponse<String> post(String of, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/ppool/" + of))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String body(String action, String path, String child) {
        return "{\"action\": \"%s\", \"path\": \"%s\", \"child\": \"%s\"}".formatted(action, path, child);
    }

    private void refuses(int status, String of, String body, String message) throws Exception {
        HttpResponse<String> answer = post(of, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JsonPath.<String>read(answer.body(), "$.message")).isEqualTo(message);
        assertThat(audited).isEmpty();
    }

    private Supervisor at(String path) throws Exception {
        SupervisorPath way = SupervisorPath.of(path);
        return way.resolve(pools.system(), trees.supervisor(way.top()).orElseThrow()).orElseThrow();
    }

    @Test
    void a_child_of_a_nested_supervisor_is_terminated_restarted_and_deleted() throws Exception {
        HttpResponse<String> answer = post("mail", body("terminate_child", "senders/now", "fast"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JsonPath.<Map<String, Object>>read(answer.body(), "$")).containsExactlyInAnyOrderEntriesOf(Map.of(
                "pool", "mail", "action", "terminate_child", "path", "senders/now", "child", "fast", "changed", true));
        assertThat(at("mail/senders/now").pid("fast")).isEmpty();

        assertThat(post("mail", body("restart_child", "senders/now", "fast")).statusCode()).isEqualTo(200);
        assertThat(at("mail/senders/now").pid("fast")).isPresent();
        refusesWhileNothingElseIsAudited("restart_child was refused: running");

        assertThat(post("mail", body("terminate_child", "senders/now", "gone")).statusCode()).isEqualTo(200);
        assertThat(post("mail", body("delete_child", "senders/now", "gone")).statusCode()).isEqualTo(200);
        assertThat(at("mail/senders/now").child("gone")).isEmpty();
        assertThat(audited).extracting(AuditEvent::getData).last().isEqualTo(Map.of(
                "pool", "mail", "action", "delete_child", "path", "senders/now", "child", "gone"));
    }

    private void refusesWhileNothingElseIsAudited(String message) throws Exception {
        int before = audited.size();
        HttpResponse<String> again = post("mail", body("restart_child", "senders/now", "fast"));
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.body()).contains(message);
        assertThat(audited).hasSize(before);
    }

    @Test
    void a_supervisor_below_the_top_is_a_child_as_any_other() throws Exception {
        assertThat(post("mail", "{\"action\": \"terminate_child\", \"child\": \"later\"}").statusCode()).isEqualTo(200);
        refusesBelowAnEndedSupervisor();
        assertThat(post("mail", "{\"action\": \"restart_child\", \"child\": \"later\"}").statusCode()).isEqualTo(200);
        assertThat(at("mail/later").pid("letters")).isPresent();
    }

    private void refusesBelowAnEndedSupervisor() throws Exception {
        audited.clear();
        refuses(404, "mail", body("terminate_child", "later", "letters"),
                "there is no running supervisor 'later' below 'mail'");
    }

    @Test
    void a_nested_supervisor_is_traced(CapturedOutput output) throws Exception {
        assertThat(post("mail", "{\"action\": \"trace_on\", \"path\": \"senders\"}").body())
                .contains("\"path\":\"senders\",\"changed\":true");
        post("mail", body("restart_child", "senders", "now"));
        assertThat(post("mail", "{\"action\": \"trace_off\", \"path\": \"senders\"}").statusCode()).isEqualTo(200);
        assertThat(output).contains("restart_child now",
                "an operator has changed {pool=mail, action=trace_on, path=senders}");
    }

    @Test
    void a_child_of_a_nested_supervisor_gets_another_plan() throws Exception {
        HttpResponse<String> answer = post("mail",
                "{\"action\": \"change_plan\", \"path\": \"senders/now\", \"child\": \"fast\", \"plan\": \"5 s\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("not a restart plan");
        assertThat(post("mail",
                "{\"action\": \"change_plan\", \"path\": \"senders/now\", \"child\": \"planned\","
                        + " \"plan\": \"5s, wait\"}")
                .statusCode()).isEqualTo(200);
        assertThat(at("mail/senders/now").plan("planned")).hasToString("Optional[[5s, wait]]");
    }

    @Test
    void a_child_without_an_id_is_terminated_by_its_pid() throws Exception {
        Supervisor guests = at("mail/guests");
        guests.startChild("one");
        String pid = PidText.of(Objects.requireNonNull(guests.whichChildren().getFirst().pid()));

        assertThat(post("mail", body("terminate_child", "guests", pid)).statusCode()).isEqualTo(200);
        assertThat(guests.whichChildren()).isEmpty();
        assertThat(audited).extracting(AuditEvent::getData).containsExactly(Map.of(
                "pool", "mail", "action", "terminate_child", "path", "guests", "child", pid));
    }

    @Test
    void a_path_that_leads_nowhere_and_a_child_that_is_not_there_are_told_apart() throws Exception {
        refuses(404, "mail", body("restart_child", "senders/none", "fast"),
                "there is no running supervisor 'senders/none' below 'mail'");
        refuses(404, "mail", body("restart_child", "inbox", "fast"),
                "there is no running supervisor 'inbox' below 'mail'");
        refuses(404, "mail", body("restart_child", "senders/now", "slow"),
                "'senders/now' below 'mail' has no child 'slow'");
        refuses(404, "smtp", body("terminate_child", "smtp%2F1", "x"),
                "there is no running supervisor 'smtp%2F1' below 'smtp'");
        refuses(404, "none", body("terminate_child", "senders", "x"), "there is no pool 'none'");
        refuses(400, "mail", body("restart_child", "senders//now", "fast"),
                "path must be names with / between them, such as mail/senders, got: mail/senders//now");
    }

    @Test
    void an_action_on_a_whole_pool_refuses_a_path() throws Exception {
        refuses(400, "smtp", "{\"action\": \"stop\", \"path\": \"senders\"}",
                "path is for restart_child, terminate_child, delete_child, change_plan, trace_on or trace_off,"
                        + " got it with: stop");
        assertThat(pools.pool("smtp")).isPresent();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        @Bean
        WorkerFactory<Object> factory() {
            return Object::new;
        }

        @Bean
        SupervisorSpec mail() {
            return SupervisorSpec.oneForOne("mail").children(
                    ChildSpec.supervisor("senders", SupervisorSpec.oneForOne("senders").children(
                            ChildSpec.supervisor("now", SupervisorSpec.oneForOne("now").children(
                                    worker("fast"), worker("gone"),
                                    worker("planned").plan(RestartPlan.parse("[1s, wait]")))))),
                    ChildSpec.supervisor("later", SupervisorSpec.oneForOne("later").children(worker("letters"))),
                    ChildSpec.supervisor("guests", SupervisorSpec.simpleOneForOne("guests", worker("guest"))),
                    worker("inbox"));
        }

        private static ChildSpec worker(String id) {
            return ChildSpec.of(id, ChildStart.body(id, self -> self.receive()));
        }

        @EventListener
        void audited(AuditApplicationEvent event) {
            audited.add(event.getAuditEvent());
        }
    }
}
