package io.github.ppool.spring.boot.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.resilience.InvocationRejectedException;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;

/** The code of docs/resilience.md: Spring's and resilience4j's means beside a pool. */
@Timeout(60)
class ResilienceTest {

    /** A remote service that resets its first connections, or says no. */
    static final class Connection {

        static final AtomicInteger MADE = new AtomicInteger();
        static final AtomicInteger USED = new AtomicInteger();
        static final AtomicInteger RESETS = new AtomicInteger();

        Connection() {
            MADE.incrementAndGet();
        }

        String send(String mail) throws IOException {
            USED.incrementAndGet();
            if (RESETS.getAndDecrement() > 0) {
                throw new IOException("connection reset");
            }
            return "sent " + mail;
        }
    }

    // tag::retryable[]
    static class Mailer {

        private final PoolClient<Connection> smtp;

        Mailer(PoolClient<Connection> smtp) {
            this.smtp = smtp;
        }

        @Retryable(includes = IOException.class, maxRetries = 3, delay = 20)
        public String send(String mail) throws IOException {
            return smtp.transactionResult(connection -> connection.send(mail)); // borrows anew each time
        }
    }
    // end::retryable[]

    static class Reports {

        private final PoolClient<Connection> smtp;
        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        Reports(PoolClient<Connection> smtp) {
            this.smtp = smtp;
        }

        public CountDownLatch inside() {
            return inside;
        }

        public CountDownLatch goOn() {
            return goOn;
        }

        @ConcurrencyLimit(limit = 1, policy = ConcurrencyLimit.ThrottlePolicy.REJECT)
        public String print(String report) throws IOException {
            return smtp.transactionResult(connection -> {
                inside.countDown();
                await().until(() -> goOn.getCount() == 0);
                return connection.send(report);
            });
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableResilientMethods
    static class Application {

        @Bean
        @Scope("prototype")
        Connection connection() {
            return new Connection();
        }

        @Bean
        Mailer mailer(PoolClient<Connection> smtp) {
            return new Mailer(smtp);
        }

        @Bean
        Reports reports(PoolClient<Connection> smtp) {
            return new Reports(smtp);
        }
    }

    private void run(int resets, Consumer<ApplicationContext> test, String... more) {
        Connection.MADE.set(0);
        Connection.USED.set(0);
        Connection.RESETS.set(resets);
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withUserConfiguration(Application.class)
                .withPropertyValues("ppool.pools.smtp.worker=connection", "ppool.pools.smtp.size=1",
                        "ppool.pools.smtp.max-overflow=0", "ppool.pools.smtp.checkout-timeout=20s")
                .withPropertyValues(more)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    test.accept(context);
                });
    }

    @SuppressWarnings("unchecked")
    private static PoolClient<Connection> smtp(ApplicationContext context) {
        return context.getBean("smtp", PoolClient.class);
    }

    @Test
    void a_retryable_method_borrows_a_new_worker_for_each_attempt() {
        run(2, context -> {
            try {
                assertThat(context.getBean(Mailer.class).send("welcome")).isEqualTo("sent welcome");
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            assertThat(Connection.USED).hasValue(3);
            assertThat(Connection.MADE).as("each reset connection was replaced").hasValue(3);
            assertThat(smtp(context).status().available()).isOne();
        });
    }

    @Test
    void retries_that_are_used_up_end_with_the_failure_and_the_pool_is_whole() {
        run(100, context -> {
            assertThatThrownBy(() -> context.getBean(Mailer.class).send("welcome")).isInstanceOf(IOException.class);
            assertThat(Connection.USED).as("one call and three retries").hasValue(4);
            await().untilAsserted(() -> assertThat(smtp(context).status().available()).isOne());
        });
    }

    @Test
    void a_concurrency_limit_refuses_before_the_pool_is_asked() {
        run(0, context -> {
            Reports reports = context.getBean(Reports.class);
            Thread first = Thread.ofPlatform().start(() -> {
                try {
                    reports.print("first");
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
            await().until(() -> reports.inside().getCount() == 0);
            assertThatThrownBy(() -> reports.print("second"))
                    .isInstanceOf(InvocationRejectedException.class);
            assertThat(smtp(context).status().queueDepth()).isZero();
            reports.goOn().countDown();
            await().until(() -> !first.isAlive());
            assertThat(smtp(context).status().checkouts()).isOne();
        });
    }

    /** A full pool is no failure of the remote service, and a connection that can't be made is one. */
    private static CircuitBreaker breaker() {
        // tag::breaker[]
        return CircuitBreaker.of("smtp", CircuitBreakerConfig.custom()
                .slidingWindowSize(4)
                .minimumNumberOfCalls(4)
                .waitDurationInOpenState(Duration.ofMinutes(1))
                .ignoreExceptions(PoolRejectedException.class, CheckoutTimeoutException.class)
                .recordExceptions(IOException.class, WorkerUnavailableException.class)
                .build());
        // end::breaker[]
    }

    @Test
    void an_open_circuit_breaker_borrows_no_worker() {
        run(100, context -> {
            PoolClient<Connection> smtp = smtp(context);
            CircuitBreaker breaker = breaker();
            for (int i = 0; i < 4; i++) {
                assertThatThrownBy(() -> breaker.executeCallable(
                        () -> smtp.transactionResult(connection -> connection.send("welcome"))))
                        .isInstanceOf(IOException.class);
            }
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
            long before = smtp.status().checkouts();
            assertThatThrownBy(() -> breaker.executeCallable(
                    () -> smtp.transactionResult(connection -> connection.send("welcome"))))
                    .isInstanceOf(CallNotPermittedException.class);
            assertThat(smtp.status().checkouts()).isEqualTo(before);
            Connection.RESETS.set(0);
            breaker.transitionToHalfOpenState();
            try {
                // tag::order[]
                String sent = breaker.executeCallable(
                        () -> smtp.transactionResult(connection -> connection.send("welcome")));
                // end::order[]
                assertThat(sent).isEqualTo("sent welcome");
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        });
    }

    @Test
    void refusals_of_a_full_pool_open_no_circuit_breaker() {
        run(0, context -> {
            PoolClient<Connection> smtp = smtp(context);
            CircuitBreaker breaker = breaker();
            try (Lease<Connection> taken = smtp.checkout()) {
                for (int i = 0; i < 10; i++) {
                    assertThatThrownBy(() -> breaker.executeCallable(
                            () -> smtp.transactionResult(connection -> connection.send("welcome"))))
                            .isInstanceOf(PoolRejectedException.class);
                }
                assertThat(taken.isOpen()).isTrue();
            }
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
            assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
        }, "ppool.pools.smtp.queue-capacity=0");
    }

    @Test
    void a_retry_of_resilience4j_holds_no_worker_between_its_attempts() {
        run(1, context -> {
            PoolClient<Connection> smtp = smtp(context);
            Retry retry = Retry.of("smtp", RetryConfig.custom().maxAttempts(3).waitDuration(Duration.ofMillis(1))
                    .retryExceptions(IOException.class).build());
            AtomicInteger heldWhileWaiting = new AtomicInteger(-1);
            retry.getEventPublisher().onRetry(event -> heldWhileWaiting.set(smtp.status().borrowed()));
            try {
                assertThat(retry.executeCallable(
                        () -> smtp.<String, IOException>transactionResult(connection -> connection.send("welcome"))))
                        .isEqualTo("sent welcome");
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
            assertThat(heldWhileWaiting).hasValue(0);
            assertThat(List.of(Connection.USED.get(), Connection.MADE.get())).containsExactly(2, 2);
        });
    }
}
