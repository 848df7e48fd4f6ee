package io.github.ppool.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.SupervisorSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;

/**
 * The answers of the probes that the documentation shows to an orchestrator, without any settings and with the
 * documented ones.
 */
class LivenessGroupWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();

    private static final String LIVENESS = "--spring.config.import=classpath:liveness.yaml";

    private @Nullable ConfigurableApplicationContext running;

    @AfterEach
    void close() {
        if (running != null) {
            running.close();
        }
    }

    private ConfigurableApplicationContext run(Class<?> application, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("--server.port=0");
        if (all.stream().noneMatch(setting -> setting.contains("show-details"))) {
            all.add("--management.endpoint.health.show-details=always");
        }
        ConfigurableApplicationContext started = new SpringApplicationBuilder(application)
                .run(all.toArray(String[]::new));
        running = started;
        return started;
    }

    @Test
    void a_pool_that_has_given_up_is_no_reason_to_restart_the_application() throws Exception {
        ConfigurableApplicationContext context = run(WithTree.class);
        assertThat(probe(context, "livenessProbe", 200)).contains("\"UP\"");
        Pools pools = context.getBean(Pools.class);
        start(pools, "good");
        giveUp(pools, start(pools, "bad"));
        String health = get(context, "/actuator/health", 503);
        assertThat(JsonPath.<String>read(health, "$.components.ppoolPools.components.bad.status")).isEqualTo("DOWN");
        assertThat(JsonPath.<String>read(health, "$.components.ppoolPools.components.good.status")).isEqualTo("UP");
        assertThat(JsonPath.<String>read(health, "$.components.ppoolTrees.status")).isEqualTo("UP");
        String liveness = probe(context, "livenessProbe", 200);
        assertThat(JsonPath.<String>read(liveness, "$.components.ppoolTrees.details.supervisor")).isEqualTo("running");
        probe(context, "readinessProbe", 200);
    }

    @Test
    void a_tree_that_has_given_up_is_and_pools_go_on_until_then() throws Exception {
        ConfigurableApplicationContext context = run(WithTree.class);
        Pools pools = context.getBean(Pools.class);
        PoolClient<Object> good = start(pools, "good");
        SupervisionTrees trees = context.getBean(SupervisionTrees.class);
        for (int end = 0; end <= Pools.DEFAULT_INTENSITY.intensity(); end++) {
            await().until(() -> trees.supervisor("mails").isPresent());
            probe(context, "livenessProbe", 200);
            Pid tree = trees.supervisor("mails").orElseThrow().pid();
            pools.system().exit(tree, ExitReason.KILL);
            await().until(() -> !tree.isAlive());
        }
        await().until(() -> trees.hasGivenUp("mails"));
        String liveness = probe(context, "livenessProbe", 503);
        assertThat(JsonPath.<String>read(liveness, "$.status")).isEqualTo("DOWN");
        assertThat(JsonPath.<List<String>>read(liveness, "$.components.ppoolTrees.details.gaveUp"))
                .containsExactly("mails");
        assertThat(JsonPath.<String>read(liveness, "$.components.livenessState.status")).isEqualTo("UP");
        probe(context, "readinessProbe", 200);
        good.transaction(worker -> {});
    }

    @Test
    void all_pools_down_with_the_intensity_that_they_share_are_until_one_is_restarted() throws Exception {
        ConfigurableApplicationContext context = run(Bare.class, "--ppool.intensity=0");
        Pools pools = context.getBean(Pools.class);
        PoolClient<Object> pool = start(pools, "bad");
        giveUp(pools, pool);
        await().until(() -> !pools.supervisor().isAlive());
        String liveness = probe(context, "livenessProbe", 503);
        assertThat(JsonPath.<String>read(liveness, "$.components.ppoolTrees.details.supervisor")).isEqualTo("gave up");
        assertThat(pools.admin().restartPool("bad")).isTrue();
        probe(context, "livenessProbe", 200);
    }

    @Test
    void the_contributor_can_be_in_the_liveness_group_instead() throws Exception {
        ConfigurableApplicationContext context = run(Bare.class, "--ppool.intensity=0", LIVENESS);
        Pools pools = context.getBean(Pools.class);
        get(context, "/actuator/health/liveness", 200);
        giveUp(pools, start(pools, "bad"));
        await().until(() -> !pools.supervisor().isAlive());
        String liveness = get(context, "/actuator/health/liveness", 503);
        assertThat(JsonPath.<String>read(liveness, "$.components.ppoolTrees.details.supervisor")).isEqualTo("gave up");
    }

    @Test
    void a_group_that_names_the_contributor_where_ppool_is_switched_off_is_refused_unless_it_is_told_not_to_be()
            throws Exception {
        assertThatThrownBy(() -> run(Bare.class, "--ppool.enabled=false", LIVENESS))
                .hasMessageContaining("ppoolTrees");
        get(run(Bare.class, "--ppool.enabled=false", LIVENESS,
                "--management.endpoint.health.validate-group-membership=false"), "/actuator/health/liveness", 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--ppool.enabled=false", "--management.health.ppool.enabled=false"})
    void a_probe_goes_on_to_tell_of_the_liveness_of_spring_boot_where_ppool_is_switched_off(String off)
            throws Exception {
        ConfigurableApplicationContext context = run(Bare.class, off);
        String liveness = probe(context, "livenessProbe", 200);
        assertThat(JsonPath.<Map<String, ?>>read(liveness, "$.components")).containsOnlyKeys("livenessState");
        AvailabilityChangeEvent.publish(context, LivenessState.BROKEN);
        probe(context, "livenessProbe", 503);
    }

    @Test
    void the_group_shows_as_much_as_the_health_endpoint_does() throws Exception {
        ConfigurableApplicationContext context = run(Bare.class, "--management.endpoint.health.show-details=never",
                "--management.endpoint.health.status.http-mapping.up=299");
        assertThat(probe(context, "livenessProbe", 299)).isEqualTo("{\"status\":\"UP\"}");
        assertThat(JsonPath.<List<String>>read(get(context, "/actuator/health", 299), "$.groups"))
                .containsExactlyInAnyOrder("liveness", "ppool", "readiness");
    }

    @Test
    void paths_of_other_groups_at_the_port_of_the_application_stay() throws Exception {
        ConfigurableApplicationContext context = run(Bare.class,
                "--management.endpoint.health.probes.add-additional-paths=true",
                "--management.endpoint.health.group.own.include=ping",
                "--management.endpoint.health.group.own.additional-path=server:/own");
        get(context, "/livez", 200);
        get(context, "/own", 200);
        probe(context, "livenessProbe", 200);
    }

    @Test
    void a_group_of_the_application_takes_its_place() throws Exception {
        ConfigurableApplicationContext context = run(Bare.class,
                "--management.endpoint.health.group.ppool.include=ping");
        assertThat(JsonPath.<Map<String, ?>>read(probe(context, "livenessProbe", 200), "$.components"))
                .containsOnlyKeys("ping");
    }

    @Test
    void a_contributor_of_the_application_does_too() throws Exception {
        ConfigurableApplicationContext context = run(WithOwnIndicator.class);
        assertThat(get(context, "/actuator/health/ppool", 200)).contains("own");
        assertThat(JsonPath.<List<String>>read(get(context, "/actuator/health", 200), "$.groups"))
                .doesNotContain("ppool");
    }

    @Test
    void the_documentation_shows_these_settings_and_probes() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "reference", "health.md"));
        for (String shown : List.of("liveness.yaml", "kubernetes-probes.yaml")) {
            assertThat(page)
                    .contains("```yaml\n" + Files.readString(Path.of("src", "test", "resources", shown)) + "```");
        }
    }

    private static PoolClient<Object> start(Pools pools, String name) {
        return pools.startPool(PoolSpec.builder(name, Object::new).size(1).maxOverflow(0).build());
    }

    private static void giveUp(Pools pools, PoolClient<?> pool) {
        while (pool.status().phase() != PoolPhase.GAVE_UP) {
            pools.supervisor(pool.name()).ifPresent(supervisor -> {
                pools.system().exit(supervisor, ExitReason.KILL);
                await().atMost(Duration.ofSeconds(50)).until(() -> !supervisor.isAlive());
            });
        }
    }

    private static String probe(ConfigurableApplicationContext context, String name, int status) throws Exception {
        Object path = new YamlPropertySourceLoader()
                .load("probes", new ClassPathResource("kubernetes-probes.yaml"))
                .getFirst()
                .getProperty(name + ".httpGet.path");
        return get(context, String.valueOf(path), status);
    }

    private static String get(ConfigurableApplicationContext context, String path, int status) throws Exception {
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Bare {
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithOwnIndicator {
        @Bean
        HealthIndicator ppoolHealthIndicator() {
            return () -> Health.up().withDetail("own", true).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithTree {
        @Bean
        SupervisorSpec mails() {
            return SupervisorSpec.oneForOne("mails")
                    .children(ChildSpec.of("only", ChildStart.body("only", self -> self.receive())));
        }
    }
}
