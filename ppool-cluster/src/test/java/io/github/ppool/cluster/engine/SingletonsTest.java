package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.ClusterLease;
import io.github.ppool.cluster.engine.FakeDesk.Account;
import io.github.ppool.cluster.engine.FakeDesk.Granted;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop on one node, with a desk and a tree of the test, and a clock that stands still. */
@Timeout(60)
class SingletonsTest {

    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration REST = Duration.ofMinutes(1);

    private final ManualClock clock = new ManualClock();
    private final ProcessSystem system = new ProcessSystem(clock);
    private final FakeDesk desk = new FakeDesk();
    private final Singletons singletons = new Singletons(desk, system, LEASE, REST);
    private final LinkedBlockingQueue<ClusterLease> leases = new LinkedBlockingQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() throws InterruptedException {
        end.countDown();
        system.close();
        assertThat(system.awaitThreads(Duration.ofSeconds(50))).isTrue();
    }

    private FakeTree enter(ProcessBody body) {
        FakeTree tree = new FakeTree(system, body);
        singletons.enter(tree);
        assertThat(account().isWanted()).isTrue();
        return tree;
    }

    private Account account() {
        return desk.of("feed");
    }

    private void tell(ProcessContext self) throws InterruptedException {
        leases.add(ClusterLease.current());
        self.receive();
    }

    /** Does not mind its interrupt. */
    private void deaf(ProcessContext self) {
        leases.add(ClusterLease.current());
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException ignoredOnPurpose) {
                // the test is about code that does not mind its interrupt
            }
        }
    }

    @Test
    void the_tree_runs_with_the_token_of_the_permit() throws InterruptedException {
        FakeTree tree = enter(this::tell);
        assertThat(tree.isRunning()).isFalse();
        account().grant(7);
        ClusterLease lease = leases.take();
        assertThat(lease.token()).isEqualTo(7);
        assertThat(lease.name()).isEqualTo("feed");
        assertThat(lease.isHeld()).isTrue();
        assertThat(account().isWanted()).isFalse();
        assertThat(singletons.holds("feed")).isTrue();
        assertThat(singletons.names()).containsExactly("feed");
        assertThat(singletons.holds("other")).isFalse();
    }

    @Test
    void processes_that_the_loop_spawns_have_its_lease_and_other_threads_have_none() throws InterruptedException {
        enter(self -> {
            self.spawnLink(this::tell, SpawnOptions.DEFAULT);
            self.system().spawn(this::tell);
            self.receive();
        });
        account().grant(3);
        assertThat(leases.take().token()).isEqualTo(3);
        assertThat(leases.take().token()).isEqualTo(3);
        assertThatIllegalStateException().isThrownBy(ClusterLease::current)
                .withMessageContaining("runs no loop with scope CLUSTER");
    }

    @Test
    void a_lost_lease_stops_the_tree_within_a_tenth_of_it_and_the_node_wants_it_again_at_once()
            throws InterruptedException {
        FakeTree tree = enter(this::tell);
        Granted first = account().grant(1);
        ClusterLease lease = leases.take();
        account().lose();
        assertThat(lease.isHeld()).isFalse();
        await().until(account()::isWanted);
        assertThat(tree.isRunning()).isFalse();
        assertThat(tree.stops).containsExactly(LEASE.dividedBy(10));
        assertThat(first.released).isFalse();
        assertThat(singletons.holds("feed")).isFalse();
        account().grant(2);
        assertThat(leases.take().token()).isEqualTo(2);
        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void a_lost_lease_with_a_deaf_thread_is_not_wanted_again_before_the_thread_has_ended()
            throws InterruptedException {
        enter(this::deaf);
        account().grant(1);
        leases.take();
        account().lose();
        await().until(() -> system.orphanCount() == 1);
        assertThat(account().isWanted()).isFalse();
        end.countDown();
        await().until(account()::isWanted);
    }

    @Test
    void a_hand_over_stops_the_tree_patiently_gives_the_permit_back_and_stands_back() throws InterruptedException {
        FakeTree tree = enter(this::tell);
        Granted first = account().grant(1);
        leases.take();
        account().user.handOver();
        await().until(() -> first.released);
        assertThat(tree.isRunning()).isFalse();
        assertThat(tree.stops.getFirst()).isGreaterThan(Duration.ofHours(1));
        assertThat(account().isWanted()).isFalse();
        await().until(() -> {
            clock.advance(LEASE.multipliedBy(2).dividedBy(5));
            return account().isWanted();
        });
        assertThat(tree.resting).isFalse();
    }

    @Test
    void a_hand_over_waits_for_a_deaf_thread() throws InterruptedException {
        enter(this::deaf);
        Granted first = account().grant(1);
        leases.take();
        account().user.handOver();
        await().until(() -> system.orphanCount() == 1);
        assertThat(first.released).isFalse();
        assertThat(first.isHeld()).isTrue();
        end.countDown();
        await().until(() -> first.released);
    }

    @Test
    void a_loss_cuts_a_patient_stop_and_a_slow_start_off() throws InterruptedException {
        FakeTree tree = new FakeTree(system, this::tell);
        tree.slowStart = new CountDownLatch(1);
        singletons.enter(tree);
        Granted first = account().grant(1);
        leases.take();
        account().lose();
        await().until(account()::isWanted);
        assertThat(tree.isRunning()).isFalse();
        assertThat(first.released).isFalse();
    }

    @Test
    void a_tree_that_gives_up_rests_here_while_other_nodes_may_try() throws InterruptedException {
        FakeTree tree = enter(this::tell);
        Granted first = account().grant(1);
        leases.take();
        await().until(() -> tree.gaveUp != null);
        Objects.requireNonNull(tree.gaveUp).accept(ExitReason.of("no work"));
        await().until(() -> first.released);
        assertThat(tree.resting).isTrue();
        await().until(() -> clock.nanosToNextTimer().isPresent()); // the rest begins after the release
        clock.advance(REST.minusNanos(1));
        assertThat(account().isWanted()).isFalse();
        await().until(() -> {
            clock.advance(Duration.ofNanos(1));
            return account().isWanted();
        });
        assertThat(tree.resting).isFalse();
    }

    @Test
    void a_tree_that_can_not_be_started_rests_too() {
        FakeTree tree = enter(this::tell);
        tree.noStart = new IllegalStateException("the tree 'feed' could not be started: not today");
        Granted first = account().grant(1);
        await().until(() -> first.released);
        assertThat(tree.resting).isTrue();
        assertThat(account().isWanted()).isFalse();
    }

    @Test
    void the_end_of_the_application_gives_the_permit_back_and_closes_the_account() throws InterruptedException {
        FakeTree tree = enter(this::tell);
        Granted first = account().grant(1);
        leases.take();
        singletons.leave(tree, Duration.ofSeconds(20));
        assertThat(first.released).isTrue();
        assertThat(account().closed).isTrue();
        assertThat(account().isWanted()).isFalse();
        assertThat(singletons.names()).isEmpty();
        singletons.leave(tree, Duration.ofSeconds(20));
    }

    @Test
    void the_end_of_the_application_does_not_wait_for_ever_and_keeps_the_permit_of_a_deaf_loop()
            throws InterruptedException {
        FakeTree tree = enter(this::deaf);
        Granted first = account().grant(1);
        leases.take();
        singletons.leave(tree, Duration.ofMillis(100));
        await().until(() -> account().closed);
        assertThat(first.released).isFalse();
    }

    @Test
    void a_node_that_leaves_without_the_loop_wants_it_no_more() throws InterruptedException {
        FakeTree tree = enter(this::tell);
        singletons.leave(tree, Duration.ofSeconds(20));
        assertThat(account().isWanted()).isFalse();
        assertThat(tree.stops).isEmpty();
    }

    @Test
    void a_tree_enters_once() {
        FakeTree tree = enter(this::tell);
        assertThatIllegalStateException().isThrownBy(() -> singletons.enter(tree))
                .withMessage("the tree 'feed' has entered already");
    }
}
