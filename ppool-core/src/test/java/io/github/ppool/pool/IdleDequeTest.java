package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ProcessSystem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdleDequeTest {

    private final PoolEngine<Object> engine = new PoolEngine<>(new ProcessSystem(),
            PoolSpec.builder("idle", Object::new).build(), new PoolThreads.Supply());
    private final IdleDeque<Object> set = new IdleDeque<>();

    private Slot<Object> slot(int number) {
        return new Slot<>(engine, number, 1);
    }

    private List<Slot<Object>> content() {
        List<Slot<Object>> all = new ArrayList<>();
        set.forEach(all::add);
        return all;
    }

    @Test
    void does_what_a_deque_does_whatever_leaves_from_its_middle() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Deque<Slot<Object>> model = new ArrayDeque<>();
        List<Slot<Object>> outside = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            outside.add(slot(i));
        }
        for (int step = 0; step < 200_000; step++) {
            int few = step / 20_000 % 2 == 0 ? 4 : 7; // grows for a while, then shrinks
            if (!outside.isEmpty() && random.nextInt(10) < few) {
                Slot<Object> slot = outside.remove(random.nextInt(outside.size()));
                if (random.nextInt(4) == 0) {
                    set.addFirst(slot);
                    model.addFirst(slot);
                } else {
                    set.addLast(slot);
                    model.addLast(slot);
                }
            } else if (!model.isEmpty() && random.nextInt(3) == 0) {
                Slot<Object> first = same(set.peekFirst(), model.pollFirst());
                set.moveFirstToEnd(first);
                model.addLast(first);
                assertThat(set.isNewest(first)).isTrue();
            } else if (!model.isEmpty()) {
                Slot<Object> gone = switch (random.nextInt(3)) {
                    case 0 -> same(set.pollFirst(), model.pollFirst());
                    case 1 -> same(set.pollLast(), model.pollLast());
                    default -> removeAny(model, random);
                };
                outside.add(gone);
            }
            assertThat(set.idleCount()).as("seed %d", seed).isEqualTo(model.size());
            assertThat(set.isEmpty()).isEqualTo(model.isEmpty());
            same(set.peekFirst(), model.peekFirst());
            Slot<Object> last = same(set.peekLast(), model.peekLast());
            if (last != null) {
                assertThat(set.isNewest(last)).isTrue();
            }
            if (step % 100 == 0) {
                assertThat(content()).as("seed %d", seed).containsExactlyElementsOf(model);
                for (Slot<Object> slot : outside) {
                    assertThat(set.contains(slot)).isFalse();
                }
            }
        }
    }

    private static Slot<Object> same(Slot<Object> actual, Slot<Object> expected) {
        assertThat(actual).isSameAs(expected);
        return actual;
    }

    private Slot<Object> removeAny(Deque<Slot<Object>> model, Random random) {
        List<Slot<Object>> all = new ArrayList<>(model);
        Slot<Object> any = all.get(random.nextInt(all.size()));
        model.remove(any);
        assertThat(set.contains(any)).isTrue();
        set.removeIdle(any);
        set.removeIdle(any); // without effect
        return any;
    }

    @Test
    void who_walks_through_it_may_take_out_what_was_just_returned() {
        for (int i = 0; i < 40; i++) {
            set.addLast(slot(i));
        }
        for (Iterator<Slot<Object>> all = set.iterator(); all.hasNext();) {
            Slot<Object> slot = all.next();
            if (slot.number % 2 == 0) {
                set.removeIdle(slot);
            }
        }
        assertThat(content()).extracting(slot -> slot.number % 2).hasSize(20).containsOnly(1);
        assertThat(set.toString()).contains("idle/1 idle/3 ");
    }
}
