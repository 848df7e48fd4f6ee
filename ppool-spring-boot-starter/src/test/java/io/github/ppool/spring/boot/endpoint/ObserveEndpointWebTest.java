package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Snapshots for a page that shows the application live. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool", "ppool.pools.smtp.worker=factory",
        "ppool.pools.smtp.size=2", "ppool.pools.smtp.max-overflow=0", "spring.application.name=reminders"})
class ObserveEndpointWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private PoolClient<StringBuilder> smtp;

    @Autowired
    private SupervisionTrees trees;

    @Autowired
    private ProcessSystem system;

    private HttpResponse<String> answer(String path) throws Exception {
        URI uri = URI.create("http://localhost:" + port + "/actuator/ppool/" + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String get(String path) throws Exception {
        HttpResponse<String> answer = answer(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private void refuses(String path, String message) throws Exception {
        HttpResponse<String> answer = answer(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(JsonPath.<String>read(answer.body(), "$.message")).isEqualTo(message);
    }

    private String crash() throws Exception {
        smtp.transaction(worker -> worker.append("used"));
        smtp.checkout().fail(new IllegalStateException("the password is swordfish"));
        await().until(() -> !JsonPath.<List<?>>read(get("observe"), "$.journal[?(@.event == 'restarted')]").isEmpty());
        return get("observe?pool=smtp");
    }

    @Test
    void a_snapshot_shows_the_application_its_pools_and_trees() throws Exception {
        await().until(() -> JsonPath.<Integer>read(get("observe"), "$.sequence") > 1);
        smtp.transaction(worker -> worker.append("used"));
        String seen = get("observe");
        assertThat(JsonPath.<String>read(seen, "$.application.name")).isEqualTo("reminders");
        assertThat(JsonPath.<String>read(seen, "$.start")).isNotEmpty();
        assertThat(JsonPath.<Integer>read(seen, "$.everyMillis")).isEqualTo(1_000);
        assertThat(JsonPath.<Boolean>read(seen, "$.complete")).isTrue();
        assertThat(JsonPath.<Boolean>read(seen, "$.writable")).isFalse();
        assertThat(JsonPath.<Boolean>read(seen, "$.showsValues")).isFalse();
        assertThat(JsonPath.<Boolean>read(seen, "$.cluster")).isFalse();
        assertThat(JsonPath.<Boolean>read(seen, "$.durable")).isFalse();
        assertThat(JsonPath.<String>read(seen, "$.history")).isEqualTo("while-observed");
        assertThat(JsonPath.<Integer>read(seen, "$.processes")).isGreaterThan(3);
        assertThat(JsonPath.<List<String>>read(seen, "$.pools[*].name")).containsExactly("smtp");
        assertThat(JsonPath.<Integer>read(seen, "$.pools[0].workers.idle")).isEqualTo(2);
        assertThat(JsonPath.<Map<String, ?>>read(seen, "$.pools[0].wait")).containsKeys("p50Micros", "p99Micros");
        assertThat(JsonPath.<Map<String, ?>>read(seen, "$.pools[0].rates")).containsKeys("perSecond");
        assertThat(JsonPath.<List<String>>read(seen, "$.trees[*].name")).containsExactly("mail");
        assertThat(JsonPath.<Boolean>read(seen, "$.trees[0].running")).isTrue();
        assertThat(JsonPath.<Map<String, ?>>read(seen, "$.top")).containsKeys("mailbox", "wait", "restarts", "state");
        assertThat(seen).doesNotContain("null");
    }

    @Test
    void a_crash_is_in_the_journal_with_its_class_and_without_its_message() throws Exception {
        String seen = crash();
        assertThat(JsonPath.<List<String>>read(seen, "$.journal[?(@.event == 'crashed')].reason"))
                .contains("java.lang.IllegalStateException");
        assertThat(JsonPath.<List<String>>read(seen, "$.detail.journal[?(@.event == 'crashed')].of"))
                .contains("smtp");
        assertThat(JsonPath.<Integer>read(seen, "$.pools[0].restarts")).isPositive();
        assertThat(seen).doesNotContain("swordfish");
        int newest = JsonPath.read(seen, "$.journal[0].sequence");
        assertThat(JsonPath.<List<?>>read(get("observe?journalSince=" + newest), "$.journal")).isEmpty();
    }

    @Test
    void wrong_parameters_are_refused() throws Exception {
        refuses("observe?since=-1", "since must be 0 or more, got: -1");
        refuses("observe?since=soon", "since must be a whole number, got: soon");
        refuses("observe?top=0", "top must be from 1 to 100, got: 0");
        refuses("observe?top=101", "top must be from 1 to 100, got: 101");
        refuses("observe?journalSince=x", "journalSince must be a whole number, got: x");
    }

    @Test
    @SuppressWarnings("try") // the leases are over before the end of the block, for the caller that waits
    void a_pool_is_shown_in_detail_with_its_workers_queue_plan_and_history() throws Exception {
        await().until(() -> JsonPath.<Integer>read(get("observe"), "$.sequence") > 1);
        try (Lease<StringBuilder> one = smtp.checkout(); Lease<StringBuilder> other = smtp.checkout()) {
            CountDownLatch served = new CountDownLatch(1);
            Thread.ofPlatform().name("impatient").start(() -> {
                smtp.checkout(Duration.ofMinutes(1)).close();
                served.countDown();
            });
            await().until(() -> smtp.status().queueDepth() == 1);
            String seen = get("observe?pool=smtp&top=3");
            assertThat(JsonPath.<List<String>>read(seen, "$.detail.workers[*].state"))
                    .containsExactly("borrowed", "borrowed");
            assertThat(JsonPath.<List<String>>read(seen, "$.detail.workers[*].holder"))
                    .containsOnly(Thread.currentThread().getName());
            assertThat(JsonPath.<List<Integer>>read(seen, "$.detail.workers[*].restarts")).hasSize(2);
            assertThat(JsonPath.<List<String>>read(seen, "$.detail.queue[*].who")).containsExactly("impatient");
            assertThat(JsonPath.<List<String>>read(seen, "$.detail.queue[*].kind")).containsExactly("caller");
            assertThat(JsonPath.<Integer>read(seen, "$.detail.queue[0].deadlineInMillis")).isBetween(1, 60_000);
            assertThat(JsonPath.<List<String>>read(seen, "$.detail.plan.text")).isNotEmpty();
            assertThat(JsonPath.<Integer>read(seen, "$.detail.plan.steps[0].delayMillis")).isZero();
            assertThat(JsonPath.<Integer>read(seen, "$.detail.samples.every")).isOne();
            assertThat(JsonPath.<List<String>>read(seen, "$.top.wait[*].who")).containsExactly("impatient");
            assertThat(JsonPath.<List<String>>read(seen, "$.top.state[*].status")).hasSize(3);
            assertThat(JsonPath.<List<Integer>>read(get("observe?pool=smtp"),
                    "$.detail.workers[*].sinceAtLeastMillis")).hasSize(2);
            other.close();
            served.await();
            one.close();
        }
        int sequence = JsonPath.read(get("observe?pool=smtp"), "$.sequence");
        await().until(() -> JsonPath.<Integer>read(get("observe"), "$.sequence") > sequence);
        String next = get("observe?pool=smtp&since=" + sequence);
        assertThat(JsonPath.<Integer>read(next, "$.detail.samples.from")).isEqualTo(sequence + 1);
        assertThat(JsonPath.<Integer>read(next, "$.pools[0].samples.from")).isEqualTo(sequence + 1);
        assertThat(JsonPath.<Integer>read(get("observe?pool=smtp&since=999999"), "$.pools[0].samples.every"))
                .isEqualTo(15);
    }

    @Test
    void keys_and_tasks_whose_time_has_not_come_are_shown_in_detail() throws Exception {
        assertThat(get("observe?pool=smtp")).doesNotContain("backlog");
        TaskQueue<StringBuilder> customer = smtp.tasks(TaskOptions.key("customer-42"));
        CountDownLatch open = new CountDownLatch(1);
        Task<?> scheduled = customer.schedule(Duration.ofHours(1), worker -> {});
        Task<?> holder = customer.asyncQueue(worker -> open.await());
        Task<?> waiting = customer.asyncQueue(worker -> {});
        await().until(() -> holder.state() == TaskState.RUNNING);
        String seen = get("observe?pool=smtp");
        assertThat(JsonPath.<Integer>read(seen, "$.detail.backlog.scheduled")).isOne();
        assertThat(JsonPath.<Integer>read(seen, "$.detail.backlog.nextInMillis")).isBetween(3_000_000, 3_600_000);
        assertThat(JsonPath.<String>read(seen, "$.detail.backlog.first[0].task")).isEqualTo("task #" + scheduled.id());
        assertThat(JsonPath.<String>read(seen, "$.detail.backlog.first[0].key")).isEqualTo("customer-42");
        assertThat(JsonPath.<Integer>read(seen, "$.detail.backlog.keys")).isOne();
        assertThat(JsonPath.<Integer>read(seen, "$.detail.backlog.waitingForKeys")).isOne();
        assertThat(JsonPath.<String>read(seen, "$.detail.backlog.busiest[0].key")).isEqualTo("customer-42");
        assertThat(JsonPath.<String>read(seen, "$.detail.backlog.busiest[0].state")).isEqualTo("running");
        assertThat(JsonPath.<String>read(seen, "$.detail.backlog.busiest[0].task")).isEqualTo("task #" + holder.id());
        open.countDown();
        waiting.result().toCompletableFuture().join();
        assertThat(scheduled.cancel()).isTrue();
    }

    @Test
    void a_crash_below_the_top_of_a_tree_is_in_the_journal_with_its_path() throws Exception {
        Supervisor top = trees.supervisor("mail").orElseThrow();
        Supervisor senders = Supervisor.of(system, top.pid("senders").orElseThrow());
        system.exit(senders.pid("fast").orElseThrow(), ExitReason.of("boom"));
        await().until(() -> JsonPath.<List<String>>read(get("observe?pool=mail"), "$.detail.journal[*].event")
                .containsAll(List.of("crashed", "restarting", "restarted")));
        String seen = get("observe?pool=mail");
        assertThat(JsonPath.<List<String>>read(seen, "$.detail.journal[*].child")).containsOnly("senders/fast");
        assertThat(JsonPath.<List<String>>read(seen, "$.detail.journal[*].decision")).containsOnly("restarts now");
        assertThat(JsonPath.<List<String>>read(seen, "$.detail.journal[*].kind")).containsOnly("tree");
        assertThat(JsonPath.<Integer>read(seen, "$.trees[0].restarts")).isPositive();
        assertThat(JsonPath.<List<String>>read(seen, "$.top.restarts[?(@.of == 'mail')].child"))
                .containsExactly("senders/fast");
    }

    @Test
    void a_process_tells_for_how_long_it_has_waited() throws Exception {
        String pid = trees.supervisor("mail").orElseThrow().pid("inbox").map(found -> "" + found.id()).orElseThrow();
        assertThat(JsonPath.<Integer>read(get("process/" + pid), "$.sinceMillis")).isNotNegative();
    }

    @Test
    void an_unknown_pool_has_a_detail_without_workers() throws Exception {
        String seen = get("observe?pool=no%20such");
        assertThat(JsonPath.<Map<String, ?>>read(seen, "$.detail")).containsKeys("pool", "journal")
                .doesNotContainKey("workers");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        SupervisorSpec mail() {
            return SupervisorSpec.oneForOne("mail")
                    .children(
                            ChildSpec.of("inbox", ChildStart.body("inbox", self -> self.receive())),
                            ChildSpec.supervisor("senders", SupervisorSpec.oneForOne("senders").children(
                                    ChildSpec.of("fast", ChildStart.body("fast", self -> self.receive())))));
        }
    }
}
