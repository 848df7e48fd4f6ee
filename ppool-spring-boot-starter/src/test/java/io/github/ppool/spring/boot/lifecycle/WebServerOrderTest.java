package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** With a real web server: its first request finds the pools, and so does its last one. */
class WebServerOrderTest {

    private static final CountDownLatch begun = new CountDownLatch(1);
    private static final CountDownLatch stopping = new CountDownLatch(1);

    @Test
    void a_request_that_is_served_while_the_application_ends_still_finds_its_pool() throws Exception {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .properties("server.port=0", "ppool.pools.builders.worker=factory")
                .run();
        Server server = context.getBean(Server.class);
        assertThat(server.poolsAtStart).isEqualTo("[builders]");
        CompletableFuture<HttpResponse<String>> answer = HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port + "/slow"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        begun.await();
        context.addApplicationListener(event -> {
            if (event instanceof org.springframework.context.event.ContextClosedEvent) {
                stopping.countDown();
            }
        });
        context.close();
        assertThat(answer.join().body()).isEqualTo("served");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        Server server(PoolClient<StringBuilder> builders, Pools pools) {
            return new Server(builders, pools);
        }
    }

    @RestController
    static class Server {
        private final PoolClient<StringBuilder> builders;
        private final Pools pools;
        private int port;
        private String poolsAtStart = "";

        Server(PoolClient<StringBuilder> builders, Pools pools) {
            this.builders = builders;
            this.pools = pools;
        }

        @EventListener
        void listening(WebServerInitializedEvent event) {
            port = event.getWebServer().getPort();
            poolsAtStart = pools.names().toString();
        }

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            begun.countDown();
            stopping.await();
            // By now the web server has been told to stop; the pools are next in line, when this request is done.
            Thread.sleep(200); // time for pools that stop too early to be gone, which would fail the request
            return builders.transactionResult(worker -> worker.append("served").toString());
        }
    }
}
