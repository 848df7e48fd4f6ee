package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.process.ProcessSystem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TaskOutcomeTest {

    @Test
    void what_depends_on_a_failed_task_sees_what_the_task_threw() throws Exception {
        IllegalStateException thrown = new IllegalStateException("bad input");
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", Object::new).size(1).build());
            Task<?> task = pool.asyncQueue(worker -> {
                throw thrown;
            });
            AtomicReference<Throwable> seen = new AtomicReference<>();
            CountDownLatch told = new CountDownLatch(1);
            task.result().whenComplete((value, failure) -> {
                seen.set(failure);
                told.countDown();
            });
            assertThat(told.await(50, TimeUnit.SECONDS)).isTrue();
            assertThat(seen.get()).isSameAs(thrown);
            assertThatThrownBy(() -> task.result().toCompletableFuture().get(50, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class).hasCause(thrown);
        }
    }

    @Test
    void nobody_but_the_task_can_settle_its_outcome() throws Exception {
        TaskOutcome<String> outcome = new TaskOutcome<>();
        CompletableFuture<String> own = outcome.toCompletableFuture();
        assertThat(outcome.complete("mine")).isFalse();
        assertThat(outcome.completeExceptionally(new IllegalStateException())).isFalse();
        assertThat(outcome.cancel(true)).isFalse();
        assertThatThrownBy(() -> outcome.obtrudeValue("mine")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> outcome.obtrudeException(new IllegalStateException()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(own.cancel(true)).isTrue();
        assertThat(outcome.isDone()).isFalse();

        CompletableFuture<Integer> dependent = outcome.thenApply(String::length);
        assertThat(outcome.settle("done")).isTrue();
        assertThat(outcome.settleExceptionally(new IllegalStateException())).isFalse();
        assertThat(dependent.get()).isEqualTo(4);
    }
}
