package io.github.ppool.spring.boot.beans;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;

class PrototypeWorkersTest {

    private static final List<String> events = new CopyOnWriteArrayList<>();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Beans.class)
            .withPropertyValues(
                    "ppool.pools.annotated.size=1",
                    "ppool.pools.annotated.max-overflow=0",
                    "ppool.pools.closing.worker=closingWorker",
                    "ppool.pools.closing.size=0",
                    "ppool.pools.closing.max-overflow=1");

    @BeforeEach
    void forget() {
        events.clear();
    }

    @Test
    void are_made_and_destroyed_with_all_call_backs_on_their_own_process() {
        runner.run(context -> {
            @SuppressWarnings("unchecked")
            PoolClient<AnnotatedWorker> pool = context.getBean("annotated", PoolClient.class);
            pool.transaction(worker -> assertThat(worker.dependency).isSameAs(context.getBean(Dependency.class)));
            String process = pool.transactionResult(worker -> worker.process);
            assertThat(process).isNotEqualTo("none");
            assertThat(events).containsExactly("made on " + process, "begun on " + process);
            context.close();
            assertThat(events)
                    .containsExactly("made on " + process, "begun on " + process, "ended on " + process);
        });
    }

    @Test
    void that_can_be_closed_are_closed_when_they_are_dismissed() {
        runner.run(context -> {
            @SuppressWarnings("unchecked")
            PoolClient<ClosingWorker> pool = context.getBean("closing", PoolClient.class);
            pool.transaction(worker -> {});
            pool.transaction(worker -> {});
            // The place of the first worker is free again only when that one is closed.
            assertThat(events.stream().filter(event -> event.startsWith("open") || event.startsWith("close")).limit(3))
                    .containsExactly("open", "close", "open");
        });
    }

    @Test
    void that_crash_are_destroyed_and_replaced() {
        runner.run(context -> {
            @SuppressWarnings("unchecked")
            PoolClient<AnnotatedWorker> pool = context.getBean("annotated", PoolClient.class);
            AnnotatedWorker first = pool.transactionResult(worker -> worker);
            pool.syncQueue(worker -> {
                throw new IllegalStateException("crash");
            });
            AnnotatedWorker second = pool.transactionResult(worker -> worker);
            assertThat(second).isNotSameAs(first);
            assertThat(events).contains("ended on " + first.process);
        });
    }

    private static String currentProcess() {
        ProcessContext current = ProcessSystem.currentProcess();
        return current == null ? "none" : String.valueOf(current.self().id());
    }

    static class Dependency {}

    @PoolWorker("annotated")
    static class AnnotatedWorker {
        final Dependency dependency;
        final String process = currentProcess();

        AnnotatedWorker(Dependency dependency) {
            this.dependency = Objects.requireNonNull(dependency);
            events.add("made on " + process);
        }

        @PostConstruct
        void begin() {
            events.add("begun on " + currentProcess());
        }

        @PreDestroy
        void end() {
            events.add("ended on " + currentProcess());
        }
    }

    static class ClosingWorker implements AutoCloseable {
        ClosingWorker() {
            events.add("open");
        }

        @Override
        public void close() {
            events.add("close");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({Dependency.class, AnnotatedWorker.class})
    static class Beans {
        @Bean
        @Scope("prototype")
        ClosingWorker closingWorker() {
            return new ClosingWorker();
        }
    }
}
