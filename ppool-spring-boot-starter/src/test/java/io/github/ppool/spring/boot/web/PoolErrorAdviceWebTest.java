package io.github.ppool.spring.boot.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Rate;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** The answers to clients of a web application when a pool has refused their request. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "ppool.web.errors.retry-after=1500ms",
        "spring.messages.basename=web-errors"
})
class PoolErrorAdviceWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private Pools pools;

    private Lease<?> held;

    @BeforeEach
    void startPools() throws InterruptedException {
        held = pools.startPool(spec("secret-busy").build()).checkout();
        pools.startPool(spec("secret-full").queueCapacity(0).build());
        pools.pool("secret-full").orElseThrow().checkout();
        pools.startPool(spec("secret-rated").rate(Rate.parse("1/1h")).build());
        pools.startGroup(PoolGroupSpec.of("secret-group", "secret-rated", "secret-full"));
        pools.startPool(spec("secret-suspended").refuseWhileSuspended(true).build());
        pools.admin().suspend("secret-suspended");
        pools.startPool(PoolSpec.builder("secret-unavailable", () -> {
            throw new IllegalStateException("password 1234");
        }).size(1).maxOverflow(0).creationFailureLimit(1).build());
    }

    private static PoolSpec.Builder<Object> spec(String name) {
        return PoolSpec.builder(name, Object::new).size(1).maxOverflow(0);
    }

    @AfterEach
    void stopPools() throws InterruptedException {
        pools.stopGroup("secret-group");
        held.close();
        for (String name : new String[]{"busy", "full", "rated", "suspended", "unavailable"}) {
            pools.stopPool("secret-" + name, Duration.ZERO);
        }
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /busy        | 503 | The service is busy.
            /full        | 429 | Too many requests are waiting.
            /suspended   | 503 | The service accepts no requests at the moment.
            /stopped     | 503 | The service accepts no requests at the moment.
            /unavailable | 503 | A service that the request needs is not available.
            /wrapped     | 503 | The service is busy.
            /async       | 503 | The service is busy.
            """)
    void each_refusal_has_its_status_and_says_when_to_try_again_and_nothing_of_what_is_inside(
            String path, int status, String detail) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Retry-After")).contains("2");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(JsonPath.<String>read(response.body(), "$.detail")).isEqualTo(detail);
        assertThat(JsonPath.<Integer>read(response.body(), "$.status")).isEqualTo(status);
        assertThat(JsonPath.<String>read(response.body(), "$.instance")).isEqualTo(path);
        assertThat(response.body()).doesNotContain("secret", "password", "thread", "queue-capacity", "ppool");
    }

    @Test
    void a_filter_answers_in_the_same_way_if_it_hands_the_exception_over() throws Exception {
        HttpResponse<String> response = get("/filtered");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("2");
        assertThat(JsonPath.<String>read(response.body(), "$.detail")).isEqualTo("The service is busy.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/plain", "application/json", "application/xml", "image/png"})
    void the_status_does_not_depend_on_what_the_client_accepts(String accepted) throws Exception {
        HttpResponse<String> response = get("/busy", "Accept", accepted);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("2");
    }

    @Test
    void the_texts_are_messages_that_an_application_may_translate() throws Exception {
        assertThat(get("/busy", "Accept-Language", "de").body()).contains("Gerade ist kein Platz frei.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /own/handler        | 200 | handled by the controller
            /own/status         | 409 |
            /own/error-response | 410 |
            /own/advice         | 202 | handled by the advice
            """)
    void what_the_application_says_itself_holds(String path, int status, String body) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Retry-After")).isEmpty();
        if (body != null) {
            assertThat(response.body()).isEqualTo(body);
        }
    }

    @Test
    void a_rate_that_is_used_up_says_by_itself_when_to_try_again() throws Exception {
        HttpResponse<String> response = get("/rated");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After").map(Integer::parseInt).orElseThrow())
                .isBetween(3_000, 3_600);
        assertThat(response.body()).doesNotContain("secret", "1/1h");
    }

    @Test
    void a_group_says_when_the_rate_of_a_member_permits_another_attempt() throws Exception {
        HttpResponse<String> response = get("/group");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After").map(Integer::parseInt).orElseThrow())
                .isBetween(3_000, 3_600);
        assertThat(response.body()).doesNotContain("secret", "1/1h");
    }

    @Test
    void functional_endpoints_have_the_same_status() throws Exception {
        HttpResponse<String> response = get("/functional");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("2");
        assertThat(response.body()).doesNotContain("secret");
    }

    @ResponseStatus(HttpStatus.CONFLICT)
    private static final class OwnStatusException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OwnStatusException(Throwable cause) {
            super(cause);
        }
    }

    private static final class OwnAdviceException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OwnAdviceException(Throwable cause) {
            super(cause);
        }
    }

    /** Has no order, as most have not. */
    @RestControllerAdvice
    static class OwnAdvice {
        @ExceptionHandler
        @ResponseStatus(HttpStatus.ACCEPTED)
        String answer(OwnAdviceException thrown) {
            return "handled by the advice";
        }
    }

    @RestController
    static class Controller {

        private final Pools pools;

        Controller(Pools pools) {
            this.pools = pools;
        }

        private PoolClient<?> pool(String name) {
            return pools.pool("secret-" + name).orElseThrow();
        }

        private String use(String name) {
            return pool(name).transactionResult(worker -> "used " + worker);
        }

        private CheckoutTimeoutException refusal() {
            try (Lease<?> lease = pool("busy").checkout(Duration.ofMillis(1))) {
                throw new AssertionError("got " + lease);
            } catch (CheckoutTimeoutException late) {
                return late;
            }
        }

        @GetMapping("/busy")
        String busy() {
            throw refusal();
        }

        @GetMapping("/full")
        String full() {
            return use("full");
        }

        @GetMapping("/rated")
        String rated() {
            pool("rated").tryCheckout().ifPresent(Lease::close);
            return "used " + pool("rated").checkout(Duration.ZERO);
        }

        @GetMapping("/group")
        String group() {
            pool("rated").tryCheckout().ifPresent(Lease::close);
            return "used " + pools.group("secret-group").orElseThrow().checkout(Duration.ZERO);
        }

        @GetMapping("/suspended")
        String suspended() {
            return use("suspended");
        }

        @GetMapping("/stopped")
        String stopped() throws InterruptedException {
            PoolClient<Object> pool = pools.startPool(spec("secret-stopped").build());
            pools.stopPool(pool, Duration.ofSeconds(20));
            return pool.transactionResult(worker -> "used " + worker);
        }

        @GetMapping("/unavailable")
        String unavailable() {
            return use("unavailable");
        }

        @GetMapping("/wrapped")
        String wrapped() {
            throw new IllegalStateException("the order failed", new CompletionException(refusal()));
        }

        @GetMapping("/async")
        CompletionStage<String> async() {
            return pool("busy").checkoutAsync(Duration.ofMillis(1)).thenApply(lease -> "got " + lease);
        }

        @GetMapping("/own/status")
        String ownStatus() {
            throw new OwnStatusException(refusal());
        }

        @GetMapping("/own/error-response")
        String ownErrorResponse() {
            throw new ResponseStatusException(HttpStatus.GONE, "no longer", refusal());
        }

        @GetMapping("/own/advice")
        String ownAdvice() {
            throw new OwnAdviceException(refusal());
        }
    }

    @RestController
    static class HandlingController {

        private final Controller other;

        HandlingController(Controller other) {
            this.other = other;
        }

        @GetMapping("/own/handler")
        String ownHandler() {
            return other.busy();
        }

        @ExceptionHandler
        String answer(PoolException thrown) {
            return "handled by the controller";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Controller.class, HandlingController.class, OwnAdvice.class})
    static class Application {
        // tag::filter[]
        @Bean
        Filter quota(Pools pools, @Qualifier("handlerExceptionResolver") HandlerExceptionResolver answers) {
            return (request, response, chain) -> {
                try {
                    checkQuota(pools, (HttpServletRequest) request);
                } catch (PoolException refusal) {
                    answers.resolveException(
                            (HttpServletRequest) request, (HttpServletResponse) response, null, refusal);
                    return;
                }
                chain.doFilter(request, response);
            };
        }
        // end::filter[]

        private static void checkQuota(Pools pools, HttpServletRequest request) {
            if (request.getRequestURI().equals("/filtered")) {
                pools.pool("secret-busy").orElseThrow().checkout(Duration.ofMillis(1)).close();
            }
        }

        @Bean
        RouterFunction<ServerResponse> functional(Controller controller) {
            return RouterFunctions.route()
                    .GET("/functional", request -> ServerResponse.ok().body(controller.busy()))
                    .build();
        }
    }
}
