package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolWorld.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Groups of pools, on a clock that stands still. */
class PoolGroupTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final GroupWorld world = new GroupWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private PoolGroup<String> three(GroupStrategy strategy) {
        start("a");
        start("b");
        start("c");
        return world.group(strategy, "a", "b", "c");
    }

    /** Two members that have no worker and make one when it is needed. */
    private PoolGroup<String> twoEmpty() {
        world.start("a", spec -> spec.size(0).maxOverflow(1));
        world.start("b", spec -> spec.size(0).maxOverflow(1));
        return world.group(GroupStrategy.FIRST, "a", "b");
    }

    private PoolClient<String> start(String name) {
        return world.start(name, spec -> spec);
    }

    private Lease<String> borrow(PoolClient<String> pool) {
        return world.client(pool::checkout).result();
    }

    private String lend(PoolClient<String> pool) {
        return borrow(pool).worker();
    }

    private void lendAll(PoolGroup<String> three) {
        for (int i = 0; i < 3; i++) {
            lend(three);
        }
    }

    private Client<Lease<String>> waiter(PoolClient<String> pool) {
        return world.client(() -> pool.checkout(MINUTE));
    }

    private void giveBack(Lease<String> lease) {
        lease.close();
        quiesce();
    }

    private void quiesce() {
        world.world.quiesce();
    }

    private void advance(Duration time) {
        world.world.advance(time);
    }

    /** A group of one member with one worker, which is lent. */
    private final class Full {
        final PoolClient<String> a = start("a");
        final PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a");
        final Lease<String> lease = borrow(a);
    }

    // ---- strategies

    @Test
    void the_first_member_serves_as_long_as_it_has_an_idle_worker() {
        PoolGroup<String> mail = three(GroupStrategy.FIRST);
        Lease<String> first = borrow(mail);
        assertThat(first.worker()).isEqualTo("a1");
        first.close();
        assertThat(lend(mail)).isEqualTo("a1");
        assertThat(lend(mail)).isEqualTo("b1");
        assertThat(lend(mail)).isEqualTo("c1");
        assertThat(mail.groupStatus().served()).isEqualTo(4);
        assertThat(mail.groupStatus().members()).extracting(GroupStatus.Member::served).containsExactly(2L, 1L, 1L);
    }

    @Test
    void round_robin_begins_with_the_next_member_each_time() {
        PoolGroup<String> mail = three(GroupStrategy.ROUND_ROBIN);
        List<String> served = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Lease<String> lease = borrow(mail);
            served.add(lease.worker());
            lease.close();
        }
        assertThat(served).containsExactly("a1", "b1", "c1", "a1", "b1", "c1");
    }

    @Test
    void least_busy_prefers_the_member_with_the_smallest_share_of_busy_workers() {
        PoolClient<String> a = world.start("a", spec -> spec.size(2));
        world.start("b", spec -> spec.size(4));
        PoolGroup<String> mail = world.group(GroupStrategy.LEAST_BUSY, "a", "b");
        assertThat(lend(a)).startsWith("a"); // one of two is busy
        assertThat(lend(mail)).startsWith("b"); // one of four
        assertThat(lend(mail)).startsWith("b"); // two of four: equal shares, and a is named first
        assertThat(lend(mail)).startsWith("a");
        assertThat(lend(mail)).startsWith("b");
    }

    @Test
    void random_asks_each_member_at_some_time() {
        PoolGroup<String> mail = three(GroupStrategy.RANDOM);
        Set<String> served = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Lease<String> lease = borrow(mail);
            served.add(lease.worker());
            lease.close();
        }
        assertThat(served).containsExactlyInAnyOrder("a1", "b1", "c1"); // fails once in 10^17 runs
    }

    // ---- waiting

    @Test
    void waiters_are_served_in_their_order_by_whichever_member_has_a_worker() {
        PoolGroup<String> mail = three(GroupStrategy.FIRST);
        List<Lease<String>> lent = List.of(borrow(mail), borrow(mail), borrow(mail));
        Client<Lease<String>> one = waiter(mail);
        Client<Lease<String>> two = waiter(mail);
        Client<Lease<String>> three = waiter(mail);
        assertThat(mail.status().queueDepth()).isEqualTo(3);
        assertThat(mail.groupStatus().members()).allSatisfy(
                member -> assertThat(Objects.requireNonNull(member.status()).queueDepth()).isZero());
        giveBack(lent.get(2));
        assertThat(one.result().worker()).isEqualTo("c1");
        assertThat(two.done).isFalse();
        giveBack(lent.get(0));
        assertThat(two.result().worker()).isEqualTo("a1");
        giveBack(one.result());
        assertThat(three.result().worker()).isEqualTo("c1");
        assertThat(mail.status().queueDepth()).isZero();
    }

    @Test
    void direct_users_and_the_group_stand_in_one_queue_of_the_member() {
        Full one = new Full();
        Client<Lease<String>> first = waiter(one.a);
        Client<Lease<String>> ofGroup = waiter(one.mail);
        Client<Lease<String>> last = waiter(one.a);
        giveBack(one.lease);
        assertThat(List.of(first.done, ofGroup.done, last.done)).containsExactly(true, false, false);
        giveBack(first.result());
        assertThat(List.of(ofGroup.done, last.done)).containsExactly(true, false);
        giveBack(ofGroup.result());
        assertThat(last.result().worker()).isEqualTo("a1");
    }

    @Test
    void a_waiter_of_the_group_takes_no_room_in_the_queue_of_a_member() {
        PoolClient<String> a = world.start("a", spec -> spec.queueCapacity(1));
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a");
        Lease<String> lease = borrow(a);
        Client<Lease<String>> ofGroup = waiter(mail);
        Client<Lease<String>> direct = waiter(a);
        assertThat(direct.failure).isNull();
        giveBack(lease);
        giveBack(ofGroup.result());
        assertThat(direct.result().worker()).isEqualTo("a1");
    }

    @Test
    void a_late_waiter_is_told_about_each_member() {
        PoolGroup<String> mail = three(GroupStrategy.FIRST);
        lendAll(mail);
        Client<Lease<String>> late = world.client(() -> mail.checkout(SECOND));
        advance(SECOND);
        assertThat(late.failure).isInstanceOf(CheckoutTimeoutException.class)
                .hasMessageContaining("no worker of the group 'mail' came within PT1S; a: pool 'a' is running")
                .hasMessageContaining("; b: pool 'b' is running").hasMessageContaining("; c: pool 'c' is running");
        assertThat(mail.status().queueDepth()).isZero();
        assertThat(mail.groupStatus().refused()).isEqualTo(1);
    }

    @Test
    void a_killed_waiter_leaves_the_queue_and_the_next_one_is_served() {
        Full one = new Full();
        Client<Lease<String>> killed = waiter(one.mail);
        Client<Lease<String>> next = waiter(one.mail);
        world.kill(killed.pid());
        giveBack(one.lease);
        assertThat(next.result().worker()).isEqualTo("a1");
        world.kill(next.pid()); // the lease of a process that ends comes back, as from a pool
        assertThat(lend(one.mail)).isEqualTo("a1");
    }

    @Test
    void an_interrupt_ends_the_wait_and_leaves_nothing_behind() {
        Full one = new Full();
        Client<Lease<String>> waiter = world.client(() -> {
            Thread.currentThread().interrupt();
            return one.mail.checkout(MINUTE);
        });
        assertThat(waiter.failure).isInstanceOf(PoolInterruptedException.class)
                .hasMessageContaining("the caller was interrupted while it waited");
        giveBack(one.lease);
        assertThat(one.mail.status().available()).isEqualTo(1);
    }

    // ---- members that do not serve

    @Test
    void a_member_that_cannot_make_workers_is_passed_over_and_tried_again_later() {
        world.server("a").broken = true;
        world.start("a", spec -> spec.size(0).maxOverflow(1).creationFailureLimit(1));
        world.start("b", spec -> spec.size(0).maxOverflow(1));
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        assertThat(lend(mail)).isEqualTo("b1");
        Client<Lease<String>> waits = waiter(mail);
        assertThat(waits.done).isFalse();
        assertThat(mail.groupStatus().members().getFirst().passedOver()).contains("a does not answer");
        world.server("a").broken = false;
        advance(SECOND.multipliedBy(2));
        assertThat(waits.result().worker()).isEqualTo("a1");
        assertThat(mail.groupStatus().members().getFirst().passedOver()).isNull();
    }

    @Test
    void one_worker_is_made_for_one_waiter_not_one_in_each_member() {
        world.start("a", spec -> spec.size(0).maxOverflow(5));
        world.start("b", spec -> spec.size(0).maxOverflow(5));
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        assertThat(lend(mail)).isEqualTo("a1");
        assertThat(lend(mail)).isEqualTo("a2");
        assertThat(world.server("b").tried).hasValue(0);
        assertThat(world.server("a").tried).hasValue(2);
    }

    @Test
    void a_member_that_hangs_in_a_creation_does_not_hold_up_the_group() {
        world.server("a").hangs = true;
        PoolGroup<String> mail = twoEmpty();
        Client<Lease<String>> waits = waiter(mail);
        assertThat(waits.done).isFalse();
        advance(SECOND.plusMillis(200));
        assertThat(waits.result().worker()).isEqualTo("b1");
    }

    @Test
    void a_suspended_member_is_passed_over_and_serves_after_its_resumption() {
        PoolGroup<String> mail = three(GroupStrategy.FIRST);
        world.pools.admin().suspend("a");
        assertThat(lend(mail)).isEqualTo("b1");
        assertThat(lend(mail)).isEqualTo("c1");
        Client<Lease<String>> waits = waiter(mail);
        assertThat(waits.done).isFalse();
        world.pools.admin().resume("a");
        quiesce();
        assertThat(waits.result().worker()).isEqualTo("a1");
    }

    @Test
    void a_member_that_refuses_while_suspended_is_asked_ten_times_a_second() {
        world.start("a", spec -> spec.refuseWhileSuspended(true));
        start("b");
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        lend(mail);
        lend(mail);
        Client<Lease<String>> waits = waiter(mail);
        world.pools.admin().suspend("a");
        quiesce();
        assertThat(mail.groupStatus().members().getFirst().passedOver()).contains("suspended");
        world.pools.admin().resume("a");
        advance(Duration.ofMillis(200));
        assertThat(waits.done).isFalse(); // the worker is lent
        assertThat(mail.groupStatus().members().getFirst().passedOver()).isNull();
    }

    @Test
    void a_stopped_member_is_a_member_again_when_it_is_started_again() {
        start("a");
        PoolClient<String> b = start("b");
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        world.world.perform(() -> world.pools.stopPool("a", Duration.ZERO));
        Lease<String> lent = borrow(mail);
        assertThat(lent.worker()).isEqualTo("b1");
        Client<Lease<String>> waits = waiter(mail);
        assertThat(mail.groupStatus().members().getFirst().status()).isNull();
        assertThat(mail.groupStatus().isUp()).isTrue();
        assertThat(mail.member("a")).isEmpty();
        assertThat(mail.member("b")).contains(b);
        start("a");
        advance(Duration.ofMillis(100));
        assertThat(waits.result().worker()).isEqualTo("a2");
    }

    @Test
    void a_refusal_names_each_member() {
        world.server("b").broken = true;
        world.start("a", spec -> spec.refuseWhileSuspended(true));
        world.start("b", spec -> spec.size(0).maxOverflow(1).creationFailureLimit(1));
        start("c");
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b", "c");
        world.pools.admin().suspend("a");
        world.world.perform(() -> world.pools.stopPool("c", Duration.ZERO));
        Client<Lease<String>> refused = waiter(mail);
        assertThat(refused.failure).isInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("by each member of the group 'mail': a: ")
                .hasMessageContaining("the pool is suspended")
                .hasMessageContaining("; b: ").hasMessageContaining("b does not answer")
                .hasMessageContaining("; c: there is no pool 'c' at the moment");
        assertThat(mail.status().queueDepth()).isZero();
    }

    @Test
    void a_full_group_refuses_with_the_sum_of_its_capacities() {
        world.start("a", spec -> spec.queueCapacity(1));
        world.start("b", spec -> spec.queueCapacity(0));
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        lend(mail);
        lend(mail);
        Client<Lease<String>> waits = waiter(mail);
        Client<Lease<String>> refused = waiter(mail);
        assertThat(waits.done).isFalse();
        assertThat(refused.failure).isInstanceOfSatisfying(PoolRejectedException.class,
                why -> assertThat(why.isQueueFull()).isTrue())
                .hasMessageContaining("1 wait for the group 'mail', and the queue-capacity of its members is 1");
    }

    @Test
    void a_refusal_tells_when_the_first_rate_of_a_member_permits_one_more() {
        world.start("a", spec -> spec.size(2).rate(Rate.parse("1/10s")));
        world.start("b", spec -> spec.size(2).rate(Rate.parse("1/4s")).queueCapacity(1));
        world.start("c", spec -> spec.size(0).maxOverflow(1).queueCapacity(0));
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b", "c");
        lend(mail);
        lend(mail);
        lend(mail);
        Client<Lease<String>> idleOnly = world.client(() -> mail.checkout(Duration.ZERO));
        assertThat(idleOnly.failure).isInstanceOfSatisfying(CheckoutTimeoutException.class,
                refused -> assertThat(refused.retryAfter()).contains(Duration.ofSeconds(4)));
        Client<Lease<String>> late = world.client(() -> mail.checkout(SECOND));
        world.world.advance(SECOND);
        assertThat(late.failure).isInstanceOfSatisfying(CheckoutTimeoutException.class,
                refused -> assertThat(refused.retryAfter()).contains(Duration.ofSeconds(3)));
        Task<Void> overdue = mail.tasks(TaskOptions.DEFAULT.withDeadline(SECOND)).asyncQueue(worker -> {});
        CompletableFuture<Void> result = overdue.result().toCompletableFuture();
        world.world.advance(SECOND);
        assertThatThrownBy(result::join).rootCause().isInstanceOfSatisfying(PoolRejectedException.class,
                refused -> assertThat(refused.retryAfter()).contains(Duration.ofSeconds(2)));
    }

    @Test
    void a_full_group_tells_when_the_first_rate_of_a_member_permits_one_more() {
        world.start("a", spec -> spec.size(2).rate(Rate.parse("1/10s")).queueCapacity(0));
        world.start("b", spec -> spec.size(2).rate(Rate.parse("1/4s")).queueCapacity(1));
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        lend(mail);
        lend(mail);
        mail.asyncQueue(worker -> {});
        assertThatThrownBy(() -> mail.asyncQueue(worker -> {})).isInstanceOfSatisfying(PoolRejectedException.class,
                refused -> {
                    assertThat(refused.isQueueFull()).isTrue();
                    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(4));
                });
    }

    @Test
    void a_refusal_tells_no_time_if_no_rate_is_used_up() {
        PoolGroup<String> mail = three(GroupStrategy.FIRST);
        lend(mail);
        lend(mail);
        lend(mail);
        Client<Lease<String>> refused = world.client(() -> mail.checkout(Duration.ZERO));
        assertThat(refused.failure).isInstanceOfSatisfying(CheckoutTimeoutException.class,
                why -> assertThat(why.retryAfter()).isEmpty());
    }

    @Test
    void a_worker_that_dies_is_replaced_and_serves_the_group() {
        Full one = new Full();
        Client<Lease<String>> waits = waiter(one.mail);
        world.kill(one.lease.pid());
        assertThat(waits.result().worker()).isEqualTo("a2");
    }

    @Test
    void a_place_that_falls_vacant_while_others_are_busy_is_filled_for_the_waiter() {
        PoolClient<String> a = world.start("a", spec -> spec.size(0).maxOverflow(1));
        start("b");
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "b", "a");
        lend(mail);
        Lease<String> lease = borrow(a);
        Client<Lease<String>> waits = waiter(mail);
        assertThat(waits.done).isFalse();
        lease.fail(new IllegalStateException("broken"));
        advance(Duration.ofMillis(200));
        assertThat(waits.result().worker()).isEqualTo("a2");
    }

    // ---- callers that do not wait

    @Test
    void try_checkout_is_empty_if_all_members_are_full() {
        PoolGroup<String> mail = three(GroupStrategy.FIRST);
        lend(mail);
        lend(mail);
        assertThat(world.client(mail::tryCheckout).result()).get().extracting(Lease::worker).isEqualTo("c1");
        assertThat(world.client(mail::tryCheckout).result()).isEmpty();
        Client<Lease<String>> idleOnly = world.client(() -> mail.checkout(Duration.ZERO));
        assertThat(idleOnly.failure).isInstanceOf(CheckoutTimeoutException.class).hasMessageContaining("; c: ");
    }

    @Test
    void try_checkout_has_a_worker_made_where_there_is_room() {
        PoolGroup<String> mail = twoEmpty();
        assertThat(world.client(mail::tryCheckout).result()).get().extracting(Lease::worker).isEqualTo("a1");
        assertThat(world.client(mail::tryCheckout).result()).get().extracting(Lease::worker).isEqualTo("b1");
        assertThat(world.client(mail::tryCheckout).result()).isEmpty();
    }

    // ---- stages and transactions

    @Test
    void a_stage_gets_a_worker_in_its_turn_and_can_be_cancelled() {
        PoolClient<String> a = start("a");
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a");
        CompletableFuture<Lease<String>> first = mail.checkoutAsync(MINUTE).toCompletableFuture();
        quiesce();
        assertThat(first.join().worker()).isEqualTo("a1");
        CompletableFuture<Lease<String>> cancelled = mail.checkoutAsync(MINUTE).toCompletableFuture();
        CompletableFuture<Lease<String>> late = mail.checkoutAsync(SECOND).toCompletableFuture();
        CompletableFuture<Lease<String>> last = mail.checkoutAsync(MINUTE).toCompletableFuture();
        assertThat(cancelled.cancel(false)).isTrue();
        advance(SECOND);
        assertThat(late).isCompletedExceptionally();
        giveBack(first.join());
        assertThat(last.join().worker()).isEqualTo("a1");
        assertThat(a.status().borrowed()).isEqualTo(1);
        last.join().close();
    }

    @Test
    void transactions_are_counted_by_the_member_that_serves() {
        PoolGroup<String> mail = three(GroupStrategy.ROUND_ROBIN);
        assertThat(world.client(() -> mail.transactionResult(worker -> worker)).result()).isEqualTo("a1");
        Client<String> failed = world.client(() -> mail.transactionResult(worker -> {
            throw new IllegalArgumentException("wrong address");
        }));
        assertThat(failed.failure).hasMessage("wrong address");
        CompletionStage<String> async = mail.transactionAsync(MINUTE, CompletableFuture::completedFuture);
        quiesce();
        assertThat(async.toCompletableFuture().join()).isIn("a1", "b1", "c1");
        assertThat(mail.status().transactions().succeeded()).isEqualTo(2);
        assertThat(mail.status().transactions().failed()).isEqualTo(1);
        assertThat(mail.status().borrowed()).isZero();
    }

    // ---- tasks

    @Test
    void tasks_wait_for_the_group_and_run_on_whichever_member_is_free_by_priority_and_order() {
        PoolClient<String> a = start("a");
        PoolClient<String> b = start("b");
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        Lease<String> ofA = borrow(a);
        Lease<String> ofB = borrow(b);
        List<String> ran = new CopyOnWriteArrayList<>();
        Task<Void> first = mail.asyncQueue(worker -> ran.add("first"));
        Task<Void> second = mail.asyncQueue(worker -> ran.add("second"));
        Task<Void> urgent = mail.tasks(TaskOptions.DEFAULT.withPriority(1)).asyncQueue(worker -> ran.add("urgent"));
        Task<Void> cancelled = mail.asyncQueue(worker -> ran.add("cancelled"));
        assertThat(first.state()).isEqualTo(TaskState.QUEUED);
        assertThat(List.of(first.id(), second.id(), urgent.id())).containsExactly(1L, 2L, 3L);
        assertThat(cancelled.cancel()).isTrue();
        assertThat(cancelled.cancel()).isFalse();
        giveBack(ofB);
        assertThat(ran).containsExactly("urgent", "first", "second");
        assertThat(cancelled.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(second.state()).isEqualTo(TaskState.DONE);
        assertThat(second.pid()).isPresent();
        assertThat(mail.status().tasks().done()).isEqualTo(3);
        ofA.close();
    }

    @Test
    void run_begins_at_once_or_not_at_all() {
        PoolGroup<String> mail = three(GroupStrategy.FIRST);
        lend(mail);
        assertThat(world.world.perform(() -> mail.runResult(worker -> worker)).orElseThrow().result()
                .toCompletableFuture().join()).isEqualTo("b1");
        lend(mail);
        lend(mail);
        assertThat(world.world.perform(() -> mail.run(worker -> {}))).isEmpty();
    }

    @Test
    void sync_queue_waits_until_a_member_begins() {
        Full one = new Full();
        Client<Task<String>> caller = world.client(() -> one.mail.syncQueueResult(worker -> worker));
        assertThat(caller.done).isFalse();
        giveBack(one.lease);
        assertThat(caller.result().result().toCompletableFuture().join()).isEqualTo("a1");
    }

    @Test
    void a_scheduled_task_joins_the_queue_of_the_group_later() {
        PoolGroup<String> mail = three(GroupStrategy.FIRST);
        Task<String> task = mail.scheduleResult(MINUTE, worker -> worker);
        Task<String> cancelled = mail.scheduleResult(MINUTE, worker -> worker);
        assertThat(cancelled.cancel()).isTrue();
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        advance(MINUTE);
        assertThat(task.result().toCompletableFuture()).isCompletedWithValue("a1");
    }

    @Test
    void a_task_with_a_deadline_is_rejected_when_no_member_begins_in_time() {
        PoolGroup<String> mail = three(GroupStrategy.FIRST);
        lendAll(mail);
        Task<Void> late = mail.tasks(TaskOptions.DEFAULT.withDeadline(SECOND)).asyncQueue(worker -> {});
        CompletableFuture<Void> result = late.result().toCompletableFuture();
        advance(SECOND);
        assertThat(late.state()).isEqualTo(TaskState.REJECTED);
        assertThatThrownBy(result::join).hasRootCauseInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("was not begun within its deadline of PT1S; a: ");
    }

    @Test
    void a_task_waits_on_while_no_member_can_make_workers() {
        world.server("a").broken = true;
        world.start("a", spec -> spec.size(0).maxOverflow(1).creationFailureLimit(1));
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a");
        Task<String> patient = mail.asyncQueueResult(worker -> worker);
        quiesce();
        assertThat(patient.state()).isEqualTo(TaskState.QUEUED);
        world.server("a").broken = false;
        advance(SECOND.multipliedBy(2));
        assertThat(patient.result().toCompletableFuture()).isCompletedWithValue("a1");
    }

    // ---- names and ends

    @Test
    void a_group_is_refused_if_a_member_is_missing_or_its_name_is_taken() {
        three(GroupStrategy.FIRST);
        assertThatThrownBy(() -> world.pools.startGroup(PoolGroupSpec.of("other", "a", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("members must be pools of this tree, but there is no pool 'x'");
        assertThatThrownBy(() -> world.pools.startGroup(PoolGroupSpec.of("other", "mail")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("members must be pools of this tree, but there is a group 'mail'");
        assertThatThrownBy(() -> world.pools.startGroup(PoolGroupSpec.of("mail", "a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("name of a group must be free, but there is a group 'mail' already");
        assertThatThrownBy(() -> world.pools.startGroup(PoolGroupSpec.of("b", "a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("name of a group must be free, but there is a pool 'b' already");
        assertThatThrownBy(() -> start("mail")).hasMessageContaining(
                "there is a group 'mail' already");
        assertThat(world.pools.groupNames()).containsExactly("mail");
        assertThat(world.pools.names()).containsExactly("a", "b", "c");
    }

    @Test
    void a_specification_refuses_what_contradicts_itself() {
        assertThatThrownBy(() -> PoolGroupSpec.of(" ", "a")).hasMessage("name must not be blank, got: ' '");
        assertThatThrownBy(() -> PoolGroupSpec.of("mail")).hasMessage("members must name at least one pool, got: []");
        assertThatThrownBy(() -> PoolGroupSpec.of("mail", "a", "a"))
                .hasMessage("members must name each pool once, got 'a' twice");
        assertThatThrownBy(() -> PoolGroupSpec.of("mail", "mail"))
                .hasMessage("members must not name the group itself, got: 'mail'");
        assertThatThrownBy(() -> PoolGroupSpec.of("mail", "a").withRetryAfter(Duration.ZERO))
                .hasMessage("retryAfter must be positive, got: PT0S");
        assertThatThrownBy(() -> PoolGroupSpec.of(null, "a")).isInstanceOf(NullPointerException.class)
                .hasMessage("name must not be null");
        assertThatThrownBy(() -> PoolGroupSpec.of("mail", "a", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> PoolGroupSpec.of("mail", "a").withStrategy(null))
                .isInstanceOf(NullPointerException.class).hasMessage("strategy must not be null");
        assertThatThrownBy(() -> PoolGroupSpec.of("mail", "a").withRetryAfter(null))
                .isInstanceOf(NullPointerException.class).hasMessage("retryAfter must not be null");
    }

    @Test
    void a_stopped_group_refuses_its_waiters_and_its_members_go_on() {
        Full one = new Full();
        Client<Lease<String>> waits = waiter(one.mail);
        Task<Void> scheduled = one.mail.schedule(MINUTE, worker -> {});
        assertThat(world.pools.stopGroup("mail")).isTrue();
        quiesce();
        assertThat(waits.failure).isInstanceOf(PoolStoppedException.class)
                .hasMessageContaining("the group 'mail' was closed");
        assertThat(scheduled.state()).isEqualTo(TaskState.REJECTED);
        assertThat(world.client(one.mail::checkout).failure).isInstanceOf(PoolStoppedException.class);
        assertThat(world.pools.stopGroup("mail")).isFalse();
        one.lease.close();
        assertThat(lend(one.a)).isEqualTo("a1");
    }

    @Test
    void the_stop_of_a_member_does_not_wait_for_callers_that_another_member_can_serve() {
        PoolClient<String> a = start("a");
        PoolClient<String> b = start("b");
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        Lease<String> ofA = borrow(a);
        Lease<String> ofB = borrow(b);
        Client<Lease<String>> waits = waiter(mail);
        Client<Boolean> stop = world.client(() -> world.pools.stopPool("a", MINUTE));
        advance(Duration.ofMillis(200));
        giveBack(ofA);
        assertThat(stop.result()).isTrue();
        assertThat(waits.done).isFalse();
        giveBack(ofB);
        assertThat(waits.result().worker()).isEqualTo("b1");
    }

    @Test
    void accepted_tasks_are_finished_when_all_members_drain() {
        Full one = new Full();
        Task<String> accepted = one.mail.asyncQueueResult(worker -> worker);
        Client<Boolean> stop = world.client(() -> world.pools.stopPool("a", MINUTE));
        giveBack(one.lease);
        assertThat(accepted.state()).isEqualTo(TaskState.DONE);
        assertThat(stop.result()).isTrue();
    }

    // ---- foreign code

    @Test
    void no_reader_of_a_result_can_settle_the_outcome_for_the_others() {
        Full full = new Full();
        Task<String> task = full.mail.asyncQueueResult(worker -> worker);
        CompletableFuture<String> limited = task.result().toCompletableFuture();
        assertThat(limited.cancel(true)).as("a copy").isTrue();
        assertThat(task.result().toCompletableFuture().complete("forged")).as("a copy").isTrue();
        if (task.result() instanceof CompletableFuture<String> itself) {
            assertThat(itself.complete("forged")).isFalse();
            assertThat(itself.cancel(true)).isFalse();
        }
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        giveBack(full.lease);
        assertThat(task.result().toCompletableFuture()).isCompletedWithValue("a1");
        assertThat(task.state()).isEqualTo(TaskState.DONE);
    }

    @Test
    void a_decorator_of_one_member_that_throws_refuses_a_broadcast_before_any_worker_begins() {
        start("a");
        world.start("b", spec -> spec.taskDecorator(new PoolTaskDecorator() {
            @Override
            public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
                    String pool, WorkerFunction<W, R, ?> task) {
                throw new IllegalStateException("no decoration of " + pool);
            }
        }));
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        List<String> ran = new CopyOnWriteArrayList<>();
        assertThatThrownBy(() -> mail.broadcast(ran::add)).isInstanceOf(IllegalStateException.class)
                .hasMessage("no decoration of b");
        quiesce();
        assertThat(ran).isEmpty();
        assertThat(lend(mail)).isEqualTo("a1");
    }
}
