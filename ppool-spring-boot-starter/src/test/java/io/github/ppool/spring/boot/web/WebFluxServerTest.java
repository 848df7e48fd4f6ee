package io.github.ppool.spring.boot.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * An application of WebFlux on its own server, Reactor Netty, with clients that hang up: with a reset or an ordinary
 * end, before the request is complete, while it waits or is worked on, and in the middle of the answer. The moments
 * come from a seed.
 */
@Timeout(180)
class WebFluxServerTest {

    private static final int WORKERS = 4;
    private static final int CLIENTS = 8;
    private static final int EACH = 120;
    private static final Duration LIMIT = Duration.ofSeconds(50);
    private static final List<String> MAILS = IntStream.range(0, 50).mapToObj(i -> "mail" + i).toList();

    private static final String SECURITY = "org.springframework.boot.security.autoconfigure.";

    private static final AtomicInteger leaks = new AtomicInteger();
    private static final AtomicInteger usedByTwo = new AtomicInteger();
    private static final AtomicInteger begun = new AtomicInteger();
    private static final AtomicInteger cancelled = new AtomicInteger();

    private static final HttpClient client = HttpClient.newHttpClient();
    private static ConfigurableApplicationContext context;
    private static int port;

    private PoolClient<?> pool;

    @BeforeAll
    static void start() {
        context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.REACTIVE)
                .run("--server.port=0", "--server.address=127.0.0.1",
                        "--management.endpoints.web.exposure.include=health,ppool",
                        "--management.endpoint.health.show-details=always",
                        "--logging.level.reactor.netty.http.server=error", // requests that end too early
                        // Spring Security is on the class path for another test.
                        "--spring.autoconfigure.exclude=" + SECURITY + "ReactiveUserDetailsServiceAutoConfiguration,"
                                + SECURITY + "actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration,"
                                + SECURITY + "web.reactive.ReactiveWebSecurityAutoConfiguration");
        port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @AfterAll
    static void stop() {
        context.getBean(Controller.class).giveBack(); // the pools would wait for them
        context.close();
    }

    @BeforeEach
    void reset() {
        pool = context.getBean(Pools.class).pool("smtp").orElseThrow();
        leaks.set(0);
        usedByTwo.set(0);
        begun.set(0);
        cancelled.set(0);
    }

    /** A worker that notices when two use it. */
    static final class Connection {

        private final AtomicBoolean inUse = new AtomicBoolean();

        private void begin() {
            begun.incrementAndGet();
            if (!inUse.compareAndSet(false, true)) {
                usedByTwo.incrementAndGet();
            }
        }

        private void end() {
            if (!inUse.compareAndSet(true, false)) {
                usedByTwo.incrementAndGet();
            }
        }

        Mono<String> send(String mail) {
            return Mono.defer(() -> {
                begin();
                AtomicBoolean over = new AtomicBoolean();
                Runnable leave = () -> {
                    synchronized (over) { // whichever thread comes second waits for the first
                        if (over.compareAndSet(false, true)) {
                            end();
                        }
                    }
                };
                return Mono.delay(Duration.ofMillis(3))
                        .map(tick -> "sent " + mail)
                        .doOnTerminate(leave)
                        .doOnCancel(() -> {
                            cancelled.incrementAndGet();
                            leave.run();
                        });
            });
        }

        String sendAndWait(String mail) {
            begin();
            try {
                LockSupport.parkNanos(2_000_000);
                return "sent " + mail;
            } finally {
                end();
            }
        }
    }

    /**
     * A lease that does not use its worker after its end. Reactor's {@code usingWhen} may end the lease on one thread
     * while {@code concatMap} is about to use the worker on another.
     */
    private static final class Use {

        private final Lease<Connection> lease;
        private boolean closed;
        private boolean sending;

        Use(Lease<Connection> lease) {
            this.lease = lease;
        }

        Mono<String> send(String mail) {
            return Mono.defer(() -> {
                if (!begin()) {
                    return Mono.empty();
                }
                return Mono.delay(Duration.ofMillis(3))
                        .map(tick -> "sent " + mail)
                        .doOnTerminate(this::end)
                        .doOnCancel(this::end);
            });
        }

        private synchronized boolean begin() {
            if (closed) {
                return false;
            }
            sending = true;
            lease.worker().begin();
            return true;
        }

        private synchronized void end() {
            if (sending) {
                sending = false;
                lease.worker().end();
            }
        }

        synchronized void close() {
            end();
            closed = true;
            lease.close();
        }
    }

    @RestController
    static class Controller {

        private final PoolClient<Connection> pool;
        private final PoolClient<Object> taken;
        private final PoolClient<Object> full;
        /** Leases that no code refers to would be given up. */
        private final List<Lease<Object>> held;

        Controller(Pools pools) {
            pool = pools.startPool(PoolSpec.builder("smtp", Connection::new)
                    .size(WORKERS)
                    .maxOverflow(0)
                    .queueCapacity(CLIENTS * EACH)
                    .checkoutTimeout(Duration.ofSeconds(20))
                    .listener(new PoolListener() {
                        @Override
                        public void leaseLeaked(String name, Pid worker, Throwable taken) {
                            leaks.incrementAndGet();
                        }
                    })
                    .build());
            taken = pools.startPool(PoolSpec.builder("taken", Object::new).size(1).maxOverflow(0).build());
            full = pools.startPool(PoolSpec.builder("full", Object::new).size(1).maxOverflow(0).queueCapacity(0)
                    .build());
            held = List.of(taken.checkoutAsync().toCompletableFuture().join(),
                    full.checkoutAsync().toCompletableFuture().join());
        }

        void giveBack() {
            held.forEach(Lease::close);
        }

        @GetMapping("/thread")
        Mono<String> thread() {
            return Mono.fromCallable(() -> Thread.currentThread().getName());
        }

        @GetMapping("/reactive")
        Mono<String> reactive() {
            return Mono.fromFuture(() -> pool
                    .transactionAsync(connection -> connection.send("mail").toFuture())
                    .toCompletableFuture());
        }

        @GetMapping("/blocking")
        Mono<String> blocking() {
            return Mono.fromFuture(() -> pool
                    .transactionAsync(connection -> Mono.fromCallable(() -> connection.sendAndWait("mail"))
                            .subscribeOn(Schedulers.boundedElastic())
                            .toFuture()
                            .minimalCompletionStage())
                    .toCompletableFuture());
        }

        @GetMapping("/task")
        Mono<String> task() {
            return Mono.fromCompletionStage(() -> pool
                    .asyncQueueResult(connection -> connection.sendAndWait("mail"))
                    .result());
        }

        @GetMapping(path = "/stream", produces = "text/event-stream")
        Flux<String> stream() {
            return Flux.create(sink -> pool
                    .transactionAsync(connection -> Flux.fromIterable(MAILS)
                            .concatMap(connection::send)
                            .doOnNext(sink::next)
                            .takeUntil(sent -> sink.isCancelled())
                            .then()
                            .toFuture())
                    .whenComplete((sent, failure) -> {
                        if (failure == null) {
                            sink.complete();
                        } else {
                            sink.error(failure);
                        }
                    }));
        }

        @GetMapping(path = "/lease", produces = "text/event-stream")
        Flux<String> lease() {
            return Flux.usingWhen(
                    Mono.fromFuture(() -> pool.checkoutAsync().toCompletableFuture()).map(Use::new),
                    use -> Flux.fromIterable(MAILS).concatMap(use::send),
                    use -> Mono.fromRunnable(use::close))
                    .doOnDiscard(Lease.class, lease -> lease.close())
                    .doOnDiscard(Use.class, Use::close);
        }

        @GetMapping("/taken")
        Mono<String> taken() {
            assertThat(held).allMatch(Lease::isOpen);
            return Mono.fromFuture(() -> taken
                    .transactionAsync(Duration.ofMillis(1), worker -> Mono.just("used").toFuture())
                    .toCompletableFuture());
        }

        @GetMapping("/full")
        Mono<String> full() {
            return Mono.fromFuture(() -> full
                    .transactionAsync(worker -> Mono.just("used").toFuture())
                    .toCompletableFuture());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Controller.class)
    static class Application {
    }

    private static int hangUp(String path, long seed) throws InterruptedException {
        AtomicInteger answered = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        List<Exception> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(seed * 1_000 + i);
            clients.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int turn = 0; turn < EACH; turn++) {
                        answered.addAndGet(hangUp(path, random) ? 1 : 0);
                    }
                } catch (IOException failure) {
                    failures.add(failure);
                }
            }));
        }
        for (Thread each : clients) {
            each.join();
        }
        assertThat(failures).isEmpty();
        return answered.get();
    }

    private void assertAllWorkersAreBack() {
        assertThat(pool.status().available()).isEqualTo(WORKERS);
        assertThat(pool.status().checkedOut()).isZero();
        assertThat(pool.status().queueDepth()).isZero();
    }

    private static void assertItServes(String path) throws Exception {
        for (int later = 0; later < 2 * WORKERS; later++) {
            assertThat(get(path, 200).body()).contains("sent mail");
        }
    }

    @ParameterizedTest
    @CsvSource({"/reactive,11", "/blocking,12", "/task,13", "/stream,14"})
    void clients_that_hang_up_leave_all_workers_to_those_that_come_later(String path, long seed) throws Exception {
        int answered = hangUp(path, seed);
        // A busy machine may let no client hang up at work: a few milliseconds of a request.
        for (int more = 1; path.equals("/reactive") && cancelled.get() == 0 && more < 20; more++) {
            hangUp(path, seed + 1_000 * more);
        }
        await().atMost(LIMIT).untilAsserted(this::assertAllWorkersAreBack);
        assertThat(usedByTwo).hasValue(0);
        assertThat(leaks).hasValue(0);
        assertThat(answered).as("some were answered").isBetween(1, CLIENTS * EACH - 1);
        assertThat(begun.get()).isPositive();
        if (path.equals("/reactive")) {
            assertThat(cancelled.get()).as("some were cut off at work").isPositive();
        }
        assertItServes(path);
    }

    /**
     * A connection that is closed before the first part of the answer is written: WebFlux then neither reads the
     * publisher to its end nor cancels it, so no operator can close the lease.
     */
    @Test
    void leases_that_webflux_drops_with_their_publisher_are_found() throws Exception {
        Thread collector = Thread.ofPlatform().start(() -> {
            while (!Thread.interrupted()) { // or else the clients wait for workers until the heap is full
                System.gc();
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        });
        try {
            hangUp("/lease", 15);
        } finally {
            collector.interrupt();
            collector.join();
        }
        await().atMost(LIMIT).untilAsserted(() -> {
            System.gc();
            assertAllWorkersAreBack();
        });
        assertThat(usedByTwo).hasValue(0);
        assertItServes("/lease");
    }

    /**
     * One request.
     *
     * @return whether some of an answer was read
     */
    private static boolean hangUp(String path, Random random) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.setTcpNoDelay(true);
            if (random.nextBoolean()) {
                socket.setSoLinger(true, 0); // the end is a reset
            }
            byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            int moment = random.nextInt(10);
            int sent = moment == 0 ? random.nextInt(request.length) : request.length;
            socket.getOutputStream().write(request, 0, sent);
            socket.getOutputStream().flush();
            if (moment < 2) {
                return false;
            }
            if (moment < 7) {
                LockSupport.parkNanos(random.nextInt(8_000_000));
                if (moment == 6) {
                    socket.shutdownOutput();
                    LockSupport.parkNanos(random.nextInt(2_000_000));
                }
                return false;
            }
            InputStream answer = socket.getInputStream();
            int read = answer.read();
            if (moment > 7) {
                LockSupport.parkNanos(random.nextInt(5_000_000));
                answer.skip(answer.available());
            }
            return read >= 0;
        }
    }

    @Test
    void the_server_is_that_of_webflux() throws Exception {
        assertThat(get("/thread", 200).body()).startsWith("reactor-");
        assertThat(context.getBeanNamesForType(org.springframework.web.reactive.DispatcherHandler.class)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"/taken,503,The service is busy.", "/full,429,Too many requests are waiting."})
    void refusals_have_their_status_and_say_when_to_try_again(String path, int status, String detail) throws Exception {
        HttpResponse<String> response = get(path, status);
        assertThat(response.headers().firstValue("Retry-After")).contains("5");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(JsonPath.<String>read(response.body(), "$.detail")).isEqualTo(detail);
    }

    @Test
    void the_endpoint_tells_children_by_pages() throws Exception {
        String first = get("/actuator/ppool/smtp/which_children?limit=3", 200).body();
        assertThat(JsonPath.<Integer>read(first, "$.total")).isEqualTo(WORKERS);
        assertThat(JsonPath.<List<?>>read(first, "$.children")).hasSize(3);
        String next = JsonPath.read(first, "$.next");
        String second = get("/actuator/ppool/smtp/which_children?after=" + next, 200).body();
        assertThat(JsonPath.<List<?>>read(second, "$.children")).hasSize(1);
        assertThat(second).doesNotContain("\"next\"");
        assertThat(get("/actuator/ppool/smtp/which_children?limit=1001", 400).body())
                .contains("limit must be from 1 to 1000, got: 1001");
        assertThat(get("/actuator/ppool/none/which_children", 404).body()).contains("there is no pool 'none'");
        assertThat(JsonPath.<Integer>read(get("/actuator/ppool/smtp/count_children", 200).body(), "$.active"))
                .isEqualTo(WORKERS);
    }

    @Test
    void health_has_the_pools_and_the_group_for_liveness() throws Exception {
        String group = get("/actuator/health/ppool", 200).body();
        assertThat(JsonPath.<String>read(group, "$.components.ppoolTrees.details.supervisor")).isEqualTo("running");
        assertThat(JsonPath.<String>read(get("/actuator/health/ppoolPools/smtp", 200).body(), "$.status"))
                .isEqualTo("UP");
    }

    private static HttpResponse<String> get(String path, int status) throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(LIMIT).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response;
    }
}
