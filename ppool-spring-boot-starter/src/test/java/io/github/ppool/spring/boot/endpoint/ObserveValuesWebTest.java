package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A snapshot of an application that shows values, can be changed, and keeps no history. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool", "management.endpoint.ppool.show-values=always",
        "management.endpoint.ppool.access=unrestricted", "ppool.pools.smtp.worker=factory", "ppool.history=never"})
class ObserveValuesWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private PoolClient<StringBuilder> smtp;

    private String get(String path) throws Exception {
        URI uri = URI.create("http://localhost:" + port + "/actuator/ppool/" + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void messages_and_stacks_are_shown_where_values_are() throws Exception {
        smtp.checkout().fail(new IllegalStateException("the password is swordfish"));
        await().until(() -> get("observe").contains("crashed"));
        String seen = get("observe");
        assertThat(JsonPath.<List<String>>read(seen, "$.journal[?(@.event == 'crashed')].message"))
                .containsExactly("java.lang.IllegalStateException: the password is swordfish");
        assertThat(JsonPath.<List<List<String>>>read(seen, "$.journal[?(@.event == 'crashed')].stack").getFirst())
                .isNotEmpty();
        assertThat(JsonPath.<Boolean>read(seen, "$.showsValues")).isTrue();
    }

    @Test
    void an_endpoint_with_unrestricted_access_is_writable() throws Exception {
        assertThat(JsonPath.<Boolean>read(get("observe"), "$.writable")).isTrue();
    }

    @Test
    void without_a_history_there_are_no_samples_and_no_rates() throws Exception {
        String seen = get("observe?pool=smtp");
        assertThat(JsonPath.<String>read(seen, "$.history")).isEqualTo("never");
        assertThat(JsonPath.<Integer>read(seen, "$.sequence")).isZero();
        assertThat(seen).doesNotContain("samples", "rates");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }
}
