package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.SupervisorSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A message that shows a value that was given shows only so much of it. */
class BoundedMessagesTest {

    private static final String HUGE = "x".repeat(1_000_000);
    private static final String BLANK = " ".repeat(1_000_000);
    private static final int MOST = 10_000;

    private final ProcessSystem system = new ProcessSystem();

    @AfterEach
    void close() {
        system.close();
    }

    private static ChildSpec child(String id) {
        return ChildSpec.of(id, ChildStart.body("child", self -> {}));
    }

    @Test
    void messages_of_refusals_are_bounded_whatever_was_given() throws InterruptedException {
        Pools pools = Pools.start(system);
        pools.startPool(PoolSpec.builder(HUGE, Object::new).size(0).build());
        Pid one = system.spawn(self -> new CountDownLatch(1).await(), SpawnOptions.labelled(HUGE));
        system.register(HUGE, one);
        Pid other = system.spawn(self -> new CountDownLatch(1).await());
        RestartPlan longPlan = RestartPlan.of(Collections.nCopies(100_000, PlanElement.WAIT)
                .toArray(PlanElement[]::new));
        List<ThrowingCallable> refused = List.of(
                () -> PoolSpec.builder(BLANK, Object::new),
                () -> PoolSpec.builder("p", Object::new).taskRestart(RestartPolicy.of(longPlan)),
                () -> pools.startPool(PoolSpec.builder(HUGE, Object::new).build()),
                () -> system.register(HUGE, other),
                () -> system.register("y" + HUGE, one),
                () -> PlanElement.function(BLANK, (reason, count) -> PlanElement.RESTART),
                () -> RestartPlan.parse(HUGE),
                () -> RestartPlan.parse(List.of(HUGE)),
                () -> RestartPlan.parse(List.of(Map.of("stop", HUGE))),
                () -> RestartPlan.parse(List.of(Map.of(HUGE, HUGE))),
                () -> RestartType.parse(HUGE),
                () -> RestartCount.parse(HUGE),
                () -> PlanByReason.parse(Map.of(HUGE, HUGE)),
                () -> PlanByReason.parse(Map.of("default", HUGE)),
                () -> SupervisorSpec.oneForOne(HUGE).children(child(HUGE), child(HUGE)),
                () -> ChildSpec.of(HUGE, ChildStart.body("child", self -> {})).arguments(List.of(HUGE)));
        assertThat(refused).allSatisfy(call -> {
            Throwable thrown = catchThrowable(call);
            assertThat(thrown).isNotNull();
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                assertThat(String.valueOf(cause.getMessage())).isNotBlank().hasSizeLessThan(MOST);
            }
        });
        pools.close();
    }
}
