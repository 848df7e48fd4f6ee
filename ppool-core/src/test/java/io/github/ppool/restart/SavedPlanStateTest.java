package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ExitReason;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A position in a plan that is saved as a text and goes on in another JVM. */
class SavedPlanStateTest {

    private static final List<String> ELEMENTS = List.of(
            "restart", "5s", "restart*3", "250ms*2", "backoff 1s..1m x2", "backoff 100ms..8s x3*4", "wait", "delete",
            "stop");

    private static final List<ExitReason> REASONS = List.of(
            ExitReason.of("boom"),
            ExitReason.of("node-lost"),
            ExitReason.failure(new ConnectException("refused")),
            ExitReason.failure(new IllegalStateException("broken")));

    private static RestartPlan plan(Random random) {
        List<String> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            elements.add(ELEMENTS.get(random.nextInt(ELEMENTS.size())));
        }
        return RestartPlan.parse(elements);
    }

    private static RestartPolicy policy(Random random) {
        Map<String, RestartPlan> on = new LinkedHashMap<>();
        for (String key : List.of("node-lost", "ConnectException")) {
            if (random.nextBoolean()) {
                on.put(key, plan(random));
            }
        }
        RestartCount count = random.nextInt(3) == 0 ? RestartCount.INFINITY : RestartCount.of(random.nextInt(4));
        return RestartPolicy.of(PlanByReason.of(on, plan(random))).withCount(count);
    }

    @Test
    void a_state_that_is_saved_and_restored_after_each_end_decides_as_one_that_is_not() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            RestartPolicy policy = policy(random);
            PlanState stays = policy.newState();
            PlanState moves = policy.newState();
            for (int end = 0; end < 25; end++) {
                ExitReason reason = REASONS.get(random.nextInt(REASONS.size()));
                boolean failedStart = random.nextInt(5) == 0;
                String expected = failedStart
                        ? stays.nextAfterFailedStart(reason, new Random(7)).toString()
                        : stays.next(reason, 0, 0, new Random(7)).toString();
                moves = policy.restoreState(moves.save());
                String got = failedStart
                        ? moves.nextAfterFailedStart(reason, new Random(7)).toString()
                        : moves.next(reason, 0, 0, new Random(7)).toString();
                assertThat(got).as("seed %s, end %s of %s", seed, end, policy).isEqualTo(expected);
                assertThat(moves).hasToString(stays.toString());
                assertThat(moves.failedStarts()).isEqualTo(stays.failedStarts());
            }
        }
    }

    @Test
    void a_changed_plan_begins_anew_and_keeps_the_restart_count() {
        PlanState state = RestartPolicy.of(RestartPlan.parse("[restart, 5s, wait]")).newState();
        state.next(REASONS.get(0), 0, 0, new Random(7));
        state.next(REASONS.get(0), 0, 0, new Random(7));
        PlanState changed = RestartPolicy.of(RestartPlan.parse("[1s, 7s, wait]")).restoreState(state.save());
        assertThat(changed.restartCount()).isEqualTo(2);
        assertThat(changed.next(REASONS.get(0), 0, 0, new Random(7))).hasToString("restart in 1s");
        assertThat(changed.restartCount()).isEqualTo(3);
    }

    /** A map of {@code Map.of} has another order in each JVM. */
    @Test
    void the_order_of_the_plans_by_reason_does_not_matter() {
        Map<String, RestartPlan> on = new LinkedHashMap<>();
        on.put("node-lost", RestartPlan.parse("[restart*2, wait]"));
        on.put("ConnectException", RestartPlan.parse("[1s, 2s, 3s, delete]"));
        Map<String, RestartPlan> turned = new LinkedHashMap<>();
        turned.put("ConnectException", on.get("ConnectException"));
        turned.put("node-lost", on.get("node-lost"));
        RestartPlan otherwise = RestartPlan.parse("[5s, 6s, wait]");
        RestartPolicy first = RestartPolicy.of(PlanByReason.of(on, otherwise));
        RestartPolicy second = RestartPolicy.of(PlanByReason.of(turned, otherwise));
        PlanState state = first.newState();
        List<String> decisions = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            decisions.add(state.next(REASONS.get(i % 3), 0, 0, new Random(7)).toString());
            String saved = state.save();
            state = (i % 2 == 0 ? second : first).restoreState(saved);
            assertThat(state.save()).isEqualTo(saved);
        }
        PlanState stays = first.newState();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            expected.add(stays.next(REASONS.get(i % 3), 0, 0, new Random(7)).toString());
        }
        assertThat(decisions).isEqualTo(expected).contains("restart in 3s");
    }

    @Test
    void another_count_of_rounds_is_no_other_plan() {
        RestartPolicy once = RestartPolicy.of(RestartPlan.parse("[restart, 5s]"));
        PlanState state = once.newState();
        state.next(REASONS.get(0), 0, 0, new Random(7));
        PlanState restored = once.withCount(RestartCount.INFINITY).restoreState(state.save());
        assertThat(restored.next(REASONS.get(0), 0, 0, new Random(7))).hasToString("restart in 5s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2:00:0:0:0:0,0,0", "1:00:0:0:0:", "1:00:0:0:0:0,0", "1:00:0:0:1:0,0,0",
            "1:00:-1:0:0:0,0,0", "1:00:0:0:0:0,-1,0", "1:00:x:0:0:0,0,0", "1:00:0:0:99999999999:0,0,0", "garbage"})
    void another_text_is_refused(String text) {
        RestartPolicy policy = RestartPolicy.of(RestartPlan.parse("[restart]"));
        assertThatThrownBy(() -> policy.restoreState(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the position in a plan must be a text of PlanState.save(), got: ");
    }

    @Test
    void a_place_beyond_the_plan_begins_anew() {
        RestartPolicy policy = RestartPolicy.of(RestartPlan.parse("[restart, 5s]"));
        String forged = policy.newState().save().replaceFirst(":0,0,0$", ":9,0,0");
        assertThat(policy.restoreState(forged).next(REASONS.get(0), 0, 0, new Random(7))).hasToString("restart now");
    }
}
