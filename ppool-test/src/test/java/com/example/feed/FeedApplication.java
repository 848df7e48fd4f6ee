package com.example.feed;

import io.github.ppool.cluster.ClusterLease;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with a loop that runs on one node, and a pool with a limit of workers over all nodes. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class FeedApplication {

    /** The tokens that the loop of this node has worked with. */
    static final class Work {
        final List<Long> tokens = new CopyOnWriteArrayList<>();
        volatile boolean fails;
    }

    @Bean
    Work work() {
        return new Work();
    }

    @Bean
    @Supervised(plan = "restart, 1s", count = "1", scope = Scope.CLUSTER)
    ProcessBody feed(Work work) {
        return self -> {
            while (true) {
                if (work.fails) {
                    throw new IllegalStateException("this node can't do the work");
                }
                work.tokens.add(ClusterLease.current().token());
                self.sleep(Duration.ofSeconds(1));
            }
        };
    }

    @Bean
    AtomicInteger connections() {
        return new AtomicInteger();
    }

    @Bean
    WorkerFactory<Object> connectionFactory(AtomicInteger connections) {
        return new WorkerFactory<>() {
            @Override
            public Object create() {
                connections.incrementAndGet();
                return new Object();
            }

            @Override
            public void destroy(Object connection, @Nullable Throwable cause) {
                connections.decrementAndGet();
            }
        };
    }
}
