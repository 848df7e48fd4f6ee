package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.pool.PoolWorld.Worker;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The frequent events that a listener gets, and the rule for that. */
class ListenerWantsTest {

    private final PoolWorld world = new PoolWorld();
    private final List<String> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    /** Overrides all methods, and answers the questions as a test demands. */
    private class Choosy implements PoolListener {
        final AtomicInteger asked = new AtomicInteger();

        @Override
        public void taskServed(String pool, Task<?> task, Duration waited) {
            told.add("served");
        }

        @Override
        public void taskRan(String pool, Task<?> task, Duration ran) {
            told.add("ran");
        }

        @Override
        public void taskEnded(String pool, Task<?> task) {
            told.add("ended");
        }
    }

    private void runTwoTasks(PoolListener listener) {
        PoolClient<Worker> pool = world.start(spec -> spec.listener(listener));
        Lease<Worker> held = pool.checkoutAsync().toCompletableFuture().join();
        for (int i = 0; i < 2; i++) {
            var unused = pool.asyncQueue(worker -> {});
        }
        held.close();
        world.world.quiesce();
        assertThat(pool.status().tasks().done()).isEqualTo(2);
    }

    @Test
    void a_listener_that_overrides_nothing_of_tasks_wants_nothing_of_them() {
        PoolListener ofPhases = new PoolListener() {
            @Override
            public void phaseChanged(String pool, PoolPhase phase) {
                told.add(phase.toString());
            }
        };
        assertThat(ofPhases.wantsTaskTimes()).isFalse();
        assertThat(ofPhases.wantsTaskEnds()).isFalse();
        assertThat(ofPhases.wantsLeases()).isFalse();
    }

    @Test
    void a_listener_wants_what_its_class_or_a_superclass_overrides() {
        class Ended implements PoolListener {
            @Override
            public void taskEnded(String pool, Task<?> task) {
                told.add("ended");
            }
        }
        class Later extends Ended {
            @Override
            public void served(String pool, Duration waited) {
                told.add("served");
            }
        }
        assertThat(new Ended().wantsTaskEnds()).isTrue();
        assertThat(new Ended().wantsTaskTimes()).isFalse();
        assertThat(new Later().wantsTaskEnds()).isTrue();
        assertThat(new Later().wantsTaskTimes()).isTrue();
    }

    @Test
    void a_proxy_wants_all_for_it_may_stand_for_anything() {
        InvocationHandler handler = (proxy, method, arguments) -> method.isDefault()
                ? InvocationHandler.invokeDefault(proxy, method, arguments)
                : method.invoke(this, arguments);
        PoolListener proxy = (PoolListener) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[]{PoolListener.class}, handler);
        assertThat(proxy.wantsTaskTimes()).isTrue();
        assertThat(proxy.wantsTaskEnds()).isTrue();
    }

    @Test
    void all_that_is_overridden_is_told() {
        runTwoTasks(new Choosy());
        assertThat(told).containsExactly("served", "ran", "ended", "served", "ran", "ended");
    }

    @Test
    void times_are_told_without_outcomes_and_outcomes_without_times() {
        runTwoTasks(new Choosy() {
            @Override
            public boolean wantsTaskEnds() {
                return asked.incrementAndGet() < 0;
            }
        });
        assertThat(told).containsExactly("served", "ran", "served", "ran");
    }

    @Test
    void outcomes_are_told_without_times() {
        runTwoTasks(new Choosy() {
            @Override
            public boolean wantsTaskTimes() {
                return false;
            }
        });
        assertThat(told).containsExactly("ended", "ended");
    }

    @Test
    void a_listener_is_asked_once() {
        Choosy listener = new Choosy() {
            @Override
            public boolean wantsTaskTimes() {
                return asked.incrementAndGet() > 1;
            }
        };
        runTwoTasks(listener);
        assertThat(listener.asked).hasValue(1);
        assertThat(told).containsExactly("ended", "ended");
    }

    @Test
    void an_answer_that_throws_counts_as_true_and_is_logged() {
        try (CapturedLog log = CapturedLog.open()) {
            runTwoTasks(new Choosy() {
                @Override
                public boolean wantsTaskTimes() {
                    throw new AssertionError("hostile");
                }

                @Override
                public boolean wantsTaskEnds() {
                    throw new AssertionError("hostile");
                }

                @Override
                public boolean wantsLeases() {
                    throw new AssertionError("hostile");
                }

                @Override
                public void leaseEnded(String pool, Duration held) {
                    told.add("lease");
                }
            });
            assertThat(told).containsExactly("served", "ran", "ended", "served", "ran", "ended");
            assertThat(log.thrown("The listener of pool")).hasMessage("hostile");
        }
    }
}
