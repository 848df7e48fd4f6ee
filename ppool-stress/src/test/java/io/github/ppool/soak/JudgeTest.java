package io.github.ppool.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The verdict, from numbers. */
class JudgeTest {

    private final Judge judge = new Judge();

    @Test
    void nothing_is_found_where_nothing_is_wrong() {
        judge.none(Finding.DOUBLE_HAND_OUTS, 0, "times")
                .nothingLeft(Finding.ORPHANS_LEFT, List.of())
                .same(Finding.WORKERS_NOT_CLOSED, 7, "made", 7, "closed")
                .outcomesTold(10, 10, 0)
                .everyKindWasHit(Map.of(Victim.BORROWER, 1L))
                .heap(1000, 1000);

        assertEquals(List.of(), judge.lines());
    }

    @Test
    void each_finding_is_a_line() {
        judge.none(Finding.DOUBLE_HAND_OUTS, 1234, "times").nothingLeft(Finding.ORPHANS_LEFT, List.of("<7 w>"));

        assertEquals(
                List.of("FOUND double hand-outs: 1,234 times", "FOUND orphans left: 1, such as [<7 w>]"),
                judge.lines());
    }

    @Test
    void a_worker_that_is_not_closed_is_found_by_the_difference() {
        judge.same(Finding.WORKERS_NOT_CLOSED, 8, "made", 7, "closed");

        assertEquals(List.of("FOUND workers not closed: 8 made, 7 closed"), judge.lines());
    }

    @Test
    void of_what_is_left_five_are_shown() {
        judge.nothingLeft(Finding.THREADS_LEFT, List.of(1, 2, 3, 4, 5, 6, 7));

        assertEquals(List.of("FOUND threads left: 7, such as [1, 2, 3, 4, 5]"), judge.lines());
    }

    @Test
    void a_task_of_which_no_listener_is_told_is_lost() {
        judge.outcomesTold(9, 10, 3);

        assertEquals(
                List.of("FOUND tasks lost: 1 ends of tasks that no listener was told of, "
                        + "among 10 tasks and at most 3 more"),
                judge.lines());
    }

    @Test
    void a_hand_over_that_was_cut_off_may_have_been_accepted_or_not() {
        judge.outcomesTold(10, 10, 3).outcomesTold(13, 10, 3);

        assertEquals(List.of(), judge.lines());
    }

    @Test
    void more_ends_than_there_can_be_tasks_are_found() {
        judge.outcomesTold(14, 10, 3);

        assertEquals(
                List.of("FOUND tasks run twice: 1 ends of tasks that a listener was told of again, "
                        + "among 10 tasks and at most 3 more"),
                judge.lines());
    }

    @Test
    void a_kind_that_was_never_killed_is_found_if_there_were_many_kills() {
        judge.everyKindWasHit(Map.of(Victim.IDLE_WORKER, Judge.MANY_KILLS - 1, Victim.BORROWER, 0L));
        assertEquals(List.of(), judge.lines());

        judge.everyKindWasHit(Map.of(Victim.IDLE_WORKER, Judge.MANY_KILLS, Victim.BORROWER, 0L));
        assertEquals(List.of("FOUND never killed: borrower, with 100 kills in all"), judge.lines());
    }

    @Test
    void the_heap_may_grow_by_the_allowance_and_no_more() {
        judge.heap(1 << 20, (1 << 20) + Judge.HEAP_ALLOWANCE_BYTES).heap(8 << 20, 1 << 20);
        assertEquals(List.of(), judge.lines());

        judge.heap(1 << 20, (1 << 20) + Judge.HEAP_ALLOWANCE_BYTES + 1);
        assertEquals(
                List.of("FOUND heap growth: 1,024 KiB were in use when the pools were warm and 5,120 KiB at the end, "
                        + "which may be 4,096 KiB more"),
                judge.lines());
    }
}
