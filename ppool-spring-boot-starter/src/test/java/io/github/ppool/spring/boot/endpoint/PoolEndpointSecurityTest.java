package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/**
 * The endpoint behind Spring Security: each authenticated user may look. The operator may act, and is named in the
 * audit.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "spring.autoconfigure.exclude=",
        "management.endpoints.web.exposure.include=ppool",
        "management.endpoint.ppool.access=unrestricted",
        "ppool.pools.p.worker=builders",
        "ppool.pools.p.size=1"
})
class PoolEndpointSecurityTest {

    private static final HttpClient client = HttpClient.newHttpClient();
    private static final List<AuditEvent> audited = new CopyOnWriteArrayList<>();
    private static final String SUSPEND = "{\"action\": \"suspend\"}";

    @LocalServerPort
    private int port;

    @Autowired
    private Pools pools;

    @AfterEach
    void resume() {
        pools.admin().resume("p");
        audited.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/p", "/p/which_children", "/p/count_children"})
    void reading_needs_a_user(String path) throws Exception {
        assertThat(send("GET", path, null, null).statusCode()).isEqualTo(401);
        assertThat(send("GET", path, "viewer", null).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            SUSPEND, "{\"action\": \"stop\"}", "{\"action\": \"resize\", \"size\": 2}", "{\"action\": \"trace_on\"}",
            "{\"action\": \"terminate_child\", \"child\": \"p/1\"}", "{\"action\": \"start\", \"worker\": \"builders\"}"
    })
    void nobody_but_the_operator_changes_anything(String body) throws Exception {
        assertThat(send("POST", "/p", null, body).statusCode()).isEqualTo(401);
        assertThat(send("POST", "/p", "viewer", body).statusCode()).isEqualTo(403);
        assertThat(pools.pool("p").orElseThrow().status().phase()).isEqualTo(PoolPhase.RUNNING);
        assertThat(pools.pool("p").orElseThrow().status().size()).isEqualTo(1);
        assertThat(audited).filteredOn(event -> event.getType().equals("PPOOL_CHANGED")).isEmpty();
    }

    @Test
    void what_the_operator_changes_is_audited_with_the_name_of_the_operator() throws Exception {
        HttpResponse<String> response = send("POST", "/p", "operator", SUSPEND);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(pools.pool("p").orElseThrow().status().phase()).isEqualTo(PoolPhase.SUSPENDED);
        assertThat(audited)
                .filteredOn(event -> event.getType().equals("PPOOL_CHANGED"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getPrincipal()).isEqualTo("operator");
                    assertThat(event.getData()).containsEntry("pool", "p").containsEntry("action", "suspend");
                });
    }

    private HttpResponse<String> send(
            String method, String path, @Nullable String user, @Nullable String body) throws Exception {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://localhost:" + port + "/actuator/ppool" + path))
                .header("Content-Type", "application/json")
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        if (user != null) {
            String credentials = user + ":secret";
            request.header("Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> builders() {
            return StringBuilder::new;
        }

        // tag::security[]
        @Bean
        SecurityFilterChain actuator(HttpSecurity http) throws Exception {
            return http.securityMatcher("/actuator/**")
                    .authorizeHttpRequests(requests -> requests
                            .requestMatchers(HttpMethod.GET).authenticated()
                            .anyRequest().hasRole("OPERATOR"))
                    .httpBasic(Customizer.withDefaults())
                    .csrf(csrf -> csrf.disable()) // no browser's session to be ridden on
                    .build();
        }
        // end::security[]

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("viewer").password("{noop}secret").roles("VIEWER").build(),
                    User.withUsername("operator").password("{noop}secret").roles("OPERATOR").build());
        }

        @EventListener
        void audited(AuditApplicationEvent event) {
            audited.add(event.getAuditEvent());
        }
    }
}
