package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.SupervisorSpec;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Trees of any depth and single processes at the endpoint. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool", "ppool.pools.smtp.worker=factory",
        "ppool.pools.smtp.size=2"})
class TreeEndpointWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    private String get(String path) throws Exception {
        HttpResponse<String> answer = answer(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private HttpResponse<String> answer(String path) throws Exception {
        URI uri = URI.create("http://localhost:" + port + "/actuator/" + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void refuses(int status, String path, String message) throws Exception {
        HttpResponse<String> answer = answer(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(JsonPath.<String>read(answer.body(), "$.message")).isEqualTo(message);
    }

    @Test
    void all_pools_and_trees_are_shown_with_the_paths_of_their_processes() throws Exception {
        String tree = get("ppool/tree");
        assertThat(JsonPath.<List<String>>read(tree, "$..path")).containsExactly(
                "smtp", "smtp/smtp%2F1", "smtp/smtp%2F2", "mail", "mail/senders", "mail/senders/now",
                "mail/senders/now/fast", "mail/senders/later", "mail/inbox");
        assertThat(JsonPath.<Boolean>read(tree, "$.complete")).isTrue();
        assertThat(JsonPath.<Integer>read(tree, "$.size")).isEqualTo(9);
        assertThat(JsonPath.<List<String>>read(tree, "$.tops[1].children[*].child.type"))
                .containsExactly("supervisor", "worker");
        assertThat(tree).doesNotContain("null");
    }

    @Test
    void a_path_a_depth_and_a_limit_choose_a_part() throws Exception {
        String part = get("ppool/tree?path=mail/senders&depth=1&limit=1");
        assertThat(JsonPath.<List<String>>read(part, "$..path")).containsExactly("mail/senders", "mail/senders/now");
        assertThat(JsonPath.<Boolean>read(part, "$.complete")).isFalse();
        assertThat(JsonPath.<Integer>read(part, "$.tops[0].total")).isEqualTo(2);
        String next = JsonPath.read(part, "$.tops[0].next");
        String rest = get("ppool/mail/which_children?path=senders&after=" + next);
        assertThat(JsonPath.<List<String>>read(rest, "$.children[*].id")).containsExactly("later");
        refuses(404, "ppool/tree?path=mail/none", "there is no running supervisor at 'mail/none'");
        refuses(404, "ppool/tree?path=none", "there is no running supervisor at 'none'");
        refuses(400, "ppool/tree?path=mail//now",
                "path must be names with / between them, such as mail/senders, got: mail//now");
        refuses(400, "ppool/tree?depth=21", "depth must be from 1 to 20, got: 21");
        refuses(400, "ppool/tree?depth=deep", "depth must be a whole number, got: deep");
        refuses(400, "ppool/tree?limit=0", "limit must be from 1 to 1000, got: 0");
    }

    @Test
    void supervisors_below_the_first_level_can_be_asked_for_their_children() throws Exception {
        assertThat(JsonPath.<List<String>>read(
                get("ppool/mail/which_children?path=senders/now"), "$.children[*].id")).containsExactly("fast");
        assertThat(JsonPath.<Integer>read(get("ppool/mail/count_children?path=senders"), "$.supervisors")).isOne();
        refuses(404, "ppool/mail/which_children?path=inbox", "there is no running supervisor 'inbox' below 'mail'");
    }

    @Test
    void a_process_of_the_tree_can_be_looked_at() throws Exception {
        String tree = get("ppool/tree?path=mail/senders/now");
        String pid = JsonPath.read(tree, "$.tops[0].children[0].pid");
        String path = "ppool/process/" + encoded(pid);
        await().until(() -> get(path).contains("\"doing\":\"a message\"")); // it has only just been started
        String process = get(path);
        assertThat(JsonPath.<String>read(process, "$.pid")).isEqualTo(pid);
        assertThat(JsonPath.<String>read(process, "$.status")).isEqualTo("waiting");
        assertThat(JsonPath.<String>read(process, "$.doing")).isEqualTo("a message");
        assertThat(JsonPath.<List<String>>read(process, "$.links"))
                .containsExactly(JsonPath.<String>read(tree, "$.tops[0].pid"));
        assertThat(JsonPath.<List<String>>read(process, "$.stack")).isNotEmpty();
        refuses(404, "ppool/process/999999999", "there is no process 999999999");
        refuses(400, "ppool/process/smtp", "pid must be a number such as 17 or <17>, got: smtp");
    }

    @Test
    void an_idle_worker_of_a_pool_waits_for_work() throws Exception {
        String pid = JsonPath.read(get("ppool/tree?path=smtp"), "$.tops[0].children[0].pid");
        await().until(() -> get("ppool/process/" + encoded(pid)).contains("\"doing\":\"work\""));
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
                            ChildSpec.supervisor("now", SupervisorSpec.oneForOne("now").children(worker("fast"))),
                            worker("later"))),
                    worker("inbox"));
        }

        private static ChildSpec worker(String id) {
            return ChildSpec.of(id, ChildStart.body(id, self -> self.receive()));
        }
    }
}
