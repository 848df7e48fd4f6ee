package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.observer.TestServer.Extra;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.csrf.CookieServerCsrfTokenRepository;

/**
 * The page behind Spring Security: the rights to look and to act, and the token against cross-site requests in each
 * place where an application may keep it. The requests are those of the page.
 */
class ObserverSecurityTest {

    private static final String SUSPEND = "{\"action\":\"suspend\"}";
    private static final String JSON = "application/json";

    /**
     * The status of a request without a good token is 403. It is 401 where the application protects its error page, as
     * this one does: the user of a refused request is not known there.
     */
    private static final List<Integer> REFUSED = List.of(401, 403);

    /** Where the application keeps the tokens against cross-site requests. */
    enum Tokens {
        SESSION, COOKIE, SPA, NONE
    }

    private final CookieManager cookies = new CookieManager();
    private final HttpClient client = HttpClient.newBuilder().cookieHandler(cookies).build();
    private TestServer server;

    private void start(WebApplicationType type, Tokens tokens, String... settings) {
        String[] all = new String[settings.length + 2];
        System.arraycopy(settings, 0, all, 2, settings.length);
        all[0] = "test.tokens=" + tokens;
        all[1] = "management.endpoint.ppool.access=unrestricted";
        server = TestServer.start(type, Application.class, EnumSet.of(Extra.SECURITY), all);
    }

    @AfterEach
    void stop() {
        server.close();
        client.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(Tokens.class)
    void an_operator_acts_with_the_token_that_the_page_gets(Tokens tokens) throws Exception {
        start(WebApplicationType.SERVLET, tokens);
        actsLikeThePage(tokens);
    }

    @ParameterizedTest
    @EnumSource(value = Tokens.class, names = {"SESSION", "COOKIE", "NONE"})
    void an_operator_acts_on_webflux_too(Tokens tokens) throws Exception {
        start(WebApplicationType.REACTIVE, tokens);
        actsLikeThePage(tokens);
    }

    @ParameterizedTest
    @EnumSource(value = WebApplicationType.class, names = {"SERVLET", "REACTIVE"})
    void the_token_is_there_on_the_port_of_the_management_server(WebApplicationType type) throws Exception {
        start(type, Tokens.SESSION, "management.server.port=0");
        HttpResponse<String> session = send("GET", server.management("/actuator/observer/session.json"), "operator",
                null);
        assertThat(session.statusCode()).isEqualTo(200);
        assertThat(session.headers().firstValue("Cache-Control")).contains("no-store");
        Map<String, String> csrf = JsonPath.read(session.body(), "$.csrf");
        assertThat(send("POST", server.management("/actuator/ppool/smtp"), "operator", SUSPEND).statusCode())
                .isIn(REFUSED);
        assertThat(send("POST", server.management("/actuator/ppool/smtp"), "operator", SUSPEND, csrf.get("header"),
                csrf.get("token")).statusCode()).isEqualTo(200);
    }

    private void actsLikeThePage(Tokens tokens) throws Exception {
        URI page = server.application("/actuator/observer/page");
        assertThat(send("GET", page, null, null).statusCode()).isEqualTo(401);
        assertThat(send("GET", page, "viewer", null).statusCode()).isEqualTo(200);
        assertThat(send("GET", page.resolve("./session.json"), null, null).statusCode()).isEqualTo(401);

        URI pool = server.application("/actuator/ppool/smtp");
        if (tokens != Tokens.NONE) {
            assertThat(send("POST", pool, "operator", SUSPEND).statusCode()).as("without a token").isIn(REFUSED);
            assertThat(phase()).isEqualTo(PoolPhase.RUNNING);
        }
        assertThat(act("viewer", pool)).as("a viewer").isIn(REFUSED);
        assertThat(phase()).isEqualTo(PoolPhase.RUNNING);
        assertThat(act("operator", pool)).as("an operator").isEqualTo(200);
        assertThat(phase()).isEqualTo(PoolPhase.SUSPENDED);
    }

    private PoolPhase phase() {
        return server.context().getBean(Pools.class).pool("smtp").orElseThrow().status().phase();
    }

    /** As {@code api.js} does it: the token of {@code session.json}, and once more with that of the cookie. */
    private int act(String user, URI pool) throws Exception {
        String session = send("GET", server.application("/actuator/observer/session.json"), user, null).body();
        Map<String, Object> all = JsonPath.read(session, "$");
        HttpResponse<String> answer;
        if (all.get("csrf") instanceof Map<?, ?> csrf) {
            answer = send("POST", pool, user, SUSPEND, String.valueOf(csrf.get("header")),
                    String.valueOf(csrf.get("token")));
        } else {
            answer = send("POST", pool, user, SUSPEND);
        }
        String cookie = cookies.getCookieStore().getCookies().stream()
                .filter(each -> each.getName().equals("XSRF-TOKEN"))
                .map(each -> each.getValue())
                .findAny().orElse(null);
        if (REFUSED.contains(answer.statusCode()) && cookie != null) {
            answer = send("POST", pool, user, SUSPEND, "X-XSRF-TOKEN", cookie);
        }
        return answer.statusCode();
    }

    @Test
    void a_form_of_another_site_does_not_reach_the_endpoint_even_without_tokens() throws Exception {
        start(WebApplicationType.SERVLET, Tokens.NONE);
        URI pool = server.application("/actuator/ppool/smtp");
        // A browser sends for a form its cookies or login, and one of three content types.
        for (String contentType : List.of(
                "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain")) {
            for (String body : new String[]{"action=suspend", SUSPEND, "--b\r\nContent-Disposition: form-data;"
                    + " name=\"action\"\r\n\r\nsuspend\r\n--b--\r\n"}) {
                HttpResponse<String> answer = client.send(request(pool, "operator")
                        .header("Content-Type", contentType)
                        .header("Origin", "https://evil.example")
                        .POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as("%s: %s", contentType, answer.body()).isIn(400, 415);
            }
        }
        // A script of another site asks first, and is not let in.
        HttpResponse<String> preflight = client.send(HttpRequest.newBuilder(pool)
                .header("X-Origin", "https://evil.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(phase()).isEqualTo(PoolPhase.RUNNING);
    }

    @Test
    void a_login_by_a_form_leads_back_to_the_page_and_its_session_acts() throws Exception {
        start(WebApplicationType.SERVLET, Tokens.SESSION, "test.login=form");
        URI page = server.application("/actuator/observer/page");
        HttpResponse<String> refused = client.send(
                HttpRequest.newBuilder(page).header("Accept", "text/html").build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(302);
        String form = client.send(HttpRequest.newBuilder(server.application("/login")).build(),
                HttpResponse.BodyHandlers.ofString()).body();
        Matcher token = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"").matcher(form);
        assertThat(token.find()).as(form).isTrue();
        HttpResponse<String> login = client.send(HttpRequest.newBuilder(server.application("/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("username=operator&password=secret&_csrf="
                        + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8)))
                .build(), HttpResponse.BodyHandlers.ofString());
        assertThat(login.headers().firstValue("Location").orElse("")).contains("/actuator/observer/page");
        HttpResponse<String> shown = send("GET", page, null, null);
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(act(null, server.application("/actuator/ppool/smtp"))).isEqualTo(200);
        assertThat(phase()).isEqualTo(PoolPhase.SUSPENDED);
    }

    @Test
    void the_page_has_the_headers_of_its_own_beside_those_of_spring_security() throws Exception {
        start(WebApplicationType.SERVLET, Tokens.SESSION);
        HttpResponse<String> page = send("GET", server.application("/actuator/observer/page"), "viewer", null);
        assertThat(page.headers().allValues("X-Frame-Options")).containsExactly("DENY");
        assertThat(page.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(page.headers().allValues("Cache-Control")).containsExactly("no-cache");
        assertThat(page.headers().allValues("Content-Security-Policy")).containsExactly(ObserverPage.POLICY);
    }

    private HttpResponse<String> send(String method, URI address, String user, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = request(address, user).header("Content-Type", JSON)
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(URI address, String user) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (user != null) {
            request.header("Authorization", "Basic "
                    + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8)));
        }
        return request;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> builders() {
            return StringBuilder::new;
        }

        private static UserDetails[] users() {
            return new UserDetails[]{
                    User.withUsername("viewer").password("{noop}secret").roles("VIEWER").build(),
                    User.withUsername("operator").password("{noop}secret").roles("OPERATOR").build()};
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnWebApplication(type = Type.SERVLET)
        static class OnServlets {
            @Bean
            SecurityFilterChain all(HttpSecurity http, Environment environment) throws Exception {
                Tokens tokens = environment.getRequiredProperty("test.tokens", Tokens.class);
                http.authorizeHttpRequests(requests -> requests
                        .requestMatchers("/login").permitAll()
                        .requestMatchers(HttpMethod.GET).hasAnyRole("VIEWER", "OPERATOR")
                        .anyRequest().hasRole("OPERATOR"))
                        .csrf(csrf -> {
                            switch (tokens) {
                                case SESSION -> {} // Spring Security's own choice
                                case COOKIE -> csrf.csrfTokenRepository(CookieCsrfTokenRepository.withHttpOnlyFalse());
                                case SPA -> csrf.spa();
                                case NONE -> csrf.disable();
                            }
                        });
                return environment.getProperty("test.login", "").equals("form")
                        ? http.formLogin(Customizer.withDefaults()).build()
                        : http.httpBasic(Customizer.withDefaults()).build();
            }

            @Bean
            InMemoryUserDetailsManager userDetails() {
                return new InMemoryUserDetailsManager(users());
            }
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnWebApplication(type = Type.REACTIVE)
        static class OnReactive {
            @Bean
            SecurityWebFilterChain all(ServerHttpSecurity http, Environment environment) {
                Tokens tokens = environment.getRequiredProperty("test.tokens", Tokens.class);
                return http.authorizeExchange(exchanges -> exchanges
                        .pathMatchers(HttpMethod.GET).hasAnyRole("VIEWER", "OPERATOR")
                        .anyExchange().hasRole("OPERATOR"))
                        .httpBasic(Customizer.withDefaults())
                        .csrf(csrf -> {
                            switch (tokens) {
                                case SESSION -> {} // Spring Security's own choice
                                case COOKIE, SPA -> csrf.csrfTokenRepository(
                                        CookieServerCsrfTokenRepository.withHttpOnlyFalse());
                                case NONE -> csrf.disable();
                            }
                        })
                        .build();
            }

            @Bean
            MapReactiveUserDetailsService userDetails() {
                return new MapReactiveUserDetailsService(users());
            }
        }
    }
}
