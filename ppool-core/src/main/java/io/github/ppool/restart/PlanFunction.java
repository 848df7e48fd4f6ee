package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;

/**
 * An element of a plan that decides in code: director's plan function of two arguments.
 *
 * <p>It is called on the process that runs the plan and must not block. A function that throws, or returns null, a
 * function or a repetition, has one outcome: {@link Decision.FunctionFailed} ends the supervisor with a failure that
 * names the function. A negative delay, and an element without its reason or its time, can't be made: the function
 * throws when it tries to. Times beyond 292 years are cut to that.
 */
@FunctionalInterface
public interface PlanFunction {

    /**
     * Decides about one end.
     *
     * @param reason the reason of the end or of the failed start
     * @param restartCount the number of elements that were run for this child, this one included; from 1
     * @return any element but a function or a repetition; a {@link Backoff} gives its delay number {@code restartCount}
     */
    PlanElement decide(ExitReason reason, int restartCount);
}
