package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WorkerRestart;
import io.github.ppool.restart.Backoff;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The plan of the workers of a pool, for a picture. */
final class Plans {

    /** The most steps that are shown. */
    static final int MOST = 100;

    private Plans() {}

    static PoolDetail.PlanRow of(PoolSpec<?> spec) {
        return switch (spec.restart()) {
            case WorkerRestart.ByPlan(RestartPolicy policy) -> {
                List<PoolDetail.Step> steps = policy.plan().elements().stream().limit(MOST).map(Plans::step).toList();
                yield new PoolDetail.PlanRow(
                        steps.stream().map(PoolDetail.Step::text).toList(), steps, policy.count().toString(), null);
            }
            case WorkerRestart.ByType(RestartType type) -> new PoolDetail.PlanRow(
                    List.of(spec.intensity().intensity() + " in " + spec.intensity().period().toMillis() + " ms"),
                    List.of(),
                    null,
                    type.toString().toLowerCase(Locale.ROOT));
        };
    }

    private static PoolDetail.Step step(PlanElement element) {
        return new PoolDetail.Step(Note.cut(element.toString(), Note.LONGEST), millis(element));
    }

    private static @Nullable Long millis(PlanElement element) {
        return switch (element) {
            case PlanElement.Restart restart -> 0L;
            case PlanElement.Delay(Duration delay) -> delay.toMillis();
            case Backoff backoff -> backoff.from().toMillis();
            case PlanElement.Repeat repeat -> millis(repeat.element());
            default -> null;
        };
    }
}
