package io.github.ppool.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketQueueTest {

    private final TicketQueue<One> line = new TicketQueue<>();

    private static final class One extends QueueNode {
        private final int from;
        private final int name;

        One(int from, int name) {
            this.from = from;
            this.name = name;
        }

        @Override
        public String toString() {
            return from + ":" + name;
        }
    }

    private One add(int name) {
        One one = new One(0, name);
        line.add(one);
        return one;
    }

    @Test
    void it_is_first_in_first_out_whoever_leaves_in_between() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<One> model = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            switch (random.nextInt(9)) {
                case 0, 1, 2, 3 -> model.add(add(i));
                case 4, 5 -> {
                    if (!model.isEmpty()) {
                        line.remove(model.remove(random.nextInt(model.size())));
                    }
                }
                case 6 -> line.draw(new One(0, i));
                case 7 -> line.drawTicket(); // a waiter draws, and never enters
                default -> {
                    assertThat(line.peek()).as("seed %s", seed).isSameAs(model.isEmpty() ? null : model.get(0));
                    if (!model.isEmpty()) {
                        line.remove(model.remove(0));
                    }
                }
            }
        }
        List<One> all = new ArrayList<>();
        line.forEach(all::add);
        assertThat(all).as("seed %s", seed).isEqualTo(model);
        for (One one : model) {
            assertThat(line.peek()).as("seed %s", seed).isSameAs(one);
            line.remove(one);
        }
        assertThat(line.peek()).isNull();
        assertThat(line.size()).as("seed %s", seed).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void each_is_shown_once_whoever_leaves_in_between_but_again_behind_one_who_is_not_there_yet(boolean someAreNot) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<One> model = new ArrayList<>();
        Set<One> shown = new HashSet<>();
        int twice = 0;
        for (int i = 0; i < 50_000; i++) {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> model.add(add(i));
                case 4 -> {
                    if (!model.isEmpty()) {
                        line.remove(model.remove(random.nextInt(model.size())));
                    }
                }
                case 5, 6, 7 -> {
                    if (!model.isEmpty()) {
                        line.remove(model.removeFirst());
                    }
                }
                case 8 -> {
                    if (someAreNot && random.nextInt(100) == 0) {
                        line.drawTicket(); // a waiter draws, and does not enter until its ticket is closed off
                    }
                }
                default -> {
                    List<One> now = new ArrayList<>();
                    line.forEachNew(now::add);
                    for (One one : now) {
                        twice += shown.add(one) ? 0 : 1;
                    }
                    assertThat(model).as("seed %s", seed).containsAll(now);
                    assertThat(shown.containsAll(model)).as("seed %s", seed).isTrue();
                    line.peek();
                }
            }
        }
        assertThat(twice > 0).as("seed %s: %d", seed, twice).isEqualTo(someAreNot);
        while (!model.isEmpty()) {
            line.remove(model.removeLast());
        }
        line.peek();
        add(-1);
        List<One> last = new ArrayList<>();
        line.forEachNew(last::add);
        assertThat(last).hasSize(1);
        line.forEachNew(one -> {
            throw new AssertionError(one + " was shown before");
        });
        assertThat(line.segments()).isLessThan(4);
    }

    @Test
    void its_numbers_grow_whether_one_stands_in_it_or_elsewhere() {
        One first = add(1);
        One elsewhere = new One(0, 2);
        line.draw(elsewhere);
        One third = add(3);
        assertThat(List.of(first.number(), elsewhere.number(), third.number())).containsExactly(1L, 2L, 3L);
        line.remove(first);
        assertThat(line.peek()).isSameAs(third);
        assertThat(line.size()).isEqualTo(1);
    }

    @Test
    void who_leaves_takes_his_memory_with_him_even_if_the_first_stays_for_ever() {
        One first = add(0);
        for (int round = 0; round < 100; round++) {
            List<One> leaving = new ArrayList<>();
            for (int i = 0; i < TicketQueue.SEGMENT_LENGTH; i++) {
                leaving.add(add(i));
            }
            leaving.forEach(line::remove);
        }
        assertThat(line.segments()).isLessThanOrEqualTo(4);
        assertThat(line.size()).isEqualTo(1);
        assertThat(line.peek()).isSameAs(first);
        line.remove(first);
        assertThat(line.peek()).isNull();
        One last = add(1);
        assertThat(line.peek()).isSameAs(last);
        assertThat(line.size()).isEqualTo(1);
    }

    @Test
    void a_place_of_which_the_owner_does_not_come_is_closed_off() {
        line.drawTicket();
        One second = add(2);
        assertThat(line.size()).isEqualTo(2); // the waiter may still come
        assertThat(line.peek()).isSameAs(second);
        assertThat(line.size()).isEqualTo(1);
    }

    @Test
    void it_is_open_until_there_are_so_many() {
        assertThat(line.isOpen()).isFalse();
        One first = add(1);
        line.open(2);
        assertThat(line.isOpen()).isTrue();
        assertThat(line.isWithin(line.join(new One(0, 2)))).isTrue();
        assertThat(line.isOpen()).isFalse();
        assertThat(line.isWithin(line.join(new One(0, 3)))).isFalse();
        line.remove(first);
        line.open(3);
        assertThat(line.isOpen()).isTrue();
        line.close();
        assertThat(line.isOpen()).isFalse();
    }
}
