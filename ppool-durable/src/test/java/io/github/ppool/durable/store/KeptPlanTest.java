package io.github.ppool.durable.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.store.KeptPlan.Choice;
import org.junit.jupiter.api.Test;

class KeptPlanTest {

    private long now;
    private final KeptPlan plan = new KeptPlan(() -> now);

    @Test
    void a_plan_is_kept_as_soon_as_a_fresh_one_has_used_the_index() {
        assertThat(plan.choose().isKept()).isFalse();
        plan.ran(plan.choose(), true);
        assertThat(plan.choose().isKept()).isFalse();
        plan.ran(plan.choose(), false);
        assertThat(plan.choose().isKept()).isTrue();
        assertThat(plan.choose().mark()).isEmpty();
        plan.ran(plan.choose(), false);
        assertThat(plan.choose().isKept()).isTrue();
    }

    @Test
    void a_kept_plan_that_has_read_the_table_is_never_used_again() {
        plan.ran(plan.choose(), false);
        Choice bad = plan.choose();
        plan.ran(bad, true);
        plan.ran(bad, true); // of another session
        assertThat(plan.choose().isKept()).isFalse();
        now += KeptPlan.ANEW.toNanos() - 1;
        plan.ran(plan.choose(), false);
        assertThat(plan.choose().isKept()).isFalse();
        now++;
        plan.ran(plan.choose(), true);
        assertThat(plan.choose().isKept()).isFalse();
        plan.ran(plan.choose(), false);
        assertThat(plan.choose().isKept()).isTrue();
        assertThat(plan.choose().mark()).isNotEqualTo(bad.mark());
        plan.ran(bad, true); // an old session tells late
        assertThat(plan.choose().isKept()).isTrue();
    }
}
