package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.StartResult;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The order of a supervisor's children, against a plain list; with enough of them to fill, empty and join blocks. */
class ChildListTest {

    private static final ChildSpec SPEC = ChildSpec.of("c", (supervisor, argument) -> StartResult.Ignored.INSTANCE);

    private final long seed = Long.getLong("supervision.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final ChildList list = new ChildList();
    private final List<Child> model = new ArrayList<>();

    private void add(int times) {
        for (int time = 0; time < times; time++) {
            Child child = new Child(SPEC, null, SPEC.restartRule(ChildDefaults.NONE), Shutdown.brutalKill());
            list.add(child);
            model.add(child);
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
            int skip = random.nextInt(model.size() + 10);
            int limit = random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(model.size() + 10);
            assertThat(list.page(skip, limit)).as("page %d %d", skip, limit)
                    .isEqualTo(model.stream().skip(skip).limit(limit).toList());
            if (!model.isEmpty()) {
                int from = random.nextInt(model.size());
                assertThat(list.from(model.get(from))).isEqualTo(model.subList(from, model.size()));
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
            List<Child> all = new ArrayList<>();
            for (int skip = 0; skip < model.size(); skip += size) {
                all.addAll(list.page(skip, size));
            }
            assertThat(all).isEqualTo(model);
        }
        assertThat(list.page(0, 0)).isEmpty();
        assertThat(list.page(Integer.MAX_VALUE, Integer.MAX_VALUE)).isEmpty();
    }
}
