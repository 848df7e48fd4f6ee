package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.StartResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The order of a supervisor's children, against a plain list; with enough of them to fill, empty and join blocks. */
class ChildListTest {

    private static final ChildSpec SPEC = ChildSpec.of("c", (supervisor, argument) -> StartResult.Ignored.INSTANCE);

    private final long seed = Long.getLong("supervision.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final ChildList<Child> list = new ChildList<>();
    private final List<Child> model = new ArrayList<>();
    private int added;

    private void add(int times) {
        for (int time = 0; time < times; time++) {
            Child child = new Child(SPEC, null, ResolvedSpec.of(SPEC, ChildDefaults.NONE));
            list.add(child);
            model.add(child);
            assertThat(child.number()).isEqualTo(++added);
        }
    }

    private void remove(int times) {
        for (int time = 0; time < times && !model.isEmpty(); time++) {
            list.remove(model.remove(random.nextInt(model.size())));
        }
    }

    private void check() {
        assertThat(list.size()).isEqualTo(model.size());
        assertThat(list.all()).isEqualTo(model);
        for (int round = 0; round < 20; round++) {
            long number = random.nextLong(added + 10);
            int limit = random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(model.size() + 10);
            assertThat(list.after(number, limit)).as("at most %d after %d", limit, number)
                    .isEqualTo(model.stream().filter(child -> child.number() > number).limit(limit).toList());
            if (!model.isEmpty()) {
                int from = random.nextInt(model.size());
                assertThat(list.from(model.get(from))).isEqualTo(model.subList(from, model.size()));
                assertThat(list.isLast(model.get(from))).isEqualTo(from == model.size() - 1);
            }
        }
    }

    @Test
    void it_is_what_a_plain_list_would_be() {
        try {
            for (int round = 0; round < 60; round++) {
                add(random.nextInt(1200));
                check();
                remove(random.nextInt(1400));
                check();
            }
            remove(model.size());
            check();
            add(3);
            check();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    @Test
    void pages_add_up_to_the_whole_whatever_their_size() {
        add(2000);
        remove(1500);
        for (int size : List.of(1, 7, 255, 256, 257, 5000)) {
            assertThat(byPages(size)).isEqualTo(model);
        }
        assertThat(list.after(0, 0)).isEmpty();
        assertThat(list.after(Long.MAX_VALUE, Integer.MAX_VALUE)).isEmpty();
    }

    /** Each page begins after the last child of the one before. */
    private List<Child> byPages(int size) {
        List<Child> all = new ArrayList<>();
        List<Child> page = list.after(0, size);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = list.after(page.getLast().number(), size);
        }
        return all;
    }

    @Test
    void a_child_that_stays_is_on_one_page_although_others_come_and_go() {
        add(2000);
        List<Child> staying = new ArrayList<>(model);
        List<Child> all = new ArrayList<>();
        List<Child> page = list.after(0, 100);
        while (!page.isEmpty()) {
            all.addAll(page);
            long last = page.getLast().number();
            for (int time = 0; time < 90 && !model.isEmpty(); time++) {
                Child going = model.remove(random.nextInt(model.size()));
                list.remove(going);
                staying.remove(going);
            }
            add(random.nextInt(40));
            page = list.after(last, 100);
        }
        assertThat(all).as("seed %d", seed).doesNotHaveDuplicates().containsAll(staying)
                .isSortedAccordingTo(Comparator.comparingLong(child -> child.number()));
    }
}
