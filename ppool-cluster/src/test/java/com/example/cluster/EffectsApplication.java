package com.example.cluster;

import io.github.ppool.cluster.ClusterLease;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** A node with a loop that writes down each of its effects, with the time of the database, guarded by its token. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class EffectsApplication {

    /** Starts a node in a virtual machine of its own. */
    public static void main(String[] settings) {
        new SpringApplicationBuilder(EffectsApplication.class).run(settings);
    }

    @Bean
    @Supervised(plan = "restart, backoff 100ms..1s x2", scope = Scope.CLUSTER)
    ProcessBody effects(JdbcTemplate database, @Value("${ppool.cluster.node-name}") String node) {
        return self -> {
            ClusterLease lease = ClusterLease.current();
            while (true) {
                database.update("with allowed as (update guard set token = ? where token <= ? returning token)"
                        + " insert into effect (node, token, at) select ?, token, clock_timestamp() from allowed",
                        lease.token(), lease.token(), node);
                self.sleep(Duration.ofMillis(20));
            }
        };
    }
}
