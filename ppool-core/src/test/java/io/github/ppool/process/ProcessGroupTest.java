package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.ppool.conformance.World;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A group is inherited, and its members are known until their threads have ended. */
@Timeout(60)
class ProcessGroupTest {

    private static final SpawnOptions PLAIN = SpawnOptions.DEFAULT;

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Puppet first = new Puppet(world, "first");
    private final LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        world.close();
    }

    private void tell(ProcessContext self) throws InterruptedException {
        Object group = self.group();
        seen.add(group == null ? "none" : group);
        self.receive();
    }

    private Object next() throws InterruptedException {
        return seen.take();
    }

    @Test
    void a_process_has_no_group_at_first() {
        assertThat(first.<Object>get(ProcessContext::group)).isNull();
        assertThat(system.members("any")).isEmpty();
    }

    @Test
    void the_group_is_that_of_each_process_spawned_afterwards_in_whatever_way() throws InterruptedException {
        Pid before = first.get(self -> self.spawnLink(this::tell, PLAIN));
        assertThat(next()).isEqualTo("none");
        assertThat(first.<Object>get(self -> self.group("g"))).isNull();
        first.run(self -> self.spawnLink(this::tell, PLAIN));
        first.run(self -> self.spawnMonitor(this::tell, PLAIN));
        first.run(self -> self.system().spawn(this::tell));
        first.run(self -> self.spawnLink(child -> child.spawnLink(this::tell, PLAIN), PLAIN));
        first.run(self -> self.startLink(child -> InitResult.ok(this::tell), PLAIN));
        for (int i = 0; i < 5; i++) {
            assertThat(next()).isEqualTo("g");
        }
        assertThat(system.members("g")).contains(first.pid()).doesNotContain(before);
    }

    @Test
    void the_children_of_a_supervisor_inherit_its_group_in_their_restarts_too() throws InterruptedException {
        SupervisorSpec spec = SupervisorSpec.oneForOne("top")
                .children(ChildSpec.of("a", ChildStart.body("a", this::tell)));
        Pid top = first.get(self -> {
            self.group("tree");
            return ((StartResult.Started) Supervisor.startLink(self, spec)).pid();
        });
        assertThat(next()).isEqualTo("tree");
        Supervisor supervisor = Supervisor.of(system, top);
        system.exit(supervisor.child("a").orElseThrow().pid(), ExitReason.of("boom"));
        assertThat(next()).isEqualTo("tree");
        // the calling thread starts the child of an idle supervisor, and is in no group itself
        supervisor.startChild(ChildSpec.of("b", ChildStart.body("b", this::tell)));
        assertThat(next()).isEqualTo("tree");
    }

    @Test
    void null_takes_the_process_out_and_leaves_the_others_in() {
        first.run(self -> self.group("g"));
        Pid child = first.get(self -> self.spawnLink(ProcessContext::receive, PLAIN));
        assertThat(first.<Object>get(self -> self.group(null))).isEqualTo("g");
        assertThat(first.<Object>get(ProcessContext::group)).isNull();
        assertThat(system.members("g")).containsExactly(child);
    }

    @Test
    void a_killed_member_is_one_until_its_thread_has_ended() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        first.run(self -> self.group("g"));
        Pid deaf = first.get(self -> self.system().spawn(child -> {
            running.countDown();
            while (end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException ignoredOnPurpose) {
                    // the test is about code that does not mind its interrupt
                }
            }
        }));
        running.await();
        first.run(self -> self.group(null));
        system.exit(deaf, ExitReason.KILL);
        assertThat(deaf.isAlive()).isFalse();
        assertThat(system.members("g")).isEqualTo(List.of(deaf));
        CountDownLatch ended = new CountDownLatch(1);
        system.onThreadEnd(deaf, (pid, reason) -> ended.countDown());
        end.countDown();
        ended.await();
        assertThat(system.members("g")).isEmpty();
    }

    @Test
    void a_process_that_ends_is_no_member_any_more() {
        first.run(self -> self.group("g"));
        system.exit(first.pid(), ExitReason.KILL);
        world.quiesce();
        assertThat(system.members("g")).isEmpty();
    }

    @Test
    void only_the_process_itself_asks_for_its_group() {
        ProcessContext context = first.get(self -> self);
        assertThatIllegalStateException().isThrownBy(context::group);
        assertThatIllegalStateException().isThrownBy(() -> context.group("g"));
        assertThatNullPointerException().isThrownBy(() -> system.members(null)).withMessage("group must not be null");
    }
}
