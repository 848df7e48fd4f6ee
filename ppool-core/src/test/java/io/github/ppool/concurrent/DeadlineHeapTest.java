package io.github.ppool.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadlineHeapTest {

    private final DeadlineHeap<One> deadlines = new DeadlineHeap<>();

    private static final class One extends QueueNode {
        private final long due;
        private final int name;

        One(long due, int number) {
            this.due = due;
            this.name = number;
        }

        @Override
        public String toString() {
            return name + " at " + due;
        }
    }

    @Test
    void the_earliest_comes_first_and_among_equals_the_one_that_came_first() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<One> model = new ArrayList<>();
        long now = Long.MAX_VALUE - 50_000; // times may pass the end of the numbers
        for (int i = 0; i < 100_000; i++) {
            int what = random.nextInt(10);
            if (what < 5) {
                One one = new One(now + random.nextInt(200), i);
                deadlines.add(one, one.due);
                model.add(one);
            } else if (what < 8 && !model.isEmpty()) {
                One left = model.remove(random.nextInt(model.size()));
                deadlines.remove(left);
                deadlines.remove(left); // without effect
            } else {
                now += random.nextInt(20);
                long until = now;
                List<One> due = model.stream().filter(one -> one.due - until <= 0)
                        .sorted(Comparator.<One>comparingLong(one -> one.due - until)
                                .thenComparingInt(one -> one.name))
                        .toList();
                model.removeAll(due);
                List<One> polled = new ArrayList<>();
                for (One one = deadlines.pollDue(now); one != null; one = deadlines.pollDue(now)) {
                    assertThat(one.expires()).isFalse();
                    polled.add(one);
                }
                assertThat(polled).as("seed %d", seed).isEqualTo(due);
            }
            assertThat(deadlines.isEmpty()).isEqualTo(model.isEmpty());
            if (!model.isEmpty() && i % 50 == 0) {
                long from = now;
                assertThat(deadlines.earliestNanos() - from)
                        .isEqualTo(model.stream().mapToLong(one -> one.due - from).min().orElseThrow());
            }
        }
    }

    @Test
    void those_who_left_are_not_kept() {
        for (int i = 0; i < 1_000_000; i++) {
            One one = new One(i, i);
            deadlines.add(one, one.due);
            deadlines.remove(one);
            assertThat(deadlines.kept()).isLessThan(300);
        }
        assertThat(deadlines.isEmpty()).isTrue();
        assertThat(deadlines.kept()).isZero();
    }

    @Test
    void a_million_that_leave_in_any_order_cost_no_more_than_twice_the_living_in_memory() {
        List<One> all = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            One one = new One(i, i);
            deadlines.add(one, one.due);
            all.add(one);
        }
        java.util.Collections.shuffle(all, new Random(7));
        for (int left = 1; left <= all.size(); left++) {
            deadlines.remove(all.get(left - 1));
            assertThat(deadlines.kept()).isLessThanOrEqualTo(2 * (all.size() - left) + 130);
        }
    }
}
