package io.github.ppool.durable.engine;

import java.time.Duration;

/**
 * The work of this node for a pool since the engine was made. The counts only grow.
 *
 * @param claimed the number of tasks that the node has claimed now, running ones included
 * @param running the number of attempts that run now
 * @param prefetch the number of tasks that the node claims beyond the places of the pool
 * @param claims the number of claims, empty ones included
 * @param emptyClaims the number of claims that have found no task
 * @param begun the number of attempts that have begun
 * @param succeeded the number of tasks that have succeeded
 * @param failed the number of attempts that have failed, those of lost nodes included
 * @param laidDown the number of tasks that were laid down
 * @param deleted the number of tasks that their plan has removed
 * @param cancelled the number of cancelled tasks that were removed here
 * @param givenBack the number of tasks that were given back before they had begun
 * @param lost the number of attempts of dead nodes that this node has decided about
 * @param voided the number of attempts that could not be ended, because the node had lost their tasks
 * @param waited the sum of the times from the readiness to the begin of the begun attempts
 * @param ran the sum of the times of the ended attempts
 */
public record DurableFigures(
        int claimed,
        int running,
        int prefetch,
        long claims,
        long emptyClaims,
        long begun,
        long succeeded,
        long failed,
        long laidDown,
        long deleted,
        long cancelled,
        long givenBack,
        long lost,
        long voided,
        Duration waited,
        Duration ran) {}
