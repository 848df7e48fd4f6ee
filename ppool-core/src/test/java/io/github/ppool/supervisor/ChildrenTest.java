package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.StartResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The children of a supervisor by id and by pid, against plain maps: few of them, which have no index, and more. */
class ChildrenTest {

    private static final int MOST = 20;

    private final ProcessSystem system = new ProcessSystem();
    private final long seed = Long.getLong("supervision.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<Child> model = new ArrayList<>();
    private final Map<Pid, Child> running = new HashMap<>();
    private int ids;

    @AfterEach
    void close() {
        system.close();
    }

    private static Child child(String id) {
        ChildSpec spec = ChildSpec.of(id, (supervisor, argument) -> StartResult.Ignored.INSTANCE);
        return new Child(spec, null, ResolvedSpec.of(spec, ChildDefaults.NONE));
    }

    private Pid process() {
        return system.spawn(self -> self.receive());
    }

    private void change(Children children) {
        if (model.size() < MOST && (model.isEmpty() || random.nextBoolean())) {
            Child added = child("child " + ++ids);
            if (random.nextBoolean()) { // as a child that is started, which runs before it is in the list
                start(children, added);
            }
            children.add(added);
            model.add(added);
            return;
        }
        Child one = model.get(random.nextInt(model.size()));
        if (one.pid == null && random.nextBoolean()) {
            start(children, one);
        } else if (one.pid != null) {
            assertThat(children.ended(one)).isEqualTo(one.formerPid);
            running.remove(one.formerPid);
        } else {
            children.remove(one);
            model.remove(one);
        }
    }

    private void start(Children children, Child child) {
        Pid pid = process();
        children.runs(child, pid);
        running.put(pid, child);
    }

    private void check(Children children, boolean named, Pid stranger) {
        for (Child child : model) {
            assertThat(children.find(child.spec.id())).isSameAs(named ? child : null);
            if (child.formerPid != null) {
                assertThat(children.find(child.formerPid)).isNull();
            }
        }
        running.forEach((pid, child) -> assertThat(children.find(pid)).isSameAs(child));
        assertThat(children.find("no child")).isNull();
        assertThat(children.find(stranger)).isNull();
        assertThat(children.all()).isEqualTo(model);
        assertThat(children.count().active()).isEqualTo(running.size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void they_are_found_as_in_plain_maps(boolean named) {
        Children children = new Children(named);
        Pid stranger = process();
        for (int step = 0; step < 400; step++) {
            change(children);
            try {
                check(children, named, stranger);
            } catch (AssertionError failed) {
                throw new AssertionError("seed " + seed + ", step " + step, failed);
            }
        }
    }

    @Test
    void a_child_that_runs_before_the_ninth_is_added_is_in_the_index() {
        Children children = new Children(true);
        for (int i = 1; i <= 8; i++) {
            Child added = child("child " + ++ids);
            start(children, added);
            children.add(added);
            model.add(added);
        }
        Child ninth = child("ninth");
        start(children, ninth);
        children.add(ninth);
        model.add(ninth);
        check(children, true, process());
    }
}
