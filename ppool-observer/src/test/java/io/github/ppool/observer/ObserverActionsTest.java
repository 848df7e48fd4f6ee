package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.observer.ShopApplication.Mails;
import io.github.ppool.observer.TestServer.Extra;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartType;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.DurableOperations.Change;
import io.github.ppool.spring.boot.DurableOperations.Filter;
import io.github.ppool.spring.boot.DurableOperations.State;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.supervisor.Supervisor;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** The actions of the page in a browser, with the security of the documentation. Each acts, and is audited. */
@Timeout(180)
class ObserverActionsTest {

    private static TestServer server;

    private Operator operator;

    @BeforeAll
    static void start() {
        Browser.open(); // skips the class where there is none
        server = Applications.shop();
    }

    @BeforeEach
    void logIn() {
        operator = Operator.logIn(server, "operator");
        server.context().getBean(Pools.class).admin().resume("smtp");
        server.context().getBean(ClusterOperations.class).undrain("host-1");
        durable().change(Change.CANCEL, Filter.ALL);
        shop().takeAudited();
    }

    @AfterEach
    void logOut() {
        operator.close();
    }

    private static ShopApplication shop() {
        return server.context().getBean(ShopApplication.class);
    }

    private static PoolStatus pool(String name) {
        return server.context().getBean(Pools.class).pool(name).orElseThrow().status();
    }

    private static DurableOperations durable() {
        return server.context().getBean(DurableOperations.class);
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(50)).untilAsserted(assertion);
    }

    /** The one change that was audited, by the operator. */
    private static void audited(String... keysAndValues) {
        List<AuditEvent> events = shop().takeAudited();
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().getPrincipal()).isEqualTo("operator");
        Map<String, Object> expected = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            expected.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        assertThat(new TreeMap<>(events.getFirst().getData())).isEqualTo(expected);
    }

    // ---- pools

    @Test
    void a_pool_is_suspended_by_typing_its_name_and_resumed_by_a_button() {
        operator.open("#/pool/smtp");

        operator.act("Suspend pool smtp").type("smtp").confirm();
        operator.outcome("Suspend pool smtp: done");
        assertThat(pool("smtp").phase()).isEqualTo(PoolPhase.SUSPENDED);
        audited("pool", "smtp", "action", "suspend");

        operator.act("Resume pool smtp").confirm();
        operator.outcome("Resume pool smtp: done");
        assertThat(pool("smtp").phase()).isEqualTo(PoolPhase.RUNNING);
        audited("pool", "smtp", "action", "resume");
    }

    @Test
    void a_group_is_suspended_by_typing_its_name_and_resumed_by_a_button() {
        Pools pools = server.context().getBean(Pools.class);
        pools.startGroup(PoolGroupSpec.of("shop-mail", "smtp", "books"));
        try {
            operator.open("#/pools");

            operator.act("Suspend group shop-mail").type("shop-mail").confirm();
            operator.outcome("Suspend group shop-mail: done for smtp, books");
            assertThat(pool("smtp").phase()).isEqualTo(PoolPhase.SUSPENDED);
            audited("pool", "shop-mail", "action", "suspend", "members", "smtp, books");

            operator.act("Resume group shop-mail").confirm();
            operator.outcome("Resume group shop-mail: done for smtp, books");
            assertThat(pool("books").phase()).isEqualTo(PoolPhase.RUNNING);
            audited("pool", "shop-mail", "action", "resume", "members", "smtp, books");

            operator.act("Restart group shop-mail").confirm();
            operator.outcome("Restart group shop-mail: there was nothing to change");
            assertThat(shop().takeAudited()).isEmpty();

            operator.open("#/group/shop-mail");
            operator.act("Suspend group shop-mail").type("shop-mail").confirm();
            operator.outcome("Suspend group shop-mail: done for smtp, books");
            audited("pool", "shop-mail", "action", "suspend", "members", "smtp, books");
            operator.act("Resume group shop-mail").confirm();
            operator.outcome("Resume group shop-mail: done for smtp, books");
            audited("pool", "shop-mail", "action", "resume", "members", "smtp, books");
        } finally {
            pools.stopGroup("shop-mail");
            pools.admin().resume("books");
        }
    }

    @Test
    void a_pool_is_resized_and_a_smaller_one_has_to_be_confirmed_by_its_name() {
        operator.open("#/pool/smtp");

        operator.act("Resize pool smtp").fill("Max-overflow", "4").confirm();
        operator.outcome("5 places: done");
        assertThat(pool("smtp").maxOverflow()).isEqualTo(4);
        audited("pool", "smtp", "action", "resize", "maxOverflow", "4");

        eventually(() -> assertThat(operator.text("main")).contains("+ 4"));
        operator.act("Resize pool smtp").fill("Max-overflow", "1").confirm();
        assertThat(operator.refusal()).contains("Type smtp to confirm");
        assertThat(pool("smtp").maxOverflow()).isEqualTo(4);
        operator.type("smtp").confirm();
        operator.outcome("2 places: done");
        assertThat(pool("smtp").maxOverflow()).isEqualTo(1);
        audited("pool", "smtp", "action", "resize", "maxOverflow", "1");
    }

    @Test
    void a_pool_is_stopped_and_started_again() {
        operator.open("#/pool/books");

        operator.act("Stop pool books").fill("Time for accepted work", "5s").type("books").confirm();
        operator.outcome("Stop pool books: done");
        assertThat(server.context().getBean(Pools.class).pool("books")).isEmpty();
        audited("pool", "books", "action", "stop", "drain", "PT5S");

        operator.act("Start pool books").confirm();
        operator.outcome("Start pool books: done");
        assertThat(pool("books").phase()).isEqualTo(PoolPhase.RUNNING);
        audited("pool", "books", "action", "start");
    }

    @Test
    void a_pool_that_has_given_up_is_restarted() {
        Pools pools = server.context().getBean(Pools.class);
        PoolClient<Object> sms = pools.startPool(PoolSpec.builder("sms", Object::new)
                .size(1)
                .restart(RestartType.PERMANENT, new RestartIntensity(0, Duration.ofMinutes(1)))
                .build());
        try {
            eventually(() -> {
                if (pool("sms").available() > 0) {
                    Lease<Object> lease = sms.checkout();
                    lease.fail(new IllegalStateException("no connection"));
                    lease.close();
                }
                assertThat(pool("sms").phase()).isEqualTo(PoolPhase.GAVE_UP);
            });
            operator.open("#/pool/sms");

            operator.act("Restart pool sms").confirm();
            operator.outcome("Restart pool sms: done");
            eventually(() -> assertThat(pool("sms").phase()).isEqualTo(PoolPhase.RUNNING));
            audited("pool", "sms", "action", "restart");
            operator.browser().await("no problem", () -> !operator.text("main").contains("given up"));
        } finally {
            pools.stopPool("sms", Duration.ZERO);
        }
    }

    @Test
    void a_new_pool_is_started_from_the_overview() {
        operator.open("#/pools");

        operator.act("Start a pool").fill("Name of the pool", "fresh").fill("Worker", "builders").fill("Size", "1")
                .confirm();
        operator.outcome("Start pool fresh: done");
        audited("pool", "fresh", "action", "start", "worker", "builders", "size", "1");
        server.context().getBean(Pools.class).stopPool("fresh", Duration.ZERO);
    }

    @Test
    void the_requests_of_a_supervisor_are_traced_and_no_longer() {
        operator.open("#/pool/smtp");

        operator.act("Trace on for pool smtp").confirm();
        operator.outcome("Trace on for pool smtp: done");
        audited("pool", "smtp", "action", "trace_on");
        operator.act("Trace off for pool smtp").confirm();
        operator.outcome("Trace off for pool smtp: done");
        audited("pool", "smtp", "action", "trace_off");
    }

    // ---- children

    @Test
    void a_worker_gets_another_plan_and_is_terminated() {
        operator.open("#/pool/smtp");
        String child = operator.firstWorker();

        operator.act("Actions on child " + child).choose("Change the plan of child " + child)
                .fill("New plan", "5 s").type(child).confirm();
        assertThat(operator.refusal()).contains("not a restart plan", "5 s");
        operator.browser().expect("400");
        assertThat(shop().takeAudited()).isEmpty();
        operator.fill("New plan", "5s, wait").confirm();
        operator.outcome("Change the plan of child " + child + ": done");
        audited("pool", "smtp", "action", "change_plan", "child", child, "plan", "5s, wait");

        operator.act("Actions on child " + child).choose("Terminate child " + child).type(child).confirm();
        operator.outcome("Terminate child " + child + ": done");
        audited("pool", "smtp", "action", "terminate_child", "child", child);
    }

    @Test
    void a_child_of_a_tree_is_terminated_restarted_and_deleted() {
        operator.open("#/tree?path=clocks");
        operator.row("ticks");

        operator.act("Terminate child ticks of clocks").type("ticks").confirm();
        operator.outcome("Terminate child ticks of clocks: done");
        audited("pool", "clocks", "action", "terminate_child", "child", "ticks");

        operator.act("Restart child ticks of clocks").confirm();
        operator.outcome("Restart child ticks of clocks: done");
        audited("pool", "clocks", "action", "restart_child", "child", "ticks");

        operator.act("Terminate child ticks of clocks").type("ticks").confirm();
        operator.outcome("Terminate child ticks of clocks: done");
        shop().takeAudited();
        operator.act("Delete child ticks of clocks").type("ticks").confirm();
        operator.outcome("Delete child ticks of clocks: done");
        audited("pool", "clocks", "action", "delete_child", "child", "ticks");
    }

    @Test
    void a_child_below_a_nested_supervisor_is_found_in_the_tree_and_acted_on() {
        operator.open("#/tree?path=mail&q=fast");
        operator.row("fast");

        operator.act("Terminate child fast of mail/senders/now").type("fast").confirm();
        operator.outcome("Terminate child fast of mail/senders/now: done");
        audited("pool", "mail", "action", "terminate_child", "path", "senders/now", "child", "fast");

        operator.act("Restart child fast of mail/senders/now").confirm();
        operator.outcome("Restart child fast of mail/senders/now: done");
        audited("pool", "mail", "action", "restart_child", "path", "senders/now", "child", "fast");

        operator.open("#/tree?path=mail&q=slow");
        operator.row("slow");
        operator.act("Change the plan of child slow of mail/senders/now").fill("New plan", "5s, wait").type("slow")
                .confirm();
        operator.outcome("Change the plan of child slow of mail/senders/now: done");
        audited("pool", "mail", "action", "change_plan", "path", "senders/now", "child", "slow", "plan", "5s, wait");
    }

    @Test
    void trees_and_nested_supervisors_are_traced() {
        operator.open("#/tree?path=mail");
        operator.row("mail");
        operator.act("Trace on for tree mail").confirm();
        operator.outcome("Trace on for tree mail: done");
        audited("pool", "mail", "action", "trace_on");
        operator.act("Trace off for tree mail").confirm();
        operator.outcome("Trace off for tree mail: done");
        audited("pool", "mail", "action", "trace_off");

        operator.row("senders");
        operator.act("Trace on for child senders of mail").confirm();
        operator.outcome("Trace on for child senders of mail: done");
        audited("pool", "mail", "action", "trace_on", "path", "senders");
        operator.act("Trace off for child senders of mail").confirm();
        operator.outcome("Trace off for child senders of mail: done");
        audited("pool", "mail", "action", "trace_off", "path", "senders");
    }

    @Test
    void a_child_without_an_id_is_terminated_by_its_pid() throws Exception {
        Supervisor mail = server.context().getBean(SupervisionTrees.class).supervisor("mail").orElseThrow();
        Supervisor guests = Supervisor.of(
                server.context().getBean(Pools.class).system(), mail.pid("guests").orElseThrow());
        guests.startChild("one");
        String pid = "<" + Objects.requireNonNull(guests.whichChildren().getFirst().pid()).id() + ">";
        operator.open("#/tree?path=mail%2Fguests");
        operator.row(pid);

        operator.act("Terminate child " + pid + " of mail/guests").type(pid).confirm();
        operator.outcome("Terminate child " + pid + " of mail/guests: done");
        audited("pool", "mail", "action", "terminate_child", "path", "guests", "child", pid);
        assertThat(guests.whichChildren()).isEmpty();
    }

    // ---- the cluster

    @Test
    void a_node_is_drained_and_takes_part_again() {
        operator.open("#/cluster");

        operator.act("Drain node host-1").type("host-1").confirm();
        operator.outcome("Drain node host-1: done");
        audited("pool", "cluster", "action", "drain", "node", "host-1");

        operator.act("Undrain node host-1").confirm();
        operator.outcome("Undrain node host-1: done");
        audited("pool", "cluster", "action", "undrain", "node", "host-1");
    }

    @Test
    void a_singleton_is_handed_over() {
        eventually(() -> assertThat(server.context().getBean(ClusterOperations.class).status().singletons())
                .anyMatch(singleton -> singleton.node() != null));
        operator.open("#/cluster");

        operator.act("Hand over singleton housekeeping").type("housekeeping").confirm();
        operator.outcome("Hand over singleton housekeeping: done");
        audited("pool", "cluster", "action", "hand_over", "singleton", "housekeeping");
    }

    // ---- durable tasks

    private static long later(String text) {
        return server.context().getBean(Mails.class).queue().with().delay(Duration.ofDays(1)).enqueue(text).id();
    }

    private static State state(long id) {
        return durable().task(id).orElseThrow().state();
    }

    @Test
    void a_delayed_task_is_run_now_laid_down_redriven_and_dropped() {
        long id = later("");
        operator.open("#/durable/task/" + id);

        operator.act("Run now task " + id).confirm();
        operator.outcome("Run now task " + id + ": done");
        audited("durable", Long.toString(id), "action", "run_now", "tasks", "1");
        eventually(() -> assertThat(state(id)).isEqualTo(State.LAID_DOWN));

        operator.act("Redrive task " + id).confirm();
        operator.outcome("Redrive task " + id + ": done");
        audited("durable", Long.toString(id), "action", "redrive", "tasks", "1");
        eventually(() -> {
            assertThat(durable().task(id).orElseThrow().attempts()).isPositive();
            assertThat(state(id)).isEqualTo(State.LAID_DOWN);
        });

        operator.act("Drop task " + id).type(Long.toString(id)).confirm();
        operator.outcome("Drop task " + id + ": done");
        audited("durable", Long.toString(id), "action", "drop", "tasks", "1");
        assertThat(durable().task(id)).isEmpty();
        operator.browser().awaitText("There is no unfinished task " + id);
        operator.browser().expect("404"); // the page has asked for it again
    }

    @Test
    void a_task_is_cancelled_from_the_list_and_others_by_the_conditions_in_the_address() {
        long first = later("one");
        long second = later("two");
        later("three");
        operator.open("#/durable?pool=books&state=delayed");

        operator.act("Actions on task " + first).choose("Cancel task " + first).type(Long.toString(first)).confirm();
        operator.outcome("Cancel task " + first + ": done");
        audited("durable", Long.toString(first), "action", "cancel", "tasks", "1");
        assertThat(durable().task(first)).isEmpty();
        assertThat(state(second)).isEqualTo(State.DELAYED);

        operator.act("Cancel all matching tasks of pool books").type("books").confirm();
        operator.outcome("2 tasks changed");
        audited("durable", "tasks", "action", "cancel", "pool", "books", "state", "delayed", "tasks", "2");
        assertThat(durable().tasks(new Filter("books", null, State.DELAYED, null, null, null, null), 0, 10)).isEmpty();
    }

    @Test
    void tasks_are_run_now_redriven_and_dropped_by_the_conditions_in_the_address() {
        long first = later("");
        long second = later("");
        operator.open("#/durable?pool=books");

        operator.act("Run now all matching tasks of pool books").type("books").confirm();
        operator.outcome("2 tasks changed");
        audited("durable", "tasks", "action", "run_now", "pool", "books", "tasks", "2");
        eventually(() -> assertThat(List.of(state(first), state(second))).containsOnly(State.LAID_DOWN));

        operator.open("#/durable?pool=books&state=laid_down");
        operator.act("Redrive all matching tasks of pool books").type("books").confirm();
        operator.outcome("2 tasks changed");
        audited("durable", "tasks", "action", "redrive", "pool", "books", "state", "laid_down", "tasks", "2");
        eventually(() -> assertThat(List.of(state(first), state(second))).containsOnly(State.LAID_DOWN));

        operator.act("Drop all matching tasks of pool books").type("books").confirm();
        operator.outcome("2 tasks changed");
        audited("durable", "tasks", "action", "drop", "pool", "books", "state", "laid_down", "tasks", "2");
        assertThat(durable().task(first)).isEmpty();
    }

    @Test
    void all_tasks_without_a_condition_are_dropped_by_typing_so() {
        long id = later("one");
        operator.open("#/durable");

        operator.act("Drop all matching tasks of all pools").type("all tasks").confirm();
        operator.outcome("1 task changed");
        audited("durable", "tasks", "action", "drop", "tasks", "1");
        assertThat(durable().task(id)).isEmpty();
    }

    @Test
    void each_action_of_the_page_is_driven_by_a_test_of_this_class() throws Exception {
        String page = Files.readString(Path.of("src", "main", "resources", PageFiles.FOLDER, "actions.js"));
        String tests = Files.readString(
                Path.of("src", "test", "java", "io", "github", "ppool", "observer", "ObserverActionsTest.java"));
        Set<String> offered = Pattern.compile("(?:act\\(|action: )'([a-z_]+)'").matcher(page).results()
                .map(action -> action.group(1)).collect(Collectors.toSet());
        Set<String> driven = Pattern.compile("\"action\", \"([a-z_]+)\"").matcher(tests).results()
                .map(action -> action.group(1)).collect(Collectors.toSet());
        assertThat(offered).hasSizeGreaterThan(15);
        assertThat(driven).containsAll(offered);
    }

    // ---- the dialog

    @Test
    void the_keyboard_is_enough_and_the_focus_returns() {
        operator.open("#/pool/smtp");
        operator.focus("Suspend pool smtp");

        operator.press(Keys.ENTER);
        operator.press("smt", Keys.ENTER);
        assertThat(operator.refusal()).contains("Type smtp to confirm");
        operator.press(Keys.ESCAPE);
        eventually(() -> assertThat(operator.focused()).isEqualTo("Suspend pool smtp"));
        operator.press(Keys.ENTER);
        operator.press("smtp", Keys.ENTER);
        operator.outcome("Suspend pool smtp: done");
        audited("pool", "smtp", "action", "suspend");

        eventually(() -> assertThat(operator.focused()).isEqualTo("Resume pool smtp"));
        operator.press(Keys.ENTER);
        operator.press(Keys.TAB, Keys.ENTER);
        operator.outcome("Resume pool smtp: done");
        audited("pool", "smtp", "action", "resume");
        assertThat(operator.browser().accessibility()).isEmpty();
    }

    @Test
    void a_double_click_opens_one_dialog_and_does_nothing_twice() {
        operator.open("#/pool/smtp");

        new Actions(operator.browser().driver()).doubleClick(operator.button("Trace off for pool smtp")).perform();
        assertThat(operator.dialogs()).hasSize(1);
        new Actions(operator.browser().driver())
                .doubleClick(operator.browser().find("dialog button[type=submit]")).perform();
        operator.outcome("done");
        audited("pool", "smtp", "action", "trace_off");
    }

    @Test
    void the_dialog_is_accessible() {
        operator.open("#/pool/smtp");
        operator.act("Stop pool smtp");
        assertThat(operator.browser().accessibility()).isEmpty();
    }

    // ---- users that may not

    @Test
    void a_viewer_that_acts_is_refused_in_words_and_nothing_happens() {
        try (Operator viewer = Operator.logIn(server, "viewer")) {
            viewer.open("#/pool/smtp");
            viewer.act("Suspend pool smtp").type("smtp").confirm();
            assertThat(viewer.refusal()).contains("may not");
            viewer.browser().expect("403");
        }
        assertThat(pool("smtp").phase()).isEqualTo(PoolPhase.RUNNING);
        assertThat(shop().takeAudited()).isEmpty();
    }

    @Test
    void an_action_without_the_token_is_refused() throws Exception {
        HttpResponse<String> answer = server.post("/actuator/ppool/smtp", "{\"action\": \"suspend\"}",
                "Content-Type", "application/json", "Authorization",
                "Basic " + Base64.getEncoder().encodeToString("operator:secret".getBytes(
                        StandardCharsets.UTF_8)));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(pool("smtp").phase()).isEqualTo(PoolPhase.RUNNING);
        assertThat(shop().takeAudited()).isEmpty();
    }

    @Test
    void an_application_that_only_reads_has_no_button_for_an_action() {
        try (TestServer reading = TestServer.start(WebApplicationType.SERVLET, ShopApplication.class,
                EnumSet.of(Extra.DATABASE), ShopApplication.settings("reading", "host-1").stream()
                        .map(setting -> setting.replace("unrestricted", "read-only")).toArray(String[]::new));
                Operator viewer = Operator.of(reading)) {
            long id = reading.context().getBean(Mails.class).queue().with()
                    .delay(Duration.ofDays(1)).enqueue("later").id();
            for (String hash : List.of("#/pools", "#/pool/smtp", "#/tree", "#/cluster", "#/durable",
                    "#/durable/task/" + id)) {
                viewer.open(hash);
                assertThat(viewer.text("header")).as(hash).contains("read-only");
                assertThat(viewer.browser().all(".actions, .act")).as(hash).isEmpty();
            }
        }
    }

    /** The application with the security of the documentation. */
    @Configuration(proxyBeanMethods = false)
    @Import(ShopApplication.class)
    static class Secured {

        // tag::observer-security[]
        @Bean
        SecurityFilterChain actuator(HttpSecurity http) throws Exception {
            return http.securityMatcher("/actuator/**")
                    .authorizeHttpRequests(requests -> requests
                            .requestMatchers(HttpMethod.GET).hasAnyRole("VIEWER", "OPERATOR")
                            .anyRequest().hasRole("OPERATOR"))
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }
        // end::observer-security[]

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("viewer").password("{noop}secret").roles("VIEWER").build(),
                    User.withUsername("operator").password("{noop}secret").roles("OPERATOR").build());
        }
    }
}
