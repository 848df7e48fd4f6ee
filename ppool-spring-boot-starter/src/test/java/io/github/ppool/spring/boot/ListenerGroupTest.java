package io.github.ppool.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.WorkerFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each of several listeners gets the events that it wants. */
class ListenerGroupTest {

    private final List<String> told = new ArrayList<>();

    private final PoolListener ofPhases = new PoolListener() {
        @Override
        public void phaseChanged(String pool, PoolPhase phase) {
            told.add("phase");
        }
    };

    private final PoolListener ofEnds = new PoolListener() {
        @Override
        public void taskEnded(String pool, @Nullable Task<?> task) {
            told.add("ended");
        }
    };

    /** Has all methods, and names the wanted events itself. */
    private final class Choosy implements PoolListener {
        private final boolean wants;
        private final AtomicInteger asked = new AtomicInteger();

        private Choosy(boolean wants) {
            this.wants = wants;
        }

        private boolean answer() {
            asked.incrementAndGet();
            return wants;
        }

        @Override
        public void served(String pool, Duration waited) {
            told.add("choosy served");
        }

        @Override
        public void taskRan(String pool, @Nullable Task<?> task, Duration ran) {
            told.add("choosy ran");
        }

        @Override
        public void taskEnded(String pool, @Nullable Task<?> task) {
            told.add("choosy ended");
        }

        @Override
        public void leaseEnded(String pool, Duration held) {
            told.add("choosy lease");
        }

        @Override
        public boolean wantsTaskTimes() {
            return answer();
        }

        @Override
        public boolean wantsTaskEnds() {
            return answer();
        }

        @Override
        public boolean wantsLeases() {
            return answer();
        }

        @Override
        public boolean wantsUsage() {
            return answer();
        }
    }

    private static PoolListener group(PoolListener... members) {
        return ListenerGroup.of(new PoolListener() {
        }, List.of(members));
    }

    @SuppressWarnings("NullAway") // no member looks at the task
    private static void tellAll(PoolListener group) {
        group.phaseChanged("p", PoolPhase.RUNNING);
        group.taskServed("p", null, Duration.ZERO);
        group.taskRan("p", null, Duration.ZERO);
        group.taskEnded("p", null);
        group.leaseEnded("p", Duration.ZERO);
    }

    @Test
    void a_group_of_listeners_that_want_nothing_of_tasks_wants_nothing_either() {
        PoolListener group = group(ofPhases, new Choosy(false));
        assertThat(group.wantsTaskTimes()).isFalse();
        assertThat(group.wantsTaskEnds()).isFalse();
        assertThat(group.wantsLeases()).isFalse();
        assertThat(group.wantsUsage()).isFalse();
        tellAll(group);
        assertThat(told).containsExactly("phase");
    }

    @Test
    void a_group_wants_what_any_member_wants_and_tells_no_other_member() {
        PoolListener group = group(ofPhases, new Choosy(false), ofEnds);
        assertThat(group.wantsTaskTimes()).isFalse();
        assertThat(group.wantsTaskEnds()).isTrue();
        tellAll(group);
        assertThat(told).containsExactly("phase", "ended");
    }

    @Test
    void a_member_that_wants_all_is_told_all_and_was_asked_once() {
        Choosy choosy = new Choosy(true);
        PoolListener group = group(choosy);
        for (int i = 0; i < 3; i++) {
            assertThat(group.wantsTaskTimes() && group.wantsTaskEnds() && group.wantsLeases() && group.wantsUsage())
                    .isTrue();
        }
        tellAll(group);
        assertThat(told).containsExactly("choosy served", "choosy ran", "choosy ended", "choosy lease");
        assertThat(choosy.asked).hasValue(4); // once for each of the questions
    }

    @Test
    void nothing_is_put_around_a_task_around_which_no_decorator_puts_anything() {
        PoolTaskDecorator group = DecoratorGroup.of(PoolTaskDecorator.NONE,
                List.of(PoolTaskDecorator.NONE, PoolTaskDecorator.NONE));
        WorkerFunction<Object, String, RuntimeException> task = Object::toString;
        assertThat(group.decorate("p", task)).isSameAs(task);
    }
}
