package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.Memory;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessSystem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** Very many pools of five workers each, all idle. */
interface ManyPools extends AutoCloseable {

    /** As many workers as a pool has by default. */
    int SIZE = 5;

    Collection<? extends PoolClient<?>> clients();

    @Override
    void close();

    /** Pools of the core. */
    final class OfCore implements ManyPools {

        private final ProcessSystem system = new ProcessSystem();
        private final Pools tree = Pools.start(system);
        private final List<PoolClient<Object>> clients = new ArrayList<>();

        OfCore(int pools) throws InterruptedException {
            for (int i = 0; i < pools; i++) {
                clients.add(tree.startPool(PoolSpec.builder("pool-" + i, Object::new).size(SIZE).build()));
            }
        }

        @Override
        public Collection<PoolClient<Object>> clients() {
            return clients;
        }

        @Override
        public void close() {
            tree.close();
            system.close();
        }
    }

    /** Pools of an application. */
    final class OfStarter implements ManyPools {

        private final ConfigurableApplicationContext context;
        private final List<PoolClient<?>> clients = new ArrayList<>();

        OfStarter(int pools) {
            List<String> properties = new ArrayList<>();
            for (int i = 0; i < pools; i++) {
                properties.add("ppool.pools.pool-" + i + ".worker=objects");
            }
            context = Application.run(Configuration.class, properties);
            context.getBeansOfType(PoolClient.class).values().forEach(client -> clients.add((PoolClient<?>) client));
        }

        @Override
        public Collection<PoolClient<?>> clients() {
            return clients;
        }

        @Override
        public void close() {
            context.close();
        }

        @SpringBootConfiguration(proxyBeanMethods = false)
        @EnableAutoConfiguration
        static class Configuration {

            @Bean
            WorkerFactory<Object> objects() {
                return Object::new;
            }
        }
    }

    /** Memory of the JVM after one pool was there and is gone: all classes are loaded. */
    static Memory before(Starting starting) throws Exception {
        try (ManyPools one = starting.start(1)) {
            if (one.clients().size() != 1) {
                throw new IllegalStateException("expected one pool, got: " + one.clients().size());
            }
        }
        return Memory.now();
    }
}
