package io.github.ppool.spring.boot.beans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE, properties = {"ppool.pools.smtp.worker=factory",
        "ppool.pools.http.worker=factory"})
class MockedPoolTest {

    @MockitoBean(name = "smtp")
    private PoolClient<StringBuilder> smtp;

    @Autowired
    private Pools pools;

    @Autowired
    private String user;

    @Test
    void a_mock_of_a_users_test_takes_the_place_of_a_pool_which_is_then_not_started() {
        given(smtp.name()).willReturn("mocked");
        assertThat(smtp.name()).isEqualTo("mocked");
        assertThat(pools.names()).containsExactly("http");
        assertThat(user).isEqualTo("made");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        String user(PoolClient<StringBuilder> smtp) {
            return smtp == null ? "" : "made";
        }
    }
}
