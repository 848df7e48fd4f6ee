package io.github.ppool.spring.boot.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;

/** The answers to clients of a WebFlux application when a pool has refused their request. */
class PoolErrorAdviceWebFluxTest {

    private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolWebErrorsAutoConfiguration.class))
            .withUserConfiguration(Application.class)
            .withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=10ms"); // the workers are never given back

    private void get(String path, BiConsumer<MockServerHttpResponse, String> check) {
        runner.run(context -> get(context, path, check));
    }

    private static void get(
            ApplicationContext context, String path, BiConsumer<MockServerHttpResponse, String> check) {
        HttpHandler handler = WebHttpHandlerBuilder.applicationContext(context).build();
        MockServerHttpResponse response = new MockServerHttpResponse();
        handler.handle(MockServerHttpRequest.get(path).build(), response).block(Duration.ofSeconds(50));
        check.accept(response, response.getBodyAsString().block(Duration.ofSeconds(50)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /blocking | 503 | The service is busy.
            /mono     | 503 | The service is busy.
            /stage    | 503 | The service is busy.
            /wrapped  | 503 | The service is busy.
            /full     | 429 | Too many requests are waiting.
            """)
    void each_refusal_has_its_status_and_says_when_to_try_again(String path, int status, String detail) {
        get(path, (response, body) -> {
            assertThat(response.getStatusCode()).as(body).isEqualTo(HttpStatus.valueOf(status));
            assertThat(response.getHeaders().getFirst("Retry-After")).isEqualTo("5");
            assertThat(response.getHeaders().getFirst("Content-Type")).isEqualTo("application/problem+json");
            assertThat(JsonPath.<String>read(body, "$.detail")).isEqualTo(detail);
            assertThat(body).doesNotContain("secret", "thread");
        });
    }

    @Test
    void what_the_application_says_itself_holds() {
        get("/own/error-response", (response, body) -> {
            assertThat(response.getStatusCode()).isEqualTo(HttpStatus.GONE);
            assertThat(response.getHeaders().getFirst("Retry-After")).isNull();
        });
        runner.withUserConfiguration(OwnAdvice.class).run(context -> get(context, "/mono", (response, body) -> {
            assertThat(body).isEqualTo("handled by the advice");
            assertThat(response.getHeaders().getFirst("Retry-After")).isNull();
        }));
    }

    @RestControllerAdvice
    static class OwnAdvice {
        @ExceptionHandler
        String answer(PoolException thrown) {
            return "handled by the advice";
        }
    }

    @RestController
    static class Controller {

        private final PoolClient<Object> pool;
        private final PoolClient<Object> full;
        /** Leases that no code refers to would be given up. */
        private final List<Lease<Object>> held;

        Controller(Pools pools) throws InterruptedException {
            pool = pools.startPool(PoolSpec.builder("secret", Object::new).size(1).maxOverflow(0).build());
            full = pools.startPool(PoolSpec.builder("secret-full", Object::new).size(1).maxOverflow(0)
                    .queueCapacity(0).build());
            held = Stream.of(pool, full).map(each -> each.checkoutAsync().toCompletableFuture().join()).toList();
            assertThat(held).allMatch(Lease::isOpen);
        }

        @GetMapping("/blocking")
        String blocking() {
            assertThat(held).hasSize(2);
            try (Lease<Object> lease = pool.checkout(Duration.ZERO)) {
                return "got " + lease;
            }
        }

        @GetMapping("/mono")
        Mono<String> mono() {
            return Mono.fromFuture(() -> pool.transactionAsync(Duration.ofMillis(1),
                    worker -> Mono.just("used").toFuture()).toCompletableFuture());
        }

        @GetMapping("/stage")
        CompletionStage<String> stage() {
            return pool.checkoutAsync(Duration.ofMillis(1)).thenApply(lease -> "got " + lease);
        }

        @GetMapping("/wrapped")
        Mono<String> wrapped() {
            return mono().onErrorMap(thrown -> new IllegalStateException("the order failed", thrown));
        }

        @GetMapping("/full")
        Mono<String> full() {
            return Mono.fromFuture(() -> full.transactionAsync(worker -> Mono.just("used").toFuture())
                    .toCompletableFuture());
        }

        @GetMapping("/own/error-response")
        Mono<String> ownErrorResponse() {
            return mono().onErrorMap(CheckoutTimeoutException.class,
                    thrown -> new ResponseStatusException(HttpStatus.GONE, "no longer", thrown));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebFlux
    @Import(Controller.class)
    static class Application {
    }
}
