package io.github.ppool.observer;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.SupervisorSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with {@value #CHILDREN} children below one supervisor, and {@value #POOLS} pools. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class CrowdApplication {

    static final int CHILDREN = 10_000;
    static final int POOLS = 500;

    @Bean
    WorkerFactory<StringBuilder> builders() {
        return StringBuilder::new;
    }

    @Bean
    SupervisorSpec crowd() {
        List<ChildSpec> children = IntStream.range(0, CHILDREN)
                .mapToObj(i -> ChildSpec.of(id(i), ChildStart.body("guest", self -> self.receive())))
                .toList();
        return SupervisorSpec.oneForOne("crowd").children(children.toArray(ChildSpec[]::new));
    }

    static String id(int i) {
        return "guest-%05d".formatted(i);
    }

    /** Starts the pools, beside the one of the settings. */
    static void startPools(Pools pools) {
        for (int i = 1; i < POOLS; i++) {
            pools.startPool(PoolSpec.builder("pool-%03d".formatted(i), Object::new).size(2).build());
        }
    }
}
