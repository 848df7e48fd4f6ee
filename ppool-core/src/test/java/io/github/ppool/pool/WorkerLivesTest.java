package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.process.ExitReason;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How workers come, how long they stay, and the consequences of a crash. */
class WorkerLivesTest {

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private Lease<Worker> checkout(PoolClient<Worker> pool) {
        return world.client(pool::checkout).result();
    }

    private void crash(PoolClient<Worker> pool) {
        Task<?> task = pool.asyncQueue(worker -> {
            throw new IllegalStateException("crash");
        });
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
    }

    // ---- restarts

    @Test
    void a_crashed_worker_comes_back_as_its_plan_says_and_waits_to_restart_until_then() {
        PoolClient<Worker> pool = world.start(spec -> spec.restart(PoolWorld.policy("[restart, 5s]")));
        crash(pool);
        assertThat(pool.status().available()).isEqualTo(1);
        crash(pool);
        assertThat(pool.status()).returns(0, PoolStatus::available).returns(1, PoolStatus::waitingToRestart);
        world.advance(Duration.ofSeconds(5));
        assertThat(pool.status().available()).isEqualTo(1);
        assertThat(world.made).hasValue(3);
    }

    @Test
    void a_success_begins_the_plan_anew() {
        PoolClient<Worker> pool = world.start(spec -> spec.restart(PoolWorld.policy("[restart, 5s]")));
        for (int i = 0; i < 5; i++) {
            crash(pool);
            assertThat(pool.status().available()).isEqualTo(1);
            checkout(pool).close();
        }
    }

    @Test
    void an_unanswered_delay_does_not_keep_others_from_an_overflow_worker() {
        PoolClient<Worker> pool = world.start(spec -> spec.maxOverflow(1).restart(PoolWorld.policy("[5s]")));
        crash(pool);
        assertThat(checkout(pool).worker().name).isEqualTo("w2");
    }

    @Test
    void a_worker_that_its_plan_leaves_down_comes_back_when_somebody_restarts_it() {
        PoolClient<Worker> pool = world.start(spec -> spec.restart(PoolWorld.policy("[wait]")));
        crash(pool);
        world.advance(Duration.ofHours(1));
        assertThat(pool.status().waitingToRestart()).isEqualTo(1);
        Supervisor above = Supervisor.of(world.pools.system(), world.pools.supervisor("pool").orElseThrow());
        ChildInfo down = world.perform(above::whichChildren).get(0);
        world.perform(() -> above.restartChild(down.id()));
        world.world.quiesce();
        assertThat(pool.status().available()).isEqualTo(1);
    }

    @Test
    void a_worker_that_its_plan_deletes_is_replaced_when_somebody_needs_one() {
        PoolClient<Worker> pool = world.start(spec -> spec.restart(PoolWorld.policy("[delete]")));
        crash(pool);
        assertThat(pool.status().workers()).isZero();
        assertThat(checkout(pool).worker().name).isEqualTo("w2");
    }

    @Test
    void temporary_workers_are_replaced_by_the_pool_itself_as_poolboy_does() {
        PoolClient<Worker> pool = world.start(spec -> spec.restart(RestartType.TEMPORARY, RestartIntensity.DEFAULT));
        for (int i = 0; i < 5; i++) {
            crash(pool);
            assertThat(pool.status().available()).isEqualTo(1);
        }
    }

    @Test
    void a_worker_survives_a_failure_that_it_is_said_to_survive() {
        PoolClient<Worker> pool = world
                .start(spec -> spec.surviveOn(failure -> failure instanceof IllegalStateException));
        crash(pool);
        assertThat(world.log).containsExactly("made w1");
        assertThat(pool.status().available()).isEqualTo(1);
    }

    @Test
    void a_transaction_that_throws_gives_the_worker_back_unless_the_exception_kills() {
        PoolClient<Worker> pool = world.start(spec -> spec.crashOn(failure -> failure instanceof java.io.IOException));
        Client<Object> harmless = world.client(() -> {
            pool.transaction(worker -> {
                throw new IllegalArgumentException("not the worker's fault");
            });
            return 1;
        });
        assertThat(harmless.failure).isInstanceOf(IllegalArgumentException.class);
        assertThat(world.made).hasValue(1);
        Client<Object> kills = world.client(() -> {
            pool.transaction(worker -> {
                throw new java.io.IOException("broken pipe");
            });
            return 1;
        });
        assertThat(kills.failure).isInstanceOf(java.io.IOException.class);
        assertThat(world.made).hasValue(2);
        assertThat(world.log).contains("closed w1");
    }

    @Test
    void a_lease_of_a_worker_that_died_is_over_and_says_so() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Lease<Worker> lease = checkout(pool);
        world.kill(lease.pid());
        assertThat(lease.isOpen()).isFalse();
        assertThatThrownBy(lease::worker).isInstanceOf(LeaseClosedException.class)
                .hasMessageContaining("the worker has died");
        lease.close();
        lease.fail(new IllegalStateException());
        assertThat(pool.status().available()).isEqualTo(1);
    }

    // ---- the tree

    @Test
    void the_handle_and_the_queue_outlive_the_supervisor() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Lease<Worker> lost = checkout(pool);
        Client<Lease<Worker>> waits = world.client(() -> pool.checkout(Duration.ofHours(1)));
        Task<String> task = pool.asyncQueueResult(worker -> worker.name);
        world.kill(world.pools.supervisor("pool").orElseThrow());
        assertThat(lost.isOpen()).isFalse();
        assertThat(waits.result().worker().name).isEqualTo("w2");
        waits.result().close();
        world.world.quiesce();
        assertThat(task.result().toCompletableFuture()).isCompletedWithValue("w2");
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.RUNNING);
    }

    @Test
    void a_finite_plan_escalates_until_the_tree_gives_up_and_an_operator_can_begin_again() {
        PoolClient<Worker> pool = world.start(spec -> spec.restart(RestartPolicy.of(RestartPlan.parse("[restart]"))));
        Lease<Worker> first = checkout(pool); // or the tree gives up before all tasks are there
        Task<?>[] tasks = new Task<?>[20];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = pool.asyncQueue(worker -> {
                throw new IllegalStateException("server is dead");
            });
        }
        Client<Lease<Worker>> waits = world.client(() -> pool.checkout(Duration.ofHours(1)));
        first.close();
        world.world.quiesce();
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.GAVE_UP);
        assertThat(waits.failure).isInstanceOf(PoolStoppedException.class).hasRootCauseMessage("server is dead");
        assertThatThrownBy(() -> pool.checkout(Duration.ofSeconds(1)))
                .isInstanceOf(PoolStoppedException.class)
                .hasMessageContaining("the supervision tree has given up")
                .hasMessageContaining("; pool 'pool' has given up: size 1");
        assertThat(tasks).extracting(Task::state).containsOnly(TaskState.FAILED, TaskState.REJECTED);
        assertThat(world.perform(() -> world.pools.admin().restartPool("pool"))).isTrue();
        world.world.quiesce();
        checkout(pool).close();
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.RUNNING);
    }

    // ---- making

    @Test
    void the_creation_plan_paces_the_attempts() {
        world.creationFailure = new IllegalStateException("no server");
        PoolClient<Worker> pool = world
                .start(spec -> spec.creationPlan(PoolWorld.policy("[restart, 10s]")).creationFailureLimit(0));
        assertThat(world.log).containsExactly("not made", "not made");
        world.advance(Duration.ofSeconds(10));
        assertThat(world.log).hasSize(4);
        assertThat(pool.status()).returns(1, PoolStatus::starting);
    }

    @Test
    void who_waits_only_for_a_worker_that_is_made_for_him_learns_why_it_could_not_be_made() {
        PoolClient<Worker> pool = world.start(spec -> spec.maxOverflow(1));
        checkout(pool);
        world.creationFailure = new IllegalStateException("no server");
        Client<Object> impatient = world.client(pool::tryCheckout);
        assertThat(impatient.failure)
                .isInstanceOf(WorkerUnavailableException.class)
                .hasRootCauseMessage("no server");
        assertThat(pool.status().workers()).isEqualTo(1);
    }

    @Test
    void after_failures_in_a_row_callers_are_refused_at_once_while_single_probes_go_on() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(0)
                .maxOverflow(1)
                .creationFailureLimit(3)
                .creationPlan(PoolWorld.policy("[1s]")));
        world.creationFailure = new IllegalStateException("no server");
        Client<Lease<Worker>> waits = world.client(() -> pool.checkout(Duration.ofHours(1)));
        Task<String> patient = pool.asyncQueueResult(worker -> worker.name);
        world.advance(Duration.ofSeconds(2));
        assertThat(waits.failure)
                .isInstanceOf(WorkerUnavailableException.class)
                .hasRootCauseMessage("no server");
        assertThatThrownBy(() -> pool.checkout(Duration.ofHours(1))).isInstanceOf(WorkerUnavailableException.class);
        assertThat(patient.state()).isEqualTo(TaskState.QUEUED);
        world.creationFailure = null;
        world.advance(Duration.ofSeconds(1));
        assertThat(patient.result().toCompletableFuture()).isCompletedWithValue("w1");
        checkout(pool).close();
    }

    // ---- staying

    @Test
    void overflow_workers_linger_for_their_time_to_live() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(0).maxOverflow(1).overflowTtl(Duration.ofSeconds(10)));
        checkout(pool).close();
        world.advance(Duration.ofSeconds(9));
        assertThat(checkout(pool).worker().name).isEqualTo("w1");
    }

    @Test
    void an_overflow_worker_goes_when_its_time_to_live_is_over() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(0).maxOverflow(1).overflowTtl(Duration.ofSeconds(10)));
        checkout(pool).close();
        world.advance(Duration.ofSeconds(10));
        assertThat(pool.status().workers()).isZero();
        assertThat(world.log).containsExactly("made w1", "closed w1");
    }

    @Test
    void a_worker_is_replaced_after_its_uses_and_the_new_one_is_made_first_where_there_is_room() {
        PoolClient<Worker> pool = world.start(spec -> spec.maxOverflow(1).maxUses(2));
        checkout(pool).close();
        assertThat(checkout(pool).worker().name).isEqualTo("w1");
        leases(pool);
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(1, PoolStatus::workers);
        assertThat(world.log).containsExactly("made w1", "made w2", "closed w1");
    }

    /** Each borrowed worker comes back. */
    private void leases(PoolClient<Worker> pool) {
        List.copyOf(world.world.system().processes()).stream()
                .filter(pid -> pid.label().isEmpty())
                .forEach(world::kill);
        world.world.quiesce();
    }

    @Test
    void a_worker_is_replaced_after_its_uses_without_room_by_closing_the_old_one_first() {
        PoolClient<Worker> pool = world.start(spec -> spec.maxUses(1));
        checkout(pool).close();
        world.world.quiesce();
        assertThat(world.log).containsExactly("made w1", "closed w1", "made w2");
        assertThat(pool.status().available()).isEqualTo(1);
    }

    @Test
    void a_worker_is_replaced_at_its_age_but_never_while_somebody_has_it() {
        PoolClient<Worker> pool = world.start(spec -> spec.maxLifetime(Duration.ofMinutes(10)).lifetimeJitter(0));
        Lease<Worker> lease = checkout(pool);
        world.advance(Duration.ofMinutes(20));
        assertThat(lease.isOpen()).isTrue();
        lease.close();
        world.world.quiesce();
        assertThat(world.log).containsExactly("made w1", "closed w1", "made w2");
        world.advance(Duration.ofMinutes(10));
        assertThat(world.log).endsWith("closed w2", "made w3");
    }

    @Test
    void a_worker_that_goes_because_it_was_replaced_is_replaced_once() {
        PoolClient<Worker> pool = world.start(
                spec -> spec.maxOverflow(2).maxLifetime(Duration.ofMinutes(10)).lifetimeJitter(0));
        world.advance(Duration.ofMinutes(10));
        assertThat(world.log).containsExactly("made w1", "made w2", "closed w1");
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::overflow);
    }

    @Test
    void an_idle_worker_is_replaced_after_its_idle_time() {
        PoolClient<Worker> pool = world.start(spec -> spec.maxIdle(Duration.ofMinutes(1)));
        world.advance(Duration.ofMinutes(1));
        assertThat(world.log).containsExactly("made w1", "closed w1", "made w2");
        assertThat(pool.status().available()).isEqualTo(1);
    }

    @Test
    void a_worker_is_validated_before_it_is_lent_and_replaced_if_it_is_not_valid() {
        PoolClient<Worker> pool = world.start(spec -> spec.validateOnCheckout(true));
        Lease<Worker> first = checkout(pool);
        first.worker().valid = false;
        first.close();
        world.world.quiesce();
        assertThat(checkout(pool).worker().name).isEqualTo("w2");
        assertThat(world.log).contains("validated w1", "closed w1", "made w2");
    }

    @Test
    void a_worker_that_was_idle_for_long_is_validated() {
        PoolClient<Worker> pool = world.start(spec -> spec.validateAfterIdle(Duration.ofMinutes(1)));
        checkout(pool).close();
        checkout(pool).close();
        assertThat(world.log).containsExactly("made w1");
        world.advance(Duration.ofMinutes(1));
        checkout(pool).close();
        assertThat(world.log).containsExactly("made w1", "validated w1");
    }

    @Test
    void idle_workers_are_kept_alive_and_crash_if_that_fails() {
        List<Worker> workers = new ArrayList<>();
        PoolClient<Worker> pool = world.start(spec -> spec.keepAlive(Duration.ofSeconds(30)));
        Lease<Worker> lease = checkout(pool);
        workers.add(lease.worker());
        lease.close();
        world.advance(Duration.ofSeconds(90));
        assertThat(world.log).containsExactly("made w1", "validated w1", "validated w1", "validated w1");
        workers.get(0).valid = false;
        world.advance(Duration.ofSeconds(30));
        assertThat(world.log).endsWith("closed w1", "made w2");
        assertThat(pool.status().available()).isEqualTo(1);
    }

    // ---- operating

    @Test
    void a_suspended_pool_lets_callers_wait_and_a_resumed_one_serves_them() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        assertThat(world.pools.admin().suspend("pool")).isTrue();
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.SUSPENDED);
        assertThat(pool.tryCheckout()).isEmpty();
        Client<Lease<Worker>> waits = world.client(() -> pool.checkout(Duration.ofHours(1)));
        assertThat(waits.done).isFalse();
        assertThat(world.pools.admin().resume("pool")).isTrue();
        world.world.quiesce();
        assertThat(waits.done).isTrue();
    }

    @Test
    void a_suspended_pool_refuses_callers_if_it_is_told_to() {
        PoolClient<Worker> pool = world.start(spec -> spec.refuseWhileSuspended(true));
        world.pools.admin().suspend("pool");
        assertThatThrownBy(pool::checkout).isInstanceOf(PoolRejectedException.class).hasMessageContaining("suspended");
    }

    @Test
    void a_resize_makes_and_dismisses_workers_but_never_touches_a_borrowed_one() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1));
        world.pools.admin().resize("pool", 3, 0);
        world.world.quiesce();
        assertThat(pool.status().available()).isEqualTo(3);
        Lease<Worker> lease = checkout(pool);
        world.pools.admin().resize("pool", 0, 1);
        world.world.quiesce();
        assertThat(pool.status()).returns(1, PoolStatus::workers).returns(1, PoolStatus::borrowed);
        lease.close();
        world.world.quiesce();
        assertThat(pool.status().workers()).isZero();
        assertThat(world.pools.spec("pool").orElseThrow().maxOverflow()).isEqualTo(1);
        assertThatThrownBy(() -> world.pools.admin().resize("pool", 99_999, 2))
                .hasMessageContaining("size + max-overflow");
    }

    @Test
    void a_pool_that_shrinks_while_it_grows_keeps_the_workers_that_can_be_used_already() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1));
        String usable = Objects.requireNonNull(pool.<String, RuntimeException>transactionResult(worker -> worker.name));
        world.slowCreation = true;
        world.pools.admin().resize("pool", 3, 0); // one is being made, or two, or they were only asked for
        world.pools.admin().resize("pool", 1, 0);
        assertThat(pool.status().available()).isEqualTo(1);
        world.world.quiesce();
        world.pools.admin().resize("pool", 3, 0);
        world.world.quiesce(); // two are being made
        world.pools.admin().resize("pool", 1, 0);
        assertThat(pool.status().available()).isEqualTo(1);
        world.slowCreation = false;
        world.advance(Duration.ofMillis(10));
        world.world.quiesce();
        assertThat(pool.status()).returns(1, PoolStatus::workers).returns(1, PoolStatus::available);
        assertThat(pool.<String, RuntimeException>transactionResult(worker -> worker.name)).isEqualTo(usable);
        world.pools.admin().resize("pool", 2, 0);
        world.world.quiesce();
        assertThat(pool.status().available()).isEqualTo(2);
    }

    @Test
    void a_pool_that_is_stopped_finishes_what_it_accepted_as_far_as_the_time_allows() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<String> shortOne = pool.asyncQueueResult(worker -> {
            io.github.ppool.process.ProcessSystem.currentProcess().sleep(Duration.ofSeconds(1));
            return worker.name;
        });
        Task<String> next = pool.asyncQueueResult(worker -> worker.name);
        Client<Boolean> stopper = world.client(() -> world.pools.stopPool("pool", Duration.ofSeconds(10)));
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.DRAINING);
        assertThatThrownBy(() -> pool.asyncQueue(worker -> {})).isInstanceOf(PoolStoppedException.class);
        world.advance(Duration.ofSeconds(1));
        assertThat(stopper.result()).isTrue();
        assertThat(shortOne.state()).isEqualTo(TaskState.DONE);
        assertThat(next.state()).isEqualTo(TaskState.DONE);
        assertThat(world.log).containsExactly("made w1", "closed w1");
        assertThat(world.pools.names()).isEmpty();
    }

    @Test
    void a_task_that_failed_is_tried_again_as_its_plan_says_without_holding_a_place_meanwhile() {
        PoolClient<Worker> pool = world
                .start(spec -> spec.taskRestart(RestartPolicy.of(RestartPlan.parse("[restart, 5s]"))));
        List<String> tries = new ArrayList<>();
        Task<String> task = pool.asyncQueueResult(worker -> {
            tries.add(worker.name);
            if (tries.size() < 3) {
                throw new IllegalStateException("not yet");
            }
            return "well";
        });
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::queueDepth);
        world.advance(Duration.ofSeconds(5));
        assertThat(task.result().toCompletableFuture()).isCompletedWithValue("well");
        assertThat(task.attempts()).isEqualTo(3);
        assertThat(tries).containsExactly("w1", "w2", "w3");
    }

    @Test
    void a_task_is_killed_when_its_time_is_over_and_rejected_when_its_deadline_has_passed() {
        PoolClient<Worker> pool = world.start(spec -> spec.taskTimeout(Duration.ofSeconds(2)));
        Task<?> endless = pool.asyncQueue(
                worker -> io.github.ppool.process.ProcessSystem.currentProcess().sleep(Duration.ofDays(1)));
        Task<?> late = pool.tasks(TaskOptions.DEFAULT.withDeadline(Duration.ofSeconds(1))).asyncQueue(worker -> {});
        world.advance(Duration.ofSeconds(1));
        assertThat(late.state()).isEqualTo(TaskState.REJECTED);
        world.advance(Duration.ofSeconds(1));
        assertThat(endless.state()).isEqualTo(TaskState.FAILED);
        assertThatThrownBy(() -> endless.result().toCompletableFuture().get())
                .hasRootCauseInstanceOf(java.util.concurrent.TimeoutException.class);
        assertThat(pool.status().available()).isEqualTo(1);
    }

    @Test
    void tasks_of_higher_priority_go_first_and_others_in_their_order() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Lease<Worker> lease = checkout(pool);
        List<Integer> order = new ArrayList<>();
        for (int priority : new int[]{0, -1, 5, 0, 5, 1}) {
            int number = order.size() + priority * 10 + pool.status().queueDepth();
            pool.tasks(TaskOptions.DEFAULT.withPriority(priority)).asyncQueue(worker -> order.add(number));
        }
        lease.close();
        world.world.quiesce();
        assertThat(order).containsExactly(52, 54, 15, 0, 3, -9);
    }

    @Test
    void the_exit_of_a_process_that_is_a_task_of_its_own_is_the_outcome() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> task = pool.asyncQueue(
                worker -> io.github.ppool.process.ProcessSystem.currentProcess().receive());
        world.world.quiesce();
        assertThat(task.exit(ExitReason.of("enough"))).isTrue();
        world.world.quiesce();
        assertThat(task.exit(ExitReason.KILL)).isFalse();
        assertThatThrownBy(() -> task.result().toCompletableFuture().get())
                .hasRootCauseMessage("the process " + task.pid().orElseThrow() + " that ran the task ended: enough");
    }
}
