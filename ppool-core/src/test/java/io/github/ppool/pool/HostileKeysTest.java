package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.Eventually;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.pool.engine.KeysOf;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Keys with methods that throw, block, lie or change: they hurt their own hand-over only, and leave no chain behind.
 */
class HostileKeysTest {

    private ProcessSystem system;
    private Pools pools;
    private PoolClient<Object> pool;
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final Queue<String> served = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws Exception {
        system = new ProcessSystem();
        pools = Pools.start(system);
        pool = pools.startPool(PoolSpec.builder("pool", Object::new).size(2).build());
    }

    @AfterEach
    void stop() throws Exception {
        goOn.countDown();
        Eventually.so(() -> pool, () -> KeysOf.count(pool) == 0);
        EngineInvariants.awaitRest(pool);
        pools.close();
        system.close();
    }

    private Task<?> blocker(Object key) {
        Task<?> task = pool.tasks(TaskOptions.key(key)).asyncQueue(worker -> goOn.await());
        Eventually.so(() -> task, () -> task.state() == TaskState.RUNNING);
        return task;
    }

    private void goesOn(Object key) throws Exception {
        pool.tasks(TaskOptions.key(key)).asyncQueueResult(worker -> "done").result().toCompletableFuture()
                .get(50, TimeUnit.SECONDS);
    }

    /** Equal to its like, and all have one hash. */
    private static class Key {
        final String name;

        Key(String name) {
            this.name = name;
        }

        @Override
        public int hashCode() {
            return 7;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.name.equals(name);
        }
    }

    @Test
    void a_hash_code_that_throws_refuses_the_view_and_nothing_has_happened() {
        Object bad = new Object() {
            @Override
            public int hashCode() {
                throw new IllegalStateException("no hash today");
            }
        };
        assertThatThrownBy(() -> pool.tasks(TaskOptions.key(bad)))
                .isInstanceOf(IllegalStateException.class).hasMessage("no hash today");
        assertThat(KeysOf.count(pool)).isZero();
    }

    @Test
    void an_equals_that_throws_refuses_its_own_hand_over_only() throws Exception {
        blocker(new Key("good"));
        Key bad = new Key("bad") {
            @Override
            public boolean equals(@Nullable Object other) {
                throw new StackOverflowError("equal to nothing");
            }

            @Override
            public int hashCode() {
                return super.hashCode();
            }
        };
        assertThatThrownBy(() -> pool.tasks(TaskOptions.key(bad)).asyncQueue(worker -> served.add("bad")))
                .isInstanceOf(StackOverflowError.class).hasMessage("equal to nothing");
        assertThat(pool.status().queueDepth()).isZero();
        goesOn(new Key("other"));
        assertThat(served).isEmpty();
    }

    @Test
    void an_equals_that_blocks_holds_up_nobody_else() throws Exception {
        blocker(new Key("good"));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        Key slow = new Key("good") {
            @Override
            public boolean equals(@Nullable Object other) {
                asked.countDown();
                try {
                    answers.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return super.equals(other);
            }

            @Override
            public int hashCode() {
                return super.hashCode();
            }
        };
        Thread caller = Thread.ofVirtual().start(
                () -> pool.tasks(TaskOptions.key(slow)).asyncQueue(worker -> served.add("slow")));
        asked.await();
        goesOn("another key");
        goesOn(new Key("of the same hash"));
        assertThat(pool.status().queueDepth()).isZero();
        answers.countDown();
        caller.join();
        assertThat(pool.status().queueDepth()).as("it waits behind its equal").isEqualTo(1);
        goOn.countDown();
        Eventually.so(() -> served, () -> served.contains("slow"));
    }

    @Test
    void the_chain_that_a_key_was_compared_with_may_go_and_come_again_meanwhile() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        Task<?> first = blocker(new Key("k"));
        Key slow = new Key("k") {
            @Override
            public boolean equals(@Nullable Object other) {
                if (asked.getCount() > 0) {
                    asked.countDown();
                    try {
                        answers.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
                return super.equals(other);
            }

            @Override
            public int hashCode() {
                return super.hashCode();
            }
        };
        Thread caller = Thread.ofVirtual().start(
                () -> pool.tasks(TaskOptions.key(slow)).asyncQueue(worker -> served.add("slow")));
        asked.await();
        goOn.countDown();
        first.result().toCompletableFuture().join();
        CountDownLatch again = new CountDownLatch(1);
        pool.tasks(TaskOptions.key(new Key("k"))).asyncQueue(worker -> {
            again.await();
            served.add("again");
        });
        answers.countDown();
        caller.join();
        Eventually.so(() -> pool, () -> pool.status().queueDepth() == 1);
        again.countDown();
        Eventually.so(() -> served, () -> served.contains("slow"));
        assertThat(served).containsExactly("again", "slow");
    }

    @Test
    void a_key_that_changes_leaves_nothing_behind() throws Exception {
        List<String> key = new ArrayList<>(List.of("a"));
        Task<?> task = blocker(key);
        key.add("b");
        goesOn(new ArrayList<>(List.of("x")));
        goOn.countDown();
        task.result().toCompletableFuture().join();
        Eventually.so(() -> pool, () -> KeysOf.count(pool) == 0);
    }

    @Test
    void a_huge_key_and_a_key_of_any_class_will_do() throws Exception {
        String huge = "x".repeat(5_000_000);
        blocker(huge);
        Task<?> behind = pool.tasks(TaskOptions.key(new String(huge.toCharArray())))
                .asyncQueue(worker -> served.add("huge"));
        for (Object key : List.of(1, 1L, (short) 1, (byte) 1, '1', true, 1.0, PoolStrategy.FIFO,
                new UUID(1, 2), List.of(1, 2), "", "1")) {
            goesOn(key);
        }
        assertThat(behind.state()).isEqualTo(TaskState.QUEUED);
        goOn.countDown();
        behind.result().toCompletableFuture().join();
    }

    @Test
    void keys_of_equal_text_and_other_class_are_different() throws Exception {
        blocker("1");
        goesOn(1);
        goesOn(1L);
        Task<?> behind = pool.tasks(TaskOptions.key("1")).asyncQueue(worker -> served.add("behind"));
        assertThat(behind.state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void many_keys_of_one_hash_keep_their_orders() {
        int keys = 200;
        for (int n = 0; n < 3; n++) {
            for (int i = 0; i < keys; i++) {
                String what = i + ":" + n;
                pool.tasks(TaskOptions.key(new Key("k" + i))).asyncQueue(worker -> served.add(what));
            }
        }
        Eventually.so(served::size, () -> served.size() == 3 * keys);
        for (int i = 0; i < keys; i++) {
            String prefix = i + ":";
            assertThat(served.stream().filter(what -> what.startsWith(prefix)))
                    .containsExactly(prefix + 0, prefix + 1, prefix + 2);
        }
    }

    @Test
    void options_of_a_key_need_a_key() {
        assertThatThrownBy(() -> TaskOptions.key(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("key must not be null");
        assertThatThrownBy(() -> TaskOptions.DEFAULT.withKeyBlocks(false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("keyBlocks must be null without a key, got: false");
        assertThatThrownBy(() -> TaskOptions.DEFAULT.withSticky(true)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sticky must be null without a key, got: true");
        assertThat(TaskOptions.key("k").withPriority(3).withSticky(true).withKeyBlocks(false)
                .withDeadline(Duration.ZERO).withTimeout(Duration.ofMillis(1)))
                .isEqualTo(new TaskOptions(3, Duration.ZERO, Duration.ofMillis(1), "k", false, true, null,
                        false, false));
    }
}
