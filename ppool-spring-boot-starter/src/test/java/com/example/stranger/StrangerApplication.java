package com.example.stranger;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.SupervisorSpec;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;

/** An application written from the documentation alone: settings, beans and injection only. */
@SpringBootApplication(proxyBeanMethods = false)
public class StrangerApplication {

    public static void main(String[] args) {
        SpringApplication.run(StrangerApplication.class, args);
    }

    @Bean
    WorkerFactory<StringBuilder> builders() {
        return StringBuilder::new;
    }

    @Bean
    WorkerFactory<List<String>> lists() {
        return () -> List.of("element");
    }

    @Bean
    PoolSpec<Integer> numbersSpec() {
        return PoolSpec.builder("numbers", () -> 7).size(1).build();
    }

    @Bean
    SupervisorSpec clock() {
        return SupervisorSpec.oneForOne("clock")
                .children(ChildSpec.of("ticks", ChildStart.body("ticks", self -> self.receive())));
    }

    @Bean
    @Supervised
    Runnable loop() {
        return () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException told) {
                Thread.currentThread().interrupt();
            }
        };
    }

    @Supervised(plan = "restart, 5s")
    @Component("poller")
    static class Poller implements SmartLifecycle {
        private volatile boolean running;

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    @Service
    record Greetings(
            PoolClient<Greeter> byType,
            PoolClient<List<String>> byGenericType,
            PoolClient<StringBuilder> left,
            @Qualifier("right") PoolClient<StringBuilder> byQualifier,
            PoolClient<Integer> byBean,
            SupervisionTrees trees) {}

    @Component
    record Run(Greetings greetings) implements CommandLineRunner {
        @Override
        public void run(String... args) {
            String greeting = greetings.byType.transactionResult(greeter -> greeter.greet("stranger"));
            String element = greetings.byGenericType.transactionResult(list -> list.get(0));
            String number = greetings.byBean.transactionResult(value -> value.toString());
            System.out.println(String.join(
                    ", ", greeting, element, greetings.left.name(), greetings.byQualifier.name(), number,
                    greetings.trees.names().toString(), classes()));
        }

        /** The classes that an application without web, actuator and metrics does not have. */
        private static String classes() {
            StringBuilder found = new StringBuilder("found:");
            for (String name : List.of(
                    "org.springframework.web.context.WebApplicationContext",
                    "org.springframework.boot.web.server.WebServer",
                    "org.springframework.boot.actuate.endpoint.annotation.Endpoint",
                    "org.springframework.boot.health.contributor.Health",
                    "io.micrometer.core.instrument.MeterRegistry",
                    "tools.jackson.databind.ObjectMapper")) {
                try {
                    String simpleName = Class.forName(name).getSimpleName();
                    found.append(' ').append(simpleName);
                } catch (ClassNotFoundException | LinkageError expected) {
                    continue;
                }
            }
            return found.toString();
        }
    }
}
