package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;

/**
 * An element of a plan that decides in code: director's plan function of two arguments.
 *
 * <p>It is called on the process that runs the plan and must not block it. Nonsense has one outcome,
 * {@link Decision.FunctionFailed}, which ends the supervisor with a failure that names the function: if it throws
 * whatever it likes, or returns null, a function or a repetition. A negative delay, and an element without its reason
 * or its time, can't be made: the function throws where it tries to. Times beyond 292 years are cut to that.
 */
@FunctionalInterface
public interface PlanFunction {

    /**
     * What happens after this end.
     *
     * @param reason why the child ended or could not be started
     * @param restartCount how many elements were run for this child so far, this one included; from 1
     * @return any element but a function or a repetition; a {@link Backoff} gives its delay number
     *     {@code restartCount}
     */
    PlanElement decide(ExitReason reason, int restartCount);
}
