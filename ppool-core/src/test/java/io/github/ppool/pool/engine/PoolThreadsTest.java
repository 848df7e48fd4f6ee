package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.Eventually;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** Pools share the threads for their listeners: the listener of one leaves no state there for that of another. */
@Timeout(60)
class PoolThreadsTest {

    private final PoolThreads.Supply supply = new PoolThreads.Supply();
    private final Executor one = new PoolThreads.Platform("one", null, supply);
    private final Executor two = new PoolThreads.Platform("two", null, supply);

    @AfterEach
    void end() {
        supply.keepNone();
    }

    private static <T> T on(Executor executor, Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, executor).orTimeout(50, TimeUnit.SECONDS).join();
    }

    @Test
    void the_logging_context_of_one_pool_is_not_that_of_the_next() {
        Eventually.so(() -> "no thread has served both", () -> {
            Thread first = on(one, () -> {
                MDC.put("pool", "one");
                return Thread.currentThread();
            });
            return on(two, () -> {
                assertThat(MDC.get("pool")).isNull();
                return Thread.currentThread();
            }).equals(first);
        });
    }

    @Test
    void name_priority_and_class_loader_are_those_of_the_next_pool() {
        Eventually.so(() -> "no thread has served both", () -> {
            Thread first = on(one, () -> {
                Thread.currentThread().setName("mine");
                Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
                Thread.currentThread().setContextClassLoader(new ClassLoader(null) {
                });
                return Thread.currentThread();
            });
            return on(two, () -> {
                assertThat(Thread.currentThread().getName()).isEqualTo("two beside");
                assertThat(Thread.currentThread().getPriority()).isEqualTo(Thread.NORM_PRIORITY);
                assertThat(Thread.currentThread().getContextClassLoader())
                        .isSameAs(PoolThreadsTest.class.getClassLoader());
                return Thread.currentThread();
            }).equals(first);
        });
    }
}
