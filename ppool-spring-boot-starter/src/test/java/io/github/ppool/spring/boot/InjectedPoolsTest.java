package io.github.ppool.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The ways in which a bean gets pools, as the page on injection shows them. */
class InjectedPoolsTest {

    record SmtpWorker() {
    }

    record Connection() {
    }

    // region inject
    record Mail(PoolClient<SmtpWorker> smtp) { // by the type of the workers, if one pool has it
    }

    record Shop(PoolClient<Connection> reports, PoolClient<Connection> orders) { // by the names of the parameters
    }

    record Import(@Qualifier("my-pool") PoolClient<Connection> any) { // by qualifier, or a parameter called myPool
    }

    record Overview(Map<String, PoolClient<?>> all) { // all pools by name
    }

    record Control(Pools pools) { // to start and stop pools at run time
    }
    // end

    record Relaxed(PoolClient<Connection> myPool) {
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<SmtpWorker> smtpWorker() {
            return SmtpWorker::new;
        }

        @Bean
        WorkerFactory<Connection> connection() {
            return Connection::new;
        }
    }

    @Test
    void beans_get_pools_by_type_by_name_by_qualifier_and_all_of_them() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withUserConfiguration(Workers.class)
                .withBean(Mail.class)
                .withBean(Shop.class)
                .withBean(Import.class)
                .withBean(Overview.class)
                .withBean(Control.class)
                .withBean(Relaxed.class)
                .withPropertyValues("ppool.defaults.size=1", "ppool.pools.smtp.worker=smtpWorker",
                        "ppool.pools.reports.worker=connection", "ppool.pools.orders.worker=connection",
                        "ppool.pools.my-pool.worker=connection")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Mail.class).smtp().name()).isEqualTo("smtp");
                    Shop shop = context.getBean(Shop.class);
                    assertThat(shop.reports().name()).isEqualTo("reports");
                    assertThat(shop.orders().name()).isEqualTo("orders");
                    assertThat(context.getBean(Import.class).any().name()).isEqualTo("my-pool");
                    assertThat(context.getBean(Relaxed.class).myPool().name()).isEqualTo("my-pool");
                    assertThat(context.getBean(Overview.class).all().keySet())
                            .containsExactlyInAnyOrder("smtp", "reports", "orders", "my-pool");
                    assertThat(context.getBean(Control.class).pools().pool("orders")).isPresent();
                });
    }
}
