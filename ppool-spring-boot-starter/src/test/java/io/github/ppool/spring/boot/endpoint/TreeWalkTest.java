package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ProcessSystem;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** A walk over trees of any form: deep, wide, silent, ended. */
class TreeWalkTest {

    private final ProcessSystem system = new ProcessSystem();

    @AfterEach
    void close() {
        system.close();
    }

    private static ChildSpec worker(String id) {
        return ChildSpec.of(id, ChildStart.body(id, self -> self.receive()));
    }

    /** A walk that a busy machine does not cut short. */
    private WalkDescriptor walk(int depth, int limit, Map<String, Supervisor> tops) throws InterruptedException {
        return walk(depth, limit, tops, Duration.ofMinutes(1));
    }

    private WalkDescriptor walk(int depth, int limit, Map<String, Supervisor> tops, Duration atMost)
            throws InterruptedException {
        return new TreeWalk(system, top -> List.of("code of " + top), depth, limit, atMost).walk(tops);
    }

    private static List<String> paths(WalkDescriptor walk) {
        List<String> paths = new ArrayList<>();
        walk.tops().forEach(top -> paths(top, paths));
        return paths;
    }

    private static void paths(TreeNodeDescriptor node, List<String> into) {
        into.add(node.path());
        if (node.children() != null) {
            node.children().forEach(child -> paths(child, into));
        }
    }

    private Supervisor mail() throws InterruptedException {
        SupervisorSpec now = SupervisorSpec.oneForOne("now").children(worker("a/b"), worker("100%"));
        SupervisorSpec senders = SupervisorSpec.oneForOne("senders")
                .children(ChildSpec.supervisor("now", now), worker("later"));
        return Supervisor.start(system, SupervisorSpec.oneForOne("mail")
                .children(ChildSpec.supervisor("senders", senders), worker("inbox")));
    }

    @Test
    void the_walk_shows_nested_supervisors_with_the_paths_of_all_processes() throws Exception {
        WalkDescriptor walk = walk(5, 100, Map.of("mail", mail()));
        assertThat(paths(walk)).containsExactly("mail", "mail/senders", "mail/senders/now", "mail/senders/now/a%2Fb",
                "mail/senders/now/100%25", "mail/senders/later", "mail/inbox");
        assertThat(walk.complete()).isTrue();
        assertThat(walk.size()).isEqualTo(7);
        TreeNodeDescriptor inbox = walk.tops().get(0).children().get(1);
        assertThat(inbox.child().modules()).containsExactly("code of mail");
        assertThat(inbox.children()).isNull();
        assertThat(inbox.pid()).isEqualTo(inbox.child().child());
    }

    @Test
    void the_depth_ends_the_walk_and_the_answer_says_so() throws Exception {
        WalkDescriptor walk = walk(1, 100, Map.of("mail", mail()));
        assertThat(paths(walk)).containsExactly("mail", "mail/senders", "mail/inbox");
        assertThat(walk.complete()).isFalse();
        assertThat(walk.tops().get(0).total()).isEqualTo(2);
        TreeNodeDescriptor senders = walk.tops().get(0).children().get(0);
        assertThat(senders.total()).isNull();
        assertThat(senders.children()).isNull();
        assertThat(senders.silent()).isNull();
    }

    @Test
    void a_path_leads_to_a_supervisor_at_any_depth() throws Exception {
        Supervisor mail = mail();
        Supervisor now = SupervisorPath.of("mail/senders/now").resolve(system, mail).orElseThrow();
        assertThat(paths(walk(1, 100, Map.of("mail/senders/now", now))))
                .containsExactly("mail/senders/now", "mail/senders/now/a%2Fb", "mail/senders/now/100%25");
        assertThat(SupervisorPath.of("mail/senders/none").resolve(system, mail)).isEmpty();
        assertThat(SupervisorPath.of("mail/inbox").resolve(system, mail)).isEmpty();
        assertThat(SupervisorPath.of("a%2Fb/100%25").steps()).containsExactly("a/b", "100%");
        assertThatThrownBy(() -> SupervisorPath.of("mail//now"))
                .isInstanceOf(InvalidEndpointRequestException.class)
                .hasMessage("path must be names with / between them, such as mail/senders, got: mail//now");
        assertThatThrownBy(() -> SupervisorPath.of("a/".repeat(51) + "a"))
                .hasMessage("path must have at most 50 names, got: 52");
    }

    @Test
    void children_without_an_id_have_their_pid_in_the_path() throws Exception {
        SupervisorSpec leaf = SupervisorSpec.oneForOne("leaf").children(worker("w"));
        Supervisor many = Supervisor.start(system, SupervisorSpec.simpleOneForOne(
                "many", ChildSpec.supervisor("template", leaf)));
        many.startChild("");
        many.startChild("");
        WalkDescriptor walk = walk(3, 100, Map.of("many", many));
        assertThat(walk.size()).isEqualTo(5);
        String path = walk.tops().get(0).children().get(1).path();
        assertThat(path).matches("many/<[0-9]+>");
        assertThat(SupervisorPath.of(path).resolve(system, many)).isPresent();
        assertThat(SupervisorPath.of("many/<1>").resolve(system, many)).isEmpty();
    }

    @Test
    void a_wide_supervisor_is_cut_at_the_limit_and_tells_where_to_go_on() throws Exception {
        Supervisor wide = Supervisor.start(system, SupervisorSpec.oneForOne("wide")
                .children(IntStream.range(0, 250).mapToObj(i -> worker("w" + i)).toList()));
        WalkDescriptor walk = walk(3, 100, Map.of("wide", wide));
        TreeNodeDescriptor top = walk.tops().get(0);
        assertThat(top.children()).hasSize(100);
        assertThat(top.total()).isEqualTo(250);
        assertThat(top.next()).isEqualTo(PageKey.of(wide, wide.whichChildren(0, 100).next().orElseThrow()).toString());
        assertThat(walk.complete()).isFalse();
    }

    @Test
    void a_supervisor_that_does_not_answer_is_shown_without_children_and_holds_up_no_other() throws Exception {
        ChildSpec deaf = ChildSpec.of("deaf", ChildStart.body("deaf", self -> {
            while (true) {
                self.receive(message -> false);
            }
        })).type(ChildType.SUPERVISOR);
        Supervisor top = Supervisor.start(system, SupervisorSpec.oneForOne("top")
                .children(deaf, ChildSpec.supervisor("well",
                        SupervisorSpec.oneForOne("well").children(worker("w")))));
        long from = System.nanoTime();
        WalkDescriptor walk = walk(3, 100, Map.of("top", top), TreeWalk.DEADLINE);
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(TreeWalk.DEADLINE.multipliedBy(30));
        assertThat(paths(walk)).containsExactly("top", "top/deaf", "top/well", "top/well/w");
        TreeNodeDescriptor silent = walk.tops().get(0).children().get(0);
        assertThat(silent.silent()).isTrue();
        assertThat(silent.children()).isNull();
        assertThat(walk.complete()).isFalse();
    }

    @Test
    void a_supervisor_that_has_ended_or_does_not_run_has_no_children() throws Exception {
        Supervisor ended = mail();
        ended.stop(Duration.ofSeconds(5));
        Map<String, Supervisor> tops = new HashMap<>();
        tops.put("gone", null);
        tops.put("mail", ended);
        WalkDescriptor walk = walk(3, 100, tops);
        assertThat(walk.size()).isEqualTo(2);
        assertThat(walk.tops()).allSatisfy(top -> assertThat(top.children()).isNull());
        assertThat(walk.tops()).allSatisfy(top -> assertThat(top.silent()).isNull());
    }

    @Test
    void an_answer_has_a_bounded_number_of_processes() throws Exception {
        List<ChildSpec> groups = IntStream.range(0, 15)
                .mapToObj(group -> ChildSpec.supervisor("g" + group, SupervisorSpec.oneForOne("g")
                        .children(IntStream.range(0, 800).mapToObj(i -> worker("w" + i)).toList())))
                .toList();
        Supervisor wide = Supervisor.start(system, SupervisorSpec.oneForOne("wide").children(groups));
        WalkDescriptor walk = walk(3, 1_000, Map.of("wide", wide));
        assertThat(walk.size()).isEqualTo(TreeWalk.MOST);
        assertThat(walk.complete()).isFalse();
        TreeNodeDescriptor last = walk.tops().get(0).children().get(14);
        assertThat(last.children()).isEmpty();
        assertThat(last.total()).isEqualTo(800);
        assertThat(last.next()).isNotNull();
    }
}
