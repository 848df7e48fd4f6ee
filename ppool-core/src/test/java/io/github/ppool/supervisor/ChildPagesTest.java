package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.StartResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The children of a supervisor, told page by page while they come and go. */
@Timeout(60)
class ChildPagesTest {

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Logger log = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor");
    private final Level before = log.getLevel();

    @BeforeEach
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void close() {
        log.setLevel(before);
        world.close();
    }

    /** A child that needs no process: its specification is kept all the same. */
    private static ChildSpec kept(String id) {
        return ChildSpec.of(id, (supervisor, argument) -> StartResult.Ignored.INSTANCE);
    }

    private static ChildSpec running(String id) {
        return ChildSpec.of(id, ChildStart.body(id, self -> self.receive()));
    }

    private Supervisor start(SupervisorSpec spec) throws InterruptedException {
        return Supervisor.start(system, spec.intensity(1000, Duration.ofSeconds(1)));
    }

    private static List<String> ids(ChildPage page) {
        return page.children().stream().map(child -> String.valueOf(child.id())).toList();
    }

    @Test
    void a_page_tells_how_many_there_are_and_where_the_next_one_begins() throws InterruptedException {
        Supervisor supervisor = start(SupervisorSpec.oneForOne("pages")
                .children(running("a"), running("b"), running("c"), running("d")));
        ChildPage first = supervisor.whichChildren(0, 3);
        assertThat(ids(first)).containsExactly("a", "b", "c");
        assertThat(first.total()).isEqualTo(4);
        assertThat(first.next()).isPresent();
        ChildPage second = supervisor.whichChildren(first.next().getAsLong(), 3);
        assertThat(ids(second)).containsExactly("d");
        assertThat(second.next()).isEmpty();
        assertThat(supervisor.whichChildren(0, 4).next()).isEmpty();
        assertThat(supervisor.whichChildren(0, Integer.MAX_VALUE).children()).hasSize(4);
    }

    @Test
    void a_page_after_the_last_child_is_empty() throws InterruptedException {
        Supervisor supervisor = start(SupervisorSpec.oneForOne("pages").children(running("a")));
        assertThat(supervisor.whichChildren(Long.MAX_VALUE, 10))
                .isEqualTo(new ChildPage(List.of(), 1, OptionalLong.empty()));
        Supervisor childless = start(SupervisorSpec.oneForOne("none"));
        assertThat(childless.whichChildren(0, 10)).isEqualTo(new ChildPage(List.of(), 0, OptionalLong.empty()));
    }

    @Test
    void the_next_page_begins_where_it_did_although_its_key_and_others_are_gone() throws InterruptedException {
        Supervisor supervisor = start(SupervisorSpec.oneForOne("pages")
                .children(running("a"), running("b"), running("c"), running("d")));
        ChildPage first = supervisor.whichChildren(0, 2);
        supervisor.terminateAndDeleteChild("a");
        supervisor.terminateAndDeleteChild("b");
        supervisor.startChild(running("e"));
        ChildPage second = supervisor.whichChildren(first.next().orElseThrow(), 10);
        assertThat(ids(second)).containsExactly("c", "d", "e");
        assertThat(second.total()).isEqualTo(3);
    }

    @Test
    void a_restart_changes_no_childs_place() throws InterruptedException {
        Supervisor supervisor = start(SupervisorSpec.simpleOneForOne("pages",
                ChildSpec.of("session", ChildStart.body("session", self -> self.receive()))));
        for (int number = 0; number < 6; number++) {
            supervisor.startChild((Object) number);
        }
        ChildPage first = supervisor.whichChildren(0, 3);
        for (ChildInfo child : supervisor.whichChildren()) {
            system.exit(child.pid(), ExitReason.of("boom"));
        }
        world.quiesce();
        ChildPage second = supervisor.whichChildren(first.next().orElseThrow(), 10);
        assertThat(second.children()).hasSize(3).allMatch(child -> child.restarts() == 1);
        List<Pid> all = supervisor.pids();
        assertThat(second.children()).extracting(ChildInfo::pid).isEqualTo(all.subList(3, 6));
    }

    @Test
    void a_child_that_is_deleted_and_added_again_is_another_one() throws InterruptedException {
        Supervisor supervisor = start(SupervisorSpec.oneForOne("pages")
                .children(running("a"), running("b"), running("c")));
        supervisor.terminateAndDeleteChild("a");
        supervisor.startChild(running("a"));
        assertThat(ids(supervisor.whichChildren(0, 10))).containsExactly("b", "c", "a");
    }

    @Test
    void a_hundred_thousand_children_are_told_by_pages_each_once() throws InterruptedException {
        int many = 100_000;
        Supervisor supervisor = start(SupervisorSpec.oneForOne("pages")
                .children(IntStream.range(0, many).mapToObj(number -> kept("c" + number)).toList()));
        List<String> told = new ArrayList<>(many);
        for (OptionalLong next = OptionalLong.of(0); next.isPresent();) {
            ChildPage page = supervisor.whichChildren(next.getAsLong(), 100);
            assertThat(page.total()).isEqualTo(many);
            told.addAll(ids(page));
            next = page.next();
        }
        assertThat(told).hasSize(many).doesNotHaveDuplicates();
    }

    @Test
    void keys_and_limits_that_can_not_be_are_refused() throws InterruptedException {
        Supervisor supervisor = start(SupervisorSpec.oneForOne("pages"));
        assertThatIllegalArgumentException().isThrownBy(() -> supervisor.whichChildren(-1, 10))
                .withMessage("after must not be negative, got: -1");
        assertThatIllegalArgumentException().isThrownBy(() -> supervisor.whichChildren(0, 0))
                .withMessage("limit must be at least 1, got: 0");
    }
}
