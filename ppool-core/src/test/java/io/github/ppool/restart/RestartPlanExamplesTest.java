package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The Java of the pages on restart plans: their blocks are regions of this file. */
class RestartPlanExamplesTest {

    @Test
    void aFunctionDecidesByReasonAndRestartCount() {
        // region function
        PlanElement choice = PlanElement.function("by reason", (reason, restartCount) -> {
            if (reason.isOrderly()) {
                return PlanElement.DELETE;
            }
            return restartCount < 3 ? PlanElement.RESTART : PlanElement.after(Duration.ofSeconds(5));
        });
        RestartPolicy policy = RestartPolicy.of(RestartPlan.of(choice)).withCount(RestartCount.INFINITY);
        // end
        Simulation.End boom = Simulation.End.after(Duration.ofSeconds(1), ExitReason.of("boom"));
        Simulation.End done = Simulation.End.after(Duration.ofSeconds(1), ExitReason.NORMAL);
        assertThat(policy.simulate(boom, boom, boom, done).steps()).extracting(step -> step.decision().toString())
                .containsExactly("restart now", "restart now", "restart in 5s", "delete");
    }

    @Test
    void aPlanCanBeTriedWithoutWaiting() {
        // region simulate
        RestartPolicy policy = RestartPolicy.of(RestartPlan.parse("[restart, 5s, wait]")).withCount(RestartCount.of(3));
        Simulation simulation = policy.simulate(
                Simulation.End.after(Duration.ofSeconds(10), ExitReason.of("boom")),
                Simulation.End.failedStart(ExitReason.of("refused")),
                Simulation.End.after(Duration.ofSeconds(1), ExitReason.of("boom")));
        // end
        assertThat(simulation.toString()).endsWith("at 16s  boom                  -> wait");
    }
}
