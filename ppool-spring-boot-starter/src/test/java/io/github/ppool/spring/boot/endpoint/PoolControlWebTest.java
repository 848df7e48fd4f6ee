package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolState;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
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

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool", "management.endpoint.ppool.access=unrestricted"})
@ExtendWith(OutputCaptureExtension.class)
class PoolControlWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();
    private static final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

    private static volatile boolean listenerFails;

    @LocalServerPort
    private int port;

    @Autowired
    private Pools pools;

    @BeforeEach
    void start() {
        pools.startPool(PoolSpec.builder("p", Object::new).size(1).maxOverflow(2).build());
        audited.clear();
        listenerFails = false;
    }

    @AfterEach
    void stop() {
        pools.stopPool("p", Duration.ZERO);
    }

    @Test
    void suspends_and_resumes_a_pool() throws Exception {
        assertThat(post(port, "p", "{\"action\": \"suspend\"}").body()).contains("\"changed\":true");
        assertThat(status().phase()).isEqualTo(PoolPhase.SUSPENDED);
        post(port, "p", "{\"action\": \"resume\"}");
        assertThat(status().phase()).isEqualTo(PoolPhase.RUNNING);
        assertThat(audited)
                .extracting(AuditEvent::getType, AuditEvent::getData)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("PPOOL_CHANGED", Map.of("pool", "p", "action", "suspend")),
                        org.assertj.core.groups.Tuple.tuple("PPOOL_CHANGED", Map.of("pool", "p", "action", "resume")));
    }

    @Test
    void a_listener_of_audit_events_that_fails_does_not_turn_an_action_into_an_error() throws Exception {
        listenerFails = true;
        HttpResponse<String> answer = post(port, "p", "{\"action\": \"resize\", \"size\": 2}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"changed\":true");
        assertThat(status().size()).isEqualTo(2);
        assertThat(audited).hasSize(1);
    }

    @Test
    void resizes_a_pool() throws Exception {
        assertThat(post(port, "p", "{\"action\": \"resize\", \"size\": 3}").statusCode()).isEqualTo(200);
        assertThat(status().size()).isEqualTo(3);
        assertThat(status().maxOverflow()).isEqualTo(2);
    }

    @Test
    void resizes_a_pool_to_nothing() throws Exception {
        assertThat(post(port, "p", "{\"action\": \"resize\", \"size\": 0, \"maxOverflow\": 0}").statusCode())
                .isEqualTo(200);
        assertThat(status().state()).isEqualTo(PoolState.FULL);
    }

    @Test
    void stops_a_pool() throws Exception {
        assertThat(post(port, "p", "{\"action\": \"stop\", \"drain\": \"2s\"}").statusCode()).isEqualTo(200);
        assertThat(pools.names()).isEmpty();
        assertThat(audited.get(0).getData()).containsEntry("drain", "PT2S");
    }

    @Test
    void acts_on_each_member_of_a_group() throws Exception {
        pools.startPool(PoolSpec.builder("q", Object::new).size(1).build());
        pools.startGroup(PoolGroupSpec.of("crew", "p", "q"));
        try {
            pools.admin().suspend("q");
            assertThat(JsonPath.<String>read(get("/crew"), "$.name")).isEqualTo("crew");
            String suspended = post(port, "crew", "{\"action\": \"suspend\"}").body();
            assertThat(JsonPath.<Boolean>read(suspended, "$.changed")).isTrue();
            assertThat(JsonPath.<List<String>>read(suspended, "$.members")).containsExactly("p");
            assertThat(status().phase()).isEqualTo(PoolPhase.SUSPENDED);
            String resumed = post(port, "crew", "{\"action\": \"resume\"}").body();
            assertThat(JsonPath.<List<String>>read(resumed, "$.members")).containsExactly("p", "q");
            String restarted = post(port, "crew", "{\"action\": \"restart\"}").body();
            assertThat(JsonPath.<Boolean>read(restarted, "$.changed")).isFalse();
            assertThat(JsonPath.<List<String>>read(restarted, "$.members")).isEmpty();
            assertThat(audited).extracting(AuditEvent::getData).containsExactly(
                    Map.of("pool", "crew", "action", "suspend", "members", "p"),
                    Map.of("pool", "crew", "action", "resume", "members", "p, q"));
            for (String action : List.of("stop", "resize", "start", "trace_on", "drain", "explode")) {
                HttpResponse<String> refused = post(port, "crew", "{\"action\": \"" + action + "\"}");
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
                assertThat(refused.body()).contains(
                        "action on a group must be suspend, resume or restart, got: " + action);
            }
            assertThat(post(port, "crew", "{\"action\": \"suspend\", \"path\": \"a/b\"}").statusCode()).isEqualTo(400);
        } finally {
            pools.stopGroup("crew");
            pools.stopPool("q", Duration.ZERO);
        }
        assertThat(post(port, "crew", "{\"action\": \"suspend\"}").statusCode()).isEqualTo(404);
    }

    @Test
    void says_when_nothing_was_to_be_done_and_does_not_audit_it() throws Exception {
        assertThat(post(port, "p", "{\"action\": \"resume\"}").body()).contains("\"changed\":false");
        assertThat(audited).isEmpty();
    }

    @Test
    void answers_404_for_a_pool_that_does_not_exist_and_400_for_what_can_not_be_done() throws Exception {
        assertThat(post(port, "nobody", "{\"action\": \"suspend\"}").statusCode()).isEqualTo(404);
        refuses("{\"action\": \"explode\"}",
                "action must be start, suspend, resume, restart, resize, stop, restart_child,");
        refuses("{\"action\": \"resize\"}", "resize must have a size or a maxOverflow");
        refuses("{\"action\": \"resize\", \"size\": -1}", "size must not be negative, got: -1");
        refuses("{\"action\": \"resize\", \"size\": 2147483647}", "size must be at most 100000, got: 2147483647");
        refuses("{\"action\": \"resize\", \"maxOverflow\": 100000}",
                "size + max-overflow must be from 0 to 100000, got: 1 + 100000");
        refuses("{\"action\": \"resize\", \"size\": \"many\"}", "size must be a whole number, got: many");
        refuses("{\"action\": \"stop\", \"drain\": \"soon\"}",
                "drain must be a duration, such as 500ms, 5s or 2m, got: soon");
        refuses("{}", "or trace_off, got: none");
        refuses("{\"size\": 3}", "or trace_off, got: none");
        assertThat(status().size()).isEqualTo(1);
        assertThat(audited).isEmpty();
    }

    @Test
    void stops_a_worker_for_good_until_it_is_started_again() throws Exception {
        await().until(() -> status().available() == 1);
        assertThat(post(port, "p", child("terminate_child", "p/1")).body())
                .contains("\"child\":\"p/1\",\"changed\":true");
        assertThat(status().available()).isZero();
        assertThat(post(port, "p", child("restart_child", "p/1")).statusCode()).isEqualTo(200);
        await().until(() -> status().available() == 1);
        assertThat(audited).extracting(AuditEvent::getData).containsExactly(
                Map.of("pool", "p", "action", "terminate_child", "child", "p/1"),
                Map.of("pool", "p", "action", "restart_child", "child", "p/1"));
    }

    @Test
    void a_worker_that_is_deleted_leaves_its_place_to_another_one() throws Exception {
        await().until(() -> status().available() == 1);
        refuses(child("delete_child", "p/1"), "delete_child was refused: running");
        post(port, "p", child("terminate_child", "p/1"));
        assertThat(post(port, "p", child("delete_child", "p/1")).statusCode()).isEqualTo(200);
        assertThat(status().workers()).isZero();
        pools.pool("p").orElseThrow().transaction(worker -> assertThat(worker).isNotNull());
        assertThat(post(port, "p", child("restart_child", "p/1")).statusCode()).isEqualTo(404);
    }

    @Test
    void changes_the_plan_of_a_worker() throws Exception {
        await().until(() -> status().available() == 1);
        post(port, "p", "{\"action\": \"change_plan\", \"child\": \"p/1\", \"plan\": \"wait\"}");
        Supervisor supervisor = Supervisor.of(pools.system(), pools.supervisor("p").orElseThrow());
        assertThat(supervisor.plan("p/1")).contains(RestartPlan.parse("[wait]"));
        assertThat(audited.get(0).getData()).containsEntry("plan", "wait");
        pools.system().exit(supervisor.pid("p/1").orElseThrow(), ExitReason.KILL);
        await().until(() -> supervisor.child("p/1").orElseThrow().state() == ChildInfo.State.UNDEFINED);
        post(port, "p", child("restart_child", "p/1"));
        await().until(() -> status().available() == 1);
    }

    @Test
    void shows_when_a_worker_will_be_started_again() throws Exception {
        await().until(() -> status().available() == 1);
        post(port, "p", "{\"action\": \"change_plan\", \"child\": \"p/1\", \"plan\": \"1h\"}");
        Supervisor supervisor = Supervisor.of(pools.system(), pools.supervisor("p").orElseThrow());
        pools.system().exit(supervisor.pid("p/1").orElseThrow(), ExitReason.KILL);
        await().until(() -> supervisor.child("p/1").orElseThrow().state() == ChildInfo.State.RESTARTING);
        String children = get("/p/which_children");
        assertThat(Instant.parse(JsonPath.<List<String>>read(children, "$.children[*].restartAt").get(0)))
                .isBetween(Instant.now().plus(Duration.ofMinutes(59)), Instant.now().plus(Duration.ofMinutes(60)));
        assertThat(children).contains("\"child\":\"restarting\"", "\"lastExit\":\"killed\"");
    }

    @Test
    void switches_the_trace_on_and_off(CapturedOutput output) throws Exception {
        assertThat(post(port, "mail", "{\"action\": \"trace_on\"}").statusCode()).isEqualTo(200);
        post(port, "mail", child("restart_child", "sender"));
        assertThat(post(port, "mail", "{\"action\": \"trace_off\"}").statusCode()).isEqualTo(200);
        assertThat(output).contains("restart_child sender", "an operator has changed {pool=mail, action=trace_on}");
    }

    @Test
    void restarts_a_child_of_a_supervision_tree() throws Exception {
        assertThat(post(port, "mail", child("terminate_child", "sender")).statusCode()).isEqualTo(200);
        assertThat(post(port, "mail", child("restart_child", "sender")).statusCode()).isEqualTo(200);
        HttpResponse<String> again = post(port, "mail", child("restart_child", "sender"));
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.body()).contains("restart_child was refused: running");
    }

    @Test
    void tells_by_its_class_why_a_child_could_not_be_started() throws Exception {
        post(port, "mail", child("terminate_child", "broken"));
        HttpResponse<String> response = post(port, "mail", child("restart_child", "broken"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .contains("\"changed\":false,\"failure\":\"java.lang.IllegalStateException\"")
                .doesNotContain("secret");
    }

    @Test
    void answers_404_for_a_child_that_does_not_exist_and_400_for_what_can_not_be_done_with_one() throws Exception {
        HttpResponse<String> response = post(port, "p", child("restart_child", "p/99"));
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("'p' has no child 'p/99'");
        assertThat(post(port, "p", child("delete_child", "p/99")).statusCode()).isEqualTo(404);
        refuses("{\"action\": \"restart_child\"}", "restart_child must have a child");
        refuses(child("change_plan", "p/1"), "change_plan must have a plan");
        refuses("{\"action\": \"change_plan\", \"child\": \"p/1\", \"plan\": \"retry\"}", "not a restart plan");
        refuses("{\"action\": \"change_plan\", \"child\": \"p/1\", \"plan\": \"5s, delete\"}",
                "the plan of a pool's worker must not have delete here");
        HttpResponse<String> type = post(port, "mail",
                "{\"action\": \"change_plan\", \"child\": \"sender\", \"plan\": \"wait\"}");
        assertThat(type.statusCode()).isEqualTo(400);
        HttpResponse<String> tree = post(port, "mail", "{\"action\": \"suspend\"}");
        assertThat(tree.statusCode()).isEqualTo(400);
        assertThat(tree.body()).contains("action on a supervision tree must be restart_child");
        assertThat(audited).isEmpty();
    }

    @Test
    void shows_the_supervision_trees_and_their_children() throws Exception {
        assertThat(get("")).contains("\"trees\":[{\"name\":\"mail\",\"pid\":\"<");
        // The child may have been restarted a moment ago, by the test before.
        await().untilAsserted(() -> assertThat(get("/mail/which_children"))
                .contains("\"id\":\"sender\"", "\"doing\":\"waiting\",\"messages\":0"));
        assertThat(get("/mail/count_children")).contains("\"specs\":2");
    }

    private String get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/ppool" + path)).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    private static String child(String action, String child) {
        return "{\"action\": \"" + action + "\", \"child\": \"" + child + "\"}";
    }

    private void refuses(String body, String reason) throws IOException, InterruptedException {
        HttpResponse<String> response = post(port, "p", body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(reason);
    }

    private PoolStatus status() {
        return pools.pool("p").orElseThrow().status();
    }

    static HttpResponse<String> post(int port, String pool, String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/ppool/" + pool))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        SupervisorSpec mail() {
            AtomicBoolean first = new AtomicBoolean(true);
            return SupervisorSpec.oneForOne("mail")
                    .children(
                            ChildSpec.of("sender", ChildStart.body("sender", self -> self.receive())),
                            ChildSpec.of("broken", ChildStart.process("broken", self -> {
                                if (first.getAndSet(false)) {
                                    return InitResult.ok(same -> same.receive());
                                }
                                throw new IllegalStateException("secret");
                            })));
        }

        @EventListener
        void audited(AuditApplicationEvent event) {
            audited.add(event.getAuditEvent());
            if (listenerFails) {
                throw new AssertionError("the listener of audit events fails");
            }
        }
    }
}
