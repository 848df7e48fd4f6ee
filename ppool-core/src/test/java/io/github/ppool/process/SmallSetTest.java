package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SmallSetTest {

    private final SmallSet<String> set = new SmallSet<>();

    @Test
    void an_empty_set_has_nothing() {
        assertThat(set.isEmpty()).isTrue();
        assertThat(set.contains("a")).isFalse();
        assertThat(set.remove("a")).isFalse();
        assertThat(set.toList()).isEmpty();
        assertThat(set.drain()).isEmpty();
    }

    @Test
    void the_list_of_a_set_stays_as_it_was() {
        for (int size = 1; size <= SmallSet.MOST + 2; size++) {
            set.add("e" + size);
            List<String> before = set.toList();
            List<String> copy = List.copyOf(before);
            set.add("another");
            set.remove("another");
            set.remove("e1");
            assertThat(before).isEqualTo(copy);
            set.drain();
            for (int i = 1; i <= size; i++) {
                set.add("e" + i);
            }
        }
    }

    @Test
    void a_set_does_as_a_linked_hash_set_whatever_its_size() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            SmallSet<Integer> small = new SmallSet<>();
            Set<Integer> expected = new LinkedHashSet<>();
            for (int step = 0; step < 60; step++) {
                int element = random.nextInt(SmallSet.MOST + 4);
                switch (random.nextInt(8)) {
                    case 0, 1, 2, 3 -> assertThat(small.add(element)).as("seed %d", seed)
                            .isEqualTo(expected.add(element));
                    case 4, 5, 6 -> assertThat(small.remove(element)).as("seed %d", seed)
                            .isEqualTo(expected.remove(element));
                    default -> {
                        if (random.nextInt(5) == 0) {
                            assertThat(small.drain()).as("seed %d", seed).containsExactlyElementsOf(expected);
                            expected.clear();
                        }
                    }
                }
                assertThat(small.toList()).as("seed %d", seed).containsExactlyElementsOf(expected);
                assertThat(small.isEmpty()).as("seed %d", seed).isEqualTo(expected.isEmpty());
                assertThat(small.contains(element)).as("seed %d", seed).isEqualTo(expected.contains(element));
            }
        }
    }
}
