package io.github.ppool.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdleDequeTest {

    private final IdleDeque<Element> set = new IdleDeque<>();

    private static final class Element extends IdleDeque.Node {
        private final int number;

        Element(int number) {
            this.number = number;
        }

        @Override
        public String toString() {
            return "idle/" + number;
        }
    }

    private static Element element(int number) {
        return new Element(number);
    }

    private List<Element> content() {
        List<Element> all = new ArrayList<>();
        set.forEach(all::add);
        return all;
    }

    @Test
    void does_what_a_deque_does_whatever_leaves_from_its_middle() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Deque<Element> model = new ArrayDeque<>();
        List<Element> outside = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            outside.add(element(i));
        }
        for (int step = 0; step < 200_000; step++) {
            int few = step / 20_000 % 2 == 0 ? 4 : 7; // grows for a while, then shrinks
            if (!outside.isEmpty() && random.nextInt(10) < few) {
                Element element = outside.remove(random.nextInt(outside.size()));
                if (random.nextInt(4) == 0) {
                    set.addFirst(element);
                    model.addFirst(element);
                } else {
                    set.addLast(element);
                    model.addLast(element);
                }
            } else if (!model.isEmpty() && random.nextInt(3) == 0) {
                Element first = same(set.peekFirst(), model.pollFirst());
                set.moveFirstToEnd(first);
                model.addLast(first);
                assertThat(set.isNewest(first)).isTrue();
            } else if (!model.isEmpty()) {
                Element gone = switch (random.nextInt(3)) {
                    case 0 -> same(set.pollFirst(), model.pollFirst());
                    case 1 -> same(set.pollLast(), model.pollLast());
                    default -> removeAny(model, random);
                };
                outside.add(gone);
            }
            assertThat(set.idleCount()).as("seed %d", seed).isEqualTo(model.size());
            assertThat(set.isEmpty()).isEqualTo(model.isEmpty());
            same(set.peekFirst(), model.peekFirst());
            Element last = same(set.peekLast(), model.peekLast());
            if (last != null) {
                assertThat(set.isNewest(last)).isTrue();
            }
            if (step % 100 == 0) {
                assertThat(content()).as("seed %d", seed).containsExactlyElementsOf(model);
                for (Element element : outside) {
                    assertThat(set.contains(element)).isFalse();
                }
            }
        }
    }

    private static Element same(Element actual, Element expected) {
        assertThat(actual).isSameAs(expected);
        return actual;
    }

    private Element removeAny(Deque<Element> model, Random random) {
        List<Element> all = new ArrayList<>(model);
        Element any = all.get(random.nextInt(all.size()));
        model.remove(any);
        assertThat(set.contains(any)).isTrue();
        set.removeIdle(any);
        set.removeIdle(any); // without effect
        return any;
    }

    @Test
    void who_walks_through_it_may_take_out_what_was_just_returned() {
        for (int i = 0; i < 40; i++) {
            set.addLast(element(i));
        }
        for (Iterator<Element> all = set.iterator(); all.hasNext();) {
            Element element = all.next();
            if (element.number % 2 == 0) {
                set.removeIdle(element);
            }
        }
        assertThat(content()).extracting(element -> element.number % 2).hasSize(20).containsOnly(1);
        assertThat(set.toString()).contains("idle/1 idle/3 ");
    }
}
