package io.github.ppool.durable.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EndedTaskView;
import io.github.ppool.durable.EndedTaskView.Outcome;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.FailedAttempt.Next;
import io.github.ppool.durable.store.TaskStore.Change;
import io.github.ppool.durable.store.TaskStore.Progress;
import io.github.ppool.durable.store.TaskStore.Schedule;
import io.github.ppool.durable.store.TaskStore.Staged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rules of a store in a database. */
abstract class JdbcTaskStoreContract extends TaskStoreFixture {

    JdbcTaskStoreContract(TaskDatabases database) {
        super(database);
    }

    @Test
    void a_task_is_inserted_claimed_and_completed() {
        NewTask task = new NewTask("smtp", "mail", 3, "k", null, 2, MINUTE, null, null, "{\"to\": \"ä😀\"}",
                "00-1-2-01");
        EnqueuedTask inserted = store.insert(List.of(task)).get(0);
        assertThat(inserted.isNew()).isTrue();
        pass(Duration.ofSeconds(3));
        Claimed claimed = store.claim(new Claim(A, "smtp", Set.of(new Kind("mail", 3)), 10, null));
        assertThat(claimed).isEqualTo(new Claimed(List.of(new ClaimedTask(
                inserted.id(), "smtp", "mail", 3, "k", null, 2, START, Duration.ofSeconds(3), 1, 0, null,
                "{\"to\": \"ä😀\"}", null, "00-1-2-01")), null));
        assertThat(view(inserted.id())).isEqualTo(new DurableTaskView(
                inserted.id(), "smtp", "mail", 3, DurableTaskState.CLAIMED, 2, "k", null, START, START, 1, A.toString(),
                START.plusSeconds(3), null, null, null, null, false, "{\"to\": \"ä😀\"}"));
        assertThat(claim(A, 10, new Kind("mail", 3))).isEmpty();
        assertThat(store.complete(B, List.of(inserted.id()))).isEmpty();
        assertThat(store.complete(A, List.of(inserted.id(), 77L))).containsExactly(inserted.id());
        assertThat(store.find(inserted.id())).isEmpty();
        assertThat(store.ended(TaskQuery.ALL, Long.MAX_VALUE, 10)).containsExactly(new EndedTaskView(
                inserted.id(), "smtp", "mail", 3, "k", START, START.plusSeconds(3), 1, Outcome.SUCCEEDED, null));
    }

    @Test
    void many_tasks_are_inserted_in_order_and_claimed_in_order() {
        List<NewTask> tasks = IntStream.range(0, 2_500)
                .mapToObj(i -> task("mail", i % 3 == 0 ? "k" + i : null, 0, null, "\"" + i + "\""))
                .toList();
        List<EnqueuedTask> inserted = store.insert(tasks);
        assertThat(inserted).hasSize(2_500).allMatch(EnqueuedTask::isNew);
        List<ClaimedTask> claimed = claim(A, 3_000);
        assertThat(claimed).hasSize(2_500);
        for (ClaimedTask task : claimed) {
            int i = Integer.parseInt(task.payload().replace("\"", ""));
            assertThat(inserted.get(i).id()).isEqualTo(task.id());
            assertThat(task.key()).isEqualTo(i % 3 == 0 ? "k" + i : null);
        }
        assertThat(store.insert(List.of())).isEmpty();
    }

    @Test
    void an_attempt_that_has_not_begun_is_given_back_to_its_place() {
        List<Long> ids = insert(3, mail());
        List<ClaimedTask> first = claim(A, 2);
        assertThat(ids(first)).isEqualTo(ids.subList(0, 2));
        assertThat(store.giveBack(B, ids)).isZero();
        assertThat(store.giveBack(A, ids)).isEqualTo(2);
        List<ClaimedTask> again = claim(B, 5);
        assertThat(ids(again)).isEqualTo(ids);
        assertThat(again).extracting(ClaimedTask::attempt).containsOnly(1);
    }

    @Test
    void a_failed_attempt_goes_on_as_its_plan_decides() {
        List<Long> ids = insert(5, mail());
        List<ClaimedTask> tasks = claim(A, 4);
        ClaimedTask other = tasks.get(3);
        Set<Long> mine = store.fail(A, List.of(
                end(tasks.get(0), Next.AGAIN, Duration.ZERO),
                end(tasks.get(1), Next.AGAIN, Duration.ofSeconds(5)),
                end(tasks.get(2), Next.LAID_DOWN, Duration.ZERO),
                end(tasks.get(3), Next.DELETED, Duration.ZERO)));
        assertThat(mine).containsExactlyInAnyOrderElementsOf(ids.subList(0, 4));
        assertThat(view(ids.get(0)).state()).isEqualTo(DurableTaskState.READY);
        assertThat(view(ids.get(0)).reason()).isEqualTo("IOException");
        assertThat(view(ids.get(0)).failure()).isEqualTo("no answer");
        assertThat(view(ids.get(0)).node()).isNull();
        assertThat(view(ids.get(1)).state()).isEqualTo(DurableTaskState.DELAYED);
        assertThat(view(ids.get(1)).readyAt()).isEqualTo(START.plusSeconds(5));
        assertThat(view(ids.get(2)).state()).isEqualTo(DurableTaskState.LAID_DOWN);
        assertThat(store.find(ids.get(3))).isEmpty();
        assertThat(store.ended(TaskQuery.ALL, Long.MAX_VALUE, 10)).extracting(EndedTaskView::id, EndedTaskView::outcome,
                EndedTaskView::reason).containsExactly(
                        org.assertj.core.groups.Tuple.tuple(other.id(), Outcome.DELETED, "IOException"));
        List<ClaimedTask> again = claim(A, 5);
        assertThat(ids(again)).containsExactly(ids.get(0), ids.get(4));
        assertThat(again.get(0).attempt()).isEqualTo(2);
        assertThat(again.get(0).plan()).isEqualTo("plan");
        assertThat(again.get(0).lost()).isZero();
    }

    @Test
    void the_end_of_a_former_attempt_changes_nothing() {
        insert(mail());
        ClaimedTask first = claim(A, 1).get(0);
        FailedAttempt end = end(first, Next.AGAIN, Duration.ZERO);
        assertThat(store.fail(A, List.of(end))).hasSize(1);
        assertThat(store.fail(A, List.of(end))).isEmpty();
        ClaimedTask second = claim(A, 1).get(0);
        assertThat(store.fail(A, List.of(end))).isEmpty();
        assertThat(view(second.id()).state()).isEqualTo(DurableTaskState.CLAIMED);
    }

    @Test
    void tasks_of_dead_nodes_are_taken_over() {
        List<Long> ids = insert(5, mail());
        claim(A, 3);
        claim(B, 1);
        assertThat(store.claimants()).containsExactlyInAnyOrder(A, B);
        UUID c = UUID.randomUUID();
        List<ClaimedTask> taken = store.takeOver(List.of(A), c, 2);
        assertThat(ids(taken)).isEqualTo(ids.subList(0, 2));
        assertThat(taken).extracting(ClaimedTask::attempt).containsOnly(1);
        assertThat(ids(store.takeOver(List.of(A), c, 2))).containsExactly(ids.get(2));
        assertThat(store.takeOver(List.of(A), c, 2)).isEmpty();
        assertThat(store.claimants()).containsExactlyInAnyOrder(B, c);
        assertThat(store.complete(A, ids)).isEmpty();
        assertThat(store.fail(c, List.of(new FailedAttempt(
                taken.get(0).id(), 1, Next.AGAIN, Duration.ZERO, null, "node-lost", null, true, null)))).hasSize(1);
        assertThat(claim(B, 1).get(0).lost()).isEqualTo(1);
        assertThat(ids(store.claimed(c, 0, 10))).containsExactly(ids.get(1), ids.get(2));
        assertThat(ids(store.claimed(c, ids.get(1), 10))).containsExactly(ids.get(2));
    }

    @Test
    void delayed_tasks_become_ready_at_their_time() {
        long soon = insert(task("mail", null, 0, Duration.ofSeconds(2), "{}"));
        long later = store.insert(List.of(new NewTask("smtp", "mail", 1, null, null, 0, MINUTE, null,
                START.plusSeconds(4), "{}", null))).get(0).id();
        long past = store.insert(List.of(new NewTask("smtp", "mail", 1, null, null, 0, MINUTE, null,
                START.minusSeconds(4), "{}", null))).get(0).id();
        store.insert(
                List.of(new NewTask("other", "mail", 1, null, null, 0, MINUTE, Duration.ofHours(1), null, "{}", null)));
        assertThat(view(past).state()).isEqualTo(DurableTaskState.READY);
        assertThat(view(past).readyAt()).isEqualTo(START);
        assertThat(store.stage(10)).isEqualTo(new Staged(Map.of(), Duration.ofSeconds(2)));
        pass(Duration.ofSeconds(2));
        assertThat(store.stage(10)).isEqualTo(new Staged(Map.of("smtp", 1), Duration.ofSeconds(2)));
        assertThat(ids(claim(A, 10))).containsExactly(past, soon);
        pass(Duration.ofHours(1));
        assertThat(store.stage(1).next()).isEqualTo(Duration.ZERO);
        assertThat(store.stage(1).next()).isNull();
        assertThat(view(later).state()).isEqualTo(DurableTaskState.READY);
        assertThat(store.stage(1)).isEqualTo(new Staged(Map.of(), null));
    }

    @Test
    void only_one_unfinished_task_has_a_key() {
        EnqueuedTask first = store.insert(List.of(task("mail", "k", 0, null, "1"))).get(0);
        EnqueuedTask second = store.insert(List.of(task("mail", "k", 0, Duration.ofDays(1), "2"))).get(0);
        assertThat(second).isEqualTo(new EnqueuedTask(first.id(), false));
        EnqueuedTask otherName = store.insert(List.of(task("sms", "k", 0, null, "3"))).get(0);
        assertThat(otherName.isNew()).isTrue();
        List<EnqueuedTask> several = store.insert(List.of(
                task("mail", "n", 0, null, "4"), task("mail", "k", 0, null, "5"), task("mail", "n", 0, null, "6"),
                mail()));
        assertThat(several).extracting(EnqueuedTask::isNew).containsExactly(true, false, false, true);
        assertThat(several.get(1).id()).isEqualTo(first.id());
        assertThat(several.get(2).id()).isEqualTo(several.get(0).id());
        claim(A, 1);
        assertThat(store.insert(List.of(task("mail", "k", 0, null, "7"))).get(0).isNew()).isFalse();
        store.complete(A, List.of(first.id()));
        assertThat(store.insert(List.of(task("mail", "k", 0, null, "8"))).get(0).isNew()).isTrue();
    }

    @Test
    void progress_cancelled_tasks_and_checkpoints() {
        List<Long> ids = insert(3, mail());
        claim(A, 2);
        assertThat(store.heartbeat(A, List.of(
                new Progress(ids.get(0), 1, 40, "page 4"), new Progress(ids.get(2), 1, 50, null)))).isEmpty();
        assertThat(view(ids.get(0)).percent()).isEqualTo(40);
        assertThat(view(ids.get(0)).progress()).isEqualTo("page 4");
        assertThat(view(ids.get(2)).percent()).isNull();
        assertThat(store.change(Change.CANCEL, TaskQuery.ALL, null).count()).isEqualTo(3);
        assertThat(store.find(ids.get(2))).isEmpty();
        assertThat(store.heartbeat(A, List.of())).containsExactlyInAnyOrder(ids.get(0), ids.get(1));
        assertThat(store.heartbeat(B, List.of())).isEmpty();
        assertThat(view(ids.get(0)).cancelled()).isTrue();
        assertThat(store.removeCancelled(B, ids)).isZero();
        assertThat(store.removeCancelled(A, ids.subList(0, 1))).isEqualTo(1);
        assertThat(store.giveBack(A, ids)).isZero();
        assertThat(store.counts()).isEmpty();
        assertThat(store.ended(TaskQuery.ALL, Long.MAX_VALUE, 10)).hasSize(3)
                .allMatch(task -> task.outcome() == Outcome.CANCELLED);

        long id = insert(mail());
        assertThat(store.checkpoint(A, id, "{}")).isFalse();
        ClaimedTask claimed = claim(A, 1).get(0);
        assertThat(store.checkpoint(A, id, "{\"page\":4}")).isTrue();
        store.fail(A, List.of(end(claimed, Next.AGAIN, Duration.ZERO)));
        assertThat(claim(B, 1).get(0).checkpoint()).isEqualTo("{\"page\":4}");
    }

    @Test
    void progress_beside_a_task_counts_for_its_node_and_attempt() {
        List<Long> ids = insert(2, mail());
        long id = ids.get(0);
        claim(A, 2);
        store.progressBeside(A, List.of(new Progress(id, 1, 40, "page 4")), List.of());
        store.progressBeside(A, List.of(new Progress(id, 1, 50, null)), List.of(ids.get(1)));
        assertThat(shown(id)).isEqualTo("50 null");
        assertThat(store.list(TaskQuery.ALL, 0, 10)).extracting(DurableTaskView::percent).containsExactly(50, null);
        store.progressBeside(A, List.of(new Progress(id, 2, 60, "of another attempt")), List.of());
        assertThat(shown(id)).isEqualTo("null null");
        store.progressBeside(A, List.of(), ids);
        store.progressBeside(B, List.of(new Progress(id, 1, 70, "of another node")), List.of());
        assertThat(shown(id)).isEqualTo("null null");
        store.progressBeside(B, List.of(), ids);
        assertThat(store.progressing()).isEmpty();
    }

    @Test
    void progress_beside_a_task_outlives_its_node() {
        List<Long> ids = insert(2, mail());
        claim(A, 2);
        store.progressBeside(A, List.of(new Progress(ids.get(0), 1, 40, "page 4")), List.of());
        ClaimedTask taken = store.takeOver(List.of(A), B, 10).get(0);
        assertThat(shown(ids.get(0))).isEqualTo("40 page 4");
        assertThat(shown(ids.get(1))).isEqualTo("null null");
        store.fail(B, List.of(end(taken, Next.LAID_DOWN, Duration.ZERO)));
        assertThat(shown(ids.get(0))).isEqualTo("40 page 4");
        assertThat(store.progressing()).containsExactly(A);
        store.forgetProgress(List.of(B));
        assertThat(store.progressing()).containsExactly(A);
        store.forgetProgress(List.of(A, B));
        assertThat(store.progressing()).isEmpty();
    }

    @Test
    void a_failed_attempt_leaves_its_last_progress() {
        long id = insert(mail());
        ClaimedTask claimed = claim(A, 1).get(0);
        store.heartbeat(A, List.of(new Progress(id, 1, 40, "page 4")));
        FailedAttempt end = end(claimed, Next.AGAIN, Duration.ZERO);
        store.fail(A, List.of(new FailedAttempt(
                id, 1, end.next(), end.delay(), end.plan(), end.reason(), end.failure(), false,
                new Progress(id, 1, 70, null))));
        assertThat(shown(id)).isEqualTo("70 null");
        claim(A, 1);
        assertThat(shown(id)).as("of the next attempt").isEqualTo("null null");
    }

    private String shown(long id) {
        return view(id).percent() + " " + view(id).progress();
    }

    @Test
    void a_cancelled_attempt_that_fails_ends_the_task() {
        long id = insert(mail());
        ClaimedTask claimed = claim(A, 1).get(0);
        store.change(Change.CANCEL, TaskQuery.ALL, id);
        assertThat(store.fail(A, List.of(end(claimed, Next.AGAIN, Duration.ZERO)))).containsExactly(id);
        assertThat(store.find(id)).isEmpty();
    }

    @Test
    void operators_redrive_run_and_drop() {
        List<Long> ids = insert(4, mail());
        List<ClaimedTask> tasks = claim(A, 3);
        store.fail(A, List.of(
                end(tasks.get(0), Next.LAID_DOWN, Duration.ZERO),
                end(tasks.get(1), Next.AGAIN, Duration.ofDays(1))));
        pass(Duration.ofSeconds(1));
        assertThat(store.change(Change.REDRIVE, TaskQuery.ALL, ids.get(1)).count()).isZero();
        assertThat(store.change(Change.REDRIVE, TaskQuery.ALL.withReason("nothing"), null).count()).isZero();
        assertThat(store.change(Change.REDRIVE, TaskQuery.ALL.withReason("IOException"), null))
                .isEqualTo(new TaskStore.Changed(1, Set.of("smtp")));
        assertThat(store.change(Change.RUN_NOW, TaskQuery.ALL, ids.get(1)).count()).isEqualTo(1);
        List<ClaimedTask> again = claim(B, 10);
        assertThat(ids(again)).containsExactly(ids.get(3), ids.get(0), ids.get(1));
        assertThat(again.get(1).plan()).isNull();
        assertThat(again.get(1).attempt()).isEqualTo(2);
        assertThat(again.get(2).plan()).isEqualTo("plan");
        store.giveBack(B, ids);
        assertThat(store.change(Change.DROP, TaskQuery.ALL, null).count()).isEqualTo(3);
        assertThat(store.counts()).isEqualTo(Map.of("smtp", Map.of(DurableTaskState.CLAIMED, 1L)));
    }

    @Test
    void pages_follow_the_ids() {
        List<Long> ids = new ArrayList<>(insert(25, mail()));
        insert(task("sms", "k", 0, null, "{}"));
        List<Long> seen = new ArrayList<>();
        long after = 0;
        while (true) {
            List<DurableTaskView> page = store.list(TaskQuery.ALL.withName("mail"), after, 10);
            if (page.isEmpty()) {
                break;
            }
            page.forEach(task -> seen.add(task.id()));
            assertThat(page).allMatch(task -> task.payload() == null);
            after = page.get(page.size() - 1).id();
        }
        assertThat(seen).isEqualTo(ids);
        assertThat(store.list(TaskQuery.ALL.withKey("k").withPool("smtp").withState(DurableTaskState.READY)
                .withEnqueuedBefore(START.plusSeconds(1)), 0, 10)).hasSize(1);
        assertThat(store.list(TaskQuery.ALL.withEnqueuedBefore(START), 0, 10)).isEmpty();
        assertThat(store.list(TaskQuery.ALL.withPartition("p"), 0, 10)).isEmpty();
        store.complete(A, ids(claim(A, 100)));
        assertThat(store.ended(TaskQuery.ALL, Long.MAX_VALUE, 10)).hasSize(10);
        assertThat(store.ended(TaskQuery.ALL, ids.get(10), 100)).extracting(EndedTaskView::id)
                .isEqualTo(ids.subList(0, 10).reversed());
        pass(Duration.ofDays(2));
        assertThat(store.forget(Duration.ofDays(3), 100)).isZero();
        assertThat(store.forget(Duration.ofDays(1), 20)).isEqualTo(20);
        assertThat(store.forget(Duration.ofDays(1), 20)).isEqualTo(5);
    }

    @Test
    void the_backlog_is_counted_up_to_a_limit() {
        insert(7, mail());
        insert(7, of("p"));
        insert(3, task("sms", null, 0, null, "{}"));
        insert(2, task("sms", null, 0, Duration.ofHours(1), "{}"));
        pass(Duration.ofSeconds(10));
        List<ClaimedTask> two = claim(A, 2);
        store.fail(A, List.of(end(two.get(0), Next.LAID_DOWN, Duration.ZERO)));
        pass(Duration.ofSeconds(5));
        assertThat(store.backlog(100)).isEqualTo(Map.of("smtp", new TaskStore.Backlog(
                15, 1, 2, 1, Duration.ofSeconds(15), Duration.ofSeconds(5))));
        assertThat(store.backlog(4).get("smtp").ready()).isEqualTo(4);
        assertThat(store.counts()).isEqualTo(Map.of("smtp", Map.of(
                DurableTaskState.READY, 15L, DurableTaskState.LAID_DOWN, 1L, DurableTaskState.DELAYED, 2L,
                DurableTaskState.CLAIMED, 1L)));
    }

    @Test
    void a_schedule_moves_on_once_for_each_time() {
        Schedule first = store.schedule("report");
        assertThat(first).isEqualTo(new Schedule(START, START));
        pass(MINUTE);
        assertThat(store.schedule("report")).isEqualTo(new Schedule(START, START.plus(MINUTE)));
        NewTask fire = task("report", "2030", 0, null, null);
        assertThat(store.fire("report", START, START.plus(MINUTE), fire)).isTrue();
        assertThat(store.fire("report", START, START.plus(MINUTE), fire)).isFalse();
        assertThat(store.schedule("report").last()).isEqualTo(START.plus(MINUTE));
        assertThat(store.list(TaskQuery.ALL, 0, 10)).hasSize(1);
    }

    @Test
    void only_known_kinds_are_claimed_in_the_order_of_the_pool() {
        long sms = insert(task("sms", null, 0, null, "{}"));
        pass(Duration.ofSeconds(1));
        long mail = insert(mail());
        pass(Duration.ofSeconds(1));
        long sms2 = insert(task("sms", null, 0, null, "{}"));
        long urgent = insert(task("mail", null, 1, null, "{}"));
        assertThat(ids(claim(A, 10, new Kind("sms", 2), new Kind("fax", 1)))).isEmpty();
        assertThat(ids(claim(A, 3, MAIL, new Kind("sms", 1)))).containsExactly(urgent, sms, mail);
        assertThat(ids(claim(A, 3, MAIL, new Kind("sms", 1)))).containsExactly(sms2);
    }

    @Test
    void a_priority_is_worth_a_time_so_none_starves() {
        long low = insert(mail(-1));
        long usual = insert(mail(0));
        pass(Duration.ofSeconds(59));
        long high = insert(mail(1));
        pass(Duration.ofSeconds(62));
        long late = insert(mail(0));
        assertThat(ids(claim(A, 10))).containsExactly(high, usual, low, late);
    }

    @Test
    void long_texts_are_kept() {
        String payload = "\"" + "ä€😀x".repeat(1_000_000) + "\"";
        long id = insert(task("mail", null, 0, null, payload));
        assertThat(claim(A, 1).get(0).payload()).isEqualTo(payload);
        assertThat(view(id).payload()).isEqualTo(payload);
        assertThat(store.checkpoint(A, id, payload)).isTrue();
        assertThat(store.claimed(A, 0, 1).get(0).checkpoint()).isNull();
        assertThat(store.takeOver(List.of(A), B, 1).get(0).checkpoint()).isEqualTo(payload);
        assertThat(store.checkpoint(B, id, null)).isTrue();
        assertThat(store.takeOver(List.of(B), A, 1).get(0).checkpoint()).isNull();
    }
}
