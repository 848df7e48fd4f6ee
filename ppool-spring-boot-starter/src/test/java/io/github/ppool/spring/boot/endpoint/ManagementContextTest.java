package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Actuator on a port of its own is a context below the application's: it shows the pools of that one. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.server.port=0", "management.endpoints.web.exposure.include=ppool",
        "ppool.pools.smtp.worker=factory",
        "ppool.pools.smtp.size=1"
})
class ManagementContextTest {

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private Pools pools;

    @Autowired
    private PoolClient<StringBuilder> smtp;

    @Test
    void the_pools_of_the_application_are_shown_there_and_there_is_no_second_one() throws Exception {
        assertThat(managementPort).isNotEqualTo(port);
        smtp.transaction(worker -> worker.append("works"));
        HttpResponse<String> response = HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + "/actuator/ppool/smtp"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"name\":\"smtp\"", "\"checkouts\":1");
        assertThat(pools.names()).containsExactly("smtp");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }
}
