package io.github.ppool.restart;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.process.ExitReason;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A bulkhead for one child: the child is restarted at once, as often as an intensity of its own allows. The restarts of
 * its siblings do not count, and its supervisor does not give up with it. After one end more the supervisor forgets the
 * child, and an observer is told.
 *
 * <p>It is the only element of the child's plan, whose count is {@link RestartCount#INFINITY}. Belongs to the
 * supervisor's process, and to one child.
 */
public final class OwnIntensity implements PlanFunction {

    private final RestartIntensity intensity;
    private final RestartWindow window;
    private final LongSupplier nanoClock;
    private final Consumer<ExitReason> whenGivenUp;

    /**
     * Makes the intensity of one child, without any restart yet.
     *
     * @param intensity the number of the child's restarts within a period
     * @param nanoClock the monotonic time in nanoseconds
     * @param whenGivenUp called on the supervisor's process with the last exit reason of the child, before the
     *     supervisor forgets it; must not block. An exception is logged
     */
    public OwnIntensity(RestartIntensity intensity, LongSupplier nanoClock, Consumer<ExitReason> whenGivenUp) {
        this.intensity = intensity;
        this.window = intensity.newWindow();
        this.nanoClock = nanoClock;
        this.whenGivenUp = whenGivenUp;
    }

    /**
     * Returns the plan of the child.
     *
     * @return a plan with this one element
     */
    public RestartPlan plan() {
        return RestartPlan.of(PlanElement.function(
                "at most " + intensity.intensity() + " in " + intensity.period(), this));
    }

    @Override
    public PlanElement decide(ExitReason reason, int restartCount) {
        if (window.allows(nanoClock.getAsLong())) {
            return PlanElement.RESTART;
        }
        ForeignCode.tell("What is to be done for a child that is given up", () -> whenGivenUp.accept(reason));
        return PlanElement.DELETE;
    }

    @Override
    public String toString() {
        return window.toString();
    }
}
